"""The supervisor: imports the stack once, forks every process from it, restarts what dies, stops all in order.

One process without threads and without an event loop, so that forking is safe. Ten processes that each import the
stack cost 3 s of CPU each and twice the memory; forked ones share what was imported.
"""

import contextlib
import gc
import importlib
import os
import selectors
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import FrameType
from typing import Final, Protocol

from deploy.local.children import STEADY_AFTER, Child, Program, delay_before
from deploy.local.console import LogBook
from deploy.local.failures import CannotStart, sentence_for
from deploy.local.run_state import Identity, Phase, ProcessState, RunState, write_state

STOP_WITHIN: Final = 15.0  # seconds for what is under way in one stage; then it is killed
LOOK_EVERY: Final = 1.0  # seconds: the databases are looked at even if no signal came
OWN_NAME: Final = "supervisor"


class Server(Protocol):
    """A database that the stack brings itself."""

    @property
    def pid(self) -> int | None: ...
    def is_running(self) -> bool: ...
    def start(self) -> str: ...
    def stop(self) -> None: ...


@dataclass
class Kept:
    """A server and its restarts."""

    name: str
    server: Server
    restarts: int = 0
    in_a_row: int = 0
    started: float = 0.0
    start_at: float | None = None


class Supervisor:
    def __init__(self, run_folder: Path, log_folder: Path, *, names: Sequence[str]) -> None:
        self._run_folder: Final = run_folder
        self._book: Final = LogBook(log_folder, max(map(len, [OWN_NAME, *names])))
        self._children: list[Child] = []
        self._servers: list[Kept] = []
        self._selector: Final = selectors.DefaultSelector()
        self._stopping = False
        self._last_line = "it wrote nothing"
        self._state: Final = RunState(supervisor=Identity.of(os.getpid()), phase=Phase.DATABASES)
        self._listen_to_signals()

    def enter(self, phase: Phase) -> None:
        self._state.phase = phase
        self.say(phase.value)
        self._write_state()

    def tell_ports(self, ports: dict[str, int]) -> None:
        self._state.ports = ports

    def fail(self, sentence: str) -> None:
        self._state.sentence = sentence
        self.say(sentence)
        self.enter(Phase.FAILED)

    def say(self, text: str) -> None:
        self._book.write(OWN_NAME, [f"{time.strftime('%H:%M:%S', time.gmtime())} {text}"])

    def keep(self, name: str, server: Server) -> str:
        """Start a database and keep it running. Raises CannotStart."""
        url = server.start()
        self._servers.append(Kept(name, server, started=time.monotonic()))
        self._write_state()
        return url

    def perform(self, program: Program) -> None:
        """Run something to its end before anything else. Raises CannotStart."""
        task = Child(program, restarted=False)
        self._children = [task]
        self._start(task)
        while task.is_running and not self._stopping:
            self._turn()
        if self._stopping:
            raise CannotStart("It was asked to stop before it stood.")
        self._children = []
        if task.exit_code != 0:
            raise CannotStart(f"The step {program.name!r} failed ({task.last_exit}): {self._last_line}")

    def supervise(self, programs: Sequence[Program]) -> None:
        """Fork all, restart what dies, until SIGTERM; then stop stage by stage, the databases last."""
        gc.collect()
        gc.freeze()  # the collector of a child would otherwise touch, and so copy, every page that is shared
        self._children = [Child(program) for program in programs]
        for child in self._children:
            self._start(child)
        self.enter(Phase.RUNNING)
        while not self._stopping:
            self._turn()

    def close(self) -> None:
        """Stop whatever still runs."""
        self._stopping = True
        failed = self._state.phase is Phase.FAILED
        if not failed:
            self.enter(Phase.STOPPING)
        self._stop_children()
        for kept in reversed(self._servers):
            kept.server.stop()
        self._servers.clear()
        if not failed:
            self.enter(Phase.STOPPED)
        self._write_state()
        self._book.close()

    def _turn(self) -> None:
        """Wait for output, a signal or a time to restart, and do what follows from it."""
        now = time.monotonic()
        planned = [child.start_at for child in self._children] + [kept.start_at for kept in self._servers]
        due = [max(at - now, 0.0) for at in planned if at is not None and not self._stopping]
        for key, _ in self._selector.select(min([LOOK_EVERY, *due])):
            if isinstance(key.data, Child):
                self._read(key.data)
            else:
                self._wakeup.recv(512)
        self._collect()
        if not self._stopping:
            self._restart_what_is_due()

    def _read(self, child: Child) -> bool:
        """Whether there may be more to read at once."""
        output = child.output
        lines = child.lines()
        if lines:
            self._last_line = lines[-1]
            self._book.write(child.program.name, lines)
        if output is not None and child.output is None:
            self._forget(output)
        return bool(lines) and child.output is not None

    def _forget(self, output: int) -> None:
        self._selector.unregister(output)
        os.close(output)

    def _collect(self) -> None:
        for child in self._children:
            if not child.has_ended():
                continue
            while self._read(child):
                pass
            if child.output is not None:  # a process that left its group still holds the other end
                self._forget(child.output)
                child.output = None
            planned = "" if child.start_at is None or self._stopping else ", restarting"
            self.say(f"{child.program.name} {child.last_exit}{planned}")
            self._write_state()
        for kept in self._servers:
            if kept.start_at is None and not kept.server.is_running():
                lived = time.monotonic() - kept.started
                kept.in_a_row = 1 if lived >= STEADY_AFTER else kept.in_a_row + 1
                kept.start_at = time.monotonic() + delay_before(kept.in_a_row)
                self.say(f"{kept.name} ended, restarting")

    def _restart_what_is_due(self) -> None:
        now = time.monotonic()
        for kept in self._servers:
            if kept.start_at is not None and kept.start_at <= now:
                self._restart_server(kept)
        for child in self._children:
            if child.start_at is not None and child.start_at <= now:
                child.restarts += 1
                self._start(child)
                self._write_state()

    def _restart_server(self, kept: Kept) -> None:
        kept.restarts += 1
        kept.started = time.monotonic()
        kept.start_at = None
        try:
            kept.server.start()
        except CannotStart as failure:
            self.say(f"{kept.name}: {failure}")
        self._write_state()

    def _start(self, child: Child) -> None:
        child.start()
        if child.output is not None:
            self._selector.register(child.output, selectors.EVENT_READ, child)

    def _stop_children(self) -> None:
        ordered = sorted(self._children, key=lambda child: child.program.stage)
        for _, stage in groupby(ordered, key=lambda child: child.program.stage):
            self._stop_stage(list(stage))

    def _stop_stage(self, children: Sequence[Child]) -> None:
        for number, within in ((signal.SIGTERM, STOP_WITHIN), (signal.SIGKILL, STOP_WITHIN)):
            for child in children:
                child.send(number)
            deadline = time.monotonic() + within
            while any(child.is_running for child in children) and time.monotonic() < deadline:
                self._turn()

    def _listen_to_signals(self) -> None:
        """Every signal wakes the loop through a pair of sockets; SIGTERM and SIGINT end it."""
        self._wakeup, sender = socket.socketpair()
        self._wakeup.setblocking(False)
        sender.setblocking(False)
        self._sender = sender  # kept open for as long as signals may come
        signal.set_wakeup_fd(sender.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, _wake)
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, self._ask_to_stop)
        self._selector.register(self._wakeup, selectors.EVENT_READ)

    def _ask_to_stop(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self._stopping = True

    def _write_state(self) -> None:
        self._state.processes = [
            ProcessState(name=kept.name, identity=_identity(kept.server.pid), restarts=kept.restarts)
            for kept in self._servers
        ] + [
            ProcessState(
                name=child.program.name,
                identity=_identity(child.pid),
                restarts=child.restarts,
                last_exit=child.last_exit,
            )
            for child in self._children
        ]
        with contextlib.suppress(OSError):  # a full disk must not end what runs; the next change writes it again
            write_state(self._run_folder, self._state)


def import_all(modules: Sequence[str]) -> None:
    """Import what the children need, once. Raises CannotStart."""
    for module in modules:
        try:
            importlib.import_module(module)
        except Exception as error:
            traceback.print_exc()
            raise CannotStart(f"{module} cannot be imported: {type(error).__name__}: {error}") from error


def guarded_run(supervisor: Supervisor, body: Callable[[], None]) -> int:
    """Run `body`, tell in one sentence what kept it from standing, and stop all. Returns the exit code."""
    try:
        body()
    except CannotStart as failure:
        supervisor.fail(str(failure))
        return 1
    except OSError as error:
        supervisor.fail(sentence_for(error))
        return 1
    except BaseException as error:
        supervisor.fail(f"The supervisor broke: {type(error).__name__}: {error}")
        raise
    finally:
        supervisor.close()
        sys.stdout.flush()
    return 0


def _wake(number: int, frame: FrameType | None) -> None:
    """Python runs a handler only where one is set; the wake-up itself is the socket's."""
    del number, frame


def _identity(pid: int | None) -> Identity | None:
    return Identity.of(pid) if pid is not None else None
