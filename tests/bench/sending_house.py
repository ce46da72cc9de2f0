"""A publisher as processes of its own on a database that keeps what it commits: API, workers, relay, and a lean network."""

import asyncio
import time
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import quantiles
from typing import Any, Final
from zoneinfo import ZoneInfo

import httpx
import psutil

from deploy.local.postgres import EmbeddedPostgres
from deploy.local.redis import EmbeddedRedis
from deploy.until import until
from services.publisher.main import create_app
from services.publisher.runtime import open_publisher
from services.publisher.settings import PublisherSettings
from services.publisher.worker import consumers
from shared.contracts import ServiceName
from shared.identity import HEADER, IdentitySigner, private_key
from shared.permissions import Role
from shared.relay import RelaySettings
from shared.settings import Environment
from shared.testing.clock import FakeClock, SeededChance
from shared.testing.kit import ServiceKit, Tenant
from tests.bench.lean_network import be_network
from tests.bench.publisher_processes import be_api, be_worker
from tests.bench.stack import free_port
from tests.chaos.gateway_processes import listening, running
from tests.chaos.processes import Supervised, be_relay
from tests.conftest import SIGNING_KEY, Ground
from tests.databases import migrated

WORKERS: Final = 2
CHANNELS_OF_A_BOT: Final = 5
MOSCOW: Final = ZoneInfo("Europe/Moscow")
PAUSE_OF_A_READER: Final = 0.03
WITHIN: Final = 900.0


@dataclass(frozen=True)
class Network:
    """The lean stand-in, from outside."""

    address: str
    client: httpx.AsyncClient

    async def posts(self) -> int:
        return (await self.client.get(f"{self.address}/posts")).json()["posts"]

    async def report(self, pace: float) -> dict[str, Any]:
        return (await self.client.get(f"{self.address}/report/{pace}")).json()

    async def reset(self) -> None:
        await self.client.get(f"{self.address}/reset")


@dataclass
class SendingHouse:
    kit: ServiceKit
    tenant: Tenant
    client: httpx.AsyncClient  # to the application in this process, to prepare
    network: Network
    postgres: EmbeddedPostgres
    processes: dict[str, list[Supervised]]
    api_url: str
    owner_url: str

    async def channels(self, count: int) -> list[str]:
        """Groups of several bots."""
        self.kit.clock.set(datetime.now(UTC))
        made: list[str] = []
        for number in range(count):
            token = f"{700000 + number // CHANNELS_OF_A_BOT}:AAF0o1bA2cD3eF4gH5iJ6kL7mN8oP9qR0s"
            body = {
                "organization_id": str(self.tenant.root),
                "network": "telegram",
                "external_id": str(-1000 - number),
                "credentials": {"token": token},
            }
            made.append((await self._post("/v1/channels", body, 201))["id"])
        return made

    async def due_together(self, channels: Sequence[str], publications: int, rest: float) -> float:
        """Plan so many publications, each for all channels, for one second. Returns it, `rest` seconds before it."""
        drafts: list[str] = []
        began = time.monotonic()
        for number in range(publications):
            self.kit.clock.set(datetime.now(UTC))
            body = {
                "organization_id": str(self.tenant.root),
                "kind": "news",
                "title": f"Новость {number}",
                "text": f"Новость {number}: коллективный договор подписан",
                "channel_ids": list(channels),
            }
            drafts.append((await self._post("/v1/publications", body, 201))["id"])
        lead = 3 + rest + 2 * (time.monotonic() - began)  # to plan takes about as long as to write
        moment = (datetime.now(UTC) + timedelta(seconds=lead)).replace(microsecond=0)
        plan = {"local_time": moment.astimezone(MOSCOW).strftime("%Y-%m-%dT%H:%M:%S"), "timezone": "Europe/Moscow"}
        for draft in drafts:
            self.kit.clock.set(datetime.now(UTC))
            await self._post(f"/v1/publications/{draft}/schedule", plan, 200)
        left = moment.timestamp() - time.time() - rest - 0.5
        if left < 0:
            raise AssertionError("planning took longer than its lead")
        await asyncio.sleep(left)
        return moment.timestamp()

    async def _post(self, path: str, body: dict[str, Any], status: int) -> dict[str, Any]:
        answer = await self.client.post(path, json=body)
        if answer.status_code != status:
            raise AssertionError(answer.text)
        return answer.json()

    async def drained(self, posts: int) -> None:
        """Wait until the network has so many posts."""
        began = time.monotonic()
        while (there := await self.network.posts()) < posts:
            if time.monotonic() - began > WITHIN:
                raise AssertionError(f"{there} of {posts} posts in {WITHIN} s")
            await asyncio.sleep(0.1)

    async def read_until(self, over: asyncio.Event) -> list[float]:
        """Seconds of one reader's answers, a page of publications after another with a pause between."""
        signer = IdentitySigner(private_key(SIGNING_KEY))
        caller = self.tenant.caller(Role.INFORMATION_OFFICER)
        spans: list[float] = []
        async with httpx.AsyncClient(base_url=self.api_url, timeout=30) as reader:
            while not over.is_set():
                identity = signer.sign(ServiceName.PUBLISHER, caller, datetime.now(UTC))
                began = time.perf_counter()
                answer = await reader.get("/v1/publications?limit=20", headers={HEADER: identity})
                if not answer.is_success:
                    raise AssertionError(answer.text)
                spans.append(time.perf_counter() - began)
                await asyncio.sleep(PAUSE_OF_A_READER)
        return spans

    async def read_for(self, seconds: float) -> list[float]:
        over = asyncio.Event()
        asyncio.get_running_loop().call_later(seconds, over.set)
        return await self.read_until(over)

    def processor_seconds(self) -> dict[str, float]:
        """By kind of process, so far."""
        kinds = {
            name: [psutil.Process(each.pid) for each in processes if each.pid is not None]
            for name, processes in self.processes.items()
        }
        server = psutil.Process(self.postgres.pid)
        kinds["postgres"] = [server, *server.children()]
        return {name: sum(map(_worked, members)) for name, members in kinds.items()}


def p95(spans: Sequence[float]) -> float:
    return quantiles(spans, n=20)[-1]


def _worked(process: psutil.Process) -> float:
    times = process.cpu_times()
    return times.user + times.system


@asynccontextmanager
async def sending_house(folder: Path, pace: float) -> AsyncGenerator[SendingHouse, None]:
    """`pace` times as fast as the network allows; 0 without limits."""
    postgres, redis = EmbeddedPostgres(folder / "pg"), EmbeddedRedis(folder / "redis")
    try:
        await asyncio.to_thread(postgres.start)
        await migrated(postgres.url)
        ground = Ground(postgres.url, await asyncio.to_thread(redis.start), folder / "media")
        async with _opened(folder, ground, postgres, pace) as house:
            yield house
    finally:
        await asyncio.to_thread(redis.remove)
        await asyncio.to_thread(postgres.remove)


@asynccontextmanager
async def _opened(
    folder: Path, ground: Ground, postgres: EmbeddedPostgres, pace: float
) -> AsyncGenerator[SendingHouse, None]:
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    settings = ground.settings(PublisherSettings, ServiceName.PUBLISHER, rehearsal_pace=pace, sandbox_url=address)
    relay = RelaySettings(
        environment=Environment.TEST,
        redis_url=ground.redis_url,
        relay_database_urls={ServiceName.PUBLISHER: ground.relay_url},
    )
    with listening() as (listener, api_url):
        processes = {
            "stand-in": [Supervised(partial(be_network, folder / "network.log", port))],
            "api": [Supervised(partial(be_api, folder / "api.log", settings, listener))],
            "worker": [
                Supervised(partial(be_worker, folder / f"worker{number}.log", settings)) for number in range(WORKERS)
            ],
            "relay": [Supervised(partial(be_relay, folder / "relay.log", relay, sends_again=True))],
        }
        runtime = open_publisher(settings, clock=FakeClock(), chance=SeededChance())
        signer = IdentitySigner(private_key(SIGNING_KEY))
        kit = ServiceKit(create_app(settings, runtime), consumers(), signer, ground.relay_url)
        kit.clock.set(datetime.now(UTC))
        async with running(*(each for kind in processes.values() for each in kind)), httpx.AsyncClient() as outside:
            network = Network(address, outside)
            await _ready(outside, f"{api_url}/health/ready", f"{address}/posts")
            tenant = await kit.new_tenant()
            async with kit.client(tenant.caller(Role.INFORMATION_OFFICER)) as client:
                yield SendingHouse(kit, tenant, client, network, postgres, processes, api_url, postgres.url)
        await kit.close()


async def _ready(client: httpx.AsyncClient, *addresses: str) -> None:
    for address in addresses:
        await until(partial(_answers, client, address), bool, within=180)


async def _answers(client: httpx.AsyncClient, address: str) -> bool:
    try:
        return (await client.get(address)).is_success
    except httpx.TransportError:
        return False
