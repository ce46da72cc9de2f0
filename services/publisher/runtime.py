"""What a publisher's process holds beside the platform's: the connectors to the networks, and hands for pictures."""

import asyncio
from asyncio import Semaphore
from collections import Counter, OrderedDict
from collections.abc import Callable, Coroutine, Generator, Hashable
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from services.publisher.networks.accounts import Network
from services.publisher.networks.connector import Connector
from services.publisher.networks.registry import Connectors
from services.publisher.networks.transport import Timeouts
from services.publisher.settings import PublisherSettings
from shared.clock import Chance, Clock
from shared.consumers import Later
from shared.contracts import ServiceName
from shared.errors import Unavailable
from shared.http import OutboundClient, believing, outbound_client
from shared.mail import Mailer
from shared.process_pool import process_pool
from shared.runtime import Runtime, open_runtime

NETWORKS_SHARE = 3  # of a worker's jobs, one in so many may be calling one and the same network
LETTERS_SHARE = 3  # of a worker's jobs, one in so many may be handing a letter to the mail server
IMAGES_AT_ONCE = 2  # each of 40 megapixels takes some 300 MB while it is encoded anew
CARDS_AT_ONCE = 1
BEGINNINGS_AT_ONCE = 1  # of planned publications: those of the same channels wait for one another anyway
RECENT = 1000  # publications without images: a text is some kilobytes
SMALLER = 30  # pictures that were made smaller for a network, some 2 MB each: many channels are sent the same one
BUSY_SECONDS = 2.0
MOST_DRAWINGS = 6  # that one union has in hand in a process: the others' wait for the same pool


class Lanes:
    """How many of a worker's jobs may be calling one network: one that hangs leaves the rest to the others."""

    def __init__(self, jobs: int) -> None:
        self._width = max(1, jobs // NETWORKS_SHARE)
        self._letters = max(1, jobs // LETTERS_SHARE)
        self._busy: Counter[str] = Counter()
        self._posting = 0
        self._drawings: Counter[UUID] = Counter()

    @contextmanager
    def drawing(self, tenant_id: UUID) -> Generator[None, None, None]:
        """A card that somebody waits for. Raises Unavailable when their union has too many in hand."""
        if self._drawings[tenant_id] >= MOST_DRAWINGS:
            raise Unavailable(retry_after=int(BUSY_SECONDS))
        self._drawings[tenant_id] += 1
        try:
            yield
        finally:
            self._drawings[tenant_id] -= 1
            self._drawings += Counter()  # forgets those who have none

    @contextmanager
    def lane(self, network: str, *, urgent: bool = False) -> Generator[None, None, None]:
        """One more is there for what is urgent alone. Raises Later when all of `network`, or of feeds, are taken."""
        if self._busy[network] >= self._width + urgent:
            raise Later(BUSY_SECONDS)
        self._busy[network] += 1
        try:
            yield
        finally:
            self._busy[network] -= 1

    @contextmanager
    def letter(self) -> Generator[None, None, None]:
        """As `lane`, for the mail server that takes releases."""
        if self._posting >= self._letters:
            raise Later(BUSY_SECONDS)
        self._posting += 1
        try:
            yield
        finally:
            self._posting -= 1


class Recent:
    """What was read lately and stays as it is: those asked for least recently are forgotten first."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._kept: OrderedDict[Hashable, object] = OrderedDict()
        self._reading: dict[Hashable, asyncio.Task[object]] = {}

    def get(self, key: Hashable) -> object | None:
        if key not in self._kept:
            return None
        self._kept.move_to_end(key)
        return self._kept[key]

    def put(self, key: Hashable, value: object) -> None:
        self._kept[key] = value
        if len(self._kept) > self._most:
            self._kept.popitem(last=False)

    async def once(self, key: Hashable, read: Callable[[], Coroutine[Any, Any, object]]) -> object:
        """`read`, by one of all who ask for `key` at the same time."""
        task = self._reading.get(key)
        if task is None:
            task = self._reading[key] = asyncio.create_task(read())
            task.add_done_callback(lambda _: self._reading.pop(key, None))
        return await asyncio.shield(task)


class ByNetwork(Protocol):
    """`networks.registry.Connectors`, or a test's."""

    def __getitem__(self, network: Network, /) -> Connector: ...

    async def aclose(self) -> None: ...


@dataclass(frozen=True)
class PublisherRuntime(Runtime):
    connectors: ByNetwork
    lanes: Lanes
    recent: Recent
    smaller: Recent  # pictures
    beginnings: Semaphore
    pace: float  # against the networks' own; 0 without limit
    ask_every: timedelta  # networks that call no hook
    mailer: Mailer  # of releases
    imaging: Executor  # threads: decoding and encoding leave the interpreter's lock
    drawing: Executor  # processes: cards are drawn by computation
    web: OutboundClient  # for pages of others that a user named

    async def close(self) -> None:
        await self.connectors.aclose()
        await self.web.aclose()
        self.imaging.shutdown(wait=False, cancel_futures=True)
        self.drawing.shutdown(wait=False, cancel_futures=True)
        await super().close()


def open_publisher(
    settings: PublisherSettings,
    *,
    clock: Clock | None = None,
    chance: Chance | None = None,
    connectors: ByNetwork | None = None,
    mailer: Mailer | None = None,
    web: OutboundClient | None = None,
) -> PublisherRuntime:
    """Nothing connects or starts yet."""
    platform = open_runtime(ServiceName.PUBLISHER, settings, settings.database_url, clock=clock, chance=chance)
    return PublisherRuntime(
        **vars(platform),
        connectors=connectors or _open_connectors(settings),
        lanes=Lanes(settings.max_jobs),
        recent=Recent(RECENT),
        smaller=Recent(SMALLER),
        beginnings=Semaphore(BEGINNINGS_AT_ONCE),
        pace=settings.rehearsal_pace,
        ask_every=timedelta(seconds=settings.ask_seconds),
        mailer=mailer or _open_mailer(settings, platform.clock),
        imaging=ThreadPoolExecutor(IMAGES_AT_ONCE, "images"),
        drawing=process_pool(CARDS_AT_ONCE),
        web=web or _open_client(settings),
    )


def publisher_of(runtime: Runtime) -> PublisherRuntime:
    """The publisher's own view of the runtime that its contexts carry."""
    if not isinstance(runtime, PublisherRuntime):
        raise TypeError(type(runtime))
    return runtime


def is_rehearsal(runtime: Runtime) -> bool:
    """Whether the networks behind the connectors are the stand-ins."""
    settings = runtime.settings
    return isinstance(settings, PublisherSettings) and settings.sandbox_url is not None


def connector_of(runtime: Runtime, network: Network) -> Connector:
    return publisher_of(runtime).connectors[network]


def lane_of(runtime: Runtime, network: Network, *, urgent: bool = False) -> AbstractContextManager[None]:
    """One call to `network` by a worker. Raises Later when too many are waiting for it already."""
    return publisher_of(runtime).lanes.lane(network, urgent=urgent)


def feeds_lane_of(runtime: Runtime) -> AbstractContextManager[None]:
    """As `lane_of`, for all the feeds of others together."""
    return publisher_of(runtime).lanes.lane("feeds of others")


def _open_mailer(settings: PublisherSettings, clock: Clock) -> Mailer:
    return Mailer(
        settings.smtp_url.get_secret_value() if settings.smtp_url is not None else None,
        settings.mail_from,
        clock,
        trust=believing(settings.outbound_ca_file) if settings.outbound_ca_file is not None else None,
    )


def _open_connectors(settings: PublisherSettings) -> Connectors:
    timeouts = Timeouts(read=settings.network_seconds)
    return Connectors(lambda _: _open_client(settings), settings.sandbox_url, timeouts, settings.public_url)


def _open_client(settings: PublisherSettings) -> OutboundClient:
    trusted = [settings.sandbox_url] if settings.sandbox_url is not None else []
    return outbound_client(
        settings.environment,
        read_seconds=settings.network_seconds,
        ca_file=settings.outbound_ca_file,
        trusted_urls=trusted,
    )
