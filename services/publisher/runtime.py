"""What a publisher's process holds beside the platform's: the connectors to the networks, and hands for pictures."""

from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Protocol

from services.publisher.networks.protocol import Connector, Network
from shared.runtime import Runtime


class ByNetwork(Protocol):
    """`networks.registry.Connectors`, or a test's."""

    def __getitem__(self, network: Network, /) -> Connector: ...


@dataclass(frozen=True)
class PublisherRuntime(Runtime):
    connectors: ByNetwork
    imaging: Executor  # threads: decoding and encoding leave the interpreter's lock
    drawing: Executor  # processes: cards are drawn by computation


def publisher_of(runtime: Runtime) -> PublisherRuntime:
    """The publisher's own view of the runtime that its contexts carry."""
    if not isinstance(runtime, PublisherRuntime):
        raise TypeError(type(runtime))
    return runtime


def connector_of(runtime: Runtime, network: Network) -> Connector:
    return publisher_of(runtime).connectors[network]
