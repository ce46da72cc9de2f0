"""The relay: takes messages out of every service's outbox to the queues until their consumers have answered.

One process serves all services, each by its own database URL and the relay's role. LISTEN is a hint; a sweep each
second finds what a hint was lost for, and looks when the next message of the future is due (a scheduled publication). A
message is enqueued first and leased after, so that a crash in between only repeats it. Only an answer ends the
re-sending. What fails too often becomes a dead letter that can be replayed.
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
import uvloop
from asyncpg.exceptions import InterfaceError, PostgresError
from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from shared.clock import Clock
from shared.contracts import Envelope, Priority, ServiceName
from shared.db import IS_DEAD, asyncpg_url
from shared.dead_letters import DeadLetter, letters_of, raise_again
from shared.fair_share import Share
from shared.logs import configure_logs
from shared.orders import Order, free_next, orders_of, place_new
from shared.outbox import WAKE_UP
from shared.queue import Answer, ArqQueue, Queue, QueueAway, relay_worker
from shared.settings import Environment

_log = structlog.get_logger()

SWEEP_SECONDS = 1.0
SHORTEST_REST = 0.02  # between two looks at what is due
BATCH = 100
MAX_WAITING = 200  # jobs in one service's queue; more would only be leased, waited for and sent again
LEASE_SECONDS = 4  # doubles with each send that nobody answers
MAX_LEASE_SECONDS = 300


class RelaySettings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="VMESTE_", extra="ignore", validate_by_name=True)

    environment: Environment = Environment.PRODUCTION
    redis_url: str
    relay_database_urls: dict[ServiceName, str] = Field(
        description="service -> URL of its database with the relay's role, as a JSON object"
    )


class Source:
    """One service's outbox."""

    def __init__(self, service: ServiceName, engine: AsyncEngine, queue: Queue, clock: Clock | None) -> None:
        """`clock` is a test's; leases and due times go by the database's clock otherwise."""
        self.service = service
        self._engine = engine
        self._queue = queue
        self._clock = clock
        self._share = Share(service)

    def _now(self) -> datetime | None:
        return self._clock.now() if self._clock else None

    async def pump(self, destination: ServiceName) -> int:
        """Send one batch that is due, shared fairly. Returns how many were sent."""
        now = self._now()
        await place_new(self._engine, self.service, destination, now)
        waiting = await self._queue.waiting(destination)
        if waiting is None or waiting >= MAX_WAITING:  # a service that is stopped for hours kills no message
            return 0
        room = min(BATCH, MAX_WAITING - waiting)
        lease = text(
            f"UPDATE {self.service}.outbox SET sends = sends + 1, unanswered = unanswered + 1, "  # noqa: S608
            "next_send_at = coalesce(CAST(:now AS timestamptz), now()) + make_interval(secs => "
            f"least({LEASE_SECONDS} * 2 ^ least(unanswered, 10), {MAX_LEASE_SECONDS})) "
            "WHERE destination = :destination AND message_id = ANY(:message_ids)"
        )
        async with self._engine.begin() as connection:
            rows = await self._share.take(connection, destination, room, now)
            if rows:
                await self._queue.send(
                    [(Envelope.model_validate(r.envelope), f"{r.message_id}:{destination}:{r.sends}") for r in rows]
                )
                message_ids = [row.message_id for row in rows]
                await connection.execute(lease, {"destination": destination, "now": now, "message_ids": message_ids})
        return len(rows)

    async def take(self, answers: Sequence[Answer]) -> set[ServiceName]:
        """End what consumers are done with, postpone what they want later, count what failed.

        Returns where something may be sent now that had to wait for these.
        """
        done = text(
            f"DELETE FROM {self.service}.outbox WHERE message_id = :id AND destination = :to "  # noqa: S608
            "RETURNING destination, tenant_id, order_key"
        )
        later = text(
            f"UPDATE {self.service}.outbox SET unanswered = 0, next_send_at = coalesce(CAST(:now AS timestamptz), now()) + make_interval(secs => :seconds) "  # noqa: S608
            "WHERE message_id = :id AND destination = :to"
        )
        failed = text(
            f"UPDATE {self.service}.outbox SET unanswered = 0, failures = failures + 1, last_error = :error, "  # noqa: S608
            "next_send_at = coalesce(CAST(:now AS timestamptz), now()) + make_interval(secs => least(2 ^ failures, 60)) "
            "WHERE message_id = :id AND destination = :to"
        )
        ended: set[Order] = set()
        async with self._engine.begin() as connection:
            for answer in sorted(answers, key=lambda each: each.message_id):  # one order for all: no deadlock
                keys = {"id": answer.message_id, "to": answer.destination}
                if answer.retry_after is not None:
                    await connection.execute(later, {**keys, "now": self._now(), "seconds": answer.retry_after})
                elif answer.error is not None:
                    await connection.execute(failed, {**keys, "now": self._now(), "error": answer.error})
                else:
                    ended |= orders_of((await connection.execute(done, keys)).all())
            return await free_next(connection, self.service, ended, self._now())

    async def next_due(self, within: float) -> tuple[float, ServiceName] | None:
        """In how many seconds something more is due, and for whom; None when not `within` so many."""
        query = text(
            "SELECT extract(epoch FROM min(next_send_at) - now())::float8 AS seconds, destination "  # noqa: S608 - a ServiceName
            f"FROM {self.service}.outbox WHERE destination = ANY(:all) AND priority = ANY(:priorities) "
            "AND next_send_at BETWEEN now() AND now() + make_interval(secs => :within) GROUP BY 2 ORDER BY 1 LIMIT 1"
        )
        values = {"all": [*ServiceName], "priorities": [*Priority], "within": within}
        async with self._engine.connect() as connection:
            found = (await connection.execute(query, values)).first()
        return None if found is None else (found.seconds, ServiceName(found.destination))

    async def bury(self) -> int:
        """Move what failed too often to the dead letters, with its last error. Returns how many."""
        statement = text(
            f"WITH dead AS (DELETE FROM {self.service}.outbox "  # noqa: S608
            f"WHERE {IS_DEAD} RETURNING *), buried AS ("
            f"INSERT INTO {self.service}.dead_letter (message_id, destination, tenant_id, priority, envelope, reason) "
            "SELECT message_id, destination, tenant_id, priority, envelope, "
            "coalesce(last_error, 'no answer from its consumer') FROM dead ON CONFLICT DO NOTHING) "
            "SELECT message_id, destination, tenant_id, order_key FROM dead"
        )
        async with self._engine.begin() as connection:
            buried = (await connection.execute(statement)).all()
            await free_next(connection, self.service, orders_of(buried), self._now())
        for row in buried:
            _log.error("message.dead", message_id=str(row.message_id))
        return len(buried)

    async def dead(self) -> list[DeadLetter]:
        async with self._engine.connect() as connection:
            return await letters_of(connection, self.service)

    async def replay(self, message_id: UUID | None = None) -> int:
        """Put one dead letter, or all of them, back into the outbox. Returns how many."""
        async with self._engine.begin() as connection:
            return await raise_again(connection, self.service, message_id)


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
