"""A new version takes over under load: nobody is refused, nothing is lost, and nothing happens twice.

The clients never repeat a request. The applications share one listening socket, as a supervisor gives it to them: with
a socket each, the system itself would reset the connections that wait in the socket which is closed.
"""

import asyncio
from functools import partial
from pathlib import Path
from signal import SIGTERM

import httpx
import pytest
from sqlalchemy import text

from tests.chaos.effects import EffectsSettings
from tests.chaos.gateway_processes import Fragile, answers, fragile_gateway, listening, running
from tests.chaos.processes import Supervised, be_worker
from tests.chaos.shaken import Traffic
from tests.chaos.storm import Storm, storm
from tests.service.shared.schema import engine
from tests.service.shared.waiting import eventually

pytestmark = pytest.mark.chaos

STARTED_WITHIN = 30.0  # seconds
LEASE_SECONDS = 120  # nothing is sent again but what was lost, however slow the machine is
ROUNDS = 2
MESSAGES = 60  # for each worker that is replaced


async def replaced(process: Supervised) -> None:
    """Asked to end; another one is there."""
    starts = process.starts
    process.signal(SIGTERM)
    await eventually(lambda: process.starts > starts, within=STARTED_WITHIN)


async def organizations(fragile: Fragile) -> list[tuple[str, int]]:
    """How often each name is there."""
    async with engine(fragile.ground.owner_url).connect() as connection:
        query = text("SELECT name, count(*) AS often FROM gateway.organization GROUP BY name")
        return [(row.name, row.often) for row in await connection.execute(query)]


async def test_no_request_fails_while_the_applications_are_replaced(tmp_path: Path) -> None:
    async with fragile_gateway(tmp_path) as fragile:
        with listening() as (listener, address):
            applications = [fragile.application(listener) for _ in range(2)]
            headers = {"authorization": fragile.union.admin.headers["authorization"]}
            async with (
                running(*applications),
                httpx.AsyncClient(base_url=address, headers=headers, timeout=STARTED_WITHIN) as client,
            ):
                await eventually(lambda: answers(client), within=STARTED_WITHIN)
                traffic = Traffic(client, str(fragile.union.id))
                async with asyncio.TaskGroup() as group:
                    with traffic.until_the_end(group):
                        for _ in range(ROUNDS):
                            for application in applications:
                                await goes_on(traffic)
                                await replaced(application)
                        await goes_on(traffic)
        told = await organizations(fragile)
    assert set(traffic.answers) == {200, 201}, traffic.answers
    assert [name for name, count in told if count > 1] == []
    assert len(told) == len(traffic.acknowledged) + 1, "the union, and what somebody was told of"


async def goes_on(traffic: Traffic) -> None:
    enough = len(traffic.acknowledged) + 20
    await eventually(lambda: len(traffic.acknowledged) >= enough, within=STARTED_WITHIN)


async def test_no_message_is_repeated_while_the_workers_are_replaced(tmp_path: Path) -> None:
    """They have no inbox here: whatever one that ends left half done or unanswered would come again, or not in time."""
    async with storm(tmp_path, inbox=False, lease_seconds=LEASE_SECONDS) as it:
        assert isinstance(it.runtime.settings, EffectsSettings)
        log = tmp_path / "second_worker.log"
        second = Supervised(partial(be_worker, log, it.runtime.settings, inbox=False))
        async with running(it.worker, second, it.relay):
            for worker in (it.worker, second) * 2:
                before = (await it.effects()).total()
                telling = asyncio.create_task(it.tell(MESSAGES))
                await eventually(partial(has_more, it, before + MESSAGES // 4), within=STARTED_WITHIN)
                await replaced(worker)
                await telling
            await eventually(it.is_settled, within=STARTED_WITHIN)
            effects = await it.effects()
    assert sorted(effects) == list(range(4 * MESSAGES))
    assert max(effects.values()) == 1


async def has_more(it: Storm, effects: int) -> bool:
    return (await it.effects()).total() > effects
