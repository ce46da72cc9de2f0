"""A service's worker process: takes messages from its queue, runs their consumers, sends the answers back in batches."""

import asyncio
import gc
import os
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass

import structlog
import uvloop

from shared.consumers import Consumer, Consumers
from shared.contracts import Envelope, ServiceName
from shared.db import is_away
from shared.logs import configure_logs
from shared.queue import Answer, ArqQueue, Queue, QueueAway, consumer_worker
from shared.runtime import Runtime

_log = structlog.get_logger()
_BATCH_SECONDS = 0.02
_GIVES_WAY = 10  # of `nice`: whoever waits for an answer goes before what is worked off


@dataclass(frozen=True)
class Timer:
    """Something a worker does every so many seconds. Several workers may do it at once: it claims what it does."""

    name: str
    seconds: float
    run: Callable[[Runtime], Awaitable[None]]


class Answers:
    """Collects answers and sends them together. One that is lost costs a repeat that the inbox drops."""

    def __init__(self, queue: Queue) -> None:
        self._queue = queue
        self._waiting: defaultdict[ServiceName, list[Answer]] = defaultdict(list)
        self._task: asyncio.Task[None] | None = None

    def add(self, source: ServiceName, answer: Answer) -> None:
        self._waiting[source].append(answer)

    async def start(self) -> None:
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        await self.flush()

    async def flush(self) -> None:
        waiting, self._waiting = self._waiting, defaultdict(list)
        for source, answers in waiting.items():
            try:
                await self._queue.answer(source, answers)
            except QueueAway as error:
                _log.warning("answers.lost", count=len(answers), error=type(error).__name__)

    async def _run(self) -> None:
        while True:
            await asyncio.sleep(_BATCH_SECONDS)
            if self._waiting:
                await self.flush()


class ServiceWorker:
    """`run` blocks until a signal; `serve` is the same inside somebody else's event loop."""

    def __init__(
        self, runtime: Runtime, consumers: Iterable[Consumer], timers: Iterable[Timer] = (), *, signals: bool
    ) -> None:
        settings = runtime.settings
        self._runtime = runtime
        self._consumers = Consumers(runtime, consumers)
        self._queue = ArqQueue(settings.redis_url)
        self._answers = Answers(self._queue)
        self._timers = tuple(timers)
        self._ticking: list[asyncio.Task[None]] = []
        self.arq = consumer_worker(
            runtime.service,
            settings.redis_url,
            self._consume,
            started=self._start,
            stopped=self._stop,
            max_jobs=settings.max_jobs,
            signals=signals,
        )

    async def _consume(self, envelope: Envelope) -> None:
        self._answers.add(envelope.source, await self._consumers.handle(envelope))

    async def _start(self) -> None:
        await self._answers.start()
        self._ticking = [asyncio.create_task(self._tick(timer), name=timer.name) for timer in self._timers]

    async def _tick(self, timer: Timer) -> None:
        """A round that fails is told and tried again at its next time."""
        while True:
            try:
                await timer.run(self._runtime)
            except Exception as error:  # noqa: BLE001 - the clock goes on, whatever one round met
                _log.warning("timer.failed", timer=timer.name, exc_info=None if is_away(error) else error)
            await asyncio.sleep(timer.seconds)

    async def _stop(self) -> None:
        for task in self._ticking:
            task.cancel()
        await asyncio.gather(*self._ticking, return_exceptions=True)
        await self._answers.stop()
        await self._queue.close()

    async def serve(self) -> None:
        """Until cancelled."""
        try:
            await self.arq.async_run()
        finally:
            await self.arq.close()


def spare_collections() -> None:
    """What was loaded so far stays: no later garbage collection looks through it. Half of an import's CPU time went there."""
    gc.collect()
    gc.freeze()


def run_worker(runtime: Runtime, consumers: Iterable[Consumer], timers: Iterable[Timer] = ()) -> None:
    """Block until SIGTERM or SIGINT; running jobs are finished first. Call it in a process that has no event loop."""
    configure_logs(f"{runtime.service}-worker", runtime.settings.environment)
    os.nice(_GIVES_WAY)
    loop = uvloop.new_event_loop()
    asyncio.set_event_loop(loop)
    worker = ServiceWorker(runtime, consumers, timers, signals=True)
    spare_collections()
    try:
        worker.arq.run()
    finally:
        loop.run_until_complete(runtime.close())
        loop.close()
