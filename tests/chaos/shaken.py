"""A gateway on servers of its own, which may be stopped or starved, and clients that go on whatever they are answered."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import httpx
from sqlalchemy import text

from deploy.local.postgres import EmbeddedPostgres
from deploy.local.redis import EmbeddedRedis
from tests.conftest import Ground
from tests.databases import migrated
from tests.service.gateway.union import Union, open_gateway
from tests.service.shared.schema import engine

WRITERS, READERS = 4, 4


@dataclass
class Shaken:
    """A gateway on servers that may be stopped."""

    postgres: EmbeddedPostgres
    redis: EmbeddedRedis
    ground: Ground
    union: Union

    async def as_owner(self, *statements: str) -> None:
        """Each by itself, outside any transaction."""
        async with engine(self.ground.owner_url).connect() as connection:
            outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
            for statement in statements:
                await outside.execute(text(statement))

    async def whole_organizations(self) -> set[str]:
        """All that are there. Each has its place in the tree, or a commit was half done."""
        async with engine(self.ground.owner_url).connect() as connection:
            there = await connection.execute(text("SELECT id FROM gateway.organization"))
            placed = await connection.execute(
                text("SELECT DISTINCT organization_id FROM gateway.organization_reach WHERE depth = 1")
            )
            organizations = {str(one) for one in there.scalars()}
            assert organizations - {str(self.union.id)} == {str(one) for one in placed.scalars()}
            return organizations


@asynccontextmanager
async def shaken_gateway(folder: Path) -> AsyncGenerator[Shaken, None]:
    postgres, redis = EmbeddedPostgres(folder / "pg"), EmbeddedRedis(folder / "redis")
    await asyncio.to_thread(postgres.start)
    try:
        await migrated(postgres.url)
        ground = Ground(postgres.url, redis.start(), folder / "media")
        async with open_gateway(ground) as gateway:
            union = await gateway.found()
            yield Shaken(postgres, redis, ground, union)
            await union.admin.aclose()
    finally:
        redis.remove()
        postgres.remove()


@dataclass
class Traffic:
    """Clients that go on whatever they are answered."""

    client: httpx.AsyncClient
    root: str
    answers: Counter[int] = field(default_factory=Counter[int])
    acknowledged: set[str] = field(default_factory=set[str])
    without_retry_after: int = 0
    last_success: float = 0.0
    last_write: float = 0.0
    refused_writes: int = 0
    over: bool = False

    async def write(self, name: str) -> None:
        number = 0
        while not self.over:
            number += 1
            body = {"parent_id": self.root, "kind": "primary", "name": f"{name}.{number}"}
            answer = await self.client.post("/v1/organizations", json=body)
            self._count(answer)
            if answer.status_code == 201:
                self.acknowledged.add(answer.json()["id"])
                self.last_write = time.monotonic()
            else:
                self.refused_writes += 1

    async def read(self) -> None:
        while not self.over:
            self._count(await self.client.get("/v1/organizations", params={"limit": 5}))

    @contextmanager
    def until_the_end(self, group: asyncio.TaskGroup) -> Generator[None]:
        """Writers and readers that work until the block ends, or fails."""
        for number in range(WRITERS):
            group.create_task(self.write(f"Первичка {number}"))
        for _ in range(READERS):
            group.create_task(self.read())
        try:
            yield
        finally:
            self.over = True

    def _count(self, answer: httpx.Response) -> None:
        self.answers[answer.status_code] += 1
        if answer.is_success:
            self.last_success = time.monotonic()
        elif "retry-after" not in answer.headers:
            self.without_retry_after += 1
