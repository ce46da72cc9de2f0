"""The storm: messages are told while the processes that carry them are killed, and their effects are counted."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from pathlib import Path
from signal import SIGCONT, SIGKILL, SIGSTOP
from typing import Any

from redis.asyncio import Redis
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from deploy.local.postgres import EmbeddedPostgres
from deploy.local.redis import EmbeddedRedis
from shared.clock import SystemClock, new_id
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.db import asyncpg_url
from shared.identity import system
from shared.relay import RelaySettings
from shared.runtime import Runtime, open_runtime
from shared.settings import Environment
from shared.source import LEASE_SECONDS
from tests.chaos.effects import EffectsSettings, EffectWanted, metadata
from tests.chaos.processes import Supervised, be_relay, be_worker
from tests.conftest import Ground
from tests.databases import ROLE_SECRET
from tests.service.shared.schema import make_database
from tests.service.shared.waiting import eventually

STOPPED_SECONDS = 5.0  # longer than a lease: what the stopped worker holds is due again
REDIS_AWAY_SECONDS = 0.3
IN_THE_MIDDLE = 8  # effects of a wave after which the fault comes
QUIET_SECONDS = 1.5


@dataclass
class Figures:
    """What the effects say."""

    wanted: int
    lost: int
    doubled: int
    recoveries: dict[str, float]  # seconds from a fault to the next effect
    seconds: float

    def __str__(self) -> str:
        slowest = max(self.recoveries.values(), default=0.0)
        parts = ", ".join(f"{fault} {seconds:.1f} s" for fault, seconds in self.recoveries.items())
        return (
            f"{self.wanted} messages, {len(self.recoveries)} faults: {self.lost} lost, {self.doubled} doubled; "
            f"slowest recovery {slowest:.1f} s ({parts}); {self.seconds:.0f} s in all"
        )


@dataclass
class Storm:
    postgres: EmbeddedPostgres
    redis: EmbeddedRedis
    owner_url: str
    runtime: Runtime
    relay: Supervised
    worker: Supervised
    told_at: dict[int, datetime] = field(default_factory=dict[int, datetime])

    def __post_init__(self) -> None:
        self._tenant_id = new_id()
        self._owner = create_async_engine(asyncpg_url(self.owner_url), poolclass=NullPool)

    async def tell(self, count: int) -> None:
        """Commit `count` more messages, five at once."""
        gate = asyncio.Semaphore(5)

        async def one(number: int) -> None:
            async with gate:
                async with unit_of_work(self.runtime, self._tenant_id, system(self._tenant_id)) as context:
                    await context.emit(EffectWanted(number=number))
                self.told_at[number] = self.runtime.clock.now()

        first = len(self.told_at)
        await asyncio.gather(*(one(number) for number in range(first, first + count)))

    async def effects(self) -> Counter[int]:
        return Counter(number for (number,) in await self._rows("SELECT number FROM surveys.effect"))

    async def delays(self) -> list[float]:
        """Seconds from each message's commit to the start of its job, sorted."""
        rows = await self._rows("SELECT number, min(started_at) FROM surveys.effect GROUP BY number")
        return sorted((started_at - self.told_at[number]).total_seconds() for number, started_at in rows)

    async def is_settled(self) -> bool:
        """Nothing lies in the outbox any more."""
        return (await self._rows("SELECT count(*) FROM surveys.outbox"))[0][0] == 0

    async def until_quiet(self, within: float) -> None:
        """Until the outbox is empty and no effect has come for a while."""
        await eventually(self.is_settled, within=within)
        before, since = await self.effects(), time.monotonic()

        async def quiet() -> bool:
            nonlocal before, since
            now = await self.effects()
            if now != before:
                before, since = now, time.monotonic()
            return time.monotonic() - since > QUIET_SECONDS

        await eventually(quiet, within=within)

    async def kill_worker(self) -> None:
        self.worker.signal(SIGKILL)

    async def kill_relay(self) -> None:
        self.relay.signal(SIGKILL)

    async def kill_both(self) -> None:
        self.relay.signal(SIGKILL)
        self.worker.signal(SIGKILL)

    async def kill_redis(self) -> None:
        await asyncio.to_thread(self.redis.kill)
        await asyncio.sleep(REDIS_AWAY_SECONDS)
        await asyncio.to_thread(self.redis.start)

    async def empty_redis(self) -> None:
        redis = Redis.from_url(self.redis.url)  # pyright: ignore[reportUnknownMemberType] - the client's keywords are untyped
        await redis.flushall()  # pyright: ignore[reportUnknownMemberType] - as above
        await redis.aclose()

    async def stop_worker_for_a_while(self) -> None:
        self.worker.signal(SIGSTOP)
        await asyncio.sleep(STOPPED_SECONDS)
        self.worker.signal(SIGCONT)

    async def rage(self, faults: Sequence[Callable[["Storm"], Awaitable[None]]], wave: int, within: float) -> Figures:
        """A wave of messages for each fault, which comes in the middle of it. `within` bounds the calm afterwards."""
        began = time.monotonic()
        recoveries: dict[str, float] = {}
        for number, fault in enumerate(faults, start=1):
            before = (await self.effects()).total()
            telling = asyncio.create_task(self.tell(wave))
            await eventually(partial(self._more_than, before + IN_THE_MIDDLE), within=within)
            await fault(self)
            await telling
            at_fault = (await self.effects()).total()
            recoveries[f"{number} {fault.__name__}"] = await eventually(
                partial(self._more_than, at_fault), within=within
            )
        await self.until_quiet(within)
        effects = await self.effects()
        return Figures(
            wanted=len(self.told_at),
            lost=sum(number not in effects for number in self.told_at),
            doubled=sum(count > 1 for count in effects.values()),
            recoveries=recoveries,
            seconds=time.monotonic() - began,
        )

    async def _more_than(self, count: int) -> bool:
        """Or nothing more will come, as where what is lost stays so."""
        return (await self.effects()).total() > count or (bool(self.told_at) and await self.is_settled())

    async def _rows(self, query: str) -> list[tuple[Any, ...]]:
        async with self._owner.connect() as connection:
            return [tuple(row) for row in await connection.execute(text(query))]


@asynccontextmanager
async def storm(
    folder: Path, *, inbox: bool = True, sends_again: bool = True, lease_seconds: int = LEASE_SECONDS
) -> AsyncGenerator[Storm, None]:
    """Real servers, with everything written to the disk, and the two processes; all gone afterwards."""
    postgres, redis = EmbeddedPostgres(folder / "postgres"), EmbeddedRedis(folder / "redis")
    try:
        await asyncio.to_thread(postgres.start)
        await asyncio.to_thread(redis.start)
        owner_url = await make_database(postgres.url, "storm", metadata, ROLE_SECRET)
        ground = Ground(owner_url, redis.url, folder / "media")
        settings = _settings(ground)
        relay_settings = RelaySettings(
            environment=Environment.TEST,
            redis_url=redis.url,
            relay_database_urls={ServiceName.SURVEYS: ground.relay_url},
        )
        runtime = open_runtime(ServiceName.SURVEYS, settings, settings.database_url, clock=SystemClock())
        how = {"sends_again": sends_again, "lease_seconds": lease_seconds}
        relay = Supervised(partial(be_relay, folder / "relay.log", relay_settings, **how))
        worker = Supervised(partial(be_worker, folder / "worker.log", settings, inbox=inbox))
        try:
            yield Storm(postgres, redis, owner_url, runtime, relay, worker)
        finally:
            await worker.stop()
            await relay.stop()
            await runtime.close()
    finally:
        await asyncio.to_thread(redis.remove)
        await asyncio.to_thread(postgres.remove)


def _settings(ground: Ground) -> EffectsSettings:
    return ground.settings(EffectsSettings, ServiceName.SURVEYS, max_jobs=4)
