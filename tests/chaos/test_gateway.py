"""The gateway while the database or Redis goes away under load and comes back."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from deploy.local.postgres import EmbeddedPostgres
from deploy.local.redis import EmbeddedRedis
from tests.conftest import Ground, migrated
from tests.service.gateway.union import PASSWORD, Union, open_gateway
from tests.service.shared.schema import engine
from tests.service.shared.waiting import eventually

BACK_WITHIN = 10.0  # seconds
WRITERS, READERS = 4, 4


@dataclass
class Shaken:
    """A gateway on servers that may be stopped."""

    postgres: EmbeddedPostgres
    redis: EmbeddedRedis
    ground: Ground
    union: Union


@pytest.fixture
async def shaken(tmp_path: Path) -> AsyncGenerator[Shaken, None]:
    postgres, redis = EmbeddedPostgres(tmp_path / "pg"), EmbeddedRedis(tmp_path / "redis")
    await asyncio.to_thread(postgres.start)
    try:
        await migrated(postgres.url)
        ground = Ground(postgres.url, redis.start(), tmp_path / "media")
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

    async def read(self) -> None:
        while not self.over:
            self._count(await self.client.get("/v1/organizations", params={"limit": 5}))

    def _count(self, answer: httpx.Response) -> None:
        self.answers[answer.status_code] += 1
        if answer.is_success:
            self.last_success = time.monotonic()
        elif "retry-after" not in answer.headers:
            self.without_retry_after += 1


async def test_the_database_is_killed_under_load_and_nothing_acknowledged_is_lost(shaken: Shaken) -> None:
    traffic = Traffic(shaken.union.admin, str(shaken.union.id))
    async with asyncio.TaskGroup() as group:
        for number in range(WRITERS):
            group.create_task(traffic.write(f"Первичка {number}"))
        for _ in range(READERS):
            group.create_task(traffic.read())
        await asyncio.sleep(0.7)
        shaken.postgres.kill()
        await asyncio.sleep(0.5)
        await asyncio.to_thread(shaken.postgres.start)
        back = time.monotonic()
        await eventually(lambda: traffic.last_success > back, within=BACK_WITHIN)
        await asyncio.sleep(0.7)
        traffic.over = True
    assert set(traffic.answers) == {200, 201, 503}, traffic.answers
    assert traffic.without_retry_after == 0
    assert await _whole_organizations(shaken) >= traffic.acknowledged


async def _whole_organizations(shaken: Shaken) -> set[str]:
    """All that are there. Each has its place in the tree, or a commit was half done."""
    async with engine(shaken.ground.owner_url).connect() as connection:
        there = await connection.execute(text("SELECT id FROM gateway.organization"))
        placed = await connection.execute(
            text("SELECT DISTINCT organization_id FROM gateway.organization_reach WHERE depth = 1")
        )
        organizations = {str(one) for one in there.scalars()}
        assert organizations - {str(shaken.union.id)} == {str(one) for one in placed.scalars()}
        return organizations


async def test_without_redis_nobody_signs_in_and_everybody_else_works_on(shaken: Shaken) -> None:
    union = shaken.union
    signing_in = {"sign_in_name": union.sign_in_name, "password": PASSWORD}
    body = {"parent_id": str(union.id), "kind": "primary", "name": "ППО без очереди"}
    shaken.redis.stop()
    async with union.gateway.client() as outside:
        refused = await outside.post("/v1/auth/login", json=signing_in)
        assert (refused.status_code, "retry-after" in refused.headers) == (503, True)
        assert (await union.admin.get("/v1/me")).status_code == 200
        assert (await union.admin.post("/v1/organizations", json=body)).status_code == 201
        ready = await outside.get("/health/ready")
        assert (ready.status_code, ready.json()["status"]) == (200, "degraded")
        shaken.redis.start()
        assert (await outside.post("/v1/auth/login", json=signing_in)).status_code == 200
        assert (await outside.get("/health/ready")).json()["status"] == "ready"
