"""In the database itself, as each service's own role: nobody reaches a row of another tenant, whatever the code does."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import Executable, MetaData, Select, Table, delete, func, insert, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.ext.asyncio import AsyncConnection

from deploy.migrate import schemas
from shared.clock import new_id
from shared.contracts import ServiceName
from shared.db import sql_state
from shared.db.platform_tables import CROSS_TENANT
from shared.db.security import RELAY_ROLE, service_role
from tests.conftest import Ground
from tests.security.rows import Row, fill, tenant_tables
from tests.service.shared.schema import engine

SCHEMAS: dict[ServiceName, MetaData] = {ServiceName(str(metadata.schema)): metadata for metadata, _ in schemas()}
ROLES = [*(service_role(service) for service in ServiceName), RELAY_ROLE]
BEFORE_TENANT = {
    *("gateway.allowed_origin", "gateway.audit_mark", "gateway.operator_key"),
    *("gateway.sign_in_name", "gateway.tenant"),
}
"""What is looked up before the tenant is known."""
REFUSED = "42501"  # insufficient_privilege, which a row-level policy raises too
NO_SUCH_ROLE = "22023"
POINTS_NOWHERE = "23503"  # a foreign key, which carries the tenant and may speak first
each_service = pytest.mark.parametrize("service", list(ServiceName))
each_role = pytest.mark.parametrize("role", ROLES)


@dataclass(frozen=True)
class Filled:
    """Two tenants with a row in every table, and their rows by the table's name."""

    ground: Ground
    mine: UUID
    other: UUID
    rows: dict[ServiceName, dict[str, Row]]  # of `mine`


@pytest_asyncio.fixture(scope="session")
async def filled(own_ground: Ground) -> Filled:
    mine, other = new_id(), new_id()
    rows: dict[ServiceName, dict[str, Row]] = {}
    async with engine(own_ground.owner_url).begin() as owner:
        for service, metadata in SCHEMAS.items():
            rows[service] = await fill(owner, metadata, mine)
            await fill(owner, metadata, other)
    return Filled(own_ground, mine, other, rows)


@asynccontextmanager
async def connected(ground: Ground, role: str, tenant_id: UUID | None = None) -> AsyncGenerator[AsyncConnection, None]:
    async with engine(ground.url_of(role)).begin() as connection:
        if tenant_id is not None:
            await connection.exec_driver_sql(f"SET LOCAL vmeste.tenant = '{tenant_id}'")
        yield connection


async def refusals(
    ground: Ground, role: str, statements: Sequence[Executable], tenant_id: UUID | None = None
) -> list[str]:
    """PostgreSQL's codes for not doing any of them."""
    codes: list[str] = []
    async with connected(ground, role, tenant_id) as connection:
        for statement in statements:
            with pytest.raises(DBAPIError) as refused:
                async with connection.begin_nested():
                    await connection.execute(statement)
            codes.append(sql_state(refused.value))
    return codes


async def as_owner(ground: Ground, statement: str, **values: object) -> list[Row]:
    async with engine(ground.owner_url).connect() as connection:
        return [dict(row) for row in (await connection.execute(text(statement), values)).mappings()]


@each_service
async def test_a_tenant_sees_its_own_rows_alone(filled: Filled, service: ServiceName) -> None:
    for tenant_id in (filled.mine, filled.other):
        async with connected(filled.ground, service_role(service), tenant_id) as connection:
            for table in tenant_tables(SCHEMAS[service]):
                seen = await connection.execute(select(table.c.tenant_id))
                assert list(seen.scalars()) == [tenant_id], table.name


@each_service
@pytest.mark.parametrize("setting", [None, ""], ids=["never set", "emptied"])
async def test_without_a_tenant_there_is_nothing(filled: Filled, service: ServiceName, setting: str | None) -> None:
    async with connected(filled.ground, service_role(service)) as connection:
        if setting is not None:
            await connection.exec_driver_sql(f"SET LOCAL vmeste.tenant = '{setting}'")
        for table in tenant_tables(SCHEMAS[service]):
            assert (await connection.execute(_count(table))).scalar() == 0, table.name
            if not _is_ledger(table):
                assert (await connection.execute(delete(table))).rowcount == 0, table.name


@each_service
async def test_anothers_rows_are_neither_changed_nor_removed(filled: Filled, service: ServiceName) -> None:
    async with connected(filled.ground, service_role(service), filled.mine) as connection:
        for table in tenant_tables(SCHEMAS[service]):
            if _is_ledger(table):
                continue
            theirs = table.c.tenant_id == filled.other
            changed = await connection.execute(update(table).where(theirs).values(tenant_id=filled.mine))
            removed = await connection.execute(delete(table).where(theirs))
            assert (changed.rowcount, removed.rowcount) == (0, 0), table.name


async def test_a_ledger_is_only_added_to(filled: Filled) -> None:
    """Not even by the service that keeps it, not even one's own rows."""
    for service, metadata in SCHEMAS.items():
        ledgers = [table for table in tenant_tables(metadata) if _is_ledger(table)]
        statements = [
            statement for table in ledgers for statement in (update(table).values(tenant_id=filled.mine), delete(table))
        ]
        assert len(ledgers) > 0 or service is not ServiceName.GATEWAY
        codes = await refusals(filled.ground, service_role(service), statements, filled.mine)
        assert set(codes) <= {REFUSED}


async def test_a_mark_is_set_and_taken_away_by_its_own_tenant_and_never_changed(filled: Filled) -> None:
    """The sealer looks for marks across tenants; it must not lose those of another."""
    marks = SCHEMAS[ServiceName.GATEWAY].tables["gateway.audit_mark"]
    role, minute = service_role(ServiceName.GATEWAY), datetime(2026, 1, 1, tzinfo=UTC)
    for tenant_id in (filled.mine, filled.other):
        async with connected(filled.ground, role, tenant_id) as connection:
            await connection.execute(insert(marks).values(tenant_id=tenant_id, minute=minute))
    forbidden = [
        update(marks).values(minute=minute),
        insert(marks).values(tenant_id=filled.other, minute=minute + timedelta(minutes=1)),
    ]
    assert await refusals(filled.ground, role, forbidden, filled.mine) == [REFUSED, REFUSED]
    of_both = marks.c.tenant_id.in_([filled.mine, filled.other]) & (marks.c.minute == minute)
    async with connected(filled.ground, role) as connection:
        assert (await connection.execute(delete(marks).where(of_both))).rowcount == 0, "without a tenant"
    async with connected(filled.ground, role, filled.mine) as connection:
        assert (await connection.execute(delete(marks).where(of_both))).rowcount == 1
        assert list((await connection.execute(select(marks.c.tenant_id).where(of_both))).scalars()) == [filled.other]


@each_service
async def test_a_service_takes_back_messages_of_its_own_tenant_alone(filled: Filled, service: ServiceName) -> None:
    """`forget_messages` runs with the owner's rights: it must not reach further than its caller."""
    forget = text(f"SELECT {service}.forget_messages(gen_random_uuid(), ARRAY['a test'], ARRAY['{{}}'::jsonb])")
    keep = (
        f"INSERT INTO {service}.dead_letter (message_id, destination, tenant_id, priority, envelope, reason) VALUES "  # noqa: S608 - as above
        """(:id, 'requests', :tenant, 5, '{"type": "a test", "payload": {}}', 'a test')"""
    )
    async with engine(filled.ground.owner_url).begin() as owner:
        for tenant_id in (filled.mine, filled.other):
            await owner.execute(text(keep), {"id": new_id(), "tenant": tenant_id})
    for tenant_id, gone in ((None, 0), (filled.mine, 1), (filled.mine, 0), (filled.other, 1)):
        async with connected(filled.ground, service_role(service), tenant_id) as connection:
            assert (await connection.execute(forget)).scalar() == gone
            await connection.commit()
    for stranger in {*ROLES} - {service_role(service)}:
        assert await refusals(filled.ground, stranger, [forget], filled.mine) == [REFUSED]


@each_service
async def test_a_row_is_neither_put_into_another_tenant_nor_given_to_it(filled: Filled, service: ServiceName) -> None:
    statements: list[Executable] = []
    for table in tenant_tables(SCHEMAS[service]):
        row = filled.rows[service][table.name]
        for tenant_id in (filled.other, new_id()):
            statements.append(insert(table).values(row | {"tenant_id": tenant_id}))
            statements.append(update(table).values(tenant_id=tenant_id))
    codes = await refusals(filled.ground, service_role(service), statements, filled.mine)
    assert set(codes) <= {REFUSED, POINTS_NOWHERE}


@each_service
async def test_a_table_is_not_emptied_past_the_guard(filled: Filled, service: ServiceName) -> None:
    """TRUNCATE asks no policy."""
    statements = [text(f"TRUNCATE {table.fullname} CASCADE") for table in tenant_tables(SCHEMAS[service])]
    assert set(await refusals(filled.ground, service_role(service), statements, filled.mine)) == {REFUSED}


@each_service
async def test_a_service_only_adds_to_what_crosses_tenants(filled: Filled, service: ServiceName) -> None:
    verbs = ("SELECT 1 FROM {}", "DELETE FROM {}", "UPDATE {} SET priority = 1", "TRUNCATE {}", "LOCK {}")
    statements = [text(verb.format(f"{service}.{name}")) for name in CROSS_TENANT for verb in verbs]
    statements.append(text(f"INSERT INTO {service}.dead_letter DEFAULT VALUES"))
    codes = await refusals(filled.ground, service_role(service), statements, filled.mine)
    assert set(codes) == {REFUSED}


@each_service
async def test_a_service_reaches_no_other_services_tables(filled: Filled, service: ServiceName) -> None:
    others = set(ServiceName) - {service}
    statements = [_count(table) for other in others for table in SCHEMAS[other].sorted_tables]
    assert set(await refusals(filled.ground, service_role(service), statements, filled.mine)) == {REFUSED}


@each_service
async def test_the_relay_reaches_messages_alone(filled: Filled, service: ServiceName) -> None:
    tables = SCHEMAS[service].sorted_tables
    rest = [_count(table) for table in tables if table.name not in CROSS_TENANT]
    assert set(await refusals(filled.ground, RELAY_ROLE, rest, filled.mine)) == {REFUSED}
    async with connected(filled.ground, RELAY_ROLE) as connection:
        for table in tables:
            if table.name in CROSS_TENANT:
                await connection.execute(_count(table))


@each_role
async def test_a_role_owns_nothing_and_steps_over_nothing(own_ground: Ground, role: str) -> None:
    (facts,) = await as_owner(
        own_ground,
        "SELECT rolsuper, rolbypassrls, rolcreaterole, rolcreatedb, rolreplication, "
        "(SELECT count(*) FROM pg_shdepend WHERE refobjid = r.oid AND deptype = 'o') AS owned, "
        "(SELECT count(*) FROM pg_auth_members WHERE member = r.oid) AS memberships FROM pg_roles r WHERE rolname = :role",
        role=role,
    )
    assert not any(facts.values()), facts


@each_role
async def test_a_role_gains_no_more(own_ground: Ground, role: str) -> None:
    statements = (
        "SET ROLE postgres",
        "SET SESSION AUTHORIZATION postgres",
        "CREATE SCHEMA mine",
        "CREATE TABLE public.mine (id int)",
        "ALTER TABLE gateway.person DISABLE ROW LEVEL SECURITY",
        "DROP POLICY tenant ON gateway.person",
        "SELECT * FROM gateway.alembic_version",
        "SELECT rolpassword FROM pg_authid",
        "COPY (SELECT 1) TO PROGRAM 'true'",
    )
    codes = await refusals(own_ground, role, [text(statement) for statement in statements])
    assert set(codes) <= {REFUSED, NO_SUCH_ROLE}


@each_service
async def test_a_role_turns_the_guard_off_only_to_be_refused(filled: Filled, service: ServiceName) -> None:
    """`row_security = off` asks for an error instead of a filtered answer; it is no way around."""
    async with connected(filled.ground, service_role(service), filled.mine) as connection:
        await connection.exec_driver_sql("SET LOCAL row_security = off")
        for table in tenant_tables(SCHEMAS[service]):
            with pytest.raises(DBAPIError) as refused:
                async with connection.begin_nested():
                    await connection.execute(_count(table))
            assert sql_state(refused.value) == REFUSED, table.name


async def test_every_table_of_tenants_is_guarded(own_ground: Ground) -> None:
    """As the database has them, so that a table from a migration alone is seen too."""
    unguarded = await as_owner(
        own_ground,
        "SELECT nspname || '.' || relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = relnamespace "
        "WHERE nspname = ANY(:schemas) AND relkind IN ('r', 'p', 'v', 'm', 'f') "
        "AND NOT (relrowsecurity AND relforcerowsecurity)",
        schemas=[str(service) for service in ServiceName],
    )
    crossing = {f"{service}.{name}" for service in ServiceName for name in (*CROSS_TENANT, "alembic_version")}
    assert {row["name"] for row in unguarded} == (crossing | BEFORE_TENANT) - {"gateway.audit_mark"}


def _is_ledger(table: Table[Any]) -> bool:
    return bool(table.info.get("append_only"))


def _count(table: Table[Any]) -> Select[int]:
    return select(func.count()).select_from(table)
