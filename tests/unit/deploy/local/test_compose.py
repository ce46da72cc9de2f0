"""docker-compose.yml states the same processes as the table that runs without Docker."""

from typing import Any

import pytest
import yaml

from deploy.local.keys import Keys
from deploy.local.places import PROJECT, Places
from deploy.local.processes import MIGRATION, PROCESSES, Stack, chosen_ports, environment_of

DATABASES = {"postgres", "redis"}
OF_THIS_MACHINE = {
    "PYTHONSAFEPATH",  # the image sets it
    "PYTHONUNBUFFERED",
    "VMESTE_ASK_SECONDS",  # its networks are stand-ins
    "VMESTE_GATEWAY_TRIES_PER_ADDRESS",  # for the demo union, which signs in from one machine
}


@pytest.fixture(scope="module")
def services() -> dict[str, Any]:
    return yaml.safe_load((PROJECT / "docker-compose.yml").read_text())["services"]


def test_the_processes_are_the_same(services: dict[str, Any]) -> None:
    assert set(services) - DATABASES == {process.name for process in PROCESSES} | {MIGRATION.name}


@pytest.mark.parametrize("name", [*(process.name for process in PROCESSES), MIGRATION.name])
def test_each_is_started_by_its_name(services: dict[str, Any], name: str) -> None:
    assert services[name]["command"] == [name]


@pytest.mark.parametrize("name", [*(process.name for process in PROCESSES), MIGRATION.name])
def test_each_has_the_settings_of_the_table(services: dict[str, Any], name: str) -> None:
    places = Places(PROJECT / ".vmeste")
    keys = Keys(role_secret="a", signing_key="A" * 43 + "=", next_signing_key="B" * 43 + "=", encryption_key="b")
    stack = Stack(places, keys, "postgresql://vmeste:a@/vmeste", "redis://redis", chosen_ports({}))
    assert set(services[name]["environment"]) == set(environment_of(name, stack)) - OF_THIS_MACHINE


def test_the_image_gets_what_links_in_the_packages_lead_to() -> None:
    """The gateway serves docs/openapi.json by such a link; a wheel built without its target has no API document."""
    copies = [line.split()[1:-1] for line in (PROJECT / "deploy/Dockerfile").read_text().splitlines() if "COPY" in line]
    given = [PROJECT / source for sources in copies for source in sources if not source.startswith("-")]
    links = [
        path
        for package in ("services", "shared", "deploy")
        for path in (PROJECT / package).rglob("*")
        if path.is_symlink()
    ]
    assert links
    assert [link for link in links if not any(link.resolve().is_relative_to(source) for source in given)] == []


def test_only_the_edge_is_reachable_and_from_this_machine_alone(services: dict[str, Any]) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert list(published) == ["gateway"]
    assert all(port.startswith("127.0.0.1:") for port in published["gateway"])
