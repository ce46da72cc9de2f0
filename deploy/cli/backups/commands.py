"""`vmeste backup` and `vmeste restore`."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import Progress

from deploy.cli.backups.making import Progress as Tell
from deploy.cli.backups.making import make_backup
from deploy.cli.backups.restoring import Proof
from deploy.cli.backups.restoring import restore as restore_from
from deploy.cli.console import Json, say, show_json
from deploy.cli.environment import at_rest_settings, owner_settings
from deploy.cli.failures import Failed
from shared.storage import Storage

Folder = Annotated[Path, typer.Argument(file_okay=False, resolve_path=True, show_default=False)]


@contextmanager
def _shown(*, silent: bool) -> Generator[Tell, None, None]:
    """A bar for each kind of thing that is written."""
    with Progress(disable=silent, transient=True) as progress:
        tasks = {what: progress.add_task(what, total=None) for what in ("tables", "files")}
        yield lambda what, done, total: progress.update(tasks[what], completed=done, total=total)


def backup(
    folder: Folder,
    *,
    files: Annotated[bool, typer.Option(help="With the files (images) of the storage.")] = True,
    as_json: Json = False,
) -> None:
    """Write a backup into a new folder, while everything runs: all rows as they are at one moment, and the files.

    The keys are not in it. Keep VMESTE_ENCRYPTION_KEYS elsewhere: without them a part of the backup says nothing.
    """
    owner, at_rest = owner_settings(), at_rest_settings()
    keys, storage = at_rest.encryption_keys.get_secret_value(), Storage(at_rest.media_url)
    with _shown(silent=as_json) as tell:
        url = owner.database_url.get_secret_value()
        manifest = asyncio.run(make_backup(folder, url, storage, keys, tell, with_files=files))
    if as_json:
        show_json({"folder": str(folder), "rows": manifest.rows, "files": len(manifest.files)})
        return
    say(f"Written: {manifest.rows} rows of {len(manifest.tables)} tables and {len(manifest.files)} files in {folder}.")
    say(f"What is encrypted in it needs the key with the mark {manifest.key_marks[0]}, which is not in it.")


def restore(
    folder: Folder,
    *,
    keyless: Annotated[bool, typer.Option(help="Although the key of the backup is missing.")] = False,
    as_json: Json = False,
) -> None:
    """Read a backup into a new database that `vmeste migrate` made ready, and prove that it is whole.

    Every row is counted, every secret read, every audit verified. Stop all services first. Messages that were waiting when the backup was made are sent when they start again.
    """
    owner, at_rest = owner_settings(), at_rest_settings()
    keys, storage = at_rest.encryption_keys.get_secret_value(), Storage(at_rest.media_url)
    with _shown(silent=as_json) as tell:
        url = owner.database_url.get_secret_value()
        proof = asyncio.run(restore_from(folder, url, storage, keys, tell, keyless=keyless))
    if as_json:
        show_json(proof)
    else:
        _tell(proof)
    if not proof.holds:
        raise Failed("What came back is not whole: see above.")


def _tell(proof: Proof) -> None:
    readable = proof.sealed.current + proof.sealed.renewed
    broken = [verdict for verdict in proof.audits if verdict.broken is not None]
    say(f"Restored: {proof.rows} rows, {proof.files} files.")
    say(f"Encrypted values that can be read: {readable} of {readable + proof.sealed.unreadable}.")
    say(f"Audits that are whole: {len(proof.audits) - len(broken)} of {len(proof.audits)}.")
