"""The gateway's worker, its application and the relay as processes of their own on throw-away servers, to be killed."""

import asyncio
import socket
from collections.abc import AsyncGenerator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import httpx

from deploy.local.entry import listen, serve
from deploy.local.postgres import EmbeddedPostgres
from deploy.local.redis import EmbeddedRedis
from services.gateway import worker
from services.gateway.main import create_app
from services.gateway.settings import GatewaySettings
from shared.contracts import ServiceName
from shared.relay import RelaySettings
from shared.settings import Environment
from tests.chaos.fail_points import FailPoint
from tests.chaos.processes import Supervised, be_relay, log_to
from tests.conftest import Ground
from tests.databases import migrated
from tests.service.gateway.union import Gateway, Union, open_gateway


def be_gateway_worker(log: Path, settings: GatewaySettings, fail_point: FailPoint | None) -> None:
    log_to(log)
    if fail_point is not None:
        fail_point.arm()
    worker.run(settings)


def be_gateway(log: Path, settings: GatewaySettings, listener: socket.socket, fail_point: FailPoint | None) -> None:
    """Several may share one listening socket: whoever is free takes the next connection, and none is lost with one of them."""
    log_to(log)
    if fail_point is not None:
        fail_point.arm()
    serve(create_app(settings), listener)


@dataclass
class Fragile:
    """A gateway in this process to ask, by the real time, and processes beside it that do the work and may die."""

    gateway: Gateway
    union: Union
    ground: Ground
    folder: Path

    def worker(self, fail_point: FailPoint | None = None) -> Supervised:
        return Supervised(partial(be_gateway_worker, self.folder / "worker.log", self.gateway.settings, fail_point))

    def application(self, listener: socket.socket, fail_point: FailPoint | None = None) -> Supervised:
        """`listener` stays open here, as with the supervisor that starts a process anew."""
        return Supervised(partial(be_gateway, self.folder / "gateway.log", self.gateway.settings, listener, fail_point))

    def relay(self) -> Supervised:
        settings = RelaySettings(
            environment=Environment.TEST,
            redis_url=self.ground.redis_url,
            relay_database_urls=dict.fromkeys(ServiceName, self.ground.relay_url),
        )
        return Supervised(partial(be_relay, self.folder / "relay.log", settings, sends_again=True))

    def fail_point(self, function: str, turn: int = 1, *, before: bool = False) -> FailPoint:
        return FailPoint(function, self.folder / "died", before=before, turn=turn)


@contextmanager
def listening() -> Generator[tuple[socket.socket, str]]:
    """A socket for applications, and its address."""
    with listen("127.0.0.1", 0) as listener:
        yield listener, f"http://127.0.0.1:{listener.getsockname()[1]}"


async def answers(client: httpx.AsyncClient) -> bool:
    try:
        return (await client.get("/health/ready")).is_success
    except httpx.TransportError:
        await asyncio.sleep(0.02)
        return False


@asynccontextmanager
async def fragile_gateway(folder: Path, **settings: object) -> AsyncGenerator[Fragile, None]:
    postgres, redis = EmbeddedPostgres(folder / "pg", fast=True), EmbeddedRedis(folder / "redis")
    try:
        await asyncio.to_thread(postgres.start)
        await migrated(postgres.url)
        ground = Ground(postgres.url, await asyncio.to_thread(redis.start), folder / "media")
        async with open_gateway(ground, **settings) as gateway:
            gateway.clock.set(datetime.now(UTC))
            union = await gateway.found()
            yield Fragile(gateway, union, ground, folder)
            await union.admin.aclose()
    finally:
        await asyncio.to_thread(redis.remove)
        await asyncio.to_thread(postgres.remove)


@asynccontextmanager
async def running(*processes: Supervised) -> AsyncGenerator[None, None]:
    for process in processes:
        await process.start()
    try:
        yield
    finally:
        for process in processes:
            await process.stop()
