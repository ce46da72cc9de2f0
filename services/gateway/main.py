"""The gateway's application: its own rooms behind the edge that stands in front of all services."""

from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI

from services.gateway.audit.api import router as audit
from services.gateway.calendars.api import router as calendars
from services.gateway.consents.api import routers as consents
from services.gateway.grants.actions import check_may_merge
from services.gateway.grants.api import router as grants
from services.gateway.notifications.api import router as notifications
from services.gateway.organizations.api import routers as organizations
from services.gateway.partners.actions import KeyRing
from services.gateway.partners.api import router as partners
from services.gateway.people.actions.belonging import Belonging
from services.gateway.people.api import routers as people
from services.gateway.routing.actions.authentication import Authentication
from services.gateway.routing.actions.edge import Edge, Target
from services.gateway.routing.actions.origins import Origins, load_origins
from services.gateway.routing.actions.streams import Streams
from services.gateway.routing.api import reference
from services.gateway.routing.api.jobs import router as jobs
from services.gateway.routing.api.news import router as news
from services.gateway.routing.api.origins import router as origins
from services.gateway.runtime import GatewayRuntime, open_gateway_runtime
from services.gateway.settings import GatewaySettings
from services.gateway.sign_in.actions import load_caller, load_operator, open_desk
from services.gateway.sign_in.api import routers as sign_in
from services.gateway.webhooks.actions import EVENTS_CHANNEL
from services.gateway.webhooks.api import router as webhooks
from shared.app import create_service
from shared.app.samples import samples_of
from shared.contracts import ServiceName
from shared.identity import IdentitySigner


def create_rooms(settings: GatewaySettings, runtime: GatewayRuntime | None = None) -> FastAPI:
    """The gateway as a service like the others: it believes nothing but a signed identity."""
    if runtime is None:
        runtime = open_gateway_runtime(settings)
    desk = open_desk(runtime, settings)
    keys = KeyRing(runtime)
    streams = Streams(runtime, EVENTS_CHANNEL)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncGenerator[None, None]:
        try:
            yield
        finally:
            await desk.close()
            await keys.close()
            await streams.close()

    rooms = [
        audit,
        *sign_in,
        *organizations,
        calendars,
        *people,
        grants,
        *consents,
        partners,
        webhooks,
        notifications,
        jobs,
        news,
        origins,
    ]
    app = create_service(runtime, rooms, lifespan=life, samples=samples_of(ServiceName.GATEWAY))
    app.include_router(reference)
    app.state.desk = desk
    app.state.membership = Belonging()
    app.state.may_merge = check_may_merge
    app.state.keys = keys
    app.state.streams = streams
    return app


def create_edge(rooms: FastAPI, settings: GatewaySettings, targets: Mapping[ServiceName, Target]) -> Edge:
    """What stands in front of everything. `targets` are the other services: base URLs or applications."""
    runtime: GatewayRuntime = rooms.state.runtime
    return Edge(
        rooms,
        targets,
        settings,
        authentication=Authentication(
            rooms.state.desk.tokens,
            partial(load_caller, runtime),
            rooms.state.keys,
            runtime.clock,
            operators=partial(load_operator, runtime),
        ),
        origins=Origins(partial(load_origins, runtime), runtime.clock),
        signer=IdentitySigner(settings.private_keys()[0]),
        clock=runtime.clock,
    )


def create_app(settings: GatewaySettings) -> Edge:
    """The edge and the gateway's rooms in this process, the services behind their URLs."""
    return create_edge(create_rooms(settings), settings, settings.service_urls())
