"""Which networks there are: one line each. Nothing else names a network's own modules."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass
from types import TracebackType
from typing import Self

import httpx

from services.publisher.networks.accounts import Network
from services.publisher.networks.bluesky.connector import BlueskyConnector
from services.publisher.networks.connector import Connector
from services.publisher.networks.email.connector import EmailConnector
from services.publisher.networks.feed.connector import FeedConnector
from services.publisher.networks.instagram.connector import InstagramConnector
from services.publisher.networks.mastodon.connector import MastodonConnector
from services.publisher.networks.max.connector import MaxConnector
from services.publisher.networks.ok.connector import OkConnector
from services.publisher.networks.telegram.connector import TelegramConnector
from services.publisher.networks.transport import Timeouts
from services.publisher.networks.vk.connector import VkConnector

Factory = Callable[[httpx.AsyncClient, str, Timeouts], Connector]
OpenClient = Callable[[str], httpx.AsyncClient]


@dataclass(frozen=True)
class Entry:
    factory: Factory
    address: str | None  # of the network's API; in braces what each account names of its own; None: our own
    stand_in: str | None  # path of its stand-in; None: nothing outside has to be stood in for


ENTRIES: Mapping[Network, Entry] = {
    Network.VK: Entry(VkConnector, "https://api.vk.com/method", "/vk/method"),
    Network.TELEGRAM: Entry(TelegramConnector, "https://api.telegram.org", "/telegram"),
    Network.MAX: Entry(MaxConnector, "https://platform-api2.max.ru", "/max"),
    Network.OK: Entry(OkConnector, "https://api.ok.ru", "/ok"),
    Network.BLUESKY: Entry(BlueskyConnector, "https://{server}/xrpc", "/bluesky/xrpc"),
    Network.MASTODON: Entry(MastodonConnector, "https://{server}", "/mastodon"),
    Network.INSTAGRAM: Entry(InstagramConnector, "https://{server}", "/instagram"),
    Network.EMAIL: Entry(EmailConnector, "mailto:{mailbox}", "/email"),
    Network.FEED: Entry(FeedConnector, None, None),
}


class Connectors(Mapping[Network, Connector]):
    """Every network's connector, each with a client of its own: one that hangs takes no connection from another."""

    def __init__(
        self,
        open_client: OpenClient,
        sandbox_url: str | None = None,
        timeouts: Timeouts | None = None,
        own_url: str = "http://127.0.0.1:8000",
    ) -> None:
        """`open_client` is given the API's address. With `sandbox_url` the stand-ins take the place of all networks.

        `own_url` is where the outside reaches this installation.
        """
        chosen = {network: _address(entry, sandbox_url, own_url) for network, entry in ENTRIES.items()}
        self._clients = {network: open_client(address) for network, address in chosen.items()}
        self._connectors = {
            network: entry.factory(self._clients[network], chosen[network], timeouts or Timeouts())
            for network, entry in ENTRIES.items()
        }

    def __getitem__(self, network: Network) -> Connector:
        return self._connectors[network]

    def __iter__(self) -> Iterator[Network]:
        return iter(self._connectors)

    def __len__(self) -> int:
        return len(self._connectors)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.aclose()

    async def aclose(self) -> None:
        async with AsyncExitStack() as stack:
            for client in self._clients.values():
                stack.push_async_callback(client.aclose)


def _address(entry: Entry, sandbox_url: str | None, own_url: str) -> str:
    if sandbox_url is not None and entry.stand_in is not None:
        return sandbox_url.rstrip("/") + entry.stand_in
    return own_url if entry.address is None else entry.address
