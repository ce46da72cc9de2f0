"""An embedded PostgreSQL 18 in a folder: made, started and stopped by the process that asks for it."""

import fcntl
import hashlib
import os
import secrets
import shutil
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from signal import SIGINT, SIGKILL, SIGQUIT, Signals
from typing import Final
from urllib.parse import quote

import psutil

from deploy.local.binaries import OURS, enterable_folder, postgres_account, postgres_binaries
from deploy.local.cluster import (
    ENVIRONMENT,
    THROW_AWAY,
    make_cluster,
    mark_throw_away,
    own_folder,
    reason_in,
    sweep_throw_aways,
)
from deploy.local.failures import CannotStart, sentence_for
from deploy.local.guarded import guarded

OWNER: Final = "vmeste"  # the bootstrap superuser, who makes the services' roles, and its database of the same name
SOCKET_PORT: Final = 5432  # part of the socket's name even without TCP
LONGEST_SOCKET_PATH: Final = 107  # bytes that fit into sockaddr_un.sun_path
START_WITHIN: Final = 60.0  # seconds, recovery after a crash included
STOP_WITHIN: Final = 20.0  # seconds
FAST: Final = (
    *("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=300"),
    *("wal_level=minimal", "max_wal_senders=0", "wal_init_zero=off"),  # a copied database is no longer written twice
)


class EmbeddedPostgres:
    """One cluster with one database. As root it runs as `nobody`, in a folder of its own outside `folder`.

    `fast` is for throw-away clusters of tests: what a power cut leaves of them is nobody's concern.
    `port` opens TCP on 127.0.0.1 beside the unix socket.
    """

    def __init__(self, folder: Path, *, fast: bool = False, port: int | None = None) -> None:
        self._folder: Final = folder.resolve()
        self._fast: Final = fast
        self._port: Final = port
        self._account: Final = postgres_account()
        self._place: Path | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: int | None = None

    @property
    def place(self) -> Path:
        """The folder that holds the database's own files: `folder`, or as root one that `nobody` may enter."""
        if self._place is None:
            self._place = self._short_folder() if self._account else self._folder
        return self._place

    @property
    def url(self) -> str:
        """The owner's URL, by the unix socket: asyncpg reads it as it is, SQLAlchemy as `postgresql+asyncpg://`."""
        host = quote(str(self._socket_folder()), safe="/")
        return f"postgresql://{OWNER}:{self._password()}@/{OWNER}?host={host}&port={self._port or SOCKET_PORT}"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> str:
        """Make the cluster if there is none, start it, and return its URL once it takes connections.

        Raises CannotStart with one sentence.
        """
        if self.is_running():
            return self.url
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._take_lock()
            if (self.place / "data").exists() and not (self._folder / "owner_password").exists():
                raise CannotStart(f"The password of the database in {self.place} is gone: `make reset` removes both.")
            if self._fast:
                sweep_throw_aways()
                mark_throw_away(self.place)
            if not (self.place / "data").exists():
                make_cluster(self.place, self._account, owner=OWNER, password=self._password(), durable=not self._fast)
            self._end_leftover()
            self._launch()
        except OSError as error:
            raise CannotStart(sentence_for(error)) from error
        self._wait_until_ready()
        return self.url

    def stop(self) -> None:
        """Stop in order and let go of the folder."""
        self._end(SIGINT, SIGQUIT)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def kill(self) -> None:
        """End the whole server as a power cut would, for tests of what survives it."""
        if self._process is not None:
            for child in psutil.Process(self._process.pid).children():
                with suppress(psutil.NoSuchProcess):  # it ended by itself meanwhile
                    child.kill()
            self._process.send_signal(SIGKILL)
            self._process.wait()

    def remove(self) -> None:
        """Stop at once, and remove the database's files."""
        self._end(SIGQUIT)
        self.stop()
        for folder in {self.place, self._folder, self._socket_folder().parent}:
            for part in ("data", "data.new", "socket"):
                shutil.rmtree(folder / part, ignore_errors=True)
        for folder in {self.place, self._socket_folder().parent} - {self._folder}:
            shutil.rmtree(folder, ignore_errors=True)
        for name in ("owner_password", "postgres.log", "postgres.lock", THROW_AWAY):
            (self._folder / name).unlink(missing_ok=True)

    def _end(self, *signals: Signals) -> None:
        """Ask with each signal in turn, then kill."""
        if self._process is None:
            return
        for number in signals:
            self._process.send_signal(number)
            try:
                self._process.wait(STOP_WITHIN)
            except subprocess.TimeoutExpired:
                continue
            break
        else:
            self._process.kill()
            self._process.wait()
        self._process = None

    def _take_lock(self) -> None:
        if self._lock is not None:
            return
        lock = os.open(self._folder / "postgres.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # of this process alone: a fork does not keep it
        except OSError:
            os.close(lock)
            raise CannotStart(f"Another process already runs the database in {self._folder}.") from None
        self._lock = lock

    def _launch(self) -> None:
        socket_folder = own_folder(self._socket_folder(), self._account)
        settings = [
            f"unix_socket_directories={socket_folder}",
            "unix_socket_permissions=0700",
            f"listen_addresses={'127.0.0.1' if self._port else ''}",
            f"port={self._port or SOCKET_PORT}",
            "timezone=UTC",
            "log_timezone=UTC",
            "log_line_prefix=%m ",
            *(FAST if self._fast else ()),
        ]
        program = [str(postgres_binaries() / "postgres"), "-D", str(self.place / "data")]
        program += [word for setting in settings for word in ("-c", setting)]
        account = (self._account.pw_uid, self._account.pw_gid) if self._account else None
        with (self._folder / "postgres.log").open("ab") as log:
            self._process = subprocess.Popen(
                guarded(program, signal=SIGINT, account=account),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self.place,
                env=ENVIRONMENT,
                start_new_session=True,  # Ctrl-C at the keyboard is the supervisor's to handle
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_WITHIN
        while time.monotonic() < deadline:
            if not self.is_running():
                self.stop()
                raise CannotStart(f"The database did not start: {reason_in(self._log())}")
            if self._status() == "ready":
                return
            time.sleep(0.02)
        self.stop()
        raise CannotStart(f"The database was not ready within {START_WITHIN:.0f} s: {reason_in(self._log())}")

    def _status(self) -> str | None:
        """The last line of postmaster.pid, once it is this server's."""
        try:
            lines = (self.place / "data" / "postmaster.pid").read_text().split("\n")
        except FileNotFoundError:
            return None
        ours = self._process is not None and lines[0] == str(self._process.pid)
        return lines[7].strip() if ours and len(lines) > 7 else None  # noqa: PLR2004 - line 8 is the status

    def _end_leftover(self) -> None:
        """End a server that outlived its parent, and forget the pid file of one that is gone.

        PostgreSQL itself believes any living process with the number in the file, also one that only got it later.
        """
        pid_file = self.place / "data" / "postmaster.pid"
        if not pid_file.exists():
            return
        first_line = pid_file.read_text().partition("\n")[0]
        leftover = _server_in(self.place / "data", int(first_line)) if first_line.isdigit() else None
        if leftover is None:
            pid_file.unlink()
            return
        for number in (SIGINT, SIGQUIT):
            leftover.send_signal(number)
            try:
                leftover.wait(STOP_WITHIN)
            except psutil.TimeoutExpired:
                continue
            return
        raise CannotStart(f"A database left over from before (process {leftover.pid}) does not end.")

    def _socket_folder(self) -> Path:
        inside = self.place / "socket"
        longest = len(os.fsencode(inside)) + len(f"/.s.PGSQL.{self._port or SOCKET_PORT}.lock")
        if longest <= LONGEST_SOCKET_PATH and not set(str(inside)) & set("\"', \\"):
            return inside
        return self._short_folder() / "socket"

    def _short_folder(self) -> Path:
        return enterable_folder(f"{OURS}{hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:12]}")

    def _password(self) -> str:
        kept = self._folder / "owner_password"
        if not kept.exists():
            descriptor = os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
            with os.fdopen(descriptor, "w") as file:
                file.write(secrets.token_urlsafe(24))
        return kept.read_text()

    def _log(self) -> str:
        return (self._folder / "postgres.log").read_text(errors="replace")


def _server_in(data: Path, pid: int) -> psutil.Process | None:
    """The process `pid`, if it is a PostgreSQL server on `data` and no other program that got its number."""
    try:
        process = psutil.Process(pid)
        arguments = process.cmdline()
    except psutil.NoSuchProcess:
        return None
    return process if arguments and Path(arguments[0]).name == "postgres" and str(data) in arguments else None
