"""Event streams of this process: who listens, and what wakes them.

A stream waits for its tenant's wake-up and holds nothing but its place meanwhile. One connection listens for all of
them; each heartbeat looks by itself, so that a wake-up that got lost only costs time.
"""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Generator
from contextlib import contextmanager
from typing import Any, Final
from uuid import UUID

import structlog
from asyncpg.exceptions import InterfaceError, PostgresError
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from services.gateway.routing.rules import TooManyStreams
from services.gateway.runtime import GatewayRuntime
from shared.identity import Caller

_log = structlog.get_logger()
_CHECK_SECONDS: Final = 1.0


class Streams:
    """Places are few, for a caller and for the process; the listening connection is open while anybody listens."""

    def __init__(self, runtime: GatewayRuntime, channel: str) -> None:
        """`channel`: where NOTIFY names the tenant in which something happened."""
        self._runtime = runtime
        self._channel = channel
        self._engine: AsyncEngine = create_async_engine(runtime.database.engine.url, poolclass=NullPool)
        self._taken: Counter[UUID | None] = Counter()
        self._waiting: defaultdict[UUID, set[asyncio.Event]] = defaultdict(set)
        self._listening: asyncio.Task[None] | None = None

    async def close(self) -> None:
        if self._listening is not None:
            self._listening.cancel()
            await asyncio.gather(self._listening, return_exceptions=True)
        await self._engine.dispose()

    @contextmanager
    def place(self, caller: Caller) -> Generator[None]:
        """Raises TooManyStreams."""
        who, settings = caller.actor_id, self._runtime.own
        if self._taken[who] >= settings.streams_per_caller or self._taken.total() >= settings.streams_per_process:
            raise TooManyStreams(retry_after=5)
        self._taken[who] += 1
        try:
            yield
        finally:
            self._taken[who] -= 1
            if not self._taken[who]:
                del self._taken[who]

    @contextmanager
    def woken(self, tenant_id: UUID) -> Generator[asyncio.Event]:
        """Set whenever something happened in the tenant."""
        if self._listening is None or self._listening.done():
            self._listening = asyncio.create_task(self._listen())
        event = asyncio.Event()
        self._waiting[tenant_id].add(event)
        try:
            yield event
        finally:
            self._waiting[tenant_id].discard(event)
            if not self._waiting[tenant_id]:
                del self._waiting[tenant_id]
            if not self._waiting:
                self._listening.cancel()

    async def _listen(self) -> None:
        """Whenever the connection is new, everybody looks: something may have happened before it."""
        while True:
            try:
                async with self._engine.connect() as connection:
                    driver: Any = (await connection.get_raw_connection()).driver_connection
                    await driver.add_listener(self._channel, self._hear)
                    self._wake_all()
                    while not driver.is_closed():
                        await asyncio.sleep(_CHECK_SECONDS)
                        await driver.execute("SELECT 1")
            except (SQLAlchemyError, PostgresError, InterfaceError, OSError) as error:
                _log.warning("streams.database", error=type(error).__name__)
            await asyncio.sleep(_CHECK_SECONDS)

    def _hear(self, _: object, __: int, ___: str, tenant_id: object) -> None:
        for event in self._waiting.get(UUID(str(tenant_id)), ()):
            event.set()

    def _wake_all(self) -> None:
        for events in self._waiting.values():
            for event in events:
                event.set()
