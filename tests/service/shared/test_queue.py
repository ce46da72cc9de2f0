"""The real queue: relay, Redis and worker in one process, from the commit to the effect and back."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager

import pytest
from arq.worker import Worker
from redis.asyncio import Redis

from shared.clock import new_id
from shared.consumers import Consumer, Later, consumes
from shared.context import Context
from shared.contracts import Envelope, ServiceName
from shared.queue import Answer, ArqQueue, QueueAway, queue_name, relay_worker
from shared.relay import Relay
from shared.source import MAX_WAITING
from shared.testing.clock import START
from shared.testing.kit import ServiceKit, Tenant
from shared.worker import ServiceWorker
from tests.conftest import Ground
from tests.service.shared.conftest import Rows
from tests.service.shared.notes import NoteWritten
from tests.service.shared.telling import keep, notes, outbox, say
from tests.service.shared.waiting import eventually


@pytest.fixture
async def queue(redis_url: str) -> AsyncGenerator[ArqQueue, None]:
    redis = Redis.from_url(redis_url)  # pyright: ignore[reportUnknownMemberType] - the client's keywords are untyped
    await redis.flushall()  # pyright: ignore[reportUnknownMemberType] - as above
    await redis.aclose()
    queue = ArqQueue(redis_url)
    yield queue
    await queue.close()


@asynccontextmanager
async def working(kit: ServiceKit, *consumers: Consumer) -> AsyncGenerator[None, None]:
    """A worker, as in a process of its own."""
    serving = asyncio.create_task(ServiceWorker(kit.runtime, consumers, signals=False).serve())
    try:
        yield
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)


@asynccontextmanager
async def relaying(kit: ServiceKit, ground: Ground, queue: ArqQueue) -> AsyncGenerator[Relay, None]:
    """The relay, which also takes the answers."""
    relay = Relay({kit.service: ground.relay_url}, queue)
    relay.open()

    async def nothing() -> None:
        return

    answers = relay_worker(ground.redis_url, relay.answered, started=nothing, stopped=nothing, signals=False)
    tasks = [asyncio.create_task(relay.run()), asyncio.create_task(answers.async_run())]
    try:
        yield relay
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await answers.close()
        await relay.close()


async def jobs_of(ground: Ground, service: ServiceName) -> int:
    redis = Redis.from_url(ground.redis_url)  # pyright: ignore[reportUnknownMemberType] - as above
    count = await redis.zcard(queue_name(service))
    await redis.aclose()
    return int(count)


def envelope(tenant: Tenant) -> Envelope:
    return Envelope(
        id=new_id(),
        source=ServiceName.SURVEYS,
        destination=ServiceName.SURVEYS,
        tenant_id=tenant.id,
        type=NoteWritten.type,
        version=1,
        occurred_at=START,
        payload={"organization_id": str(tenant.root), "words": "раз"},
    )


async def test_from_the_commit_to_the_effect_and_back(
    kit: ServiceKit, tenant: Tenant, notes_ground: Ground, queue: ArqQueue, as_owner: Rows
) -> None:
    for number in range(10):
        await say(kit, tenant, f"before {number}")
    async with working(kit, consumes(NoteWritten, keep)), relaying(kit, notes_ground, queue):
        for number in range(10):
            await say(kit, tenant, f"while {number}")

        async def settled() -> bool:
            return await outbox(as_owner) == []

        await eventually(settled)
    assert len(await notes(kit, tenant)) == 20


async def test_nothing_is_sent_while_nobody_works(
    kit: ServiceKit, tenant: Tenant, notes_ground: Ground, queue: ArqQueue, as_owner: Rows
) -> None:
    await say(kit, tenant)
    async with relaying(kit, notes_ground, queue) as relay:
        assert await queue.waiting(kit.service) is None
        assert await relay.sweep() == 0
        async with working(kit, consumes(NoteWritten, keep)):

            async def consumed() -> bool:
                return await notes(kit, tenant) == ["раз"]

            await eventually(consumed)
            assert await queue.waiting(kit.service) is not None

        async def gone() -> bool:
            return await queue.waiting(kit.service) is None

        await eventually(gone)  # it said goodbye, or its last heartbeat, which was on its way, ran out


async def test_not_now_and_failures_come_back_by_themselves(
    kit: ServiceKit, tenant: Tenant, notes_ground: Ground, queue: ArqQueue
) -> None:
    tries: dict[str, int] = {}

    async def fussy(context: Context, message: NoteWritten) -> None:
        tries[message.words] = tries.get(message.words, 0) + 1
        if tries[message.words] == 1:
            raise {"later": Later(0.1), "fails": RuntimeError()}[message.words]
        await keep(context, message)

    async with working(kit, consumes(NoteWritten, fussy)), relaying(kit, notes_ground, queue):
        await say(kit, tenant, "fails")
        await say(kit, tenant, "later")

        async def both() -> bool:
            return sorted(await notes(kit, tenant)) == ["fails", "later"]

        await eventually(both)
    assert tries == {"later": 2, "fails": 2}


async def test_a_job_that_is_known_is_taken_once(tenant: Tenant, notes_ground: Ground, queue: ArqQueue) -> None:
    one, other = envelope(tenant), envelope(tenant)
    await queue.send([(one, "a:0"), (one, "a:0"), (one, "a:1"), (other, "b:0")])
    assert await jobs_of(notes_ground, ServiceName.SURVEYS) == 3


async def test_a_long_queue_is_not_made_longer(
    kit: ServiceKit, tenant: Tenant, notes_ground: Ground, as_owner: Rows
) -> None:
    class Long(ArqQueue):
        async def waiting(self, destination: ServiceName) -> int | None:  # noqa: ARG002 - the port's own name
            return MAX_WAITING

        async def send(self, wakeups: Sequence[tuple[Envelope, str]]) -> None:
            raise AssertionError(wakeups)

    relay = Relay({kit.service: notes_ground.relay_url}, Long(notes_ground.redis_url), clock=kit.clock)
    relay.open()
    await say(kit, tenant)
    assert await relay.sweep() == 0
    assert len(await outbox(as_owner)) == 1
    await relay.close()


async def test_without_redis_a_queue_says_so_and_the_outbox_still_takes(
    kit: ServiceKit, tenant: Tenant, as_owner: Rows
) -> None:
    away = ArqQueue("unix:///nonexistent/redis")
    with pytest.raises(QueueAway):
        await away.waiting(kit.service)
    with pytest.raises(QueueAway):
        await away.answer(kit.service, [Answer(new_id(), kit.service)])
    await say(kit, tenant)
    assert len(await outbox(as_owner)) == 1


async def test_a_job_that_runs_is_not_asked_for_again(
    kit: ServiceKit, tenant: Tenant, queue: ArqQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Neither by the worker that runs it nor by another."""
    asked: list[list[bytes]] = []
    real = Worker.start_jobs

    async def recorded(self: Worker, job_ids: list[bytes]) -> None:
        asked.append(job_ids)
        await real(self, job_ids)

    monkeypatch.setattr(Worker, "start_jobs", recorded)
    began, over = asyncio.Semaphore(0), asyncio.Event()

    async def lasts(_: Context, __: NoteWritten) -> None:
        began.release()
        await over.wait()

    consumer = consumes(NoteWritten, lasts)
    async with working(kit, consumer), working(kit, consumer):
        await queue.send([(envelope(tenant), f"job {number}") for number in range(4)])
        for _ in range(4):
            await began.acquire()
        asked.clear()
        await asyncio.sleep(0.3)
        assert [job_ids for job_ids in asked if job_ids] == []
        over.set()
