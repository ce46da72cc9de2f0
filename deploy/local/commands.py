"""What `make up`, `tour`, `logs`, `status`, `down` and `reset` do."""

import os
import shutil
import subprocess
import time
import traceback
from http.client import HTTPConnection, HTTPException
from typing import Final

import psutil
from rich.console import Console
from rich.table import Table as Grid

from deploy.local import entry
from deploy.local.binaries import SHARED_FOLDERS, copy_for_root_name
from deploy.local.console import readable
from deploy.local.failures import CannotStart
from deploy.local.places import Places
from deploy.local.processes import (
    DEMO,
    PROCESSES,
    TOUR,
    Process,
    Task,
    address_of,
    environment_of,
)
from deploy.local.redis import EmbeddedRedis
from deploy.local.run_state import Phase, RunState, end_leftovers, read_state
from deploy.local.stack import own_postgres, stack_of
from deploy.local.starting import STOP_WITHIN

STAND_WITHIN: Final = 180.0  # seconds until all runs, a recovery of the database included
READY_WITHIN: Final = 60.0  # seconds until all say that they are ready
SHOWN_LINES: Final = 100


def up(places: Places, console: Console, supervisor: subprocess.Popen[bytes] | None) -> None:
    """Wait until all runs; on an empty state load the demo union and play the tour.

    `supervisor` is the one just started for this, None if one ran already.
    """
    _follow(places, supervisor, console)
    console.print("It runs already." if supervisor is None else f"All runs after {_seconds_since(supervisor):.1f} s.")
    if not places.demo_loaded.exists():
        _perform(DEMO, places, console)
        _perform(TOUR, places, console)
        places.demo_loaded.touch()
    _show_where(places, console)


def tour(places: Places, console: Console) -> None:
    if not _running(places):
        raise CannotStart("Nothing runs: `make up` first.")
    _perform(TOUR, places, console)


def down(places: Places, console: Console) -> None:
    state = read_state(places.run)
    if state is None:
        console.print("Nothing runs.")
        return
    supervisor = state.supervisor.process()
    if supervisor is not None:
        console.print("Stopping: workers finish what is under way ...")
        supervisor.terminate()
        try:
            supervisor.wait(STOP_WITHIN)
        except psutil.TimeoutExpired:
            supervisor.kill()
    left = end_leftovers(state, STOP_WITHIN)
    if supervisor is None and not left:
        console.print("Nothing runs.")
    else:
        console.print("Stopped; the state is kept." + (f" Left over and ended: {', '.join(left)}." if left else ""))


def reset(places: Places, console: Console) -> None:
    """Stop all and remove the state, the database's own folder and the copied binaries included."""
    down(places, console)
    postgres = own_postgres(places)
    removed = [str(places.root)] + ([str(postgres.place)] if postgres.place != places.database else [])
    postgres.remove()
    EmbeddedRedis(places.redis).remove()
    shutil.rmtree(places.root, ignore_errors=True)
    for folder in SHARED_FOLDERS:
        copy = folder / copy_for_root_name()
        if copy.exists() and copy.stat().st_uid == os.geteuid() and not _runs_from(str(copy)):
            shutil.rmtree(copy)
            removed.append(str(copy))
    console.print(f"Removed {', '.join(removed)}.")


def status(places: Places, console: Console) -> None:
    state = read_state(places.run)
    if state is None or not state.is_alive():
        console.print("Nothing runs.")
        return
    grid = Grid("process", "number", "memory (PSS)", "restarts", "last end", box=None)
    total = 0
    for known in state.processes:
        process = known.identity.process() if known.identity else None
        memory = sum(map(_pss, [process, *process.children(recursive=True)])) if process else 0
        total += memory
        number = str(process.pid) if process else "-"
        grid.add_row(known.name, number, f"{memory >> 20} MB", str(known.restarts), known.last_exit or "")
    console.print(f"{state.phase.value}: {state.sentence}" if state.sentence else state.phase.value)
    console.print(grid)
    console.print(f"{total >> 20} MB in all")


def logs(places: Places, console: Console) -> None:
    """Show the last lines of all processes and follow, through rotations, until Ctrl-C."""
    path = places.all_logs
    if not path.exists():
        raise CannotStart("There are no logs yet: `make up` first.")
    with path.open(encoding="utf-8", errors="replace") as file:
        for line in file.readlines()[-SHOWN_LINES:]:
            console.print(readable(line), markup=False, highlight=False, soft_wrap=True)
        place, kept = file.tell(), path.stat().st_ino
    while True:
        if path.exists():
            if path.stat().st_ino != kept:
                place, kept = 0, path.stat().st_ino
            with path.open(encoding="utf-8", errors="replace") as file:
                file.seek(place)
                for line in file:
                    console.print(readable(line), markup=False, highlight=False, soft_wrap=True)
                place = file.tell()
        time.sleep(0.3)


def _follow(places: Places, supervisor: subprocess.Popen[bytes] | None, console: Console) -> None:
    """Tell each step until all runs and is ready. Raises CannotStart."""
    told: Phase | None = None
    deadline = time.monotonic() + STAND_WITHIN
    while time.monotonic() < deadline:
        state = read_state(places.run)
        if state is not None and (supervisor is None or state.supervisor.pid == supervisor.pid):
            if state.phase is Phase.FAILED:
                raise CannotStart(state.sentence or "It failed; see its logs.")
            if state.phase is not told:
                told = state.phase
                console.print(f"  {told.value}", style="dim")
            if told is Phase.RUNNING:
                _wait_until_ready(places, state)
                return
            if supervisor is None and not state.is_alive():
                break
        if supervisor is not None and supervisor.poll() is not None:
            break
        time.sleep(0.05)
    raise CannotStart(f"It does not stand: {_last_line(places)} (the whole of it: {places.logs / 'supervisor.log'})")


def _wait_until_ready(places: Places, state: RunState) -> None:
    deadline = time.monotonic() + READY_WITHIN
    waiting = [process for process in PROCESSES if process.name in state.ports]
    while waiting:
        waiting = [process for process in waiting if not _is_ready(process, state.ports[process.name])]
        if waiting and time.monotonic() > deadline:
            names = ", ".join(process.name for process in waiting)
            raise CannotStart(f"Not ready within {READY_WITHIN:.0f} s: {names}; see {places.logs}.")
        if waiting:
            time.sleep(0.1)
    now = read_state(places.run)
    broken = [known for known in (now.processes if now else []) if known.identity is None]
    if broken:
        told = ", ".join(f"{known.name} ({known.last_exit})" for known in broken)
        raise CannotStart(f"Some processes do not stay up: {told}; see {places.logs}.")


def _is_ready(process: Process, port: int) -> bool:
    connection = HTTPConnection("127.0.0.1", port, timeout=5)
    try:
        connection.request("GET", process.ready_path)
        return connection.getresponse().status == 200  # noqa: PLR2004 - the one status that says ready
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _perform(task: Task, places: Places, console: Console) -> None:
    console.print()
    os.environ.update(environment_of(task.name, stack_of(places)))
    try:
        entry.perform(task)
    except Exception as error:
        log = places.logs / f"{task.name}.log"
        with log.open("a", encoding="utf-8") as file:
            traceback.print_exc(file=file)
        raise CannotStart(f"The {task.name} ended early, {type(error).__name__}: {error} (see {log}).") from error


def _show_where(places: Places, console: Console) -> None:
    stack = stack_of(places)
    postgres = None if os.environ.get("VMESTE_DATABASE_URL") else own_postgres(places)
    lines = [
        ("API", f"{address_of('gateway', stack)}/v1"),
        ("reference", f"{address_of('gateway', stack)}/docs"),
        ("what the public sees", address_of("sandbox", stack)),
        ("state", str(places.root)),
    ]
    if postgres is not None and postgres.place != places.database:
        lines.append(("database's files", f"{postgres.place} (root cannot run PostgreSQL: it runs as nobody)"))
    width = max(len(name) for name, _ in lines)
    console.print()
    for name, where in lines:
        console.print(f"{name:<{width}}  {where}", soft_wrap=True, markup=False)
    console.print(
        "\nmake tour plays the tour and ends with sign-ins and curl lines; make logs follows, make down stops, "
        "make reset starts over.",
        soft_wrap=True,
    )


def _running(places: Places) -> bool:
    state = read_state(places.run)
    return state is not None and state.is_alive() and state.phase is Phase.RUNNING


def _seconds_since(supervisor: subprocess.Popen[bytes]) -> float:
    return time.time() - psutil.Process(supervisor.pid).create_time()


def _runs_from(folder: str) -> bool:
    return any(str(process.info["exe"] or "").startswith(folder) for process in psutil.process_iter(["exe"]))


def _last_line(places: Places) -> str:
    lines = (places.logs / "supervisor.log").read_text(errors="replace").splitlines()
    return lines[-1] if lines else "it wrote nothing"


def _pss(process: psutil.Process) -> int:
    try:
        return process.memory_full_info().pss
    except psutil.Error:
        return 0


OTHERS: Final = {"tour": tour, "logs": logs, "status": status, "down": down, "reset": reset}
