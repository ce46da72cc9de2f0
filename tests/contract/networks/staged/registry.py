"""Which networks the conformance suite runs over: one line each."""

from collections.abc import Mapping

from services.publisher.networks.accounts import Network
from tests.contract.networks.staged import bluesky, email, instagram, mastodon, max, ok, telegram, vk  # noqa: A004 a network's name
from tests.contract.networks.staged.staging import Staging

STAGINGS: Mapping[Network, Staging] = {
    Network.TELEGRAM: telegram.STAGING,
    Network.VK: vk.STAGING,
    Network.MAX: max.STAGING,
    Network.OK: ok.STAGING,
    Network.BLUESKY: bluesky.STAGING,
    Network.MASTODON: mastodon.STAGING,
    Network.INSTAGRAM: instagram.STAGING,
    Network.EMAIL: email.STAGING,
}
