"""All tables of all services, as the database's owner sees them.

An owner that is no superuser is under row-level security like everybody else: it goes through the tenants one by one.
"""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from typing import Any
from uuid import UUID

from sqlalchemy import NullPool, Table, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from deploy.migrate import schemas
from shared.db import asyncpg_url
from shared.db.platform_tables import CROSS_TENANT

Scope = UUID | None
"""A tenant to be entered, or None: all rows at once."""

_MAY_SEE_ALL = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"


@asynccontextmanager
async def owner_engine(url: str) -> AsyncGenerator[AsyncEngine, None]:
    engine = create_async_engine(asyncpg_url(url), poolclass=NullPool, hide_parameters=True)
    try:
        yield engine
    finally:
        await engine.dispose()


@asynccontextmanager
async def driver_connection(url: str) -> AsyncGenerator[Any, None]:
    """The driver's own connection, which knows COPY; the driver has no types."""
    async with owner_engine(url) as engine, engine.connect() as connection:
        yield (await connection.get_raw_connection()).driver_connection


def all_tables() -> list[Table[Any]]:
    """Those that others point at first."""
    return [table for metadata, _ in schemas() for table in metadata.sorted_tables]


def is_of_tenants(table: Table[Any]) -> bool:
    """Whether row-level security is on it."""
    return not (table.info.get("before_tenant") or table.name in CROSS_TENANT)


async def scopes(connection: AsyncConnection) -> Sequence[Scope]:
    """In which steps a table of tenants must be read."""
    if (await connection.execute(text(_MAY_SEE_ALL))).scalar_one():
        return [None]
    return list((await connection.execute(text("SELECT id FROM gateway.tenant ORDER BY id"))).scalars())


async def enter(connection: AsyncConnection, scope: Scope) -> None:
    """For the open transaction. A UUID object prints as hexadecimal digits and dashes, nothing that ends the literal."""
    if scope is not None:
        await connection.exec_driver_sql(f"SET LOCAL vmeste.tenant = '{scope}'")
