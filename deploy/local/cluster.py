"""Making a PostgreSQL cluster's files, and removing throw-away ones whose process is gone."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from deploy.local.binaries import OURS, SHARED_FOLDERS, check_runs, postgres_binaries
from deploy.local.failures import CannotStart
from deploy.local.run_state import Identity

SPACE_NEEDED: Final = 300 * 2**20  # bytes: a new cluster is 40 MB, its first log segments as much again
ENVIRONMENT: Final = {"LC_ALL": "C", "TZ": "UTC", "PATH": os.defpath}
THROW_AWAY: Final = "throw_away"  # the file that names the process for which a cluster was made


def make_cluster(place: Path, account: pwd.struct_passwd | None, *, owner: str, password: str, durable: bool) -> None:
    """A cluster in `place`/data with the database `owner`. Raises CannotStart.

    Made beside and renamed when whole: a half-made cluster is never taken for one.
    """
    if shutil.disk_usage(place).free < SPACE_NEEDED:
        raise CannotStart(f"The disk of {place} is nearly full: the database needs {SPACE_NEEDED >> 20} MB.")
    binaries = postgres_binaries()
    check_runs(binaries / "postgres", account)
    unfinished = own_folder(place / "data.new", account, empty=True)
    word_folder = own_folder(place / "word", account, empty=True)
    word = word_folder / "word"
    word.write_text(password)
    _give(word, account)
    names = ("--username", owner, "--pwfile", str(word), "--auth", "scram-sha-256", "--encoding", "UTF8")
    locale = ("--locale", "C", "--locale-provider", "builtin", "--builtin-locale", "C.UTF-8", "--no-instructions")
    durability = () if durable else ("--no-sync",)
    _run(binaries / "initdb", ("--pgdata", str(unfinished), *durability, *names, *locale), account)
    shutil.rmtree(word_folder)
    single = ("--single", "-D", str(unfinished), *(() if durable else ("-F",)), "postgres")
    _run(binaries / "postgres", single, account, f"CREATE DATABASE {owner};\n")
    unfinished.rename(place / "data")


def own_folder(folder: Path, account: pwd.struct_passwd | None, *, empty: bool = False) -> Path:
    """`folder`, 0700, of the account that runs the server."""
    if empty:
        shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, exist_ok=True)
    _give(folder, account)
    return folder


def mark_throw_away(place: Path) -> None:
    unfinished = place / f"{THROW_AWAY}.new"
    unfinished.write_text(Identity.of(os.getpid()).model_dump_json())
    unfinished.rename(place / THROW_AWAY)  # whole or not at all: another process may be sweeping


def sweep_throw_aways() -> None:
    """Remove the clusters in shared folders whose process was killed before it could."""
    for parent in SHARED_FOLDERS:
        for mark in parent.glob(f"{OURS}*/{THROW_AWAY}"):
            with suppress(FileNotFoundError):  # swept by another process meanwhile
                mine = mark.stat().st_uid == os.geteuid()
                if mine and Identity.model_validate_json(mark.read_bytes()).process() is None:
                    shutil.rmtree(mark.parent, ignore_errors=True)


def reason_in(output: str) -> str:
    """The line that says why, out of what PostgreSQL wrote."""
    lines = [line.strip() for line in output.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line]
    return (telling or lines or ["it wrote nothing"])[-1]


def _run(binary: Path, arguments: Sequence[str], account: pwd.struct_passwd | None, words: str = "") -> None:
    done = subprocess.run(
        [binary, *arguments],
        input=words,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=ENVIRONMENT,
        user=account.pw_uid if account else None,
        group=account.pw_gid if account else None,
        extra_groups=[] if account else None,
    )
    if done.returncode != 0:
        raise CannotStart(f"The database could not be made: {reason_in(done.stderr or done.stdout)}")


def _give(path: Path, account: pwd.struct_passwd | None) -> None:
    path.chmod(0o700 if path.is_dir() else 0o600)
    if account:
        os.chown(path, account.pw_uid, account.pw_gid)
