"""A service's worker process: takes messages from its queue, runs their consumers, sends the answers back in batches."""

import asyncio
from collections import defaultdict
from collections.abc import Iterable

import structlog

from shared.consumers import Consumer, Consumers
from shared.contracts import Envelope, ServiceName
from shared.logs import configure_logs
from shared.queue import Answer, ArqQueue, Queue, QueueAway, consumer_worker
from shared.runtime import Runtime

_log = structlog.get_logger()
_BATCH_SECONDS = 0.02


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

    def __init__(self, runtime: Runtime, consumers: Iterable[Consumer], *, signals: bool) -> None:
        settings = runtime.settings
        self._runtime = runtime
        self._consumers = Consumers(runtime, consumers)
        self._queue = ArqQueue(settings.redis_url)
        self._answers = Answers(self._queue)
        self.arq = consumer_worker(
            runtime.service,
            settings.redis_url,
            self._consume,
            started=self._answers.start,
            stopped=self._stop,
            max_jobs=settings.max_jobs,
            signals=signals,
        )

    async def _consume(self, envelope: Envelope) -> None:
        self._answers.add(envelope.source, await self._consumers.handle(envelope))

    async def _stop(self) -> None:
        await self._answers.stop()
        await self._queue.close()

    async def serve(self) -> None:
        """Until cancelled."""
        try:
            await self.arq.async_run()
        finally:
            await self.arq.close()


def run_worker(runtime: Runtime, consumers: Iterable[Consumer]) -> None:
    """Block until SIGTERM or SIGINT; running jobs are finished first. Call it in a process that has no event loop."""
    configure_logs(f"{runtime.service}-worker", runtime.settings.environment)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    worker = ServiceWorker(runtime, consumers, signals=True)
    try:
        worker.arq.run()
    finally:
        loop.run_until_complete(runtime.close())
        loop.close()
