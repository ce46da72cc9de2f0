"""What a publisher's process holds beside the platform's: the connectors to the networks, and hands for pictures."""

from concurrent.futures import Executor, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Protocol

import httpx

from services.publisher.networks.protocol import Connector, Network, Timeouts
from services.publisher.networks.registry import Connectors
from services.publisher.settings import PublisherSettings
from shared.clock import Chance, Clock
from shared.contracts import ServiceName
from shared.http import outbound_client
from shared.process_pool import process_pool
from shared.runtime import Runtime, open_runtime

IMAGES_AT_ONCE = 2  # each of 40 megapixels takes some 300 MB while it is encoded anew
CARDS_AT_ONCE = 1


class ByNetwork(Protocol):
    """`networks.registry.Connectors`, or a test's."""

    def __getitem__(self, network: Network, /) -> Connector: ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True)
class PublisherRuntime(Runtime):
    connectors: ByNetwork
    imaging: Executor  # threads: decoding and encoding leave the interpreter's lock
    drawing: Executor  # processes: cards are drawn by computation

    async def close(self) -> None:
        await self.connectors.aclose()
        self.imaging.shutdown(wait=False, cancel_futures=True)
        self.drawing.shutdown(wait=False, cancel_futures=True)
        await super().close()


def open_publisher(
    settings: PublisherSettings,
    *,
    clock: Clock | None = None,
    chance: Chance | None = None,
    connectors: ByNetwork | None = None,
) -> PublisherRuntime:
    """Nothing connects or starts yet."""
    platform = open_runtime(ServiceName.PUBLISHER, settings, settings.database_url, clock=clock, chance=chance)
    return PublisherRuntime(
        **vars(platform),
        connectors=connectors or _open_connectors(settings),
        imaging=ThreadPoolExecutor(IMAGES_AT_ONCE, "images"),
        drawing=process_pool(CARDS_AT_ONCE),
    )


def publisher_of(runtime: Runtime) -> PublisherRuntime:
    """The publisher's own view of the runtime that its contexts carry."""
    if not isinstance(runtime, PublisherRuntime):
        raise TypeError(type(runtime))
    return runtime


def connector_of(runtime: Runtime, network: Network) -> Connector:
    return publisher_of(runtime).connectors[network]


def _open_connectors(settings: PublisherSettings) -> Connectors:
    timeouts = Timeouts(read=settings.network_seconds)
    trusted = [settings.sandbox_url] if settings.sandbox_url is not None else []

    def open_client(_: str) -> httpx.AsyncClient:
        return outbound_client(settings.environment, read_seconds=timeouts.read, trusted_urls=trusted)

    return Connectors(open_client, settings.network_addresses(), timeouts)
