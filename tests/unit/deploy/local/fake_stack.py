"""The process table with small stand-ins instead of the services: `python -m tests.unit.deploy.local.fake_stack`."""

import os
import signal
import sys
from collections.abc import Awaitable, Callable, MutableMapping
from dataclasses import replace
from typing import Any

from deploy.local.failures import CannotStart
from deploy.local.places import Places
from deploy.local.processes import PROCESSES, Task
from deploy.local.stack import Table, run_stack

HERE = "tests.unit.deploy.local.fake_stack"
Message = MutableMapping[str, Any]


def create_app() -> Callable[..., Awaitable[None]]:
    """Answers every request with its process's number; writes one line when it begins."""

    async def app(
        scope: Message, receive: Callable[[], Awaitable[Message]], send: Callable[[Message], Awaitable[None]]
    ) -> None:
        if scope["type"] == "lifespan":
            await receive()
            print("hello from the application", flush=True)
            await send({"type": "lifespan.startup.complete"})
            await receive()
            await send({"type": "lifespan.shutdown.complete"})
            return
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": str(os.getpid()).encode()})

    return app


def run() -> None:
    """A loop that ends by SIGTERM, after it has said goodbye."""
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})
    print("hello from the loop", flush=True)
    signal.sigwait({signal.SIGTERM})
    print("goodbye", end="", flush=True)


def run_badly() -> None:
    sys.exit(3)


def migrate() -> None:
    print("migrated", flush=True)


def migrate_badly() -> None:
    print("no such table")
    sys.exit(1)


def fake_table(migration: str) -> Table:
    processes = tuple(
        replace(
            process,
            target=f"{HERE}:{'create_app' if process.port else 'run'}",
            settings=None,
        )
        for process in PROCESSES
    )
    if migration == "run_badly":
        processes = tuple(replace(p, target=f"{HERE}:run_badly") if p.name == "relay" else p for p in processes)
        migration = "migrate"
    return Table(processes, Task("migrate", migration if ":" in migration else f"{HERE}:{migration}"))


if __name__ == "__main__":
    try:
        sys.exit(run_stack(Places.of_environment(), fake_table(sys.argv[1])))
    except CannotStart as failure:
        sys.exit(str(failure))
