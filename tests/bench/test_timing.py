"""Whether the time of an answer tells that an id is somebody else's: a foreign id against an absent one, through the gateway.

One operation for each room, asked by another branch of the union and by another union, in turns. VMESTE_SHORT=1 asks a
few times and judges nothing.
"""

import os
import time
from collections.abc import AsyncGenerator
from statistics import median
from typing import Final

import pytest
import pytest_asyncio
from structlog.testing import capture_logs

from tests.bench.conftest import Say
from tests.conftest import Ground
from tests.security.attempts import Attempt, absent
from tests.security.house import Branch, Services, open_services
from tests.security.makers import ROWS
from tests.security.operations import Operation, operations

pytestmark = pytest.mark.bench

SHORT: Final = os.environ.get("VMESTE_SHORT") == "1"
ROUNDS: Final = 20 if SHORT else 250
WARM_UP: Final = 5
ALIKE: Final = (0.9, 1.1)
OPERATIONS: Final = operations()
ASKED: Final = (
    "organizations_update",
    "calendars_read",
    "people_read",
    "grants_delete",
    "auth_sessions_delete",
    "consents_read",
    "incidents_read",
    "partners_read",
    "webhooks_read",
    "notifications_read",
    "jobs_read",
)


@pytest_asyncio.fixture(scope="module")
async def services(ground: Ground) -> AsyncGenerator[Services, None]:
    async with open_services(ground) as services:
        yield services


async def test_a_foreign_id_takes_as_long_as_an_absent_one(services: Services, say: Say) -> None:
    union, other = await services.found(), await services.found()
    owner = await union.branch()
    foreigners = {"sibling": await union.branch(), "stranger": await other.run_by_a_chair()}
    apart: list[tuple[str, str, float]] = []
    say("")
    for name in ASKED:
        operation = OPERATIONS[name]
        foreign = await ROWS[name].make(owner)
        nothing = foreign
        for slot in operation.slots:
            nothing = nothing.having(slot, absent(foreign[slot]))
        for who, foreigner in foreigners.items():
            ratio = await _ratio(operation, foreigner, foreign, nothing, say, who)
            if not SHORT and not _is_alike(ratio):  # a machine that is busy with something else is apart once
                ratio = await _ratio(operation, foreigner, foreign, nothing, say, who)
            apart += [] if _is_alike(ratio) else [(name, who, ratio)]
    for branch in (union, other, owner, *foreigners.values()):
        await branch.client.aclose()
    assert SHORT or apart == []


def _is_alike(ratio: float) -> bool:
    return ALIKE[0] <= ratio <= ALIKE[1]


async def _ratio(
    operation: Operation, foreigner: Branch, foreign: Attempt, nothing: Attempt, say: Say, who: str
) -> float:
    with capture_logs():  # a line for each request would bury the figures
        theirs, none = await _medians(operation, foreigner, foreign, nothing)
    say(f"{operation.id:24} {who:8}: foreign {theirs:6.2f} ms, absent {none:6.2f} ms, ratio {theirs / none:.3f}")
    return theirs / none


async def _medians(operation: Operation, foreigner: Branch, *attempts: Attempt) -> list[float]:
    """Milliseconds for each of the attempts, which take turns at being the first of a round."""
    spans: dict[int, list[float]] = {place: [] for place in range(len(attempts))}
    for number in range(WARM_UP + ROUNDS):
        for place in sorted(spans, reverse=number % 2 == 1):
            began = time.perf_counter()
            answer = await attempts[place].send(operation, foreigner.client)
            spans[place].append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 404, (operation.id, answer.text)
    return [median(of[WARM_UP:]) for of in spans.values()]
