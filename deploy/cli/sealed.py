"""What is encrypted at rest, wherever it lies: found by how it looks, for Fernet tokens all begin alike.

So nothing is forgotten that a new table brings. A value is written back only if it is still what was read.
"""

import re
from collections.abc import AsyncGenerator, Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Column, Row, String, Table, Text, cast, literal, or_, select, tuple_, update
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncEngine
from sqlmodel import AutoString

from deploy.cli.owner import Scope, all_tables, enter, is_of_tenants, owner_engine, scopes
from shared.storage import Storage

Progress = Callable[[int, int], None]  # done, of how many

_START: Final = "gAAAAA"  # version 128 and the upper half of a time before the year 2106, in base64
_TOKEN: Final = re.compile(rf"{_START}[A-Za-z0-9_-]{{92,}}={{0,2}}")
_BATCH: Final = 500


@dataclass
class Found:
    """How many values there are: under the newest key, under another one, under none of them."""

    current: int = 0
    renewed: int = 0
    unreadable: int = 0


class Keys:
    """The keys of an installation, newest first."""

    def __init__(self, keys: str) -> None:
        fernets = [Fernet(key.strip()) for key in keys.split(",") if key.strip()]
        self._newest = fernets[0]
        self._all = MultiFernet(fernets)

    def renew(self, content: str, found: Found) -> str:
        """`content` with every token in it under the newest key."""

        def renewed(match: re.Match[str]) -> str:
            token = match.group().encode()
            try:
                self._newest.decrypt(token)
            except InvalidToken:
                return self._with_another(token, found)
            found.current += 1
            return match.group()

        return _TOKEN.sub(renewed, content)

    def _with_another(self, token: bytes, found: Found) -> str:
        try:
            anew = self._all.rotate(token)
        except InvalidToken:
            found.unreadable += 1
            return token.decode()
        found.renewed += 1
        return anew.decode()


async def reencrypt(owner_url: str, keys: str, storage: Storage, progress: Progress) -> Found:
    """Put everything under the newest key. Safe to repeat and beside running services."""
    opened, found = Keys(keys), Found()
    tables = all_tables()
    async with owner_engine(owner_url) as engine:
        for number, table in enumerate(tables):
            progress(number, len(tables) + 1)
            async for scope, row in _rows_with_tokens(engine, table):
                await _renew(engine, table, scope, row, opened, found)
    progress(len(tables), len(tables) + 1)
    await _renew_files(storage, opened, found)
    return found


async def judge(owner_url: str, keys: str) -> Found:
    """Read everything that is encrypted in the database and change nothing."""
    opened, found = Keys(keys), Found()
    async with owner_engine(owner_url) as engine:
        for table in all_tables():
            async for _, row in _rows_with_tokens(engine, table):
                for content in row[len(table.primary_key.columns) :]:
                    opened.renew(content or "", found)
    return found


async def _rows_with_tokens(engine: AsyncEngine, table: Table[Any]) -> AsyncGenerator[tuple[Scope, Row[Any]], None]:
    """The key and the texts of each row that holds a token, batch by batch."""
    columns = _texts(table)
    if not columns:
        return
    keys = list(table.primary_key.columns)
    contents = [cast(column, Text) for column in columns]
    query = select(*keys, *contents).where(or_(*(content.like(f"%{_START}%") for content in contents)))
    query = query.order_by(*keys).limit(_BATCH)
    async with engine.connect() as connection:
        steps = await scopes(connection) if is_of_tenants(table) else [None]
    for scope in steps:
        rows: Sequence[Row[Any]] = []
        while True:
            following = query.where(tuple_(*keys) > tuple_(*rows[-1][: len(keys)])) if rows else query
            async with engine.begin() as connection:
                await enter(connection, scope)
                rows = (await connection.execute(following)).all()
            for row in rows:
                yield scope, row
            if len(rows) < _BATCH:
                break


async def _renew(engine: AsyncEngine, table: Table[Any], scope: Scope, row: Row[Any], keys: Keys, found: Found) -> None:
    primary = list(table.primary_key.columns)
    same_row = [column == value for column, value in zip(primary, row, strict=False)]
    for column, content in zip(_texts(table), row[len(primary) :], strict=True):
        anew = keys.renew(content, found) if content is not None else content
        if anew == content:
            continue
        statement = (
            update(table)
            .where(*same_row, cast(column, Text) == content)
            .values({column: cast(literal(anew, Text), column.type)})
        )
        async with engine.begin() as connection:
            await enter(connection, scope)
            await connection.execute(statement)


async def _renew_files(storage: Storage, keys: Keys, found: Found) -> None:
    async for key, size in storage.files():
        if size > len(_START) and await storage.beginning(key, len(_START)) == _START.encode():
            content = (await storage.get(key)).decode()
            anew = keys.renew(content, found)
            if anew != content:
                await storage.put(key, anew.encode())


def _texts(table: Table[Any]) -> list[Column[Any]]:
    """Columns that can hold a token: the key itself cannot."""
    return [
        column
        for column in table.columns
        if isinstance(column.type, String | AutoString | JSONB) and not column.primary_key
    ]
