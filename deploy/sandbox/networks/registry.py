"""The stand-in networks: one line per network."""

from collections.abc import Callable

from deploy.sandbox.network import Network
from deploy.sandbox.networks.bluesky.network import Bluesky
from deploy.sandbox.networks.email.network import Email
from deploy.sandbox.networks.instagram.network import Instagram
from deploy.sandbox.networks.mastodon.network import Mastodon
from deploy.sandbox.networks.max.network import Max
from deploy.sandbox.networks.ok.network import Ok
from deploy.sandbox.networks.telegram.network import Telegram
from deploy.sandbox.networks.vk.network import Vk
from deploy.sandbox.sandbox import Sandbox

NETWORKS: tuple[Callable[[Sandbox], Network], ...] = (
    Telegram,
    Vk,
    Max,
    Ok,
    Bluesky,
    Mastodon,
    Instagram,
    Email,
)
