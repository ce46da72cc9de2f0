"""Idempotency-Key: the same request has one effect and one answer, and a key is not used for two."""

import asyncio

import httpx
import pytest
from cryptography.fernet import Fernet

from shared.permissions import Role
from shared.testing.kit import ServiceKit, Tenant
from tests.service.shared.conftest import MakeKit, Rows
from tests.service.shared.notes import NoteWritten

KEY = {"idempotency-key": "a-key-of-the-client"}


def note(tenant: Tenant, words: str = "раз", **more: object) -> dict[str, object]:
    return {"organization_id": str(tenant.root), "words": words, **more}


@pytest.fixture
async def client(kit: ServiceKit, tenant: Tenant) -> httpx.AsyncClient:
    return kit.client(tenant.caller(Role.CHAIR))


async def test_a_repeat_has_the_first_answer(kit: ServiceKit, tenant: Tenant, client: httpx.AsyncClient) -> None:
    first, second = [await client.post("/v1/notes", json=note(tenant), headers=KEY) for _ in range(2)]
    assert second.status_code == first.status_code == 201
    assert second.content == first.content
    assert second.headers["location"] == first.headers["location"]
    assert second.headers["content-type"] == first.headers["content-type"]
    assert second.headers["idempotent-replayed"] == "true"
    assert "idempotent-replayed" not in first.headers
    assert second.headers["x-request-id"] != first.headers["x-request-id"]
    assert len(await kit.emitted(tenant, NoteWritten)) == 1


async def test_of_twenty_at_once_one_has_the_effect(kit: ServiceKit, tenant: Tenant, client: httpx.AsyncClient) -> None:
    answers = await asyncio.gather(*(client.post("/v1/notes", json=note(tenant), headers=KEY) for _ in range(20)))
    statuses = [answer.status_code for answer in answers]
    assert set(statuses) <= {201, 409}
    assert len({answer.content for answer in answers if answer.status_code == 201}) == 1
    refused = [answer for answer in answers if answer.status_code == 409]
    assert all(answer.json()["code"] == "idempotency.in_progress" for answer in refused)
    assert all(answer.headers["retry-after"] == "1" for answer in refused)
    assert len(await kit.emitted(tenant, NoteWritten)) == 1


@pytest.mark.parametrize("where", ["body", "query"])
async def test_another_request_under_the_key_is_refused(
    kit: ServiceKit, tenant: Tenant, client: httpx.AsyncClient, where: str
) -> None:
    await client.post("/v1/notes", json=note(tenant), headers=KEY)
    words, query = ("два", "") if where == "body" else ("раз", "?dry=1")
    other = await client.post(f"/v1/notes{query}", json=note(tenant, words), headers=KEY)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency.mismatch")
    assert len(await kit.emitted(tenant, NoteWritten)) == 1


async def test_a_failure_is_not_kept(kit: ServiceKit, tenant: Tenant, client: httpx.AsyncClient) -> None:
    failed = await client.post("/v1/notes", json=note(tenant, then="problem"), headers=KEY)
    done = await client.post("/v1/notes", json=note(tenant), headers=KEY)
    assert (failed.status_code, done.status_code) == (409, 201)


async def test_what_is_shown_once_is_not_shown_again(tenant: Tenant, client: httpx.AsyncClient) -> None:
    first = await client.post("/v1/notes", json=note(tenant, then="shown once"), headers=KEY)
    again = await client.post("/v1/notes", json=note(tenant, then="shown once"), headers=KEY)
    assert (again.status_code, again.json()["code"]) == (409, "idempotency.shown_once")
    assert first.headers["location"] in again.json()["detail"]
    assert "раз" not in again.text


async def test_a_key_is_its_owners_and_its_tenants(kit: ServiceKit, tenant: Tenant, client: httpx.AsyncClient) -> None:
    other_tenant = await kit.new_tenant()
    await client.post("/v1/notes", json=note(tenant), headers=KEY)
    for theirs, caller in ((tenant, tenant.caller(Role.CHAIR)), (other_tenant, other_tenant.caller(Role.CHAIR))):
        async with kit.client(caller) as other:
            answer = await other.post("/v1/notes", json=note(theirs), headers=KEY)
        assert answer.status_code == 201
        assert "idempotent-replayed" not in answer.headers


async def test_a_kept_answer_is_not_readable_in_the_database(
    tenant: Tenant, client: httpx.AsyncClient, as_owner: Rows
) -> None:
    await client.post("/v1/notes", json=note(tenant, "тайна"), headers=KEY)
    (row,) = await as_owner("SELECT r::text FROM surveys.idempotency_record r WHERE tenant_id = :id", id=tenant.id)
    assert "тайна" not in str(row)
    assert KEY["idempotency-key"] not in str(row)


@pytest.mark.parametrize(("length", "status"), [(255, 201), (256, 422)])
async def test_a_key_has_its_length(tenant: Tenant, client: httpx.AsyncClient, length: int, status: int) -> None:
    answer = await client.post("/v1/notes", json=note(tenant), headers={"idempotency-key": "k" * length})
    assert answer.status_code == status


async def test_a_key_on_a_read_means_nothing(client: httpx.AsyncClient) -> None:
    first, second = [await client.get("/v1/notes", headers=KEY) for _ in range(2)]
    assert first.status_code == second.status_code == 200
    assert "idempotent-replayed" not in second.headers


async def test_a_route_that_works_outside_keeps_its_answer_too(tenant: Tenant, client: httpx.AsyncClient) -> None:
    first, second = [await client.post("/v1/notes/outside", json=note(tenant), headers=KEY) for _ in range(2)]
    assert first.content == second.content
    assert second.headers["idempotent-replayed"] == "true"


async def test_a_new_key_of_the_house_reads_what_the_old_one_kept(make_kit: MakeKit) -> None:
    old, new = (Fernet.generate_key().decode() for _ in range(2))
    before, after = make_kit(encryption_keys=old), make_kit(encryption_keys=f"{new},{old}")
    tenant = await before.new_tenant()
    caller = tenant.caller(Role.CHAIR)
    async with before.client(caller) as client, after.client(caller) as client_after:
        first = await client.post("/v1/notes", json=note(tenant), headers=KEY)
        second = await client_after.post("/v1/notes", json=note(tenant), headers=KEY)
    assert first.content == second.content
