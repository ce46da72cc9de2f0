"""One process under supervision: forked from the supervisor, its output read, restarted with back-off when it ends."""

import gc
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Final, NoReturn

from deploy.local.guarded import end_with_parent

FIRST_DELAY: Final = 0.2  # seconds before the first restart; doubles with each that follows
LONGEST_DELAY: Final = 10.0
STEADY_AFTER: Final = 30.0  # seconds of life after which the next restart is a first one again
READ_AT_ONCE: Final = 65536
LONGEST_LINE: Final = 1 << 20  # bytes: an endless line is cut


def delay_before(restart: int) -> float:
    """Seconds to wait before the `restart`-th restart in a row (1 is the first)."""
    return min(FIRST_DELAY * 2 ** min(restart - 1, 16), LONGEST_DELAY)


@dataclass(frozen=True)
class Program:
    """What a child becomes: `run` is called in the fork, with `environment` alone around it."""

    name: str
    stage: int
    run: Callable[[], None]
    environment: Mapping[str, str]
    keeps_open: int | None = None  # a file descriptor of the supervisor that the child needs: its listening socket


class Child:
    def __init__(self, program: Program, *, restarted: bool = True) -> None:
        self.program: Final = program
        self.pid: int | None = None
        self.output: int | None = None
        self.restarts = 0
        self.last_exit: str | None = None
        self.exit_code: int | None = None
        self.start_at: float | None = None  # by the monotonic clock; None: not to be started again
        self._restarted: Final = restarted
        self._in_a_row = 0
        self._started = 0.0
        self._unfinished = b""

    @property
    def is_running(self) -> bool:
        return self.pid is not None

    def start(self) -> None:
        """Fork. The supervisor has no threads and no event loop, so nothing half-held comes along."""
        sys.stdout.flush()  # or the child would write it too
        output, written = os.pipe()
        parent = os.getpid()
        pid = os.fork()
        if pid == 0:
            self._become(written, parent)
        os.close(written)
        os.set_blocking(output, False)
        self.pid, self.output, self.start_at = pid, output, None
        self._started = time.monotonic()

    def lines(self) -> list[str]:
        """What it wrote since the last call, by lines. At the end of the pipe `output` becomes None."""
        if self.output is None:
            return []
        try:
            chunk = os.read(self.output, READ_AT_ONCE)
        except BlockingIOError:
            return []
        *whole, self._unfinished = (self._unfinished + chunk).split(b"\n")
        if not chunk:
            self.output = None
        if len(self._unfinished) > LONGEST_LINE or (not chunk and self._unfinished):
            whole.append(self._unfinished)
            self._unfinished = b""
        return [line.decode(errors="replace") for line in whole]

    def has_ended(self) -> bool:
        """Collect the process if it ended, and plan its restart."""
        if self.pid is None:
            return False
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if pid == 0:
            return False
        self.exit_code = os.waitstatus_to_exitcode(status)
        self.last_exit = _told(self.exit_code)
        with suppress(ProcessLookupError):  # whatever it had started itself, a pool of processes for instance
            os.killpg(self.pid, signal.SIGKILL)
        self.pid = None
        if self._restarted:
            lived = time.monotonic() - self._started
            self._in_a_row = 1 if lived >= STEADY_AFTER else self._in_a_row + 1
            self.start_at = time.monotonic() + delay_before(self._in_a_row)
        return True

    def send(self, number: signal.Signals) -> None:
        if self.pid is not None:
            with suppress(ProcessLookupError):
                os.kill(self.pid, number)

    def _become(self, written: int, parent: int) -> NoReturn:
        """In the fork."""
        code = 1
        try:
            os.setsid()  # Ctrl-C at the keyboard is the supervisor's to handle
            signal.set_wakeup_fd(-1)
            for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGCHLD):
                signal.signal(number, signal.SIG_DFL)
            end_with_parent(signal.SIGTERM, parent)
            nothing = os.open(os.devnull, os.O_RDONLY)
            for source, target in ((nothing, 0), (written, 1), (written, 2)):
                os.dup2(source, target)
            _close_all_but(self.program.keeps_open)
            os.environ.clear()
            os.environ.update(self.program.environment)
            gc.enable()
            self.program.run()
            code = 0
        except SystemExit as asked:
            code = asked.code if isinstance(asked.code, int) else int(asked.code is not None)
        except KeyboardInterrupt:
            code = 128 + signal.SIGINT
        except BaseException:  # noqa: BLE001 - the last frame of this process: everything is told and ends it
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code)  # the supervisor's own clean-up must not run here


def _close_all_but(kept: int | None) -> None:
    last = os.sysconf("SC_OPEN_MAX")
    if kept is None:
        os.closerange(3, last)
    else:
        os.closerange(3, kept)
        os.closerange(kept + 1, last)


def _told(code: int) -> str:
    return f"ended by {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
