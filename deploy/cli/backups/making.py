"""Writing a backup: one transaction sees all rows of all services as they were at one moment."""

import gzip
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Table, text
from sqlalchemy.ext.asyncio import AsyncEngine

from deploy.cli.backups.manifest import FilePart, Manifest, TablePart, hash_of_file, marks_of, write_manifest
from deploy.cli.failures import Failed
from deploy.cli.owner import Scope, all_tables, driver_connection, is_of_tenants, owner_engine, scopes
from deploy.migrate import schemas
from shared.storage import Storage

Progress = Callable[[str, int, int], None]  # what, done, of how many

_LEVEL: Final = 6


async def make_backup(
    folder: Path, owner_url: str, storage: Storage, encryption_keys: str, progress: Progress, *, with_files: bool = True
) -> Manifest:
    """Raises Failed when the folder is not empty."""
    _prepare(folder)
    tables = all_tables()
    async with owner_engine(owner_url) as engine:
        revisions = await revisions_of(engine)
        async with engine.connect() as connection:
            steps = await scopes(connection)
    parts: dict[str, TablePart] = {}
    async with (
        driver_connection(owner_url) as connection,
        connection.transaction(isolation="repeatable_read", readonly=True),
    ):
        for number, table in enumerate(tables):
            progress("tables", number, len(tables))
            own_steps = steps if is_of_tenants(table) else [None]
            parts[table.fullname] = await _write_table(connection, folder, table, own_steps)
    files = await _write_files(folder, storage, progress) if with_files else []
    manifest = Manifest(
        made_at=datetime.now(UTC),
        revisions=revisions,
        tables=parts,
        files=files,
        key_marks=marks_of(encryption_keys),
    )
    write_manifest(folder, manifest)
    return manifest


async def revisions_of(engine: AsyncEngine) -> dict[str, str]:
    """The migration that each schema is at."""
    found: dict[str, str] = {}
    async with engine.connect() as connection:
        for metadata, _ in schemas():
            schema = str(metadata.schema)
            name = f"{schema}.alembic_version"
            if (await connection.execute(text("SELECT to_regclass(:name)"), {"name": name})).scalar() is not None:
                revision = await connection.execute(text(f"SELECT version_num FROM {name}"))  # noqa: S608 - a service's own schema
                found[schema] = str(revision.scalar())
    return found


def _prepare(folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise Failed(f"{folder} is not empty: name a new folder for each backup.")
    folder.chmod(0o700)
    for name in ("tables", "files"):
        (folder / name).mkdir(mode=0o700)


async def _write_table(connection: Any, folder: Path, table: Table[Any], steps: Sequence[Scope]) -> TablePart:
    columns = [column.name for column in table.columns]
    name = f"tables/{table.fullname}.copy.gz"
    rows = 0
    with gzip.open(folder / name, "wb", _LEVEL) as file:

        async def keep(content: bytes) -> None:
            file.write(content)

        for scope in steps:
            if scope is not None:
                await connection.execute(f"SET LOCAL vmeste.tenant = '{scope}'")
            done: str = await connection.copy_from_table(
                table.name, schema_name=table.schema, columns=columns, output=keep, format="text"
            )
            rows += int(done.rpartition(" ")[2])  # "COPY 17"
    return TablePart(file=name, columns=columns, rows=rows, sha256=hash_of_file(folder / name))


async def _write_files(folder: Path, storage: Storage, progress: Progress) -> list[FilePart]:
    """Those that are there now: rows of the moment before may name one that was removed since."""
    keys = sorted([key async for key, _ in storage.files()])
    parts: list[FilePart] = []
    for number, key in enumerate(keys):
        progress("files", number, len(keys))
        content = await storage.get(key)
        name = f"files/{number:08}"  # a key may hold anything
        (folder / name).write_bytes(content)
        parts.append(FilePart(key=key, file=name, bytes=len(content), sha256=sha256(content).hexdigest()))
    return parts
