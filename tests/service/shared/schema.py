"""A database of its own for made-up services: their tables, the roles, the guard, as a migration leaves them."""

from sqlalchemy import MetaData, text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from shared.db import asyncpg_url
from shared.db.security import RELAY_ROLE, create_role, role_password, secure_schema, service_role


def engine(url: str) -> AsyncEngine:
    """For a few statements; nothing stays open."""
    return create_async_engine(asyncpg_url(url), poolclass=NullPool)


async def make_database(owner_url: str, name: str, metadata: MetaData, role_secret: str) -> str:
    """Returns the owner's URL of the new database."""
    async with engine(owner_url).connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await outside.execute(text(f"CREATE DATABASE {name}"))
    url = make_url(owner_url).set(database=name).render_as_string(hide_password=False)
    schema = str(metadata.schema)
    async with engine(url).begin() as connection:
        for role in (service_role(schema), RELAY_ROLE):
            await connection.exec_driver_sql(create_role(role, role_password(role_secret, role)))
        await connection.execute(text(f"CREATE SCHEMA {schema}"))
        await connection.run_sync(metadata.create_all)
        for statement in secure_schema(metadata):
            await connection.exec_driver_sql(statement)
    return url
