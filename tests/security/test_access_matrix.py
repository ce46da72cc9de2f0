"""Every cell of docs/access-matrix.md, asked of the running services: operation x role x place.

The operations and what they ask come out of the API document, the roles out of `shared.permissions`, the requests out
of the registry in `makers`. A thing stands in the caller's own organization, below it, above it, beside it or in another
union; a cell that is not as the document says must be explained here by name.
"""

import os
from collections.abc import AsyncGenerator, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import httpx
import pytest
import pytest_asyncio

from deploy.access_matrix import DOCUMENT, roles_with, text_of
from shared.permissions import MATRIX, Role
from tests.security.attempts import Attempt
from tests.security.house import Branch, Services
from tests.security.makers import ROWS
from tests.security.operations import Operation, document, example_of, operations, path_of_nothing

OPERATIONS: Final = operations()


class Place(StrEnum):
    """Where the thing stands, as the caller sees it."""

    OWN = "own"
    DESCENDANT = "descendant"
    ANCESTOR = "ancestor"
    SIBLING = "sibling"
    OTHER_TENANT = "other tenant"


WITHIN_REACH: Final = frozenset({Place.OWN, Place.DESCENDANT})
_WHOLE_UNION: Final = "the audit does not say in which branch a change was: it is for rights at the root: test_audit.py"
_TAKEN_PART_IN: Final = "an open campaign is seen by all below it, who take part and do not run it: test_campaigns.py"
EXPLAINED: Final[dict[str, str]] = {
    **dict.fromkeys(
        (
            "campaign_entries_update",
            "campaign_entries_list",
            "campaign_outside_publications_create",
            "campaign_publications_create",
            "campaign_publications_delete",
            "campaign_publications_list",
            "campaign_publications_read",
            "campaign_relays_confirm",
            "campaign_relays_list",
            "campaign_relays_read",
            "campaign_subscriptions_create",
            "campaign_subscriptions_delete",
            "campaign_subscriptions_list",
            "campaign_subscriptions_read",
            "campaigns_close",
        ),
        _TAKEN_PART_IN,
    ),
    **dict.fromkeys(("audit_list", "audit_seals_list", "audit_export"), _WHOLE_UNION),
    "access_log_list": "a part of it needs the right at all organizations of the person who was read of: test_subjects.py",
    "retention_policies_update": "terms hold for the whole union: they take the right at its root: test_retention.py",
    "organizations_list": "the organization that is asked for as a parent may have the caller's own among its parts",
    "stream_read": "its answer has no end; anybody's, and it tells each what they may see: tests/service/gateway/test_stream.py",
}
"""Operations whose cells differ from their permission's, and why. They, and the streams, are asked by tests of their own."""


@dataclass(frozen=True)
class Cast:
    """Somebody for every role and place, and the chair whose branch the things stand in."""

    owner: Branch
    callers: dict[tuple[Role, Place], httpx.AsyncClient]


@pytest_asyncio.fixture(scope="session")
async def cast(services: Services) -> AsyncGenerator[Cast, None]:
    union, other = await services.found(), await services.found()
    owner, sibling = await union.branch(), await union.branch()
    seats = {
        Place.OWN: (union, owner.organization),
        Place.DESCENDANT: (union, union.organization),
        Place.ANCESTOR: (union, await owner.part()),
        Place.SIBLING: (union, sibling.organization),
        Place.OTHER_TENANT: (other, other.organization),
    }
    async with AsyncExitStack() as stack:
        callers: dict[tuple[Role, Place], httpx.AsyncClient] = {}
        for place, (branch, organization) in seats.items():
            for role in Role:
                client = await branch.holder(role, organization)
                callers[role, place] = await stack.enter_async_context(client)
        await services.drain()
        yield Cast(owner, callers)


def test_the_committed_document_is_what_the_services_are() -> None:
    assert DOCUMENT.read_text() == text_of(document()), "run `make openapi`"


def test_only_what_exists_is_explained() -> None:
    assert OPERATIONS.keys() >= EXPLAINED.keys()


NAMES: Final = sorted(one.id for one in OPERATIONS.values() if not (one.public or one.streams or one.id in EXPLAINED))


@pytest.mark.parametrize("name", NAMES)
async def test_the_cells_are_as_the_document_says(name: str, cast: Cast, services: Services) -> None:
    """Every role at its own place and, in another union, the one that may most; everywhere, the one that may least."""
    await services.drain()
    operation = OPERATIONS[name]
    with_right = sorted(roles_with(operation.permissions) or Role, key=lambda role: len(MATRIX[role]))
    least, most = with_right[0], with_right[-1]
    cells = [
        (role, place)
        for role, place in cast.callers
        if role is least
        or (role is most and place is Place.OTHER_TENANT)
        or (place is Place.OWN and not _may(operation, role, place))
    ]
    assert [wrong async for wrong in _wrong(operation, cast, cells)] == []


@pytest.mark.fuzz
@pytest.mark.skipif(bool(os.environ.get("VMESTE_SHORT")), reason="the short form is among the everyday tests")
@pytest.mark.parametrize("name", NAMES)
async def test_every_cell_is_as_the_document_says(name: str, cast: Cast, services: Services) -> None:
    await services.drain()
    assert [wrong async for wrong in _wrong(OPERATIONS[name], cast, list(cast.callers))] == []


async def _wrong(operation: Operation, cast: Cast, cells: Sequence[tuple[Role, Place]]) -> AsyncGenerator[str, None]:
    """The cells that are not as the document says, with what was answered.

    What all the others were refused is then let through for the first who may, so it was refused for who asked alone.
    """
    attempt, taken = await _attempt(operation, cast.owner), False
    for role, place in sorted(cells, key=lambda cell: _may(operation, *cell)):
        may = _may(operation, role, place)
        if may and taken and operation.method != "GET":
            attempt = await _attempt(operation, cast.owner)
        taken = taken or may
        answer = await attempt.send(operation, cast.callers[role, place])
        if not _is_as_said(operation, answer, role, place):
            yield f"{role} at {place}: {answer.status_code} {answer.text}"


def _may(operation: Operation, role: Role, place: Place) -> bool:
    return role in roles_with(operation.permissions) and (place in WITHIN_REACH or operation.id not in ROWS)


async def _attempt(operation: Operation, owner: Branch) -> Attempt:
    if operation.id in ROWS:
        return await ROWS[operation.id].make(owner)
    return Attempt([], path_of_nothing(operation), body=example_of(operation))


def _is_as_said(operation: Operation, answer: httpx.Response, role: Role, place: Place) -> bool:
    if operation.of_the_platform:
        return answer.status_code == 403
    if not operation.permissions:
        return _is_as_own(operation, answer, place)
    if role not in roles_with(operation.permissions):
        return answer.status_code == 403
    if operation.id not in ROWS:  # no id in it: what it shows or makes is within the caller's reach by itself
        return _is_let_in(answer)
    return answer.is_success if place in WITHIN_REACH else _is_not_there(operation, answer)


def _is_as_own(operation: Operation, answer: httpx.Response, place: Place) -> bool:
    """Any person may ask for what is their own; within reach, what is another's is for the right that the reference names."""
    if not operation.slots:
        return _is_let_in(answer)
    if place in WITHIN_REACH:
        return answer.status_code not in {401, 422} and answer.status_code < 500
    return _is_not_there(operation, answer)


def _is_let_in(answer: httpx.Response) -> bool:
    return answer.status_code not in {401, 403, 404}


def _is_not_there(operation: Operation, answer: httpx.Response) -> bool:
    if {slot.place for slot in operation.slots} == {"query"} and answer.status_code == 200:
        return answer.json()["items"] == []
    return answer.status_code in {404, 422}
