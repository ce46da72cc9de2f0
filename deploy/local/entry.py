"""Run one process of the table in this process. `python -m deploy.local.entry gateway` is how a container does it."""

import importlib
import os
import socket
import sys
from collections.abc import Callable
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from deploy.local.draining import DrainingServer
from deploy.local.processes import MIGRATION, PROCESSES, Process, Task
from shared.logs import configure_logs
from shared.settings import Environment

DRAIN_SECONDS = 10  # requests under way get this long when their process is asked to end
BACKLOG = 2048


def find(reference: str) -> Callable[..., Any]:
    """The object that "module:name" names."""
    module, _, name = reference.partition(":")
    return getattr(importlib.import_module(module), name)


def perform(task: Task) -> None:
    """Run a task to its end."""
    find(task.target)(*_settings(task))


def run(process: Process, listener: socket.socket | None) -> None:
    """Block until SIGTERM. `listener` is bound already: a restart never loses its port to another program."""
    arguments = _settings(process)
    if listener is None:
        find(process.target)(*arguments)
        return
    configure_logs(process.name, Environment(os.environ.get("VMESTE_ENVIRONMENT", Environment.PRODUCTION)))
    serve(find(process.target)(*arguments), listener)


def serve(application: ASGIApp, listener: socket.socket) -> None:
    """Answer whoever connects until SIGTERM, then finish what was begun."""
    config = uvicorn.Config(
        application,
        loop="uvloop",
        http="httptools",
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        proxy_headers=False,  # the gateway alone decides what is believed
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
        backlog=BACKLOG,
    )
    DrainingServer(config).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """A bound socket. Raises OSError when the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(BACKLOG)
    except OSError:
        listener.close()
        raise
    return listener


def _settings(entry: Process | Task) -> list[Any]:
    return [find(entry.settings)()] if entry.settings else []


def main(name: str) -> None:
    if name == MIGRATION.name:
        perform(MIGRATION)
        return
    process = next((process for process in PROCESSES if process.name == name), None)
    if process is None:
        sys.exit(f"No process is called {name!r}; there are: {', '.join(known.name for known in PROCESSES)}.")
    run(process, listen("0.0.0.0", process.port) if process.port else None)  # noqa: S104 - inside its own container


if __name__ == "__main__":
    main(sys.argv[1])
