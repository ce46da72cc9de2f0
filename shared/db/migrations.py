"""Migrations: one history per service, which sees its own schema alone."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Literal

from alembic import command, context
from alembic.config import Config
from sqlalchemy import Connection, Enum, MetaData, NullPool, text
from sqlalchemy.ext.asyncio import create_async_engine
from sqlmodel import AutoString

from shared.db.engine import asyncpg_url
from shared.db.security import RELAY_ROLE, create_role, role_password, secure_schema, service_role


async def migrate_service(owner_url: str, metadata: MetaData, folder: Path, role_secret: str) -> None:
    """Bring one service's schema to its newest version, with its roles and its guard. Safe to repeat."""
    schema = str(metadata.schema)
    async with _owner(owner_url) as connection:
        for role in (service_role(schema), RELAY_ROLE):
            await connection.exec_driver_sql(create_role(role, role_password(role_secret, role)))
        await connection.execute(text(f"CREATE SCHEMA IF NOT EXISTS {schema}"))
        await connection.run_sync(_run(lambda config: command.upgrade(config, "head"), metadata, folder))
        for statement in secure_schema(metadata):
            await connection.exec_driver_sql(statement)


async def write_revision(owner_url: str, metadata: MetaData, folder: Path, message: str) -> None:
    """Write the next numbered migration: it leads from the database, as it is, to the tables in the code."""
    number = f"{len(list((folder / 'versions').glob('[0-9]*.py'))) + 1:04d}"
    async with _owner(owner_url) as connection:
        await connection.run_sync(
            _run(lambda config: command.revision(config, message, autogenerate=True, rev_id=number), metadata, folder)
        )


async def difference(owner_url: str, metadata: MetaData, folder: Path) -> None:
    """Raises alembic's CommandError when the tables in the code are not those of the migrations."""
    async with _owner(owner_url) as connection:
        await connection.run_sync(_run(command.check, metadata, folder))


def run_environment(metadata: MetaData) -> None:
    """What every service's `migrations/env.py` calls."""
    schema = metadata.schema

    def is_ours(name: str | None, kind: str, _: Any) -> bool:
        return name == schema if kind == "schema" else True

    def render(kind: str, item: Any, _: Any) -> str | Literal[False]:
        """Types as the database has them, without the models' own packages."""
        if kind == "type" and isinstance(item, Enum):
            return f"sa.String({item.length})"
        if kind == "type" and isinstance(item, AutoString):
            return "sa.String()"
        return False

    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        include_schemas=True,
        include_name=is_ours,
        render_item=render,
        version_table_schema=schema,
        compare_type=True,
        compare_server_default=True,
    )
    with context.begin_transaction():
        context.run_migrations()


def _owner(url: str) -> Any:
    return create_async_engine(asyncpg_url(url), poolclass=NullPool).begin()


def _run(step: Callable[[Config], object], metadata: MetaData, folder: Path) -> Callable[[Connection], None]:
    def run(connection: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(folder))
        config.attributes["connection"] = connection
        config.attributes["metadata"] = metadata
        step(config)

    return run
