"""A fresh clone of the project, started by `make up` as a newcomer would, on ports of its own."""

import os
import shutil
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

import psutil

from deploy.local.keys import Keys, kept_keys
from deploy.local.places import Places
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.processes import chosen_ports, port_variable
from deploy.local.run_state import RunState, read_state

PROJECT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Stack:
    folder: Path
    ports: dict[str, int]

    @classmethod
    def cloned(cls, folder: Path) -> Self:
        """The committed state of this checkout in `folder`."""
        subprocess.run(["git", "clone", "--quiet", str(PROJECT), str(folder)], check=True)
        return cls(folder, {name: free_port() for name in chosen_ports({})})

    def make(self, target: str) -> float:
        """Run one target. Returns its seconds."""
        began = time.perf_counter()
        done = subprocess.run(
            ["make", target], cwd=self.folder, env=self._environment(), capture_output=True, text=True, check=False
        )
        if done.returncode != 0:
            raise AssertionError(f"make {target}: {done.stdout[-3000:]} {done.stderr[-3000:]}")
        return time.perf_counter() - began

    def remove(self) -> None:
        self.make("reset")
        shutil.rmtree(self.folder)

    @property
    def places(self) -> Places:
        return Places(self.folder / ".vmeste")

    @property
    def keys(self) -> Keys:
        return kept_keys(self.places.keys)

    @property
    def owner_url(self) -> str:
        return EmbeddedPostgres(self.places.database).url

    def address(self, name: str) -> str:
        return f"http://127.0.0.1:{self.ports[name]}"

    def state(self) -> RunState:
        state = read_state(self.places.run)
        if state is None:
            raise AssertionError("the stack does not run")
        return state

    def process(self, name: str) -> psutil.Process:
        for known in self.state().processes:
            if known.name == name and known.identity is not None:
                return psutil.Process(known.identity.pid)
        raise AssertionError(f"{name} does not run")

    def memory(self) -> dict[str, int]:
        """PSS in bytes by process, each with its children; and the supervisor itself."""
        found = {"supervisor": psutil.Process(self.state().supervisor.pid).memory_full_info().pss}
        for known in self.state().processes:
            process = self.process(known.name)
            family = [process, *process.children(recursive=True)]
            found[known.name] = sum(member.memory_full_info().pss for member in family)
        return found

    def _environment(self) -> dict[str, str]:
        own = {port_variable(name): str(port) for name, port in self.ports.items()}
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VMESTE_")}
        return kept | own


def free_port() -> int:
    """Below the range that the system hands out for outgoing connections."""
    for port in range(20000 + os.getpid() % 5000, 32000):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if port not in _TAKEN and probe.connect_ex(("127.0.0.1", port)) != 0:
                _TAKEN.add(port)
                return port
    raise AssertionError("no free port")


_TAKEN: Final = set[int]()
