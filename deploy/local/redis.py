"""An embedded Redis in a folder: started and stopped by the process that asks for it."""

import hashlib
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path
from signal import SIGTERM
from typing import Final

from deploy.local.binaries import check_runs, enterable_folder, redis_binary
from deploy.local.failures import CannotStart, sentence_for
from deploy.local.guarded import guarded

LONGEST_SOCKET_PATH: Final = 107  # bytes that fit into sockaddr_un.sun_path
START_WITHIN: Final = 30.0  # seconds, reading of the append-only file included
STOP_WITHIN: Final = 10.0  # seconds


class EmbeddedRedis:
    """One server on a unix socket that only its owner may use, append-only file on, nothing evicted.

    `fast` is for throw-away servers of tests: nothing is written to the disk.
    """

    def __init__(self, folder: Path, *, fast: bool = False) -> None:
        self._folder: Final = folder.resolve()
        self._fast: Final = fast
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        """For redis-py and arq alike."""
        return f"unix://{self._socket()}?db=0"

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    def is_running(self) -> bool:
        return self._process is not None and self._process.poll() is None

    def start(self) -> str:
        """Start the server and return its URL once it answers. Raises CannotStart with one sentence."""
        if self.is_running():
            return self.url
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._socket().parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            if self._answers():
                raise CannotStart(f"Another process already runs the Redis in {self._folder}.")
            self._launch()
        except OSError as error:
            raise CannotStart(sentence_for(error)) from error
        self._wait_until_ready()
        return self.url

    def stop(self) -> None:
        """Have it write what it holds, and end."""
        if self._process is None:
            return
        self._process.send_signal(SIGTERM)
        try:
            self._process.wait(STOP_WITHIN)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        self._process = None

    def kill(self) -> None:
        """End it as a power cut would, for tests of what survives it."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()

    def remove(self) -> None:
        """Stop, and remove its files."""
        self.stop()
        shutil.rmtree(self._socket().parent, ignore_errors=True)
        if self._socket().parent.parent != self._folder:
            shutil.rmtree(self._socket().parent.parent, ignore_errors=True)
        shutil.rmtree(self._folder, ignore_errors=True)

    def _launch(self) -> None:
        binary = redis_binary()
        check_runs(binary)
        options = {
            "port": "0",
            "unixsocket": str(self._socket()),
            "unixsocketperm": "700",
            "dir": str(self._folder),
            "appendonly": "no" if self._fast else "yes",
            "save": "",
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
        }
        program = [str(binary)]
        for name, value in options.items():
            program += [f"--{name}", value]
        with self._log().open("ab") as log:
            self._process = subprocess.Popen(
                guarded(program, signal=SIGTERM),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=self._folder,
                start_new_session=True,  # Ctrl-C at the keyboard is the supervisor's to handle
            )

    def _wait_until_ready(self) -> None:
        deadline = time.monotonic() + START_WITHIN
        while time.monotonic() < deadline:
            if not self.is_running():
                self.stop()
                raise CannotStart(f"Redis did not start: {self._last_words()}")
            if self._answers():
                return
            time.sleep(0.01)
        self.stop()
        raise CannotStart(f"Redis was not ready within {START_WITHIN:.0f} s: {self._last_words()}")

    def _answers(self) -> bool:
        """Whether a server takes commands on the socket: one that still reads its file says LOADING."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.settimeout(1.0)
            try:
                connection.connect(str(self._socket()))
                connection.sendall(b"PING\r\n")
                return connection.recv(16).startswith(b"+PONG")
            except OSError:
                return False

    def _socket(self) -> Path:
        inside = self._folder / "socket" / "redis"
        if len(os.fsencode(inside)) <= LONGEST_SOCKET_PATH and not set(str(inside)) & set("%?#"):  # plain in a URL
            return inside
        name = f"vmeste-redis-{hashlib.sha256(os.fsencode(self._folder)).hexdigest()[:12]}"
        return enterable_folder(name) / "socket" / "redis"

    def _log(self) -> Path:
        return self._folder / "redis.log"

    def _last_words(self) -> str:
        lines = self._log().read_text(errors="replace").splitlines()
        return lines[-1].strip() if lines else "it wrote nothing"
