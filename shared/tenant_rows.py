"""All rows and files of one tenant, in whatever tables a service has: written out, counted, deleted.

What works here takes time, so it goes on for some seconds and says whether it is done; it is begun anew until it is.
A file belongs to a tenant when one of the first two parts of its key is the tenant's id.
"""

import json
import time
from collections.abc import AsyncGenerator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import Column, LargeBinary, MetaData, Table, delete, func, select, text, tuple_, update
from sqlalchemy.dialects import postgresql

from shared.context import Context
from shared.db.platform_tables import CROSS_TENANT
from shared.storage import Storage

SECONDS: Final = 3.0  # of work in one transaction
PAGE: Final = 2000  # rows in one file
_BATCH: Final = 5000  # rows in one deletion
_OURS: Final = frozenset({"processed_message", "idempotency_record", "job", "job_part", "tenant_standing"})
_TOMBSTONE: Final = "tenant_standing"
_SECRETS: Final = ("sealed", "credentials", "digest", "secret")
_DIALECT: Final = postgresql.dialect()

JsonObject = dict[str, JsonValue]


@dataclass(frozen=True)
class Exported:
    """Where one table's telling stands: parts written so far, and the key of the last row."""

    parts: int
    last: list[str] | None
    over: bool


def tenant_tables(metadata: MetaData) -> list[Table[Any]]:
    """Those whose rows belong to a tenant; whatever points at another comes after it."""
    return [
        table
        for table in metadata.sorted_tables
        if table.name not in CROSS_TENANT and not table.info.get("before_tenant")
    ]


async def count_rows(context: Context, metadata: MetaData) -> dict[str, int]:
    """By table, of those that have any."""
    counts: dict[str, int] = {}
    for table in tenant_tables(metadata):
        if table.name not in _OURS:
            query = select(func.count()).select_from(table).where(table.c.tenant_id == context.tenant_id)
            counted = await context.store.first(query)
            if counted:
                counts[table.name] = int(counted)
    return counts


async def export_rows(context: Context, metadata: MetaData, folder: str) -> bool:
    """Write rows as JSON lines under `folder`, `<table>/<part>-<rows>.jsonl`; whether all of them are there.

    What is technical, and what is secret even from its owner (hashes, sealed values), is left out.
    """
    until = time.monotonic() + SECONDS
    for table in tenant_tables(metadata):
        if table.name in _OURS:
            continue
        done = await _exported(context.runtime.storage, f"{folder}/{table.name}", table)
        while not done.over:
            done = await _export_part(context, table, folder, done)
            if time.monotonic() > until:
                return False
    return True


async def delete_rows(context: Context, metadata: MetaData, *, keep_job: UUID | None = None) -> bool:
    """Delete rows of a tenant that is not active; whether none is left but its tombstone, and one job's row."""
    until = time.monotonic() + SECONDS
    for table in reversed(tenant_tables(metadata)):
        if table.name == _TOMBSTONE:
            continue
        await _let_go_of_itself(context, table)
        while await _delete_some(context, table, keep_job) == _BATCH:
            if time.monotonic() > until:
                return False
    for table in metadata.sorted_tables:
        if table.info.get("before_tenant") and "tenant_id" in table.c:
            await context.store.execute(delete(table).where(table.c.tenant_id == context.tenant_id))
    return True


async def forget_sent(context: Context) -> None:
    """Drop what of the tenant is on its way or dead, in this service's outbox. What is told afterwards stays."""
    for place in sorted(CROSS_TENANT):
        while await _forget(context, place) == _BATCH:
            pass


async def files_of(storage: Storage, tenant_id: UUID) -> AsyncGenerator[tuple[str, int], None]:
    """Keys and sizes."""
    for folder in await storage.folders():
        inside = folder if folder == str(tenant_id) else f"{folder}/{tenant_id}"
        async for file in storage.files(inside):
            yield file


async def delete_files(storage: Storage, tenant_id: UUID) -> int:
    keys = [key async for key, _ in files_of(storage, tenant_id)]
    for key in keys:
        await storage.delete(key)
    return len(keys)


async def _delete_some(context: Context, table: Table[Any], keep_job: UUID | None) -> int:
    if table.info.get("append_only"):
        return await _forget(context, table.name)
    key = list(table.primary_key.columns)
    chosen = select(*key).where(table.c.tenant_id == context.tenant_id).limit(_BATCH)
    if table.name == "job" and keep_job is not None:
        chosen = chosen.where(table.c.id != keep_job)
    return await context.store.changed(delete(table).where(tuple_(*key).in_(chosen)))


async def _forget(context: Context, place: str) -> int:
    """Through the door for what the service itself may not delete (shared/db/forgetting.py)."""
    statement = text(f"SELECT {context.runtime.service}.forget_tenant(:place, :most)")
    return int((await context.store.execute(statement, {"place": place, "most": _BATCH})).scalar_one())


async def _let_go_of_itself(context: Context, table: Table[Any]) -> None:
    """A table that points at itself (a tree) could not be deleted in parts.

    One that rows are only added to goes from its end: there, later rows point at earlier ones.
    """
    if table.info.get("append_only"):
        return
    for constraint in table.foreign_key_constraints:
        if constraint.referred_table is table:
            columns = [column for column in constraint.columns if column.name != "tenant_id"]
            await context.store.execute(
                update(table)
                .where(table.c.tenant_id == context.tenant_id, *(column.is_not(None) for column in columns))
                .values({column.name: None for column in columns})
            )


async def _exported(storage: Storage, folder: str, table: Table[Any]) -> Exported:
    """What lies there of an earlier round. A part that is not full is the last."""
    parts = sorted([key async for key, _ in storage.files(folder)])
    if not parts:
        return Exported(0, None, over=False)
    rows = int(parts[-1].rsplit("-", 1)[1].removesuffix(".jsonl"))
    if rows < PAGE:
        return Exported(len(parts), None, over=True)
    last: JsonObject = json.loads((await storage.get(parts[-1])).splitlines()[-1])
    return Exported(len(parts), _key_of(table, last), over=False)


async def _export_part(context: Context, table: Table[Any], folder: str, done: Exported) -> Exported:
    statement, values = _page(table, done.last)
    rows = await context.store.execute(text(statement), {**values, "tenant_id": context.tenant_id, "page": PAGE})
    told: list[JsonObject] = [row.told for row in rows]
    lines = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in told)
    name = f"{folder}/{table.name}/{done.parts:06}-{len(told):06}.jsonl"
    await context.runtime.storage.put(name, lines.encode())
    over = len(told) < PAGE
    return Exported(done.parts + 1, None if over else _key_of(table, told[-1]), over=over)


def _page(table: Table[Any], last: list[str] | None) -> tuple[str, dict[str, str]]:
    key = _key(table)
    names = ", ".join(column.name for column in key)
    after = ""
    values: dict[str, str] = {}
    if last is not None:
        places = ", ".join(
            f"CAST(CAST(:last_{place} AS text) AS {column.type.compile(_DIALECT)})" for place, column in enumerate(key)
        )
        after = f" AND ({names}) > ({places})"
        values = {f"last_{place}": value for place, value in enumerate(last)}
    columns = ", ".join(column.name for column in _told(table))
    statement = (
        f"SELECT to_jsonb(one) AS told FROM (SELECT {columns} FROM {table.fullname} "  # noqa: S608 - a table's own names
        f"WHERE tenant_id = :tenant_id{after} ORDER BY {names} LIMIT :page) AS one"
    )
    return statement, values


def _key(table: Table[Any]) -> list[Column[Any]]:
    """The primary key within the tenant."""
    return [column for column in table.primary_key.columns if column.name != "tenant_id"] or [table.c.tenant_id]


def _key_of(table: Table[Any], row: Mapping[str, JsonValue]) -> list[str]:
    return [str(row[column.name]) for column in _key(table)]


def _told(table: Table[Any]) -> Iterator[Column[Any]]:
    for column in table.columns:
        secret = isinstance(column.type, LargeBinary) or column.name.startswith(_SECRETS)
        if column.primary_key or not (secret or column.name.endswith("_hash")):
            yield column
