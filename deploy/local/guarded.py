"""Become another program: as another account if asked, and one that ends when its parent does.

Run by its path, not as a module: `python -I -S guarded.py <signal> <uid> <gid> program arguments...`
(uid -1 keeps the account). A program of its own rather than `preexec_fn`, which is unsafe once a process has threads.
"""

import ctypes
import os
import sys
from pathlib import Path
from signal import Signals

PR_SET_PDEATHSIG = 1


def end_with_parent(signal: int, parent: int) -> None:
    """Have the kernel send `signal` to this process when `parent` is gone. Only Linux knows this."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal)
    if os.getppid() != parent:  # it went before the kernel was told
        os.kill(os.getpid(), signal)


def guarded(program: list[str], *, signal: Signals, account: tuple[int, int] | None = None) -> list[str]:
    """The command line that runs `program` this way."""
    uid, gid = account or (-1, -1)
    guard = [sys.executable, "-I", "-S", str(Path(__file__).resolve())]
    return [*guard, str(os.getpid()), str(int(signal)), str(uid), str(gid), *program]


def _become(parent: int, signal: int, uid: int, gid: int, program: list[str]) -> None:
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    end_with_parent(signal, parent)  # after the account: changing it forgets the wish
    os.execv(program[0], program)  # noqa: S606 - becoming that program is what this file is for


if __name__ == "__main__":
    _parent, _signal, _uid, _gid = (int(argument) for argument in sys.argv[1:5])
    _become(_parent, _signal, _uid, _gid, sys.argv[5:])
