"""A partner's key with every scope that partners may have: it meets no person, in any answer of any operation.

The operations come out of the API document. Each is sent as somebody on the staff would send it, on resources that
people of the branch stand behind; no answer may name one of them, by id, by name or by address.
"""

from collections.abc import AsyncGenerator

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from shared.contracts import ServiceName
from shared.permissions import PARTNER_SCOPES
from tests.security.conftest import Neighbours
from tests.security.house import Branch, Services
from tests.security.makers import ROWS
from tests.security.makers.gateway_partners import key_body, partner
from tests.security.operations import operations

OPERATIONS = operations()
OPEN = sorted(
    name
    for name in ROWS
    if not OPERATIONS[name].streams and (OPERATIONS[name].public or OPERATIONS[name].permissions & PARTNER_SCOPES)
)
CLOSED = sorted(
    name
    for name in ROWS
    if not OPERATIONS[name].public
    and OPERATIONS[name].permissions
    and not OPERATIONS[name].permissions & PARTNER_SCOPES
)
NAMES = ("Иванова", "Орлова", "Котова", "Соколова", "sokolova@example.org", "000-00-00")


@pytest_asyncio.fixture
async def newspaper(services: Services, neighbours: Neighbours) -> AsyncGenerator[httpx.AsyncClient, None]:
    """A client with a new key of the owner's branch."""
    owner = neighbours.owner
    partner_id = await partner(owner)
    key = await owner.post(f"/partners/{partner_id}/keys", key_body(owner, scopes=sorted(PARTNER_SCOPES)))
    async with services.client(key["key"]) as client:
        yield client


async def people_of(branch: Branch) -> set[str]:
    """The ids of everybody in the union."""
    runtime = branch.services.runtime(ServiceName.GATEWAY)
    async with runtime.database.transaction(branch.tenant_id) as session:
        return {
            str(person_id) for person_id in (await session.execute(text("SELECT id FROM gateway.person"))).scalars()
        }


@pytest.mark.parametrize("name", OPEN)
async def test_no_answer_to_a_partner_names_a_person(
    name: str, neighbours: Neighbours, newspaper: httpx.AsyncClient
) -> None:
    owner, operation = neighbours.owner, OPERATIONS[name]
    attempt = await ROWS[name].make(owner)
    answer = await attempt.send(operation, newspaper)
    assert answer.status_code < 500, answer.text
    asked = {attempt[slot] for slot in operation.slots}
    named = {person_id for person_id in await people_of(owner) - asked if person_id in answer.text}
    assert not named, (name, answer.text)
    assert not [each for each in NAMES if each in answer.text], (name, answer.text)
    if answer.is_success and attempt.watch:
        for address in attempt.watch:
            seen = await newspaper.get(f"/v1{address}")
            assert not [each for each in (*NAMES, *await people_of(owner)) if each in seen.text], (name, address)


@pytest.mark.parametrize("name", CLOSED)
async def test_what_no_scope_opens_is_closed(name: str, neighbours: Neighbours, newspaper: httpx.AsyncClient) -> None:
    attempt = await ROWS[name].make(neighbours.owner)
    answer = await attempt.send(OPERATIONS[name], newspaper)
    assert answer.status_code == 403, answer.text


async def test_staff_are_told_what_a_partner_is_not(neighbours: Neighbours, newspaper: httpx.AsyncClient) -> None:
    """So that the silence above is one."""
    owner = neighbours.owner
    address = f"/v1/publications/{(await ROWS['publications_read'].make(owner)).path['publication_id']}"
    assert (await owner.client.get(address)).json()["author_id"] == owner.chair
    seen = await newspaper.get(address)
    assert (seen.status_code, seen.json()["author_id"]) == (200, None)
    draft = {"organization_id": owner.organization, "kind": "news", "author_id": owner.chair}
    assert (await newspaper.post("/v1/publications", json=draft)).status_code == 404
