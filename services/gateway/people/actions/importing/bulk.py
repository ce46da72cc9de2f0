"""Hundreds of rows in one statement, sent as one array a column."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Table, text
from sqlalchemy.dialects import postgresql

from shared.db import Store

Rows = Sequence[dict[str, Any]]


async def insert_rows(store: Store, table: Table[Any], rows: Rows) -> None:
    """All rows name the same columns; `tenant_id` is the store's. A row that is there already is passed over."""
    if not rows:
        return
    columns = list(rows[0])
    await store.execute(
        text(
            f"INSERT INTO {table.fullname} (tenant_id, {', '.join(columns)}) "  # noqa: S608 - a table's own names
            f"SELECT :tenant_id, {', '.join(columns)} FROM {_arrays(table, columns)} ON CONFLICT DO NOTHING"
        ),
        {"tenant_id": store.tenant_id, **_values(columns, rows)},
    )


async def update_rows(store: Store, table: Table[Any], rows: Rows) -> None:
    """Each row has its `id` and the columns to set. The version of each is one more."""
    if not rows:
        return
    columns = list(rows[0])
    settings = ", ".join(f"{column} = given.{column}" for column in columns if column != "id")
    await store.execute(
        text(
            f"UPDATE {table.fullname} AS kept SET {settings}, entity_version = kept.entity_version + 1 "  # noqa: S608 - as above
            f"FROM {_arrays(table, columns)} WHERE kept.tenant_id = :tenant_id AND kept.id = given.id"
        ),
        {"tenant_id": store.tenant_id, **_values(columns, rows)},
    )


def _arrays(table: Table[Any], columns: Sequence[str]) -> str:
    arrays = ", ".join(f"CAST(:{column} AS {_type(table, column)}[])" for column in columns)
    return f"unnest({arrays}) AS given ({', '.join(columns)})"


def _type(table: Table[Any], column: str) -> str:
    """As PostgreSQL names it, without a collation."""
    return table.c[column].type.compile(dialect=postgresql.dialect()).split(" COLLATE")[0]


def _values(columns: Sequence[str], rows: Rows) -> dict[str, list[Any]]:
    return {column: [row[column] for row in rows] for column in columns}
