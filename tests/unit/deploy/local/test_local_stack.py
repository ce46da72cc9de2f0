"""What the local stack is built of: ports, environments, keys, logs, identities of processes."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from rich.console import Console

from deploy.local import console
from deploy.local.children import delay_before
from deploy.local.commands import down, logs, tour
from deploy.local.console import LogBook, readable
from deploy.local.failures import CannotStart, sentence_for
from deploy.local.keys import kept_keys
from deploy.local.places import PROJECT, Places
from deploy.local.processes import PROCESSES, Stack, chosen_ports, environment_of, port_variable
from deploy.local.run_state import Identity, Phase, ProcessState, RunState, end_leftovers, write_state
from shared.db.security import service_role


@pytest.fixture
def stack(tmp_path: Path) -> Stack:
    places = Places(tmp_path)
    return Stack(
        places,
        kept_keys(places.keys),
        "postgresql://vmeste:owner-word@/vmeste?host=/a/folder&port=5432",
        "unix:///a/redis?db=0",
        chosen_ports({}),
    )


def test_restarts_wait_longer_each_time_up_to_ten_seconds() -> None:
    assert [delay_before(restart) for restart in range(1, 9)] == [0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 10.0, 10.0]
    assert delay_before(10_000) == 10.0


def test_ports_are_those_of_the_readme_unless_chosen() -> None:
    assert chosen_ports({})["gateway"] == 8000
    assert chosen_ports({})["sandbox"] == 8090
    assert chosen_ports({"VMESTE_GATEWAY_PORT": "9000"})["gateway"] == 9000


def test_whoever_needs_another_port_is_told_its_name() -> None:
    told = (PROJECT / "docs" / "operations.md").read_text()
    names = [port_variable(name) for name in (*chosen_ports({}), "postgres")]
    assert [name for name in names if f"`{name}`" not in told] == []


@pytest.mark.parametrize("port", ["0", "65536", "http", "-1", "8000 "])
def test_what_is_no_port_is_refused(port: str) -> None:
    with pytest.raises(CannotStart, match="VMESTE_GATEWAY_PORT"):
        chosen_ports({"VMESTE_GATEWAY_PORT": port})


def test_no_process_knows_the_owner_or_another_service(stack: Stack) -> None:
    for process in PROCESSES:
        environment = environment_of(process.name, stack)
        text = json.dumps(environment)
        assert "owner-word" not in text
        assert stack.keys.role_secret not in text
        service = process.name.removesuffix("-worker")
        known = {other for other in ("gateway", "publisher", "requests", "surveys") if service_role(other) in text}
        assert known <= {service}
        assert ("VMESTE_GATEWAY_SIGNING_KEYS" in environment) == (service == "gateway")
        assert ("VMESTE_ENCRYPTION_KEYS" in environment) == (service not in {"relay", "sandbox"})


def test_a_role_url_keeps_the_socket(stack: Stack) -> None:
    url = environment_of("publisher", stack)["VMESTE_PUBLISHER_DATABASE_URL"]
    assert url.startswith("postgresql://vmeste_publisher:")
    assert "host=/a/folder" in url.replace("%2F", "/")


def test_keys_are_drawn_once_and_readable_by_their_owner_alone(tmp_path: Path) -> None:
    keys = kept_keys(tmp_path / "keys.json")
    assert kept_keys(tmp_path / "keys.json") == keys
    assert (tmp_path / "keys.json").stat().st_mode & 0o777 == 0o600


def test_a_recycled_number_is_nobody() -> None:
    mine = Identity.of(os.getpid())
    assert mine.process() is not None
    assert Identity(pid=mine.pid, started=mine.started - 60).process() is None


def test_a_recycled_number_is_never_ended() -> None:
    other = Identity(pid=os.getpid(), started=1.0)
    state = RunState(supervisor=other, phase=Phase.RUNNING, processes=[ProcessState(name="relay", identity=other)])
    assert not state.is_alive()
    assert end_leftovers(state, within=1.0) == []


def test_a_structured_line_is_shown_readably() -> None:
    event = {"timestamp": "2026-11-23T10:11:12Z", "level": "info", "event": "message.dead", "message_id": "5"}
    assert readable(f"relay | {json.dumps(event)}\n") == "relay | 10:11:12 info    message.dead message_id=5"


@pytest.mark.parametrize("line", ["relay | plain", "no name", "relay | {broken", 'relay | {"a": 1}', "relay | [1]"])
def test_any_other_line_is_shown_as_it_is(line: str) -> None:
    assert readable(line + "\n") == line


def test_logs_begin_anew_when_they_are_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(console, "LARGEST", 100)
    book = LogBook(tmp_path, 5)
    for _ in range(30):
        book.write("relay", ["a line"])
    book.close()
    assert (tmp_path / "relay.log").stat().st_size <= 107
    assert (tmp_path / "all.log.1").exists()


def test_a_full_disk_loses_lines_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "relay.log").symlink_to("/dev/full")
    book = LogBook(tmp_path, 5)
    book.write("relay", ["one", "two"])
    book.close()
    assert book.lost_lines == 2
    assert (tmp_path / "all.log").read_text() == "relay | one\nrelay | two\n"


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (OSError(28, "No space left on device"), "The disk is full"),
        (OSError(8, "Exec format error", "/x/postgres"), "/x/postgres was built for another kind of machine"),
        (PermissionError(13, "Permission denied", "/x"), "may not write or run /x"),
        (OSError(5, "Input/output error"), "Input/output error"),
    ],
)
def test_errors_of_the_system_are_sentences(error: OSError, sentence: str) -> None:
    assert sentence in sentence_for(error)


def test_commands_that_need_a_running_stack_say_so(tmp_path: Path) -> None:
    places = Places(tmp_path / "none")
    for command in (tour, logs):
        with pytest.raises(CannotStart, match="make up"):
            command(places, Console())


def test_down_where_nothing_runs_is_harmless(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    down(Places(tmp_path / "none"), Console())
    assert capsys.readouterr().out == "Nothing runs.\n"


def test_down_says_what_it_waits_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    places = Places(tmp_path)
    places.make()
    with subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]) as supervisor:
        try:
            write_state(places.run, RunState(supervisor=Identity.of(supervisor.pid), phase=Phase.RUNNING))
            down(places, Console())
        finally:
            supervisor.kill()
    first, last = capsys.readouterr().out.splitlines()
    assert (first, last) == ("Stopping: workers finish what is under way ...", "Stopped; the state is kept.")
