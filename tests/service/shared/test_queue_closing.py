"""What was opened to Redis is closed, at whatever step a worker or a queue is stopped."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

import pytest
from redis.asyncio import Redis
from redis.asyncio.client import Pipeline

from deploy.local.redis import EmbeddedRedis
from shared.contracts import Envelope, ServiceName
from shared.queue import ArqQueue, consumer_worker
from tests.service.shared.waiting import eventually

STEPS = range(0, 40, 2)  # turns of the event loop: connecting, greeting, the first rounds


class Connections:
    """How many a Redis of one's own has, beside the one that asks."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def count(self) -> int:
        return len(await self._redis.client_list()) - 1  # pyright: ignore[reportUnknownMemberType] - as below

    async def assert_closed(self) -> None:
        async def closed() -> bool:
            return await self.count() == 0

        await eventually(closed)


class Life:
    """What a worker told of itself."""

    def __init__(self) -> None:
        self.told: list[str] = []

    async def started(self) -> None:
        self.told.append("started")

    async def stopped(self) -> None:
        self.told.append("stopped")

    async def has_started(self) -> bool:
        return self.told == ["started"]


async def nothing(_: Envelope) -> None:
    return


@pytest.fixture
def server(tmp_path: Path) -> EmbeddedRedis:
    return EmbeddedRedis(tmp_path, fast=True)


@pytest.fixture
async def url(server: EmbeddedRedis) -> AsyncGenerator[str, None]:
    yield server.start()
    server.stop()


@pytest.fixture
async def connections(url: str) -> AsyncGenerator[Connections, None]:
    redis = Redis.from_url(url)  # pyright: ignore[reportUnknownMemberType] - the client's keywords are untyped
    yield Connections(redis)
    await redis.aclose()


def worker_at(url: str, life: Life):  # noqa: ANN201 - arq's Worker, which only shared.queue names
    return consumer_worker(
        ServiceName.SURVEYS, url, nothing, started=life.started, stopped=life.stopped, max_jobs=1, signals=False
    )


async def cut_short(task: asyncio.Task[None], steps: int) -> None:
    for _ in range(steps):
        await asyncio.sleep(0)
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_worker_that_is_stopped_while_it_starts_leaves_no_connection(
    url: str, connections: Connections
) -> None:
    for steps in STEPS:
        worker = worker_at(url, Life())
        await cut_short(asyncio.create_task(worker.async_run()), steps)
        await worker.close()
        await connections.assert_closed()


async def test_a_queue_that_is_stopped_while_it_asks_leaves_no_connection(url: str, connections: Connections) -> None:
    async def ask(queue: ArqQueue) -> None:
        await queue.waiting(ServiceName.SURVEYS)

    for steps in STEPS:
        queue = ArqQueue(url)
        await cut_short(asyncio.create_task(ask(queue)), steps)
        await queue.close()
        await connections.assert_closed()


async def test_a_worker_that_is_stopped_while_it_lets_go_of_a_job_keeps_no_connection_in_hand(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As a pipeline would that is cut short while it gives its connection back, and tell so when it is collected."""
    worker, held = worker_at(url, Life()), list[Pipeline]()
    lets_go, real = asyncio.Event(), Pipeline.reset

    async def noticed(pipeline: Pipeline) -> None:
        held.append(pipeline)
        lets_go.set()
        await real(pipeline)

    monkeypatch.setattr(Pipeline, "reset", noticed)

    async def look_at_a_job() -> None:
        async with worker.pool.pipeline() as pipeline:
            await pipeline.watch("job")

    looking = asyncio.create_task(look_at_a_job())
    await lets_go.wait()
    await cut_short(looking, 0)
    assert looking.cancelled()
    assert [pipeline.connection for pipeline in held] == [None]
    assert await worker.pool.ping() is True  # pyright: ignore[reportUnknownMemberType] - the client's keywords are untyped
    await worker.close()


async def test_a_job_that_is_cut_short_keeps_nothing_open(url: str, connections: Connections) -> None:
    life = Life()
    worker = worker_at(url, life)
    running = asyncio.create_task(worker.async_run())
    await eventually(life.has_started)
    worker.tasks["cut"] = asyncio.create_task(asyncio.sleep(60))  # as one that still asks Redis for its message
    await cut_short(running, 1)
    await worker.close()
    assert life.told == ["started", "stopped"]
    await connections.assert_closed()


async def test_a_worker_whose_redis_has_left_still_closes(url: str, server: EmbeddedRedis) -> None:
    life = Life()
    worker = worker_at(url, life)
    running = asyncio.create_task(worker.async_run())
    await eventually(life.has_started)
    server.stop()
    await cut_short(running, 1)
    await worker.close()
    assert life.told == ["started", "stopped"]


async def test_a_worker_waits_for_redis_to_come(server: EmbeddedRedis, tmp_path: Path) -> None:
    url = server.start()
    server.stop()
    life = Life()
    worker = worker_at(url, life)
    running = asyncio.create_task(worker.async_run())
    await asyncio.sleep(0.1)
    assert not running.done()
    assert life.told == []
    server.start()
    await eventually(life.has_started)
    await cut_short(running, 0)
    await worker.close()
    server.stop()
