"""The gateway while the database or Redis goes away under load and comes back."""

import asyncio
import time
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest

from tests.chaos.shaken import Shaken, Traffic, shaken_gateway
from tests.service.gateway.union import PASSWORD
from tests.service.shared.waiting import eventually

pytestmark = [pytest.mark.chaos, pytest.mark.short]
BACK_WITHIN = 10.0  # seconds


@pytest.fixture
async def shaken(tmp_path: Path) -> AsyncGenerator[Shaken, None]:
    async with shaken_gateway(tmp_path) as shaken:
        yield shaken


async def test_the_database_is_killed_under_load_and_nothing_acknowledged_is_lost(shaken: Shaken) -> None:
    traffic = Traffic(shaken.union.admin, str(shaken.union.id))
    async with asyncio.TaskGroup() as group:
        with traffic.until_the_end(group):
            await asyncio.sleep(0.7)
            shaken.postgres.kill()
            await asyncio.sleep(0.5)
            await asyncio.to_thread(shaken.postgres.start)
            back = time.monotonic()
            await eventually(lambda: traffic.last_success > back, within=BACK_WITHIN)
            await asyncio.sleep(0.7)
    assert set(traffic.answers) == {200, 201, 503}, traffic.answers
    assert traffic.without_retry_after == 0
    assert await shaken.whole_organizations() >= traffic.acknowledged


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
