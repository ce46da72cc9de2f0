"""The whole house in one process: gateway, services, their workers and the relay, for a small machine and for tests.

The processes of `deploy.local` and this composition run the same code; what differs is that the gateway calls the
services directly and that nobody restarts a part that dies: the log tells it at once, and the end of the block raises it.
"""

import asyncio
from collections.abc import AsyncGenerator, Coroutine, Sequence
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

import structlog
from fastapi import FastAPI
from starlette.types import ASGIApp

from services.gateway import main as gateway
from services.gateway import worker as gateway_worker
from services.gateway.settings import GatewaySettings
from services.publisher import main as publisher
from services.publisher import worker as publisher_worker
from services.publisher.settings import PublisherSettings
from services.requests import main as requests
from services.requests import worker as requests_worker
from services.requests.settings import RequestsSettings
from services.surveys import main as surveys
from services.surveys import worker as surveys_worker
from services.surveys.settings import SurveysSettings
from shared.consumers import Consumer
from shared.contracts import ServiceName
from shared.queue import ArqQueue, relay_worker
from shared.relay import Relay, RelaySettings
from shared.worker import ServiceWorker

_log = structlog.get_logger()


@dataclass(frozen=True)
class HouseSettings:
    gateway: GatewaySettings
    publisher: PublisherSettings
    requests: RequestsSettings
    surveys: SurveysSettings
    relay: RelaySettings


@dataclass(frozen=True)
class House:
    """What runs: `edge` takes every request, `rooms` is the gateway's own application behind it."""

    edge: ASGIApp
    rooms: FastAPI


@asynccontextmanager
async def one_process(settings: HouseSettings) -> AsyncGenerator[House, None]:
    """The house, with everything in it running until the block ends."""
    rooms = gateway.create_rooms(settings.gateway)
    services: dict[ServiceName, FastAPI] = {
        ServiceName.PUBLISHER: publisher.create_app(settings.publisher),
        ServiceName.REQUESTS: requests.create_app(settings.requests),
        ServiceName.SURVEYS: surveys.create_app(settings.surveys),
    }
    edge = gateway.create_edge(rooms, settings.gateway, services)
    async with AsyncExitStack() as stack:
        for app in (rooms, *services.values()):
            await stack.enter_async_context(app.router.lifespan_context(app))
        consumers: list[tuple[FastAPI, Sequence[Consumer]]] = [
            (rooms, gateway_worker.consumers()),
            (services[ServiceName.PUBLISHER], publisher_worker.consumers()),
            (services[ServiceName.REQUESTS], requests_worker.consumers()),
            (services[ServiceName.SURVEYS], surveys_worker.consumers()),
        ]
        for app, consumed in consumers:
            timers = gateway_worker.timers() if app is rooms else ()
            worker = ServiceWorker(app.state.runtime, consumed, timers, signals=False)
            await stack.enter_async_context(_running(f"{app.state.runtime.service}-worker", worker.serve()))
        await stack.enter_async_context(_relay(settings.relay))
        yield House(edge, rooms)


@asynccontextmanager
async def _relay(settings: RelaySettings) -> AsyncGenerator[None, None]:
    queue = ArqQueue(settings.redis_url)
    relay = Relay(settings.relay_database_urls, queue)
    relay.open()

    async def nothing() -> None:
        """The relay itself is opened and closed around its worker."""

    worker = relay_worker(settings.redis_url, relay.answered, started=nothing, stopped=nothing, signals=False)
    try:
        async with _running("relay", relay.run()), _running("relay-worker", worker.async_run()):
            yield
    finally:
        await worker.close()
        await relay.close()
        await queue.close()


@asynccontextmanager
async def _running(name: str, work: Coroutine[Any, Any, None]) -> AsyncGenerator[None, None]:
    """`work` goes on in the background until the block ends. Raises what ended it before."""
    task = asyncio.create_task(work, name=name)
    task.add_done_callback(_told)
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


def _told(task: asyncio.Task[None]) -> None:
    """Whoever waits for a part that died should know why."""
    if not task.cancelled():
        _log.error("part.died", part=task.get_name(), exc_info=task.exception())
