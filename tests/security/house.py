"""All four services behind the gateway's edge, and unions in them: everybody comes in as a client outside would."""

from collections.abc import AsyncGenerator, Generator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import httpx
from cryptography.fernet import Fernet
from fastapi import FastAPI
from sqlalchemy import event

from services.gateway import worker as gateway_worker
from services.gateway.main import create_edge, create_rooms
from services.gateway.organizations.rules import OrganizationKind
from services.gateway.routing.actions.edge import Edge
from services.gateway.runtime import open_gateway_runtime
from services.gateway.settings import GatewaySettings
from services.gateway.sign_in.actions import NewTenant, create_tenant
from services.publisher import main as publisher
from services.publisher import worker as publisher_worker
from services.publisher.runtime import open_publisher
from services.publisher.settings import PublisherSettings
from services.requests import main as requests
from services.requests import worker as requests_worker
from services.requests.settings import RequestsSettings
from services.surveys import main as surveys
from services.surveys import worker as surveys_worker
from services.surveys.settings import SurveysSettings
from shared.clock import new_id
from shared.consumers import Consumer
from shared.contracts import ServiceName
from shared.permissions import Role
from shared.runtime import Runtime, open_runtime
from shared.testing.clock import FakeClock
from shared.testing.kit import House
from tests.conftest import SIGNING_KEY, Ground
from tests.service.publisher.fake_networks import FakeNetworks
from tests.service.publisher.fake_web import FakeWeb
from tests.service.publisher.post_office import PostOffice

PASSWORD = "not the password of any example"


@dataclass
class Services:
    """What runs."""

    edge: Edge
    apps: dict[ServiceName, FastAPI]
    house: House
    networks: FakeNetworks
    post_office: PostOffice

    def runtime(self, service: ServiceName) -> Runtime:
        runtime: Runtime = self.apps[service].state.runtime
        return runtime

    def client(self, token: str | None = None) -> httpx.AsyncClient:
        headers = {"accept-language": "en"} | ({} if token is None else {"authorization": f"Bearer {token}"})
        transport = httpx.ASGITransport(self.edge)
        return httpx.AsyncClient(transport=transport, base_url="https://vmeste.test", headers=headers)

    async def drain(self) -> None:
        for answer in await self.house.drain():
            assert answer.error is None, answer

    @contextmanager
    def counting(self, service: ServiceName) -> Generator[list[str], None, None]:
        """Note every statement that a service sends meanwhile."""
        statements: list[str] = []

        def note(_: object, __: object, statement: str, *___: object) -> None:
            statements.append(statement)

        engine = self.runtime(service).database.engine.sync_engine
        event.listen(engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(engine, "before_cursor_execute", note)

    async def signed_in(self, name: str, tenant_id: UUID) -> httpx.AsyncClient:
        body = {"sign_in_name": name, "password": PASSWORD, "tenant_id": str(tenant_id)}
        async with self.client() as client:
            answer = await client.post("/v1/auth/login", json=body)
        return self.client(done(answer)["access_token"])

    async def found(self) -> "Branch":
        """A new union, as its first administrator has it."""
        name = f"{new_id()}@example.org"
        new = NewTenant(
            name="Профсоюз",
            kind=OrganizationKind.UNION,
            family_name="Орлова",
            given_name="Вера",
            sign_in_name=name,
            password=PASSWORD,
        )
        founded = await create_tenant(self.apps[ServiceName.GATEWAY].state.desk, new)
        client = await self.signed_in(name, founded.tenant_id)
        return Branch(self, founded.tenant_id, str(founded.tenant_id), str(founded.administrator_id), client)


@dataclass
class Branch:
    """A part of a union, and the one who runs it."""

    services: Services
    tenant_id: UUID
    organization: str
    chair: str  # their person's id
    client: httpx.AsyncClient

    async def post(self, address: str, body: Any = None, status: int = 201) -> dict[str, Any]:
        return done(await self.client.post(f"/v1{address}", json=body), status)

    async def person(self) -> str:
        body = {
            "family_name": "Иванова",
            "given_name": "Мария",
            "status": "member",
            "organization_ids": [self.organization],
        }
        return (await self.post("/people", body))["id"]

    async def part(self, kind: str = "primary") -> str:
        body = {"parent_id": self.organization, "kind": kind, "name": "Первичка"}
        return (await self.post("/organizations", body))["id"]

    async def branch(self, kind: str = "territorial") -> "Branch":
        """A part of this one, with a chair of its own."""
        part = Branch(self.services, self.tenant_id, await self.part(kind), "", self.client)
        return await part.run_by_a_chair()

    async def holder(self, role: Role, organization: str) -> httpx.AsyncClient:
        """Somebody new in this part's union who holds `role` there, signed in."""
        person, name = await self.person(), f"{new_id()}@example.org"
        await self.post("/grants", {"person_id": person, "role": role, "organization_id": organization})
        done(await self.client.put(f"/v1/people/{person}/sign_in", json={"sign_in_name": name, "password": PASSWORD}))
        return await self.services.signed_in(name, self.tenant_id)

    async def run_by_a_chair(self) -> "Branch":
        """The same organization, as its chair has it. Every service has heard of both."""
        chair, name = await self.person(), f"{new_id()}@example.org"
        await self.post("/grants", {"person_id": chair, "role": Role.CHAIR, "organization_id": self.organization})
        signing = {"sign_in_name": name, "password": PASSWORD}
        done(await self.client.put(f"/v1/people/{chair}/sign_in", json=signing))
        await self.services.drain()
        client = await self.services.signed_in(name, self.tenant_id)
        return Branch(self.services, self.tenant_id, self.organization, chair, client)


def done(answer: httpx.Response, status: int = 200) -> Any:
    assert answer.status_code == status, (answer.request.url, answer.text)
    return answer.json() if answer.content else None


@asynccontextmanager
async def open_services(ground: Ground) -> AsyncGenerator[Services, None]:
    clock, networks = FakeClock(), FakeNetworks()
    post_office = PostOffice(clock)
    keys = Fernet.generate_key().decode()  # of the whole house: what one service seals for another, that one opens
    at_gateway = ground.settings(
        GatewaySettings,
        ServiceName.GATEWAY,
        encryption_keys=keys,
        signing_keys=SIGNING_KEY,
        tries_per_account=1000,  # one address asks all; what limits do is tried elsewhere
        tries_per_name=1000,
        tries_per_address=10_000,
    )
    at_publisher = ground.settings(PublisherSettings, ServiceName.PUBLISHER, encryption_keys=keys, rehearsal_pace=0)
    at_requests = ground.settings(RequestsSettings, ServiceName.REQUESTS, encryption_keys=keys)
    at_surveys = ground.settings(SurveysSettings, ServiceName.SURVEYS, encryption_keys=keys)
    rooms = create_rooms(at_gateway, open_gateway_runtime(at_gateway, clock=clock))
    behind: dict[ServiceName, FastAPI] = {
        ServiceName.PUBLISHER: publisher.create_app(
            at_publisher,
            open_publisher(at_publisher, clock=clock, connectors=networks, mailer=post_office, web=FakeWeb().client()),
        ),
        ServiceName.REQUESTS: requests.create_app(at_requests, _runtime(ServiceName.REQUESTS, at_requests, clock)),
        ServiceName.SURVEYS: surveys.create_app(at_surveys, _runtime(ServiceName.SURVEYS, at_surveys, clock)),
    }
    consumers: dict[ServiceName, list[Consumer]] = {
        ServiceName.GATEWAY: gateway_worker.consumers(),
        ServiceName.PUBLISHER: publisher_worker.consumers(),
        ServiceName.REQUESTS: requests_worker.consumers(),
        ServiceName.SURVEYS: surveys_worker.consumers(),
    }
    apps = {ServiceName.GATEWAY: rooms, **behind}
    edge = create_edge(rooms, at_gateway, behind)
    running = {service: (app.state.runtime, consumers[service]) for service, app in apps.items()}
    services = Services(edge, apps, House(ground.relay_url, running), networks, post_office)
    async with AsyncExitStack() as stack:
        stack.push_async_callback(services.house.close)
        for app in apps.values():
            await stack.enter_async_context(app.router.lifespan_context(app))
        yield services


def _runtime(service: ServiceName, settings: RequestsSettings | SurveysSettings, clock: FakeClock) -> Runtime:
    return open_runtime(service, settings, settings.database_url, clock=clock)
