import pytest

from services.requests.desk.rules.life import Source
from services.requests.intake.rules import BY_STAFF, source_of

NETWORKS = ("vk", "telegram", "max", "ok", "mastodon", "bluesky", "instagram", "email")


def test_each_network_is_a_source() -> None:
    assert {source_of(network) for network in NETWORKS} == set(Source) - set(BY_STAFF)


@pytest.mark.parametrize("network", ["phone", "in_person", "fax", "Telegram"])
def test_nothing_else_is_a_network(network: str) -> None:
    with pytest.raises(ValueError, match=network):
        source_of(network)
