"""Who sees which requests, and in what order."""

from collections.abc import AsyncGenerator, Generator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import httpx
import pytest_asyncio
from sqlalchemy import event

from services.requests.desk.schemas import RequestQuery
from services.requests.desk.tables import HelpRequest
from shared.app import PageQuery, public_id
from shared.clock import new_id
from shared.db import table_of
from shared.permissions import Role
from shared.testing.kit import ServiceKit, Tenant
from tests.service.requests.chat import Chat
from tests.service.requests.forms import by_phone

VERBS: dict[str, dict[str, str] | None] = {
    "assign": {"assignee_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5"},
    "reply": {"text": "Ответ"},
    "note": {"text": "Заметка"},
    "wait": None,
    "hold": None,
    "resolve": None,
    "reopen": None,
    "close": None,
    "rating_link": None,
}
READS = ("", "/messages", "/history", "/rating")


async def numbers(client: httpx.AsyncClient, **filters: object) -> list[str]:
    answer = await client.get("/v1/requests", params={name: str(value) for name, value in filters.items()})
    assert answer.status_code == 200, answer.text
    return [item["number"].removeprefix("2031-0000") for item in answer.json()["items"]]


async def take(client: httpx.AsyncClient, organization_id: UUID, **more: object) -> dict[str, Any]:
    answer = await client.post("/v1/requests", json=by_phone(organization_id, **more))
    assert answer.status_code == 201, answer.text
    return answer.json()


@contextmanager
def counted(kit: ServiceKit) -> Generator[list[str], None, None]:
    """The statements sent to the database meanwhile."""
    engine, statements = kit.runtime.database.engine.sync_engine, list[str]()

    def note(*arguments: object) -> None:
        statements.append(str(arguments[2]))

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest_asyncio.fixture
async def foreigner(kit: ServiceKit) -> AsyncGenerator[httpx.AsyncClient, None]:
    """The chair of another union."""
    other = await kit.new_tenant()
    async with kit.client(other.caller(Role.CHAIR)) as client:
        yield client


async def test_each_filter_tells_requests_apart(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient, chat: Chat
) -> None:
    branch = await kit.new_organization(tenant)
    group = await kit.new_organization(tenant, branch, kind="group")
    person = await kit.new_person(tenant)
    await chat.write("1")
    await take(staff, branch, source="in_person")
    third = await take(staff, group, kind="complaint")
    await staff.post(f"/v1/requests/{third['id']}/assign", json={"assignee_id": str(person)})
    assert await numbers(staff) == ["03", "02", "01"]
    assert await numbers(staff, state="new") == ["02", "01"]
    assert await numbers(staff, source="telegram") == ["01"]
    assert await numbers(staff, kind="complaint") == ["03"]
    assert await numbers(staff, assignee_id=person) == ["03"]
    assert await numbers(staff, organization_id=branch) == ["03", "02"]
    assert await numbers(staff, organization_id=branch, kind="legal") == ["02"]
    assert (await staff.get("/v1/requests", params={"organization_id": str(new_id())})).status_code == 404
    assert (await staff.get("/v1/requests", params={"sort": "number"})).status_code == 422


def test_every_filter_has_an_index_that_keeps_the_order() -> None:
    filters = RequestQuery.model_fields.keys() - PageQuery.model_fields.keys()
    indexes = {tuple(column.name for column in index.columns) for index in table_of(HelpRequest).indexes}
    assert {("tenant_id", name, "id") for name in filters} <= indexes


async def test_pages_join_without_a_gap(tenant: Tenant, staff: httpx.AsyncClient) -> None:
    for _ in range(5):
        await take(staff, tenant.root)
    page = (await staff.get("/v1/requests?limit=2")).json()
    seen = [item["number"] for item in page["items"]]
    while page["next"] is not None:
        page = (await staff.get(f"/v1/requests?limit=2&after={page['next']}")).json()
        seen += [item["number"] for item in page["items"]]
    assert seen == [f"2031-{count:06d}" for count in (5, 4, 3, 2, 1)]


async def test_messages_are_read_oldest_first_page_by_page(staff: httpx.AsyncClient, chat: Chat) -> None:
    for text in ("а", "б", "в"):
        await chat.write(text)
    request_id = (await staff.get("/v1/requests")).json()["items"][0]["id"]
    first = (await staff.get(f"/v1/requests/{request_id}/messages?limit=2")).json()
    last = (await staff.get(f"/v1/requests/{request_id}/messages?limit=2&after={first['next']}")).json()
    assert [item["text"] for item in first["items"] + last["items"]] == ["а", "б", "в"]


async def test_a_list_costs_the_same_however_long_it_is(
    kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient, chat: Chat
) -> None:
    await chat.write("1")
    request_id = (await staff.get("/v1/requests")).json()["items"][0]["id"]
    costs = list[list[int]]()
    for _ in range(2):
        lengths = list[int]()
        for path in ("", f"/{request_id}/messages", f"/{request_id}/history"):
            with counted(kit) as statements:
                assert (await staff.get(f"/v1/requests{path}")).status_code == 200
            lengths.append(len(statements))
        costs.append(lengths)
        for _ in range(8):
            await take(staff, tenant.root)
            await staff.post(f"/v1/requests/{request_id}/reply", json={"text": "Ответ"})
            await staff.post(f"/v1/requests/{request_id}/wait")
            await chat.write("Ещё")
    assert costs[0] == costs[1]


async def test_another_branch_is_not_there(kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient) -> None:
    mine, other = await kit.new_organization(tenant), await kit.new_organization(tenant)
    seen, hidden = await take(staff, mine), await take(staff, other)
    async with kit.client(tenant.caller(Role.CHAIR, mine)) as chair:
        assert await numbers(chair) == ["01"]
        assert (await chair.get(f"/v1/requests/{seen['id']}")).status_code == 200
        await _finds_nothing(chair, hidden["id"])
    assert (await staff.get(f"/v1/requests/{hidden['id']}")).json() == hidden


async def test_another_union_is_not_there(
    tenant: Tenant, staff: httpx.AsyncClient, foreigner: httpx.AsyncClient
) -> None:
    request = await take(staff, tenant.root)
    assert await numbers(foreigner) == []
    await _finds_nothing(foreigner, request["id"])
    assert (await staff.get(f"/v1/requests/{request['id']}")).json() == request


async def test_what_is_absent_looks_the_same(kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient) -> None:
    mine, other = await kit.new_organization(tenant), await kit.new_organization(tenant)
    hidden = (await take(staff, other))["id"]
    async with kit.client(tenant.caller(Role.CHAIR, mine)) as chair:
        await chair.get("/v1/requests")  # once, a caller's own last write is waited for
        for path in ("", "/messages", "/history"):
            answers, costs = list[dict[str, Any]](), list[int]()
            for request_id in (hidden, public_id(tenant.id, new_id())):
                with counted(kit) as statements:
                    answer = await chair.get(f"/v1/requests/{request_id}{path}")
                answers.append(answer.json() | {"instance": "", "request_id": ""})
                costs.append(len(statements))
            assert answers[0] == answers[1]
            assert costs[0] == costs[1]


async def test_what_is_seen_may_still_not_be_done(kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient) -> None:
    request = await take(staff, tenant.root)
    async with kit.client(tenant.caller(Role.LAWYER)) as lawyer:
        answer = await lawyer.post(f"/v1/requests/{request['id']}/assign", json=VERBS["assign"])
        assert answer.status_code == 403
        assert (await lawyer.post(f"/v1/requests/{request['id']}/note", json=VERBS["note"])).status_code == 201
    async with kit.client(tenant.caller(Role.MEMBER)) as member:
        assert (await member.get("/v1/requests")).status_code == 403
        assert (await member.get(f"/v1/requests/{request['id']}")).status_code == 403


async def test_nobody_without_a_sign_in(kit: ServiceKit, tenant: Tenant, staff: httpx.AsyncClient) -> None:
    request = await take(staff, tenant.root)
    async with kit.client() as nobody:
        for path in READS:
            assert (await nobody.get(f"/v1/requests/{request['id']}{path}")).status_code == 401
        for verb, body in VERBS.items():
            assert (await nobody.post(f"/v1/requests/{request['id']}/{verb}", json=body)).status_code == 401


async def _finds_nothing(client: httpx.AsyncClient, request_id: str) -> None:
    for path in READS:
        assert (await client.get(f"/v1/requests/{request_id}{path}")).status_code == 404, path
    for verb, body in VERBS.items():
        assert (await client.post(f"/v1/requests/{request_id}/{verb}", json=body)).status_code == 404, verb
    assert (await client.patch(f"/v1/requests/{request_id}", json={"kind": "legal"})).status_code == 404
