"""A service's application: routers under /v1 and beside it, health, metrics, the OpenAPI document. Nothing exists before it is called."""

from collections.abc import AsyncGenerator, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import MappingProxyType
from typing import Any
from uuid import UUID

from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse
from prometheus_client import generate_latest
from redis.asyncio import Redis
from sqlalchemy import text

from shared.app.middleware import Edge, Metrics
from shared.app.openapi import describe, routes_of
from shared.app.problems import add_problem_handlers
from shared.directory import WaitForPosition
from shared.identity import IdentityVerifier, public_keys
from shared.queue import QueueAway
from shared.runtime import Runtime

PREFIX = "/v1"
Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]


def create_service(
    runtime: Runtime,
    routers: Sequence[APIRouter],
    *,
    beside: Sequence[APIRouter] = (),
    wait_for_position: WaitForPosition | None = None,
    lifespan: Lifespan | None = None,
    samples: Mapping[str, Any] = MappingProxyType({}),
) -> FastAPI:
    """`beside` are routers whose paths stand beside /v1: addresses that are read and followed, not programmed against.

    `wait_for_position` is the directory's, in services that have one. `lifespan` opens what the service itself needs.
    `samples` are answers for the OpenAPI document, by the names of their models.
    """
    settings = runtime.settings
    app = FastAPI(
        title=f"Vmeste {runtime.service}",
        version="1",
        lifespan=_life(runtime, lifespan),
        openapi_url=None,  # the gateway serves one document for all services
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,  # a redirect would name the inner scheme and host
        separate_input_output_schemas=False,
    )
    app.state.runtime = runtime
    app.state.verifier = IdentityVerifier(public_keys(settings.identity_public_keys), runtime.service)
    app.state.wait_for_position = wait_for_position
    app.state.seen_positions = dict[UUID, int]()  # by tenant
    app.state.api_routes = routes_of([*routers, *beside])
    add_problem_handlers(app)
    for router in routers:
        app.include_router(router, prefix=PREFIX)
    for router in beside:
        app.include_router(router)
    metrics = Metrics()
    app.include_router(_operations(runtime, metrics))
    app.add_middleware(
        Edge, metrics=metrics, max_body_bytes=settings.max_body_bytes, request_seconds=settings.request_seconds
    )
    describe(app, runtime.service, {PREFIX: routers, "": beside}, samples)
    return app


def _life(runtime: Runtime, lifespan: Lifespan | None) -> Lifespan:
    """The service's own life, inside that of its runtime."""

    @asynccontextmanager
    async def life(app: FastAPI) -> AsyncGenerator[None, None]:
        try:
            if lifespan is None:
                yield
            else:
                async with lifespan(app):
                    yield
        finally:
            await runtime.close()

    return life


def _operations(runtime: Runtime, metrics: Metrics) -> APIRouter:
    """What operators and their machines ask; not part of the public document."""
    router = APIRouter(include_in_schema=False)

    @router.get("/health/live")
    async def live() -> dict[str, str]:
        return {"status": "alive"}

    @router.get("/health/ready")
    async def ready() -> JSONResponse:
        """503 without PostgreSQL; without Redis the service works on and says so."""
        async with runtime.database.before_tenant() as connection:
            await connection.execute(text("SELECT 1"))
        redis = await _redis_answers(runtime.settings.redis_url)
        return JSONResponse({"status": "ready" if redis else "degraded", "redis": redis})

    @router.get("/metrics")
    async def figures() -> PlainTextResponse:
        return PlainTextResponse(generate_latest(metrics.registry))

    return router


async def _redis_answers(url: str) -> bool:
    redis = Redis.from_url(url, socket_timeout=1, socket_connect_timeout=1)  # pyright: ignore[reportUnknownMemberType] - the client's keywords are untyped
    try:
        await redis.ping()  # pyright: ignore[reportUnknownMemberType, reportGeneralTypeIssues] - as above
    except QueueAway:
        return False
    finally:
        await redis.aclose()
    return True
