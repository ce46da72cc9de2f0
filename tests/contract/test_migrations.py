"""The migrations lead to the tables that the code has."""

import pytest
from alembic.util import CommandError
from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncConnection, create_async_engine

from deploy.migrate import check_all, migrate_all, schemas
from shared.contracts import ServiceName
from shared.db import asyncpg_url
from tests.conftest import Ground
from tests.databases import ROLE_SECRET


async def test_tables_and_migrations_do_not_differ(ground: Ground) -> None:
    await check_all(ground.owner_url)


async def test_the_checks_of_the_tables_are_those_of_the_code(ground: Ground) -> None:
    """Alembic does not look at CHECK constraints: a new state would be refused by a database that was migrated."""
    owner = create_async_engine(asyncpg_url(ground.owner_url), isolation_level="AUTOCOMMIT")
    async with owner.connect() as connection:
        await connection.execute(text("CREATE DATABASE drawn"))
    url = make_url(ground.owner_url).set(database="drawn").render_as_string(hide_password=False)
    drawn = create_async_engine(asyncpg_url(url))
    async with drawn.begin() as connection:
        for metadata, _ in schemas():
            await connection.execute(text(f"CREATE SCHEMA {metadata.schema}"))
            await connection.run_sync(metadata.create_all)
        of_the_code = await _checks(connection)
    await drawn.dispose()
    async with owner.connect() as connection:
        assert await _checks(connection) == of_the_code
        await connection.execute(text("DROP DATABASE drawn WITH (FORCE)"))
    await owner.dispose()


async def _checks(connection: AsyncConnection) -> set[str]:
    query = text(
        "SELECT conrelid::regclass || ' ' || conname || ' ' || pg_get_constraintdef(oid) FROM pg_constraint "
        "WHERE contype = 'c' AND connamespace::regnamespace::text = ANY(:schemas)"
    )
    found = await connection.execute(query, {"schemas": [service.value for service in ServiceName]})
    return set(found.scalars())


async def test_a_difference_would_be_found(ground: Ground) -> None:
    """The control: a database that lacks one column."""
    owner = create_async_engine(asyncpg_url(ground.owner_url), isolation_level="AUTOCOMMIT")
    async with owner.connect() as connection:
        await connection.execute(text("CREATE DATABASE differing"))
    url = make_url(ground.owner_url).set(database="differing").render_as_string(hide_password=False)
    await migrate_all(url, ROLE_SECRET)
    differing = create_async_engine(asyncpg_url(url))
    async with differing.begin() as connection:
        await connection.execute(text("ALTER TABLE gateway.person DROP COLUMN additional_name"))
    await differing.dispose()
    with pytest.raises(CommandError):
        await check_all(url)
    async with owner.connect() as connection:
        await connection.execute(text("DROP DATABASE differing WITH (FORCE)"))
    await owner.dispose()
