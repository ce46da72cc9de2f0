"""Which API a command calls: as it is told, or the stack that runs here on whatever ports were chosen for it."""

import os
from io import StringIO
from pathlib import Path

import pytest

from deploy.cli.calling import account_of
from deploy.cli.environment import api_address
from deploy.cli.failures import Failed
from deploy.local.keys import kept_keys
from deploy.local.places import Places
from deploy.local.processes import chosen_ports
from deploy.local.run_state import Identity, Phase, RunState, write_state


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """A stack's folder that the environment names, with databases that somebody else runs."""
    for name in [name for name in os.environ if name.startswith("VMESTE_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("VMESTE_DATABASE_URL", "postgresql://owner:word@127.0.0.1:9/vmeste")
    monkeypatch.setenv("VMESTE_REDIS_URL", "redis://127.0.0.1:9")
    monkeypatch.setenv("VMESTE_STATE", str(tmp_path / "state"))
    places = Places.of_environment()
    places.make()
    return places


def test_without_a_stack_it_is_the_usual_address(places: Places) -> None:
    assert api_address() == "http://127.0.0.1:8000"


def test_the_port_that_was_chosen_for_the_stack_is_called(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    kept_keys(places.keys)
    assert api_address() == "http://127.0.0.1:8000"
    monkeypatch.setenv("VMESTE_GATEWAY_PORT", "8400")
    assert api_address() == "http://127.0.0.1:8400"
    monkeypatch.setenv("VMESTE_GATEWAY_PORT", "none")
    with pytest.raises(Failed, match="VMESTE_GATEWAY_PORT is 'none'"):
        api_address()


def test_a_running_stack_is_called_on_its_own_ports_in_any_shell(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept_keys(places.keys)
    ports = chosen_ports({"VMESTE_GATEWAY_PORT": "8400"})
    write_state(places.run, RunState(supervisor=Identity.of(os.getpid()), phase=Phase.RUNNING, ports=ports))
    assert api_address() == "http://127.0.0.1:8400"
    gone = Identity(pid=os.getpid(), started=0)
    write_state(places.run, RunState(supervisor=gone, phase=Phase.RUNNING, ports=ports))
    assert api_address() == "http://127.0.0.1:8000"


def test_what_is_said_with_the_command_or_set_comes_first(places: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    kept_keys(places.keys)
    monkeypatch.setenv("VMESTE_PUBLIC_URL", "https://vmeste.example/")
    assert api_address() == "https://vmeste.example"
    monkeypatch.setattr("sys.stdin", StringIO("a password\n"))
    account = account_of("https://other.example/", "vera", stdin=True)
    assert account.address == "https://other.example"
    assert account.password == "a password"
    assert "a password" not in repr(account)
