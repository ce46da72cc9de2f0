"""People by the hundred thousand: how fast they are imported, in how much memory, and how fast they are found.

The database is a throw-away one, asked as the gateway's own role with row-level security on. VMESTE_SHORT=1 imports and
seeds a tenth.
"""

import asyncio
import multiprocessing
import os
import random
import statistics
import time
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass
from typing import Final
from uuid import UUID

import httpx
import psutil
import pytest
import pytest_asyncio

from services.gateway.people.actions import list_people
from services.gateway.people.schemas import PeopleQuery
from services.gateway.runtime import open_gateway_runtime
from services.gateway.settings import GatewaySettings
from services.gateway.worker import consumers
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.identity import Caller, CallerKind, Grant
from shared.permissions import Role
from shared.testing.clock import FakeClock
from shared.testing.kit import House
from shared.worker import spare_collections
from tests.bench.backend import worked_ms
from tests.bench.conftest import Say
from tests.conftest import Ground
from tests.service.gateway.large_union import FAMILY_NAMES, GIVEN_NAMES, seed
from tests.service.gateway.union import Gateway, Union, open_gateway

pytestmark = pytest.mark.bench

SHORT: Final = os.environ.get("VMESTE_SHORT") == "1"
PEOPLE: Final = 10_000 if SHORT else 100_000
BAD: Final = PEOPLE // 100
SECONDS: Final = PEOPLE / 100_000 * 60
MEGABYTES: Final = 300
FINDING_MS: Final = 30.0
SIZES: Final = ((1_000, 100), (PEOPLE, PEOPLE // 10))  # people, organizations
ROUNDS: Final = 40


@pytest_asyncio.fixture(scope="module")
async def gateway(ground: Ground) -> AsyncGenerator[Gateway, None]:
    async with open_gateway(ground) as gateway:
        yield gateway


@pytest_asyncio.fixture
async def union(gateway: Gateway) -> AsyncGenerator[Union, None]:
    union = await gateway.found()
    yield union
    await union.admin.aclose()


async def test_import(ground: Ground, gateway: Gateway, union: Union, say: Say) -> None:
    """With as many bad rows as there may well be, twice."""
    rows = ["Фамилия;Имя;Отчество;Номер билета;Год рождения;Пол;Профессия;Дата вступления;Телефон;Почта"]
    for number in range(PEOPLE):
        year = "когда-то" if number % 100 == 0 else 1950 + number % 50
        rows.append(
            f"{FAMILY_NAMES[number % 10]}{number % 977};{GIVEN_NAMES[number % 8]};Петровна;{number};{year};ж;садовник;01.02.2020;"
            f"+7916{number:07d};m{number}@example.org"
        )
    content = "\n".join(rows).encode("cp1251")
    for run, expected in (("first", "created"), ("second", "unchanged")):
        done, seconds, used = await _measured(ground, gateway, union, content)
        assert (done["failed"], done[expected]) == (BAD, PEOPLE - BAD), done
        say(
            f"\nimport of {PEOPLE:,} people, {run} run: {seconds:.1f} s ({PEOPLE / seconds:,.0f}/s), of these "
            f"{used.cpu_seconds:.1f} s of the worker's CPU; {used.bytes / 1e6:.0f} MB at most, with its reader"
        )
        assert SHORT or used.bytes / 1e6 < MEGABYTES
        assert SHORT or seconds < SECONDS
    report = await union.admin.get(f"/v1/people/imports/{done['id']}/report.csv")
    assert len(report.text.splitlines()) == PEOPLE + 1
    await gateway.house.forget(union.id)


async def _measured(
    ground: Ground, gateway: Gateway, union: Union, content: bytes
) -> tuple[dict[str, int], float, "Used"]:
    """The import by a worker of its own process, from the upload to the last row."""
    answer: httpx.Response = await union.admin.post(
        "/v1/people/imports", data={"organization_id": str(union.id)}, files={"file": ("people.csv", content)}
    )
    assert answer.status_code == 202, answer.text
    worker = multiprocessing.get_context("spawn").Process(target=work_off, args=(gateway.settings, ground.relay_url))
    began = time.perf_counter()
    worker.start()
    used = Used()
    while worker.is_alive():
        used = used.with_more(worker.pid)
        await asyncio.sleep(0.2)
    seconds = time.perf_counter() - began
    assert worker.exitcode == 0
    done = await union.admin.get(f"/v1/people/imports/{answer.json()['id']}")
    return done.json(), seconds, used


def work_off(settings: GatewaySettings, relay_url: str) -> None:
    """All that is due, and then the end."""

    async def run() -> None:
        runtime = open_gateway_runtime(settings, clock=FakeClock())
        house = House(relay_url, {ServiceName.GATEWAY: (runtime, consumers())})
        spare_collections()
        answers = await house.drain()
        await house.close()
        await runtime.close()
        if [one.error for one in answers if one.error is not None]:
            raise AssertionError(answers)

    asyncio.run(run())


@dataclass(frozen=True)
class Used:
    """What a worker used with the reader that it started: memory at the worst moment (pages that are shared count once)."""

    bytes: int = 0
    cpu_seconds: float = 0.0  # of the worker alone

    def with_more(self, pid: int | None) -> "Used":
        try:
            process = psutil.Process(pid)
            family = (process, *process.children(recursive=True))
            present = sum(one.memory_full_info().pss for one in family)
            times = process.cpu_times()
        except psutil.Error:  # it ended in between
            return self
        return Used(max(self.bytes, present), times.user + times.system)


async def test_finding(ground: Ground, gateway: Gateway, say: Say) -> None:
    """List, search and subtree for callers at the root, in the middle and at a leaf: the database's own time."""
    medians: dict[tuple[str, str], list[float]] = {}
    slow: list[tuple[int, str, str, float]] = []
    for people, organizations in SIZES:
        union = await gateway.found()
        places = await seed(ground, union.id, people, organizations)
        for where, organization_id in places.items():
            for what, query in _queries(organization_id).items():
                times = [await _timed(gateway, union.id, organization_id, query) for _ in range(ROUNDS)]
                medians.setdefault((where, what), []).append(statistics.median(times))
                worst = statistics.quantiles(times, n=20)[-1]
                say(
                    f"{people:7,} people, {where:6} {what:12}: p50 {statistics.median(times):6.2f}  p95 {worst:6.2f} ms"
                )
                slow += [(people, where, what, worst)] if worst >= FINDING_MS else []
        await union.admin.aclose()
    for (where, what), (small, large) in medians.items():
        say(f"{where:6} {what:12}: {SIZES[1][0]:,} / {SIZES[0][0]:,} = {large / small:.1f}")
    assert SHORT or slow == []


def _queries(organization_id: UUID) -> dict[str, Callable[[], PeopleQuery]]:
    chance = random.Random(1)
    return {
        "list": PeopleQuery,
        "prospective": lambda: PeopleQuery.model_validate({"status": "prospective"}),
        "search": lambda: PeopleQuery(
            search=f"{chance.choice(FAMILY_NAMES)}{chance.randrange(977)} {chance.choice(GIVEN_NAMES)[:2]}"
        ),
        "common name": lambda: PeopleQuery(search=chance.choice(GIVEN_NAMES)),
        "two letters": lambda: PeopleQuery(search="ив"),
        "subtree": lambda: PeopleQuery(organization_id=organization_id),
    }


async def _timed(gateway: Gateway, tenant_id: UUID, organization_id: UUID, query: Callable[[], PeopleQuery]) -> float:
    """Milliseconds that the database's process worked for one list, whatever else the machine does meanwhile."""
    caller = Caller(CallerKind.PERSON, tenant_id, tenant_id, (Grant(Role.CHAIR, organization_id),))
    asked = query()
    async with unit_of_work(gateway.runtime, tenant_id, caller) as context:
        return await worked_ms(context, lambda context: list_people(context, asked))
