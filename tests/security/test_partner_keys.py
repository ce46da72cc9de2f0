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
from tests.security.house import Branch, Services, done
from tests.security.makers import ROWS
from tests.security.makers.gateway_partners import key_body, partner
from tests.security.makers.publisher import CARD
from tests.security.operations import example_of, filled_in, operations

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


@pytest_asyncio.fixture(scope="module")
async def newspaper(services: Services, settled: Neighbours) -> AsyncGenerator[httpx.AsyncClient, None]:
    """A client with a key of the owner's branch, good for all that is asked here while the clock stands."""
    owner = settled.owner
    partner_id = await partner(owner)
    address = f"/v1/partners/{partner_id}"
    done(await owner.client.patch(address, json={"requests_per_minute": 6000}))
    key = await owner.post(f"/partners/{partner_id}/keys", key_body(owner, scopes=sorted(PARTNER_SCOPES)))
    await services.drain()
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
async def test_what_no_scope_opens_is_closed(name: str, newspaper: httpx.AsyncClient) -> None:
    """Whatever is asked for: the scope is asked of first, so ids of nothing tell as much as those of something."""
    operation = OPERATIONS[name]
    answer = await newspaper.request(operation.method, filled_in(operation), json=example_of(operation))
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


async def test_a_picture_that_a_person_signed_is_not_shown(
    neighbours: Neighbours, newspaper: httpx.AsyncClient
) -> None:
    owner = neighbours.owner
    card = await owner.post("/cards", {**CARD, "organization_id": owner.organization})
    plain = await owner.post("/cards", {**CARD, "organization_id": owner.organization, "signed_by": {"union": "Союз"}})
    signed, shown = (one["pictures"][0]["media_id"] for one in (card, plain))
    draft = {"organization_id": owner.organization, "kind": "greeting", "media_ids": [signed, shown]}
    publication = await owner.post("/publications", draft)
    for address in (f"/cards/{card['id']}", f"/media/{signed}", f"/media/{signed}/content"):
        assert (await newspaper.get(f"/v1{address}")).status_code == 404
        assert (await owner.client.get(f"/v1{address}")).status_code == 200
    change = await newspaper.patch(f"/v1/media/{signed}", json={"alt_text": "Открытка"})
    assert change.status_code == 404
    assert (await newspaper.get(f"/v1/media/{shown}")).status_code == 200
    for address, expected, hidden in (("/cards", plain["id"], card["id"]), ("/media", shown, signed)):
        listed = (await newspaper.get(f"/v1{address}", params={"organization_id": owner.organization})).json()["items"]
        ids = {one["id"] for one in listed}
        assert (expected in ids, hidden in ids) == (True, False)
    preview = (await newspaper.get(f"/v1/publications/{publication['id']}/preview")).json()
    assert [bool(image["alt_text"]) for image in preview["images"]] == [False, True]
    copied = await newspaper.post(f"/v1/publications/{publication['id']}/copy")
    assert (copied.status_code, copied.json()["media_ids"]) == (201, [shown])
    assert (await newspaper.post("/v1/publications", json=draft)).status_code == 404


async def test_a_partner_signs_for_nobody(neighbours: Neighbours, newspaper: httpx.AsyncClient) -> None:
    body = {**CARD, "organization_id": neighbours.owner.organization}
    refused = await newspaper.post("/v1/cards", json=body)
    assert (refused.status_code, refused.json()["code"]) == (403, "card.signed_by_partner")
    assert refused.json()["errors"][0]["pointer"] == "/signed_by/person"
    unsigned = await newspaper.post("/v1/cards", json={**body, "signed_by": {"union": "Завод"}})
    assert unsigned.status_code == 201
