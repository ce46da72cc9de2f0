"""The queues. Only this module knows arq: a job is a wake-up that carries a whole message, never the truth.

`Queue` is the port: `ArqQueue` for the real one, `shared.testing.queue.ImmediateQueue` its twin in memory.
"""

import asyncio
import json
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

import structlog
from arq.connections import ArqRedis
from arq.constants import health_check_key_suffix, job_key_prefix
from arq.jobs import serialize_job
from arq.utils import timestamp_ms
from arq.worker import Worker, func
from redis.asyncio.client import Pipeline
from redis.exceptions import RedisError

from shared.contracts import Envelope, ServiceName

_log = structlog.get_logger()

QueueAway = (RedisError, OSError)  # what a Queue raises while Redis is not there

_PREFIX = "vmeste:"
_RELAY = f"{_PREFIX}relay"
_CONSUME = "consume"
_POLL_SECONDS = 0.02
_JOB_SECONDS = 30
_DRAIN_SECONDS = 15  # what a stopping worker gives its running jobs
_ALIVE_SECONDS = 1  # how often a worker says that it lives; it is believed for as long again
_CONNECT_SECONDS = 1
_RETRY_SECONDS = 1
_TAKEN_AT_ONCE = 25  # jobs, so that other workers of the queue have their share of what comes in one moment
_EXPIRES_MS = 3_600_000  # a job nobody takes for an hour is forgotten; the outbox still has it


@dataclass(frozen=True)
class Answer:
    """What a consumer says of one message: done, or `error`, or "again in `retry_after` seconds"."""

    message_id: UUID
    destination: ServiceName
    error: str | None = None
    retry_after: float | None = None


class Queue(Protocol):
    async def waiting(self, destination: ServiceName) -> int | None:
        """How many jobs lie in a service's queue, untaken; None while nobody works on it."""
        ...

    async def send(self, wakeups: Sequence[tuple[Envelope, str]]) -> None:
        """Enqueue each envelope under its job id. A job id that lies there is refused in silence."""
        ...

    async def answer(self, source: ServiceName, answers: Sequence[Answer]) -> None:
        """Tell the relay of the service that a message came from."""
        ...


def _dumps(job: dict[str, Any]) -> bytes:
    return json.dumps(job, ensure_ascii=False).encode()


def _loads(job: bytes) -> dict[str, Any]:
    return json.loads(job)


def queue_name(service: ServiceName) -> str:
    return f"{_PREFIX}{service}"


class _Pipeline(Pipeline):
    """Redis's, which also lets go of its connection when it is cut short while it does so."""

    async def reset(self) -> None:
        try:
            await super().reset()
        except asyncio.CancelledError:
            connection: Any = self.connection  # typed as the one that blocks
            if connection is not None:  # with half an answer on it
                await connection.disconnect(nowait=True)
                await self.connection_pool.release(connection)  # pyright: ignore[reportGeneralTypeIssues] - typed as the one that blocks
                self.connection = None
            raise


class _Redis(ArqRedis):
    def pipeline(self, transaction: bool = True, shard_hint: str | None = None) -> Pipeline:
        pool: Any = self.connection_pool  # as above
        return _Pipeline(pool, self.response_callbacks, transaction, shard_hint)


def _client(redis_url: str) -> ArqRedis:
    """Connects on first use, and again after Redis was away. Whoever makes it closes it."""
    redis = _Redis.from_url(redis_url, socket_connect_timeout=_CONNECT_SECONDS)  # pyright: ignore[reportUnknownMemberType] - the client's keywords are untyped
    redis.job_serializer, redis.job_deserializer, redis.expires_extra_ms = _dumps, _loads, _EXPIRES_MS
    return redis


class ArqQueue:
    def __init__(self, redis_url: str) -> None:
        self._redis = _client(redis_url)

    async def waiting(self, destination: ServiceName) -> int | None:
        queue = queue_name(destination)
        async with self._redis.pipeline(transaction=False) as ask:
            ask.zcard(queue)
            ask.exists(queue + health_check_key_suffix)
            jobs, alive = await ask.execute()
        return int(jobs) if alive else None

    async def send(self, wakeups: Sequence[tuple[Envelope, str]]) -> None:
        """As arq's `enqueue_job` does, which asks four times for each: what is due in one second would wait for that."""
        now = timestamp_ms()
        async with self._redis.pipeline(transaction=False) as tell:
            for place, (envelope, job_id) in enumerate(wakeups, -len(wakeups)):  # their order is that of the queue
                job = serialize_job(_CONSUME, (envelope.model_dump(mode="json"),), {}, None, now, serializer=_dumps)
                tell.set(f"{job_key_prefix}{job_id}", job, px=_EXPIRES_MS, nx=True)
                tell.zadd(queue_name(envelope.destination), {job_id: now + place / 1000}, nx=True)
            await tell.execute()

    async def answer(self, source: ServiceName, answers: Sequence[Answer]) -> None:
        rows = [[str(a.message_id), a.destination, a.error, a.retry_after] for a in answers]
        await self._redis.enqueue_job("answered", source, rows, _queue_name=_RELAY)

    async def close(self) -> None:
        await self._redis.aclose()


Hook = Callable[[], Awaitable[None]]


def consumer_worker(
    service: ServiceName,
    redis_url: str,
    consume: Callable[[Envelope], Awaitable[None]],
    *,
    started: Hook,
    stopped: Hook,
    max_jobs: int,
    signals: bool,
) -> Worker:
    """A worker of one service's queue. `signals=False` where the process belongs to somebody else (tests, one process)."""

    async def run(_: dict[Any, Any], envelope: dict[str, Any]) -> None:
        await consume(Envelope.model_validate(envelope))

    return _worker(queue_name(service), redis_url, _CONSUME, run, started, stopped, max_jobs, signals=signals)


def relay_worker(
    redis_url: str,
    answered: Callable[[ServiceName, Sequence[Answer]], Awaitable[None]],
    *,
    started: Hook,
    stopped: Hook,
    signals: bool,
) -> Worker:
    """The relay's worker: it takes the answers that consumers send back."""

    async def run(_: dict[Any, Any], source: str, rows: list[list[Any]]) -> None:
        answers = [Answer(UUID(row[0]), ServiceName(row[1]), row[2], row[3]) for row in rows]
        await answered(ServiceName(source), answers)

    return _worker(_RELAY, redis_url, "answered", run, started, stopped, 10, signals=signals)


class _Worker(Worker):
    """Arq's, which waits until Redis is there, and closes what it opened whatever it was doing.

    Arq leaves what runs in the queue and asks three times for each of it, fifty times a second, and takes up what is new
    by four questions, one job after another. Here what is taken up leaves the queue, many jobs at once: a fifth of a busy
    worker's time went there, and hundreds of jobs that came in one moment waited for each other.
    """

    async def main(self) -> None:
        while True:
            try:
                await self.pool.ping()  # pyright: ignore[reportUnknownMemberType] - as above
                break
            except QueueAway as error:
                _log.warning("worker.without_redis", queue=self.queue_name, error=type(error).__name__)
                await asyncio.sleep(_RETRY_SECONDS)
        await super().main()

    async def start_jobs(self, job_ids: list[bytes]) -> None:
        """What is taken out of the queue is this worker's. If it dies, the relay sends anew."""
        room = min(len(job_ids), self.max_jobs - self.job_counter, _TAKEN_AT_ONCE)
        if room > 0:
            for job_id, score in await self.pool.zpopmin(self.queue_name, room):
                await self.sem.acquire()
                self.job_counter += 1
                task = self.loop.create_task(self.run_job(job_id.decode(), int(score)))
                task.add_done_callback(lambda _: self._release_sem_dec_counter_on_complete())
                self.tasks[job_id.decode()] = task

    async def close(self) -> None:
        for job in self.tasks.values():
            job.cancel()
        await asyncio.gather(*self.tasks.values(), return_exceptions=True)
        with suppress(*QueueAway):  # otherwise it is believed to live for a moment longer
            await self.pool.delete(self.health_check_key)
        if self.on_shutdown is not None:
            await self.on_shutdown(self.ctx)
        await self.pool.aclose()


def _worker(
    queue: str,
    redis_url: str,
    name: str,
    run: Callable[..., Awaitable[None]],
    started: Hook,
    stopped: Hook,
    max_jobs: int,
    *,
    signals: bool,
) -> Worker:
    async def on_startup(ctx: dict[Any, Any]) -> None:  # noqa: ARG001 - arq passes it by this name
        await started()

    async def on_shutdown(ctx: dict[Any, Any]) -> None:  # noqa: ARG001 - as above
        await stopped()

    return _Worker(
        functions=[func(run, name=name)],  # pyright: ignore[reportArgumentType] - arq's own protocol for coroutines
        queue_name=queue,
        redis_pool=_client(redis_url),
        on_startup=on_startup,
        on_shutdown=on_shutdown,
        handle_signals=signals,
        job_completion_wait=_DRAIN_SECONDS,
        max_jobs=max_jobs,
        max_tries=1,  # a job that took its worker along is not run again: the relay sends anew, and counts
        job_timeout=_JOB_SECONDS,
        keep_result=0,
        poll_delay=_POLL_SECONDS,
        health_check_interval=_ALIVE_SECONDS,
        job_serializer=_dumps,
        job_deserializer=_loads,
        expires_extra_ms=_EXPIRES_MS,
        log_results=False,
    )
