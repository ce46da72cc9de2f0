"""A social network is known everywhere or nowhere: else its messages become dead letters, or a demo posts for real."""

import importlib
import pkgutil
from pathlib import Path
from typing import get_args

from deploy import stand_ins
from deploy.local.places import PROJECT
from deploy.sandbox.control.common import NetworkName
from services.gateway.people import rules as people
from services.publisher import networks
from services.publisher.networks.accounts import Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.registry import ENTRIES
from services.requests.desk.rules.life import Source
from services.requests.intake.rules import BY_STAFF, source_of

NAMES = {network.value for network in Network}
OUTSIDE = {network.value for network, entry in ENTRIES.items() if entry.address is not None}  # not our own


def test_each_has_its_folder_its_capabilities_and_its_connector() -> None:
    folders = {
        module.name for module in pkgutil.iter_modules([str(Path(str(networks.__file__)).parent)]) if module.ispkg
    }
    assert folders == NAMES
    assert set(CAPABILITIES) == set(ENTRIES) == set(Network)


def test_requests_may_come_from_each() -> None:
    assert {source_of(name) for name in OUTSIDE} <= set(Source) - set(BY_STAFF)


def test_a_person_may_have_an_account_in_each() -> None:
    """Not where anybody may write in anybody's name."""
    proving = {name for name in OUTSIDE if CAPABILITIES[Network(name)].proves_sender}
    assert {network.value for network in people.Network} >= proving


def test_each_has_a_stand_in_that_takes_its_place() -> None:
    assert set(stand_ins.NETWORKS) == set(stand_ins.TITLES) == set(get_args(NetworkName)) == OUTSIDE
    for name in OUTSIDE:
        assert (ENTRIES[Network(name)].stand_in or "").startswith(f"/{name}")
        importlib.import_module(f"deploy.sandbox.networks.{name}.network")


def test_only_the_registry_may_name_each() -> None:
    contract = (PROJECT / ".importlinter").read_text().split("[importlinter:contract:networks]")[1].split("[")[0]
    protected = {line.strip().rpartition(".")[2] for line in contract.splitlines() if ".networks." in line}
    assert protected - {"registry"} == NAMES
