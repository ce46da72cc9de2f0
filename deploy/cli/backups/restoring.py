"""Reading a backup into an empty, migrated database, all or nothing; and proving that what came back is whole."""

import gzip
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table, func, select, text

from deploy.cli.auditing import verified
from deploy.cli.backups.making import revisions_of
from deploy.cli.backups.manifest import Manifest, check_files, marks_of, read_manifest
from deploy.cli.failures import Failed
from deploy.cli.owner import all_tables, driver_connection, enter, is_of_tenants, owner_engine, scopes
from deploy.cli.sealed import Found, judge
from services.gateway.audit.actions import Verdict
from shared.storage import Storage

Progress = Callable[[str, int, int], None]

_TENANTS: Final = "SELECT id FROM gateway.tenant ORDER BY id"


@dataclass(frozen=True)
class Proof:
    """What was looked at after a restore."""

    rows: int
    files: int
    sealed: Found
    audits: list[Verdict]

    @property
    def holds(self) -> bool:
        whole = all(verdict.broken is None for verdict in self.audits)
        return whole and self.sealed.unreadable == 0


async def restore(
    folder: Path, owner_url: str, storage: Storage, encryption_keys: str, progress: Progress, *, keyless: bool = False
) -> Proof:
    """Raises Failed before anything is written when it cannot be done; what is written then is written as a whole."""
    manifest = read_manifest(folder)
    missing = [mark for mark in manifest.key_marks[:1] if mark not in marks_of(encryption_keys)]
    if missing and not keyless:
        raise Failed(
            f"The backup was made under an encryption key (mark {missing[0]}) that is not in VMESTE_ENCRYPTION_KEYS: "
            "without it channels, confidential requests and more stay unreadable. Add the key, or say --keyless."
        )
    check_files(folder, manifest)
    await _check_target(owner_url, manifest)
    await _fill(folder, owner_url, manifest, progress)
    for number, part in enumerate(manifest.files):
        progress("files", number, len(manifest.files))
        await storage.put(part.key, (folder / part.file).read_bytes())
    return await prove(owner_url, encryption_keys, manifest)


async def prove(owner_url: str, encryption_keys: str, manifest: Manifest) -> Proof:
    """Every row is back, everything encrypted can be read, every audit is whole. Raises Failed for lost rows."""
    counts = await _counts(owner_url)
    for name, part in manifest.tables.items():
        if counts[name] != part.rows:
            raise Failed(f"{name} has {counts[name]} rows where the backup has {part.rows}.")
    async with owner_engine(owner_url) as engine, engine.connect() as connection:
        tenant_ids = list((await connection.execute(text(_TENANTS))).scalars())
    return Proof(
        rows=manifest.rows,
        files=len(manifest.files),
        sealed=await judge(owner_url, encryption_keys),
        audits=await verified(owner_url, tenant_ids),
    )


async def _check_target(owner_url: str, manifest: Manifest) -> None:
    async with owner_engine(owner_url) as engine:
        present = await revisions_of(engine)
    if manifest.revisions and not present:
        raise Failed("There are no tables in the database yet: run `vmeste migrate`, and repeat.")
    if present != manifest.revisions:
        raise Failed(
            f"The backup is of the migrations {_told(manifest.revisions)}, the database is at {_told(present)}: "
            "restore with the version of Vmeste that made the backup, and migrate afterwards."
        )
    tables = {table.fullname: {column.name for column in table.columns} for table in all_tables()}
    if tables != {name: set(part.columns) for name, part in manifest.tables.items()}:
        raise Failed("The tables of the backup are not those of this version of Vmeste.")
    filled = [name for name, count in (await _counts(owner_url)).items() if count]
    if filled:
        raise Failed(f"The database is not empty ({filled[0]} has rows): restore into a new one.")


async def _counts(owner_url: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    async with owner_engine(owner_url) as engine, engine.connect() as connection:
        steps = await scopes(connection)
        for table in all_tables():
            counts[table.fullname] = 0
            for scope in steps if is_of_tenants(table) else [None]:
                await enter(connection, scope)
                found = await connection.execute(select(func.count()).select_from(table))
                counts[table.fullname] += int(found.scalar_one())
    return counts


async def _fill(folder: Path, owner_url: str, manifest: Manifest, progress: Progress) -> None:
    """One transaction. For its time the owner is let past the guard of its own tables: nobody else works here yet."""
    tables = all_tables()
    async with driver_connection(owner_url) as connection, connection.transaction():
        for number, table in enumerate(tables):
            progress("tables", number, len(tables))
            await _fill_table(connection, folder, table, manifest)


async def _fill_table(connection: Any, folder: Path, table: Table[Any], manifest: Manifest) -> None:
    part = manifest.tables[table.fullname]
    if is_of_tenants(table):
        await connection.execute(f"ALTER TABLE {table.fullname} NO FORCE ROW LEVEL SECURITY")
    with gzip.open(folder / part.file, "rb") as rows:
        await connection.copy_to_table(
            table.name, schema_name=table.schema, columns=part.columns, source=rows, format="text"
        )
    if is_of_tenants(table):
        await connection.execute(f"ALTER TABLE {table.fullname} FORCE ROW LEVEL SECURITY")


def _told(revisions: dict[str, str]) -> str:
    return ", ".join(f"{schema} {revision}" for schema, revision in sorted(revisions.items())) or "none"
