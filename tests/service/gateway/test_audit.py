"""The audit: told by every change, sealed without anybody waiting, and no change to it goes unseen."""

import asyncio
import json
from collections.abc import AsyncGenerator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from services.gateway.audit.actions import pseudonym_of, record, seal_all, verify
from services.gateway.audit.rules import NO_HASH, Break, Flaw
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.gateway import AuditRecorded
from shared.db import asyncpg_url
from shared.identity import system
from shared.permissions import Role
from shared.testing.clock import FakeClock
from tests.conftest import Ground
from tests.service.gateway.union import Gateway, Union


@pytest_asyncio.fixture
async def owner(ground: Ground) -> AsyncGenerator[AsyncEngine, None]:
    """Whoever administers the database: nothing stops them from changing rows."""
    engine = create_async_engine(asyncpg_url(ground.owner_url))
    yield engine
    await engine.dispose()


async def tell(gateway: Gateway, tenant_id: UUID, count: int, **more: Any) -> None:
    async with unit_of_work(gateway.runtime, tenant_id, system(tenant_id)) as context:
        for number in range(count):
            values: dict[str, Any] = {
                "service": ServiceName.PUBLISHER,
                "operation": "publications_approve",
                "actor_kind": "person",
                "actor_id": tenant_id,
                "resource": f"/v1/publications/{number}",
                "status": 200,
                "occurred_at": context.now,
                "request_id": f"request-{number}",
            }
            await record(context, AuditRecorded(**(values | more)))


async def pseudonym(gateway: Gateway, tenant_id: UUID, actor_id: UUID) -> str:
    async with unit_of_work(gateway.runtime, tenant_id, system(tenant_id)) as context:
        return await pseudonym_of(context, actor_id)


async def settle(gateway: Gateway) -> None:
    gateway.clock.advance(timedelta(minutes=4))
    await seal_all(gateway.runtime)


async def items(client: httpx.AsyncClient, path: str, **query: str | int) -> list[dict[str, Any]]:
    answer = await client.get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


async def test_a_change_is_in_the_audit_under_a_pseudonym_and_under_a_seal(gateway: Gateway, union: Union) -> None:
    person = await union.person()
    await gateway.drain()
    (entry, *_) = await items(union.admin, "/v1/audit", operation="people_create")
    assert entry["resource"] == "/v1/people"
    assert (entry["actor_kind"], entry["status"], entry["seal"]) == ("person", 201, None)
    assert entry["actor"] == await pseudonym(gateway, union.id, union.administrator_id)
    assert str(union.administrator_id) not in json.dumps(entry)

    await settle(gateway)
    (entry, *_) = await items(union.admin, "/v1/audit", operation="people_create")
    assert entry["seal"] == 1
    (seal,) = await items(union.admin, "/v1/audit/seals")
    assert (seal["sequence"], seal["previous_hash"]) == (1, NO_HASH)
    assert (await verify(gateway.runtime.database, union.id)).broken is None
    assert person["id"]


async def test_reading_leaves_nothing_in_the_audit(gateway: Gateway, union: Union) -> None:
    await gateway.drain()
    before = await items(union.admin, "/v1/audit", limit=200)
    await union.admin.get("/v1/organizations")
    await gateway.drain()
    assert await items(union.admin, "/v1/audit", limit=200) == before


async def test_it_is_searched_by_operation_actor_resource_and_period(gateway: Gateway, union: Union) -> None:
    await tell(gateway, union.id, 1, operation="channels_create", resource="/v1/channels")
    gateway.clock.advance(timedelta(minutes=5))
    middle = gateway.clock.now()
    await tell(gateway, union.id, 1, operation="channels_update", resource="/v1/channels/7", actor_id=uuid4())
    await tell(gateway, union.id, 1, operation="other", resource="/v1/channels7")

    async def found(**query: str) -> set[str]:
        return {entry["operation"] for entry in await items(union.admin, "/v1/audit", **query)}

    assert await found(resource="/v1/channels") == {"channels_create", "channels_update"}
    assert await found(resource="/v1/channels/") == {"channels_create", "channels_update"}
    assert await found(operation="channels_update") == {"channels_update"}
    assert await found(since=middle.isoformat(), resource="/v1/channels") == {"channels_update"}
    assert "channels_create" in await found(until=middle.isoformat())
    actor = await pseudonym(gateway, union.id, union.id)
    assert await found(actor=actor) == {"channels_create", "other"}
    for wrong in ({"actor": "x"}, {"since": "2026-01-01T00:00:00"}, {"resource": "channels"}):
        assert (await union.admin.get("/v1/audit", params=wrong)).status_code == 422


async def test_pages_of_it_take_the_same_few_statements(gateway: Gateway, union: Union) -> None:
    await tell(gateway, union.id, 30)
    await settle(gateway)

    async def statements(limit: int) -> tuple[list[dict[str, Any]], int]:
        noted: list[str] = []
        with gateway.counting(noted):
            page = await items(union.admin, "/v1/audit", limit=limit, operation="publications_approve")
        return page, len(noted)

    await statements(1)
    few, of_few = await statements(2)
    many, of_many = await statements(25)
    assert (len(few), len(many)) == (2, 25)
    assert of_few == of_many
    answer = (await union.admin.get("/v1/audit", params={"limit": 25})).json()
    rest = (await union.admin.get("/v1/audit", params={"limit": 25, "after": answer["next"]})).json()
    assert not {entry["id"] for entry in answer["items"]} & {entry["id"] for entry in rest["items"]}


async def test_only_who_may_see_the_whole_union_sees_it(gateway: Gateway, union: Union) -> None:
    branch = await union.organization()
    auditor = await union.staff(Role.AUDITOR)
    chair_of_branch = await union.staff(Role.CHAIR, branch["id"])
    lawyer = await union.staff(Role.LAWYER)
    paths = ("/v1/audit", "/v1/audit/seals", "/v1/audit/export")
    for path in paths:
        assert (await auditor.get(path)).status_code == 200
        assert (await chair_of_branch.get(path)).status_code == 403
        assert (await lawyer.get(path)).status_code == 403
        assert (await gateway.client().get(path)).status_code == 401


async def test_one_union_sees_nothing_of_anothers(gateway: Gateway, union: Union) -> None:
    other = await gateway.found()
    await tell(gateway, other.id, 2, operation="of_another")
    await settle(gateway)
    assert await items(union.admin, "/v1/audit", operation="of_another") == []
    assert "of_another" not in (await union.admin.get("/v1/audit/export")).text
    await other.admin.aclose()


class RunningClock(FakeClock):
    def now(self) -> datetime:
        self.advance(timedelta(microseconds=1))
        return super().now()


async def test_a_seal_holds_while_time_goes_on(gateway: Gateway, union: Union) -> None:
    await tell(gateway, union.id, 2)
    later = RunningClock(gateway.clock.now() + timedelta(minutes=4))
    await seal_all(replace(gateway.runtime, clock=later))
    verdict = await verify(gateway.runtime.database, union.id)
    assert (verdict.seals, verdict.broken) == (1, None)


async def test_the_export_can_be_checked_by_anybody(gateway: Gateway, union: Union) -> None:
    await tell(gateway, union.id, 3)
    await settle(gateway)
    await tell(gateway, union.id, 2)
    await settle(gateway)
    exported = await union.admin.get("/v1/audit/export")
    assert exported.headers["content-type"] == "application/x-ndjson"

    previous, lines, hashes = "0" * 64, b"", list[str]()
    for line in exported.content.splitlines(keepends=True):
        told = json.loads(line)
        if set(told) == {"hash"}:
            assert sha256(lines).hexdigest() == told["hash"]
            previous, lines = told["hash"], b""
            hashes.append(previous)
            continue
        if "previous_hash" in told:
            assert told["previous_hash"] == previous
        lines += line
    seals = await items(union.admin, "/v1/audit/seals")
    assert hashes == [seal["hash"] for seal in reversed(seals)]
    assert len(hashes) == 2

    later = await union.admin.get("/v1/audit/export", params={"after": 1})
    assert json.loads(later.text.splitlines()[0])["sequence"] == 2
    assert (await union.admin.get("/v1/audit/export", params={"after": 2})).text == ""


async def test_many_at_once_are_sealed_once_each_and_late_ones_by_the_next_seal(gateway: Gateway, union: Union) -> None:
    await gateway.drain()
    await settle(gateway)
    before = await verify(gateway.runtime.database, union.id)
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as slow:
        late = {"service": "publisher", "operation": "late", "actor_kind": "person", "actor_id": None, "status": 200}
        rest = {"resource": "/v1/x", "occurred_at": slow.now, "request_id": "r"}
        await record(slow, AuditRecorded.model_validate(late | rest))
        await slow.store.flush()
        gateway.clock.advance(timedelta(minutes=1))
        await asyncio.gather(*(tell(gateway, union.id, 1) for _ in range(4)))  # none waits for the slow one
        gateway.clock.advance(timedelta(minutes=1, seconds=5))
    gateway.clock.advance(timedelta(minutes=1))
    await asyncio.gather(*(seal_all(gateway.runtime) for _ in range(3)))
    await settle(gateway)
    after = await verify(gateway.runtime.database, union.id)
    assert after.broken is None
    assert after.entries == before.entries + 5
    anew = await gateway.tokens(union.sign_in_name)
    (entry,) = await items(gateway.client(anew["access_token"]), "/v1/audit", operation="late")
    assert entry["seal"] is not None


async def test_a_seal_holds_a_thousand_entries_and_the_rest_goes_under_the_next(
    gateway: Gateway, union: Union, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.audit.actions.sealing.SEAL_SIZE", 4)
    await gateway.drain()
    await settle(gateway)
    before = await verify(gateway.runtime.database, union.id)
    await tell(gateway, union.id, 10)
    await settle(gateway)
    verdict = await verify(gateway.runtime.database, union.id)
    assert (verdict.seals - before.seals, verdict.entries - before.entries) == (3, 10)
    assert verdict.broken is None


TAMPERING = {
    "changed": "UPDATE gateway.audit_entry SET status = 500 WHERE id = :second",
    "removed": "DELETE FROM gateway.audit_entry WHERE id = :second",
    "removed with its seal's mark": "WITH gone AS (DELETE FROM gateway.audit_sealed WHERE id = :second) "
    "DELETE FROM gateway.audit_entry WHERE id = :second",
    "moved": "WITH pair AS (SELECT a.tenant_id, a.id AS a, b.id AS b FROM gateway.audit_entry a, gateway.audit_entry b "
    "WHERE a.id = :second AND b.id = :third) UPDATE gateway.audit_entry e SET request_id = "
    "(SELECT request_id FROM gateway.audit_entry o WHERE o.id = CASE WHEN e.id = pair.a THEN pair.b ELSE pair.a END) "
    "FROM pair WHERE e.id IN (pair.a, pair.b)",
}


async def entry_ids(owner: AsyncEngine, tenant_id: UUID) -> list[UUID]:
    query = text("SELECT id FROM gateway.audit_entry WHERE tenant_id = :tenant ORDER BY id")
    async with owner.connect() as connection:
        return list((await connection.execute(query, {"tenant": tenant_id})).scalars())


@pytest.mark.parametrize("what", TAMPERING)
async def test_whatever_the_databases_owner_does_is_found(gateway: Gateway, owner: AsyncEngine, what: str) -> None:
    tenant_id = uuid4()
    await tell(gateway, tenant_id, 3)
    await settle(gateway)
    await tell(gateway, tenant_id, 3)
    await settle(gateway)
    second, third = (await entry_ids(owner, tenant_id))[3:5]
    assert (await verify(gateway.runtime.database, tenant_id)).broken is None
    async with owner.begin() as connection:
        values = {
            name: value for name, value in (("second", second), ("third", third)) if f":{name}" in TAMPERING[what]
        }
        await connection.execute(text(TAMPERING[what]), values)
    assert (await verify(gateway.runtime.database, tenant_id)).broken == Break(2, Flaw.CHANGED)


async def test_an_entry_put_into_the_past_is_found(gateway: Gateway, owner: AsyncEngine) -> None:
    tenant_id = uuid4()
    await tell(gateway, tenant_id, 2)
    await settle(gateway)
    old = UUID(int=((await entry_ids(owner, tenant_id))[0].int >> 80) - 86_400_000 << 80)
    copy = text(
        "INSERT INTO gateway.audit_entry SELECT tenant_id, :old, service, operation, actor_kind, actor, resource, status, "
        "occurred_at, request_id FROM gateway.audit_entry WHERE tenant_id = :tenant LIMIT 1"
    )
    columns = text(
        "SELECT column_name FROM information_schema.columns WHERE table_name = 'audit_entry' ORDER BY ordinal_position"
    )
    async with owner.begin() as connection:
        assert list((await connection.execute(columns)).scalars())[:2] == ["tenant_id", "id"]
        await connection.execute(copy, {"tenant": tenant_id, "old": old})
    await settle(gateway)
    assert (await verify(gateway.runtime.database, tenant_id)).broken == Break(2, Flaw.SMUGGLED)


async def test_a_cut_tail_is_found_by_whoever_keeps_a_hash(gateway: Gateway, owner: AsyncEngine) -> None:
    tenant_id = uuid4()
    await tell(gateway, tenant_id, 2)
    await settle(gateway)
    await tell(gateway, tenant_id, 2)
    await settle(gateway)
    kept = (await verify(gateway.runtime.database, tenant_id)).head
    async with owner.begin() as connection:
        for statement in (
            "DELETE FROM gateway.audit_entry WHERE id IN (SELECT id FROM gateway.audit_sealed WHERE sequence = 2) AND tenant_id = :tenant",
            "DELETE FROM gateway.audit_sealed WHERE sequence = 2 AND tenant_id = :tenant",
            "DELETE FROM gateway.audit_seal WHERE sequence = 2 AND tenant_id = :tenant",
        ):
            await connection.execute(text(statement), {"tenant": tenant_id})
    verdict = await verify(gateway.runtime.database, tenant_id, kept_hash=kept)
    assert (verdict.broken, verdict.known) == (None, False)


@pytest.mark.parametrize("table", ["audit_entry", "audit_seal", "audit_sealed"])
@pytest.mark.parametrize("change", ["UPDATE gateway.{} SET id = id", "DELETE FROM gateway.{}"])
async def test_the_gateway_itself_can_only_add(gateway: Gateway, union: Union, table: str, change: str) -> None:
    with pytest.raises(DBAPIError, match="permission denied"):
        async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
            await context.store.execute(text(change.format(table)))


async def test_without_the_key_and_the_person_the_chain_stays_whole(gateway: Gateway, union: Union) -> None:
    """What erasing a person may take away is not under the seals."""
    person = await union.person()
    await gateway.drain()
    await settle(gateway)
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        await context.store.execute(text("DELETE FROM gateway.audit_key"))
    verdict = await verify(gateway.runtime.database, union.id)
    assert verdict.broken is None
    assert verdict.entries > 0
    assert person["id"] not in json.dumps(await items(union.admin, "/v1/audit"))
