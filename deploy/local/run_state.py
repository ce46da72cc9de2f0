"""What runs, as the supervisor last wrote it down, and whether a process number still means the same process."""

import fcntl
import os
import time
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Final

import psutil
from pydantic import BaseModel

from deploy.local.failures import CannotStart

SAME_MOMENT: Final = 2.0  # seconds: start times move a little when the clock is set


class Phase(StrEnum):
    DATABASES = "starting PostgreSQL and Redis"
    IMPORTS = "importing the services"
    MIGRATION = "migrating the database"
    RUNNING = "running"
    STOPPING = "stopping"
    FAILED = "failed"
    STOPPED = "stopped"


class Identity(BaseModel):
    """A process: its number alone is used again for others."""

    pid: int
    started: float

    @classmethod
    def of(cls, pid: int) -> "Identity":
        try:
            return cls(pid=pid, started=psutil.Process(pid).create_time())
        except psutil.NoSuchProcess:
            return cls(pid=pid, started=time.time())  # ended already; nothing will match it

    def process(self) -> psutil.Process | None:
        """The living process, or None if it is gone, whoever has its number now."""
        try:
            process = psutil.Process(self.pid)
            same = abs(process.create_time() - self.started) < SAME_MOMENT
            return process if same and process.status() != psutil.STATUS_ZOMBIE else None
        except psutil.NoSuchProcess:
            return None


class ProcessState(BaseModel):
    name: str
    identity: Identity | None
    restarts: int = 0
    last_exit: str | None = None


class RunState(BaseModel):
    supervisor: Identity
    phase: Phase
    sentence: str | None = None  # why it failed
    ports: dict[str, int] = {}
    processes: list[ProcessState] = []

    def is_alive(self) -> bool:
        return self.supervisor.process() is not None


def write_state(folder: Path, state: RunState) -> None:
    """Whole or not at all."""
    unfinished = folder / "state.json.new"
    unfinished.write_text(state.model_dump_json(indent=2))
    unfinished.rename(folder / "state.json")


def read_state(folder: Path) -> RunState | None:
    try:
        return RunState.model_validate_json((folder / "state.json").read_bytes())
    except FileNotFoundError:
        return None


def take_lock(folder: Path) -> int:
    """Be the only supervisor of this folder for as long as this process lives. Raises CannotStart."""
    lock = os.open(folder / "supervisor.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.lockf(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)  # of this process alone: forked children do not hold it
    except OSError:
        os.close(lock)
        raise CannotStart(f"Another supervisor already runs the stack of {folder.parent}.") from None
    return lock


def end_leftovers(state: RunState, within: float) -> list[str]:
    """End what a dead supervisor left behind. Returns the names of what was still there."""
    left = [(known.name, known.identity.process()) for known in state.processes if known.identity is not None]
    living = [(name, process) for name, process in left if process is not None]
    for _, process in living:
        with suppress(psutil.NoSuchProcess):
            process.terminate()
    _, stubborn = psutil.wait_procs([process for _, process in living], timeout=within)
    for process in stubborn:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(stubborn, timeout=within)
    return [name for name, _ in living]
