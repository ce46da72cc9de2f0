"""A tenant's rows and files written out, and deleted: all of its own, nothing of its neighbour's."""

import json
from collections.abc import AsyncGenerator
from uuid import uuid4

import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from shared import tenant_rows
from shared.clock import new_id
from shared.contracts.gateway import PartReported, TenantExportRequested, TenantStateChanged
from shared.queue import Answer
from shared.standing import TenantState, keep_standing
from shared.tenant_rows import count_rows, delete_rows, files_of, forget_sent, tenant_tables
from shared.testing.kit import ServiceKit, Tenant
from tests.service.shared.conftest import Rows
from tests.service.shared.notes import Note, NoteWritten, Tag, metadata


@pytest_asyncio.fixture
async def neighbour(kit: ServiceKit) -> AsyncGenerator[Tenant, None]:
    """Somebody else, whose rows and files must all be there afterwards."""
    tenant = await kit.new_tenant()
    await filled(kit, tenant)
    before = await counted(kit, tenant)
    yield tenant
    assert await counted(kit, tenant) == before
    assert [key async for key, _ in files_of(kit.runtime.storage, tenant.id)] == [f"media/{tenant.id}/picture"]


async def filled(kit: ServiceKit, tenant: Tenant, notes: int = 3) -> None:
    """Rows in many tables, a file, a message on its way, a request that was answered."""
    await kit.new_person(tenant)
    async with kit.transaction(tenant) as context:
        for number in range(notes):
            note = await context.store.insert(Note(organization_id=tenant.root, words=f"слово {number}"))
        await context.store.insert(Tag(note_id=note.id, name="метка"))  # pyright: ignore[reportPossiblyUnboundVariable] - there is at least one
        await context.emit(NoteWritten(organization_id=tenant.root, words="в пути"))
    await kit.runtime.storage.put(f"media/{tenant.id}/picture", b"pixels")


async def counted(kit: ServiceKit, tenant: Tenant) -> dict[str, int]:
    async with kit.transaction(tenant) as context:
        return await count_rows(context, metadata)


async def deleted(kit: ServiceKit, tenant: Tenant, message: TenantStateChanged) -> Answer:
    """As its queue would: until it is over."""
    message_id = new_id()
    for _ in range(50):
        answer = await kit.deliver(tenant, message, message_id)
        assert answer.error is None
        if answer.retry_after is None:
            return answer
    raise AssertionError("never over")


async def test_all_of_a_deleted_tenant_goes_but_its_tombstone(
    kit: ServiceKit, tenant: Tenant, neighbour: Tenant, as_owner: Rows
) -> None:
    await filled(kit, tenant)
    before = await counted(kit, tenant)
    job_id = uuid4()
    await kit.deliver(tenant, TenantStateChanged(state="suspended", state_version=2))
    message = TenantStateChanged(state="deleted", state_version=3, job_id=job_id)
    for _ in range(2):  # the second finds nothing to do and reports nothing
        await deleted(kit, tenant, message)
    for table in metadata.sorted_tables:
        if "tenant_id" in table.c and table.name not in {"tenant_standing", "outbox"}:
            left = await as_owner(f"SELECT 1 FROM {table.fullname} WHERE tenant_id = :id", id=tenant.id)  # noqa: S608 - the test's own tables
            assert left == [], table.name
    assert await as_owner("SELECT state FROM surveys.tenant_standing WHERE tenant_id = :id", id=tenant.id) == [
        {"state": "deleted"}
    ]
    assert await kit.emitted(tenant, NoteWritten) == []
    (part,) = await kit.emitted(tenant, PartReported)
    assert (part.job_id, part.counts) == (job_id, {**before, "files": 1})
    assert [key async for key, _ in files_of(kit.runtime.storage, tenant.id)] == []


async def test_a_large_tenant_goes_in_parts(
    kit: ServiceKit, tenant: Tenant, neighbour: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(kit, tenant, notes=25)
    monkeypatch.setattr(tenant_rows, "_BATCH", 10)
    monkeypatch.setattr(tenant_rows, "SECONDS", 0.0)
    await deleted(kit, tenant, TenantStateChanged(state="deleted", state_version=2, job_id=uuid4()))
    assert await counted(kit, tenant) == {}


async def test_of_an_active_tenant_nothing_is_let_go(kit: ServiceKit, tenant: Tenant) -> None:
    with pytest.raises(DBAPIError, match="insufficient_privilege"):
        async with kit.transaction(tenant) as context:
            await forget_sent(context)
    async with kit.transaction(tenant) as context:
        await keep_standing(context, TenantState.SUSPENDED, 9)
        await forget_sent(context)
        with pytest.raises(DBAPIError, match="case not found"):
            await context.store.execute(text("SELECT surveys.forget_tenant('note', 1)"))


async def test_rows_are_written_out_once_each(
    kit: ServiceKit, tenant: Tenant, neighbour: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    await filled(kit, tenant, notes=25)
    monkeypatch.setattr(tenant_rows, "PAGE", 10)
    monkeypatch.setattr(tenant_rows, "SECONDS", 0.0)
    await kit.deliver(tenant, TenantStateChanged(state="suspended", state_version=2))
    job_id, message_id = uuid4(), new_id()
    folder = f"exports/{tenant.id}/{job_id}"
    answers = [await kit.deliver(tenant, TenantExportRequested(job_id=job_id, folder=folder), message_id)]
    while answers[-1].retry_after is not None:
        answers.append(await kit.deliver(tenant, TenantExportRequested(job_id=job_id, folder=folder), message_id))
    assert {answer.error for answer in answers} == {None}
    assert len(answers) > 3
    written: dict[str, list[dict[str, object]]] = {}
    async for key, _ in kit.runtime.storage.files(folder):
        table = key.removeprefix(f"{folder}/surveys/").split("/")[0]
        lines = (await kit.runtime.storage.get(key)).decode().splitlines()
        written.setdefault(table, []).extend(json.loads(line) for line in lines)
    assert sorted(str(row["words"]) for row in written["note"]) == sorted(f"слово {number}" for number in range(25))
    assert {name: len(rows) for name, rows in written.items() if rows} == await counted(kit, tenant)
    assert {row["tenant_id"] for rows in written.values() for row in rows} == {str(tenant.id)}
    (part,) = await kit.emitted(tenant, PartReported)
    assert part.counts == await counted(kit, tenant)


async def test_deletion_knows_every_table(kit: ServiceKit, tenant: Tenant) -> None:
    names = {table.name for table in tenant_tables(metadata)}
    assert {"note", "tag", "organization", "job", "processed_message"} <= names
    async with kit.transaction(tenant) as context:
        await keep_standing(context, TenantState.SUSPENDED, 9)
        assert await delete_rows(context, metadata)
    assert await counted(kit, tenant) == {}
