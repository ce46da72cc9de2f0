"""The whole local stack as one supervised process tree. `python -m deploy.local.stack` is what `up` starts."""

import os
import socket
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial

import psutil

from deploy.local import entry
from deploy.local.children import Program
from deploy.local.failures import CannotStart
from deploy.local.keys import kept_keys
from deploy.local.places import Places
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.processes import (
    MIGRATION,
    PROCESSES,
    Process,
    Stack,
    Task,
    chosen_port,
    chosen_ports,
    environment_of,
    port_variable,
)
from deploy.local.redis import EmbeddedRedis
from deploy.local.run_state import Phase, read_state, take_lock
from deploy.local.supervisor import Supervisor, guarded_run, import_all

OWN_SECRETS = frozenset({"VMESTE_DATABASE_URL", "VMESTE_REDIS_URL"})  # the owner's: no service may know them


@dataclass(frozen=True)
class Table:
    """What is run: the project's own table, or a small one in tests."""

    processes: tuple[Process, ...] = PROCESSES
    migration: Task | None = MIGRATION


def run_stack(places: Places, table: Table) -> int:
    """Block until SIGTERM. Returns the exit code; what went wrong stands in the state file as one sentence."""
    take_lock(places.run)
    supervisor = Supervisor(places.run, places.logs, names=[process.name for process in table.processes])

    def body() -> None:
        ports = chosen_ports(os.environ, table.processes)
        supervisor.tell_ports(ports)
        listeners = bind_all(ports)
        for name in ports.keys() - {process.name for process in table.processes}:
            listeners.pop(name).close()  # free, and so left to the process that listens there by itself
        supervisor.enter(Phase.DATABASES)
        stack = Stack(places, kept_keys(places.keys), *_databases(supervisor, places), ports)
        supervisor.enter(Phase.IMPORTS)
        import_all(modules_of(table))
        if table.migration is not None:
            supervisor.enter(Phase.MIGRATION)
            task = table.migration
            supervisor.perform(
                Program(task.name, 0, partial(entry.perform, task), surroundings(environment_of(task.name, stack)))
            )
        supervisor.supervise([_program(process, stack, listeners.get(process.name)) for process in table.processes])

    return guarded_run(supervisor, body)


def stack_of(places: Places) -> Stack:
    """The installation of `places` as its supervisor sees it, for a command beside it: while it runs, on its ports."""
    state = read_state(places.run)
    running = state.ports if state is not None and state.is_alive() else {}
    return Stack(
        places,
        kept_keys(places.keys),
        os.environ.get("VMESTE_DATABASE_URL") or own_postgres(places).url,
        os.environ.get("VMESTE_REDIS_URL") or EmbeddedRedis(places.redis).url,
        running or chosen_ports(os.environ),
    )


def own_postgres(places: Places) -> EmbeddedPostgres:
    """Reached by its unix socket, and by TCP as well if `VMESTE_POSTGRES_PORT` asks for it. Raises CannotStart."""
    port = chosen_port(os.environ, "postgres", None)
    return EmbeddedPostgres(places.database, port=port)


def bind_all(ports: Mapping[str, int]) -> dict[str, socket.socket]:
    """A bound socket for every process that listens. Raises CannotStart for the first port that is taken."""
    listeners: dict[str, socket.socket] = {}
    for name, port in ports.items():
        try:
            listeners[name] = entry.listen("127.0.0.1", port)
        except OSError as error:
            raise CannotStart(
                f"Port {port}, on which {name} is to listen, is taken{_holder(port)}: "
                f"stop that, or choose another with {port_variable(name)}=<port> make up."
            ) from error
    return listeners


def surroundings(own: Mapping[str, str]) -> dict[str, str]:
    """The environment of a process: what the user set, without the owner's URLs, under what the table says."""
    return {name: value for name, value in os.environ.items() if name not in OWN_SECRETS} | dict(own)


def modules_of(table: Table) -> list[str]:
    """Every module that a process of the table is made of."""
    entries: Sequence[Process | Task] = [*table.processes, *([table.migration] if table.migration else [])]
    references = [reference for made in entries for reference in (made.target, made.settings) if reference]
    return sorted({reference.partition(":")[0] for reference in references} | {"uvicorn.protocols.http.httptools_impl"})


def _program(process: Process, stack: Stack, listener: socket.socket | None) -> Program:
    return Program(
        name=process.name,
        stage=process.stage,
        run=partial(entry.run, process, listener),
        environment=surroundings(environment_of(process.name, stack)),
        keeps_open=listener.fileno() if listener else None,
    )


def _databases(supervisor: Supervisor, places: Places) -> tuple[str, str]:
    """The owner's URL and Redis's: the servers that the environment names, or our own."""
    owner_url = os.environ.get("VMESTE_DATABASE_URL")
    redis_url = os.environ.get("VMESTE_REDIS_URL")
    if not owner_url:
        owner_url = supervisor.keep("postgres", own_postgres(places))
    if not redis_url:
        redis_url = supervisor.keep("redis", EmbeddedRedis(places.redis))
    return owner_url, redis_url


def _holder(port: int) -> str:
    """Who listens there, if this user may know."""
    with suppress(psutil.Error):
        for connection in psutil.net_connections("tcp"):
            if connection.laddr and connection.laddr.port == port and connection.status == psutil.CONN_LISTEN:
                if connection.pid is None:
                    break
                return f" by {psutil.Process(connection.pid).name()} (process {connection.pid})"
    return ""


if __name__ == "__main__":
    try:
        sys.exit(run_stack(Places.of_environment(), Table()))
    except CannotStart as failure:
        sys.exit(str(failure))
