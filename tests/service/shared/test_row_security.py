"""Row-level security, as the service's own role: another tenant's rows are not there, on any table."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID, uuid4

import pytest
from sqlalchemy import delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts import ServiceName
from shared.contracts.gateway import CalendarChanged, JobDue, TenantStateChanged
from shared.db import Store, sql_state
from shared.db.platform_tables import CROSS_TENANT
from shared.db.security import RELAY_ROLE, service_role
from shared.errors import NotFound
from shared.jobs import start_job
from shared.permissions import Role
from shared.testing.kit import ServiceKit, Tenant
from tests.conftest import Ground
from tests.service.shared.conftest import Rows
from tests.service.shared.notes import Note, Tag, metadata
from tests.service.shared.schema import engine

ROLE = service_role(ServiceName.SURVEYS)
REFUSED = "42501"  # insufficient_privilege, which a row-level policy raises too
OF_TENANTS = [table for table in metadata.sorted_tables if table.name not in CROSS_TENANT]


@pytest.fixture
async def two(kit: ServiceKit) -> tuple[Tenant, Tenant]:
    """Two tenants with a row in every table that tenants have."""
    tenants = await kit.new_tenant(), await kit.new_tenant()
    for tenant in tenants:
        await kit.new_person(tenant)
        tenant.position += 1
        calendar = CalendarChanged(
            calendar_id=uuid4(), entity_version=1, position=tenant.position, name="Пятидневка", definition={}
        )
        for message in (calendar, TenantStateChanged(state="active", state_version=1)):
            assert (await kit.deliver(tenant, message)).error is None
        async with kit.transaction(tenant) as context:
            note = await context.store.insert(Note(organization_id=tenant.root, words="их"))
            await context.store.insert(Tag(note_id=note.id, name="the same in both"))
            await context.store.execute(
                text(
                    "INSERT INTO surveys.identifier (tenant_id, id, person_id, network, external_id) "
                    "VALUES (:tenant, :id, :id, 'vk', '1')"
                ),
                {"tenant": tenant.id, "id": uuid4()},
            )
            await context.store.execute(
                text(
                    "INSERT INTO surveys.job_part (tenant_id, job_id, service, counts) "
                    "VALUES (:tenant, :job, 'surveys', '{}')"
                ),
                {"tenant": tenant.id, "job": uuid4()},
            )
            await start_job(context, "counting", lambda job_id: JobDue(job_id=job_id), memory={})
        async with kit.client(tenant.caller(Role.CHAIR)) as client:
            body = {"organization_id": str(tenant.root), "words": "их"}
            answer = await client.post("/v1/notes", json=body, headers={"idempotency-key": "1"})
            assert answer.status_code == 201
    return tenants


@asynccontextmanager
async def connected(ground: Ground, role: str, tenant_id: UUID | None = None) -> AsyncGenerator[AsyncConnection, None]:
    async with engine(ground.url_of(role)).begin() as connection:
        if tenant_id is not None:
            await connection.exec_driver_sql(f"SET LOCAL vmeste.tenant = '{tenant_id}'")
        yield connection


async def test_only_ones_own_rows_are_there(notes_ground: Ground, two: tuple[Tenant, Tenant]) -> None:
    for tenant in two:
        async with connected(notes_ground, ROLE, tenant.id) as connection:
            for table in OF_TENANTS:
                seen = await connection.execute(select(table.c.tenant_id).distinct())
                assert set(seen.scalars()) == {tenant.id}, table.name


@pytest.mark.parametrize("setting", [None, ""], ids=["never set", "emptied"])
async def test_without_a_tenant_there_is_nothing(
    notes_ground: Ground, two: tuple[Tenant, Tenant], setting: str | None
) -> None:
    async with connected(notes_ground, ROLE) as connection:
        if setting is not None:
            await connection.exec_driver_sql(f"SET LOCAL vmeste.tenant = '{setting}'")
        for table in OF_TENANTS:
            count = await connection.execute(select(func.count()).select_from(table))
            assert count.scalar() == 0, table.name


async def test_anothers_rows_can_be_neither_changed_nor_removed(
    notes_ground: Ground, two: tuple[Tenant, Tenant]
) -> None:
    mine, other = two
    async with connected(notes_ground, ROLE, mine.id) as connection:
        for table in OF_TENANTS:
            theirs = table.c.tenant_id == other.id
            changed = await connection.execute(update(table).where(theirs).values(tenant_id=mine.id))
            removed = await connection.execute(delete(table).where(theirs))
            assert (changed.rowcount, removed.rowcount) == (0, 0), table.name


async def test_a_row_can_be_neither_put_nor_given_to_another(
    notes_ground: Ground, as_owner: Rows, two: tuple[Tenant, Tenant]
) -> None:
    mine, stranger = two[0], uuid4()
    for table in OF_TENANTS:
        (row,) = await as_owner(f"SELECT * FROM {table.fullname} WHERE tenant_id = :id LIMIT 1", id=mine.id)  # noqa: S608
        put = insert(table).values(row | {"tenant_id": stranger})
        for statement in (put, update(table).values(tenant_id=stranger)):
            with pytest.raises(DBAPIError) as refused:
                async with connected(notes_ground, ROLE, mine.id) as connection:
                    await connection.execute(statement)
            assert sql_state(refused.value) in {REFUSED, "23503"}, table.name  # a foreign key may speak first


async def test_a_row_cannot_point_into_another_tenant(kit: ServiceKit, two: tuple[Tenant, Tenant]) -> None:
    mine, other = two
    with pytest.raises(IntegrityError):
        async with kit.transaction(mine) as context:
            await context.store.insert(Note(organization_id=other.root, words="чужая"))


async def test_what_is_unique_is_so_in_its_tenant(kit: ServiceKit, two: tuple[Tenant, Tenant]) -> None:
    async with kit.transaction(two[0]) as context:
        note = await context.store.insert(Note(organization_id=two[0].root, words="ещё"))
    with pytest.raises(IntegrityError):
        async with kit.transaction(two[0]) as context:
            await context.store.insert(Tag(note_id=note.id, name="the same in both"))


@pytest.mark.parametrize("statement", ["SELECT * FROM {}", "UPDATE {} SET tenant_id = tenant_id", "DELETE FROM {}"])
@pytest.mark.parametrize("name", sorted(CROSS_TENANT))
async def test_a_service_reads_no_table_of_all_tenants(
    notes_ground: Ground, tenant: Tenant, name: str, statement: str
) -> None:
    with pytest.raises(DBAPIError) as refused:
        async with connected(notes_ground, ROLE, tenant.id) as connection:
            await connection.execute(text(statement.format(f"surveys.{name}")))
    assert sql_state(refused.value) == REFUSED


async def test_the_relay_reads_no_table_of_tenants(notes_ground: Ground) -> None:
    for table in OF_TENANTS:
        with pytest.raises(DBAPIError) as refused:
            async with connected(notes_ground, RELAY_ROLE) as connection:
                await connection.execute(select(table))
        assert sql_state(refused.value) == REFUSED, table.name


@pytest.mark.parametrize("role", [ROLE, RELAY_ROLE])
async def test_a_role_owns_nothing_and_cannot_step_over(as_owner: Rows, role: str) -> None:
    (facts,) = await as_owner(
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, "
        "(SELECT count(*) FROM pg_class WHERE relowner = r.oid) AS owned FROM pg_roles r WHERE rolname = :role",
        role=role,
    )
    assert not any(facts.values())
    forced = await as_owner(
        "SELECT relname FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace WHERE nspname = 'surveys' "
        "AND relkind IN ('r', 'p') AND NOT (relrowsecurity AND relforcerowsecurity)"
    )
    assert {row["relname"] for row in forced} == CROSS_TENANT


async def test_a_tenant_does_not_outlive_its_transaction(kit: ServiceKit, tenant: Tenant) -> None:
    """On one and the same connection."""
    async with kit.transaction(tenant) as context:
        await context.store.insert(Note(organization_id=tenant.root, words="наша"))
        used = (await context.store.execute(text("SELECT pg_backend_pid()"))).scalar()
    async with kit.runtime.database.before_tenant() as connection:
        assert (await connection.execute(text("SELECT pg_backend_pid()"))).scalar() == used
        assert (await connection.execute(select(func.count()).select_from(Note))).scalar() == 0


async def test_many_at_once_do_not_mix(kit: ServiceKit) -> None:
    tenants = [await kit.new_tenant() for _ in range(6)]

    async def write_and_read(tenant: Tenant) -> set[UUID]:
        async with kit.transaction(tenant) as context:
            note = await context.store.insert(Note(organization_id=tenant.root, words="x"))
        async with kit.transaction(tenant) as context:
            assert await context.store.find(Note, note.id) is not None
            return {row.tenant_id for row in await context.store.all(select(Note))}  # pyright: ignore[reportArgumentType] - SQLAlchemy's select

    found = await asyncio.gather(*(write_and_read(tenant) for tenant in tenants * 5))
    assert found == [{tenant.id} for tenant in tenants * 5]


async def test_a_store_finds_nothing_of_others(kit: ServiceKit, two: tuple[Tenant, Tenant]) -> None:
    mine, other = two
    async with kit.transaction(other) as context:
        (note, *_) = await context.store.all(select(Note))  # pyright: ignore[reportArgumentType] - SQLAlchemy's select
    async with kit.transaction(mine) as context:
        for read in (context.store.get, context.store.lock):
            with pytest.raises(NotFound):
                await read(Note, note.id)
        assert await Store(context.store.session, other.id).find(Note, note.id) is None
