"""Starting the supervisor. Imports little, so that the stack begins to stand while its command is still importing."""

import os
import shutil
import subprocess
import sys
from typing import Final

from deploy.local.failures import CannotStart
from deploy.local.places import PROJECT, Places
from deploy.local.run_state import end_leftovers, read_state

STOP_WITHIN: Final = 120.0  # seconds
SPACE_NEEDED: Final = 500 * 2**20  # bytes: a database, its log, media and logs of a first day


def ensure_supervisor(places: Places) -> subprocess.Popen[bytes] | None:
    """Start the supervisor unless it runs; None if it does. Raises CannotStart."""
    state = read_state(places.run)
    if state is not None and state.is_alive():
        return None
    places.make()
    free = shutil.disk_usage(places.root).free
    if free < SPACE_NEEDED:
        raise CannotStart(
            f"The disk of {places.root} has {free >> 20} MB left, and {SPACE_NEEDED >> 20} MB are needed."
        )
    if state is not None:
        end_leftovers(state, STOP_WITHIN)
    with (places.logs / "supervisor.log").open("ab") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "deploy.local.stack"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=PROJECT,
            env={**os.environ, "PYTHONSAFEPATH": "1"},
            start_new_session=True,  # it stays when this command ends
        )
