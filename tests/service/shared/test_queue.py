"""The real queue: relay, Redis and worker in one process, from the commit to the effect and back."""

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from uuid import UUID

import pytest
from redis.asyncio import Redis

from shared.clock import new_id
from shared.consumers import Consumer, Later, Work, consumes
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
    kit: ServiceKit, tenant: Tenant, redis_url: str, queue: ArqQueue
) -> None:
    """Neither by the worker that runs it nor by another: it lies in the queue no more."""
    began, over = asyncio.Semaphore(0), asyncio.Event()

    async def lasts(_: Context, __: NoteWritten) -> None:
        began.release()
        await over.wait()

    consumer = consumes(NoteWritten, lasts)
    async with working(kit, consumer), working(kit, consumer), Redis.from_url(redis_url) as redis:  # pyright: ignore[reportUnknownMemberType] - as above
        await queue.send([(envelope(tenant), f"job {number}") for number in range(4)])
        for _ in range(4):
            await began.acquire()
        await redis.config_resetstat()  # pyright: ignore[reportUnknownMemberType] - as above
        await asyncio.sleep(0.3)
        asked = await redis.info("commandstats")  # pyright: ignore[reportUnknownMemberType] - as above
        assert "cmdstat_zrangebyscore" in asked
        assert not {"cmdstat_zpopmin", "cmdstat_exists", "cmdstat_watch"} & set(asked)
        assert await queue.waiting(kit.service) == 0
        over.set()


async def test_what_comes_in_one_moment_is_taken_up_by_all_workers_and_once(
    kit: ServiceKit, tenant: Tenant, queue: ArqQueue
) -> None:
    ran: list[UUID] = []
    at_once = asyncio.Semaphore(0)

    async def counted(work: Work) -> None:
        ran.append(work.message_id)
        at_once.release()
        await asyncio.sleep(0.05)

    envelopes = [envelope(tenant) for _ in range(100)]
    async with working(kit, Consumer(NoteWritten, counted)), working(kit, Consumer(NoteWritten, counted)):
        await queue.send([(each, str(each.id)) for each in envelopes])
        for _ in envelopes:
            await at_once.acquire()
        await asyncio.sleep(0.2)
    assert sorted(ran) == sorted(each.id for each in envelopes)


async def test_what_finds_no_room_goes_before_the_next_sweep(
    kit: ServiceKit, tenant: Tenant, notes_ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("shared.relay.SWEEP_SECONDS", 60.0)
    looks: list[int] = []

    class Full(ArqQueue):
        async def waiting(self, destination: ServiceName) -> int | None:
            jobs = await super().waiting(destination)
            if jobs is not None:
                looks.append(jobs)
            return jobs if jobs is None or len(looks) > 3 else MAX_WAITING

    queue = Full(notes_ground.redis_url)
    await say(kit, tenant)
    async with working(kit, consumes(NoteWritten, keep)):
        await eventually(partial(_is_alive, queue, kit.service))
        looks.clear()
        async with relaying(kit, notes_ground, queue):
            await eventually(partial(_has_come, kit, tenant))
    assert len(looks) > 3
    await queue.close()


async def test_a_message_of_the_future_is_sent_at_its_moment(
    kit: ServiceKit, tenant: Tenant, notes_ground: Ground, queue: ArqQueue, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not at the next sweep."""
    monkeypatch.setattr("shared.relay.SWEEP_SECONDS", 60.0)
    async with working(kit, consumes(NoteWritten, keep)):
        await eventually(partial(_is_alive, queue, kit.service))
        kit.clock.set(datetime.now(UTC))
        await say(kit, tenant, in_seconds=0.7)
        async with relaying(kit, notes_ground, queue):
            assert await eventually(partial(_has_come, kit, tenant)) > 0.3


async def _is_alive(queue: ArqQueue, service: ServiceName) -> bool:
    return await queue.waiting(service) is not None


async def _has_come(kit: ServiceKit, tenant: Tenant) -> bool:
    return bool(await notes(kit, tenant))
