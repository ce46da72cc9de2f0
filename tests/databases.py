"""Databases of a throw-away server: one is migrated, all others are copies of it as it was then."""

from typing import Final

from sqlalchemy import text
from sqlalchemy.engine import make_url
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from deploy.migrate import migrate_all
from shared.db import asyncpg_url

ROLE_SECRET: Final = "the secret of a throw-away database"
_PRISTINE: Final = "pristine"  # nobody opens it, so that it can be copied at any time
_ASIDE: Final = "postgres"  # where a statement about databases is sent from


async def migrated(owner_url: str) -> None:
    """Bring a throw-away database to the newest version of every service."""
    await migrate_all(owner_url, ROLE_SECRET)


async def first_migrated(owner_url: str) -> None:
    """As `migrated`, for the first database of a server, before anybody opens it; `copied` is of it from then on."""
    await migrated(owner_url)
    await _create(owner_url, _PRISTINE, like=str(make_url(owner_url).database))


async def copied(owner_url: str, name: str) -> str:
    """A new database, migrated and empty. Returns its owner's URL."""
    await _create(owner_url, name, like=_PRISTINE)
    return _url(owner_url, name)


async def _create(owner_url: str, name: str, *, like: str) -> None:
    engine = create_async_engine(asyncpg_url(_url(owner_url, _ASIDE)), isolation_level="AUTOCOMMIT", poolclass=NullPool)
    async with engine.connect() as connection:
        await connection.execute(text(f"CREATE DATABASE {name} TEMPLATE {like}"))


def _url(owner_url: str, database: str) -> str:
    return make_url(owner_url).set(database=database).render_as_string(hide_password=False)
