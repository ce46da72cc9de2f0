"""The supervisor itself, with small stand-ins instead of the services."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from deploy.local.places import PROJECT, Places
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.processes import PROCESSES, port_variable
from deploy.local.run_state import Phase, ProcessState, RunState, read_state

PATIENCE = 30.0  # seconds


def until(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not what():
        assert time.monotonic() < deadline, "it did not come true in time"
        time.sleep(0.02)


def free_ports(count: int) -> list[int]:
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


@dataclass
class FakeStack:
    places: Places
    own_databases: bool = False
    mail_port: int = field(init=False)
    ports: dict[str, int] = field(default_factory=dict[str, int])
    started: list[subprocess.Popen[bytes]] = field(default_factory=list[subprocess.Popen[bytes]])

    def __post_init__(self) -> None:
        listening = [process.name for process in PROCESSES if process.port]
        (self.mail_port,) = free_ports(1)
        self.ports = dict(zip(listening, free_ports(len(listening)), strict=True))
        self.places.make()

    def start(self, migration: str = "migrate") -> subprocess.Popen[bytes]:
        environment = {
            **os.environ,
            "PYTHONPATH": str(PROJECT),
            "VMESTE_STATE": str(self.places.root),
            **{port_variable(name): str(port) for name, port in self.ports.items()},
            port_variable("mail"): str(self.mail_port),
        }
        if not self.own_databases:
            environment |= {"VMESTE_DATABASE_URL": "postgresql://nobody@/none", "VMESTE_REDIS_URL": "unix:///none"}
        command = [sys.executable, "-m", "tests.unit.deploy.local.fake_stack", migration]
        with (self.places.root / "output").open("ab") as output:
            process = subprocess.Popen(command, env=environment, cwd=PROJECT, stdout=output, stderr=output)
        self.started.append(process)
        return process

    def output(self) -> str:
        return (self.places.root / "output").read_text()

    def state(self) -> RunState:
        state = read_state(self.places.run)
        assert state is not None
        return state

    def process(self, name: str) -> ProcessState:
        return next(known for known in self.state().processes if known.name == name)

    def pid(self, name: str) -> int:
        identity = self.process(name).identity
        assert identity is not None
        return identity.pid

    def phase(self) -> Phase | None:
        state = read_state(self.places.run)
        return state.phase if state else None

    def stand(self, migration: str = "migrate") -> subprocess.Popen[bytes]:
        process = self.start(migration)
        until(lambda: self.phase() is Phase.RUNNING)
        return process

    def asked(self, name: str) -> int:
        """The number of the process that answers on the port of `name`."""
        connection = http.client.HTTPConnection("127.0.0.1", self.ports[name], timeout=PATIENCE)
        try:
            connection.request("GET", "/health/ready")
            return int(connection.getresponse().read())
        finally:
            connection.close()


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[FakeStack]:
    stack = FakeStack(Places(tmp_path / "state"))
    yield stack
    for process in stack.started:
        process.terminate()
        process.wait(PATIENCE)


def test_every_process_of_the_table_runs_and_writes_its_own_log(stack: FakeStack) -> None:
    stack.stand()
    for name in stack.ports:
        assert stack.asked(name) == stack.pid(name)
    until(lambda: "relay            | hello from the loop" in stack.places.all_logs.read_text())
    until(lambda: "hello from the application" in (stack.places.logs / "gateway.log").read_text().splitlines())
    assert "migrate          | migrated" in stack.places.all_logs.read_text()
    assert len({stack.pid(process.name) for process in PROCESSES}) == len(PROCESSES)


def test_a_killed_process_is_restarted_and_the_others_are_left_alone(stack: FakeStack) -> None:
    stack.stand()
    before = {process.name: stack.asked(process.name) for process in PROCESSES if process.port}
    os.kill(before["publisher"], signal.SIGKILL)
    until(lambda: stack.process("publisher").restarts == 1 and stack.process("publisher").identity is not None)
    assert stack.process("publisher").last_exit == "ended by SIGKILL"
    assert stack.asked("publisher") == stack.pid("publisher") != before["publisher"]
    assert {name: stack.asked(name) for name in before if name != "publisher"} == {
        name: pid for name, pid in before.items() if name != "publisher"
    }


def test_a_process_that_ends_at_once_is_tried_again_and_again(stack: FakeStack) -> None:
    stack.stand("run_badly")
    until(lambda: stack.process("relay").restarts >= 3)
    assert stack.process("relay").last_exit == "exit code 3"
    assert stack.asked("gateway") == stack.pid("gateway")


def test_sigterm_stops_all_in_the_order_of_the_stages(stack: FakeStack) -> None:
    supervisor = stack.stand()
    pids = [stack.pid(process.name) for process in PROCESSES]
    until(lambda: stack.places.all_logs.read_text().count("hello") == len(PROCESSES))
    supervisor.terminate()
    assert supervisor.wait(PATIENCE) == 0
    assert not any(psutil.pid_exists(pid) for pid in pids)
    assert stack.phase() is Phase.STOPPED
    ended = [line.split()[1] for line in (stack.places.logs / "supervisor.log").read_text().splitlines() if "e" in line]
    order = [ended.index(process.name) for process in PROCESSES]
    stages = [process.stage for process in PROCESSES]
    by_time = [stage for _, stage in sorted(zip(order, stages, strict=True))]
    assert by_time == sorted(stages)
    assert (stack.places.logs / "relay.log").read_text().endswith("goodbye\n")  # the unfinished last line is kept


def test_when_the_supervisor_is_killed_its_processes_end(stack: FakeStack) -> None:
    supervisor = stack.stand()
    pids = [stack.pid(process.name) for process in PROCESSES]
    supervisor.kill()
    supervisor.wait(PATIENCE)
    until(lambda: not any(psutil.pid_exists(pid) for pid in pids))


def test_a_second_supervisor_of_the_same_state_is_refused(stack: FakeStack) -> None:
    stack.stand()
    second = stack.start()
    assert second.wait(PATIENCE) == 1
    assert "Another supervisor already runs" in stack.output()
    assert stack.asked("gateway") == stack.pid("gateway")


def test_a_taken_port_is_one_sentence(stack: FakeStack) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", stack.ports["gateway"]))
        other.listen()
        assert stack.start().wait(PATIENCE) == 1
    sentence = stack.state().sentence
    assert stack.phase() is Phase.FAILED
    assert sentence is not None
    assert f"Port {stack.ports['gateway']}, on which gateway is to listen, is taken" in sentence
    assert f"(process {os.getpid()})" in sentence
    assert "VMESTE_GATEWAY_PORT" in sentence
    assert stack.output() == ""


def test_a_failed_migration_is_one_sentence_with_its_last_words(stack: FakeStack) -> None:
    assert stack.start("migrate_badly").wait(PATIENCE) == 1
    assert stack.state().sentence == "The step 'migrate' failed (exit code 1): no such table"
    assert stack.output() == ""


def test_what_cannot_be_imported_is_named(stack: FakeStack) -> None:
    assert stack.start("no.such.module:run").wait(PATIENCE) == 1
    assert str(stack.state().sentence).startswith("no.such.module cannot be imported: ModuleNotFoundError")
    assert "Traceback" in stack.output()  # for whoever mends it


def test_databases_that_die_are_started_again(tmp_path: Path) -> None:
    stack = FakeStack(Places(tmp_path / "state"), own_databases=True)
    try:
        supervisor = stack.stand()
        os.kill(stack.pid("redis"), signal.SIGKILL)
        os.kill(stack.pid("postgres"), signal.SIGKILL)
        until(lambda: stack.process("redis").restarts == 1 and stack.process("postgres").restarts == 1)
        pids = [stack.pid("redis"), stack.pid("postgres")]
        supervisor.terminate()
        assert supervisor.wait(PATIENCE) == 0
        assert not any(psutil.pid_exists(pid) for pid in pids)
    finally:
        for process in stack.started:
            process.kill()
            process.wait(PATIENCE)
        EmbeddedPostgres(stack.places.database).remove()
