"""The relay: takes messages out of every service's outbox to the queues until their consumers have answered.

One process serves all services, each by its own database URL and the relay's role. LISTEN is a hint; a sweep each
second finds what a hint was lost for, and looks when the next message of the future is due (a scheduled publication).
Only an answer ends the re-sending. What fails too often becomes a dead letter that can be replayed.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

import structlog
import uvloop
from asyncpg.exceptions import InterfaceError, PostgresError
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared.clock import Clock
from shared.contracts import ServiceName
from shared.db import asyncpg_url
from shared.logs import configure_logs
from shared.outbox import WAKE_UP
from shared.queue import Answer, ArqQueue, Queue, QueueAway, relay_worker
from shared.settings import Environment
from shared.source import BATCH, Source

_log = structlog.get_logger()

SWEEP_SECONDS = 1.0
SHORTEST_REST = 0.02  # between two looks at what is due
ROOM_SECONDS = 0.05  # between two looks whether a full queue has room again


class RelaySettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="VMESTE_", extra="ignore", validate_by_name=True)

    environment: Environment = Environment.PRODUCTION
    redis_url: str
    relay_database_urls: dict[ServiceName, str] = Field(
        description="service -> URL of its database with the relay's role, as a JSON object"
    )


class Relay:
    """All sources, woken by notifications and by a sweep each second."""

    def __init__(self, database_urls: Mapping[ServiceName, str], queue: Queue, *, clock: Clock | None = None) -> None:
        self._urls = database_urls
        self._clock = clock
        self._queue = queue
        self._sources: dict[ServiceName, Source] = {}
        self._engines: list[AsyncEngine] = []
        self._hinted: set[tuple[ServiceName, ServiceName]] = set()
        self._hint = asyncio.Event()

    def open(self) -> None:
        for service, url in self._urls.items():
            engine = create_async_engine(asyncpg_url(url), pool_size=3, max_overflow=0, connect_args={"timeout": 5})
            self._engines.append(engine)
            self._sources[service] = Source(service, engine, self._queue, self._clock)

    async def close(self) -> None:
        for engine in self._engines:
            await engine.dispose()

    def source(self, service: ServiceName) -> Source:
        return self._sources[service]

    async def answered(self, service: ServiceName, answers: Sequence[Answer]) -> None:
        for destination in await self._sources[service].take(answers):
            self._wake(service, destination)

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for engine in self._engines:
                group.create_task(self._listen(engine))
            group.create_task(self._send_hinted())
            group.create_task(self._hint_at_room())
            group.create_task(self._sweep())

    async def sweep(self) -> int:
        """Send all that is due, and bury what is dead. Returns how many were sent."""
        sent = 0
        for source in self._sources.values():
            await source.bury()
            for destination in ServiceName:
                sent += await source.pump(destination)
        return sent

    async def _sweep(self) -> None:
        while True:
            until = time.monotonic() + SWEEP_SECONDS
            async with _survived("sweep"):
                while await self.sweep() >= BATCH:
                    pass
                await self._hint_until(until)
            await asyncio.sleep(max(until - time.monotonic(), 0.0))

    async def _hint_until(self, until: float) -> None:
        """At the moments at which messages of the future are due before the next sweep."""
        while (left := until - time.monotonic()) > 0:
            due = [(source, await each.next_due(left)) for source, each in self._sources.items()]
            if not (waits := [(found[0], source, found[1]) for source, found in due if found is not None]):
                return
            seconds, source, destination = min(waits)
            await asyncio.sleep(max(seconds, SHORTEST_REST))
            self._wake(source, destination)

    async def _send_hinted(self) -> None:
        while True:
            await self._hint.wait()
            self._hint.clear()
            hinted, self._hinted = self._hinted, set()
            async with _survived("hint"):
                for source, destination in hinted:
                    while await self._sources[source].pump(destination) == BATCH:
                        pass

    async def _hint_at_room(self) -> None:
        """What found no room in its queue goes as soon as there is some: the next sweep might come a second later."""
        while True:
            await asyncio.sleep(ROOM_SECONDS)
            for service, source in self._sources.items():
                for destination in source.crowded:
                    self._wake(service, destination)

    async def _listen(self, engine: AsyncEngine) -> None:
        """Keep one connection listening; the sweep covers the time in which there is none."""
        while True:
            async with _survived("listen"), engine.connect() as connection:
                driver: Any = (await connection.get_raw_connection()).driver_connection
                await driver.add_listener(WAKE_UP, self._hear)
                while not driver.is_closed():
                    await asyncio.sleep(SWEEP_SECONDS)
                    await driver.execute("SELECT 1")
            await asyncio.sleep(SWEEP_SECONDS)

    def _hear(self, _: object, __: int, ___: str, pair: object) -> None:
        source, destination = str(pair).split(" ")
        if ServiceName(source) in self._sources:
            self._wake(ServiceName(source), ServiceName(destination))

    def _wake(self, source: ServiceName, destination: ServiceName) -> None:
        self._hinted.add((source, destination))
        self._hint.set()


@asynccontextmanager
async def _survived(step: str) -> AsyncGenerator[None, None]:
    """A database or a Redis that is away for a moment ends one round, not the relay."""
    try:
        yield
    except (*QueueAway, SQLAlchemyError, PostgresError, InterfaceError) as error:
        _log.warning("relay.away", step=step, error=type(error).__name__)


def run(settings: RelaySettings) -> None:
    """Block until SIGTERM or SIGINT."""
    configure_logs("relay", settings.environment)
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    queue = ArqQueue(settings.redis_url)
    relay = Relay(settings.relay_database_urls, queue)
    running: list[asyncio.Task[None]] = []

    async def started() -> None:
        relay.open()
        task = asyncio.create_task(relay.run())
        task.add_done_callback(lambda _: worker.main_task and worker.main_task.cancel())  # never half a relay
        running.append(task)

    async def stopped() -> None:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
        await relay.close()
        await queue.close()

    worker = relay_worker(settings.redis_url, relay.answered, started=started, stopped=stopped, signals=True)
    worker.run()
    loop.close()
    for task in running:
        if not task.cancelled():
            task.result()


if __name__ == "__main__":
    run(RelaySettings())  # pyright: ignore[reportCallIssue] - read from the environment
