"""A relay and a worker as processes of their own, started anew whenever they die, as a supervisor does."""

import asyncio
import multiprocessing
import os
import signal
from functools import partial
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path

from sqlalchemy import text

from shared import relay, source
from shared.contracts import ServiceName
from shared.relay import RelaySettings
from shared.runtime import open_runtime
from shared.source import Source
from shared.worker import run_worker
from tests.chaos.effects import EffectsSettings, consumers

RESTART_SECONDS = 0.1
STOP_SECONDS = 5.0


class ForgetfulSource(Source):
    """The control: what was sent is forgotten, so nothing is ever sent again."""

    async def pump(self, destination: ServiceName) -> int:
        sent = await super().pump(destination)
        async with self._engine.begin() as connection:
            await connection.execute(text(f"DELETE FROM {self.service}.outbox WHERE sends > 0"))  # noqa: S608 - a ServiceName
        return sent


def log_to(log: Path) -> None:
    file = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(file, 1)
    os.dup2(file, 2)


def be_worker(log: Path, settings: EffectsSettings, *, inbox: bool) -> None:
    log_to(log)
    run_worker(open_runtime(ServiceName.SURVEYS, settings, settings.database_url), consumers(inbox=inbox))


def be_relay(
    log: Path, settings: RelaySettings, *, sends_again: bool, lease_seconds: int = source.LEASE_SECONDS
) -> None:
    log_to(log)
    source.LEASE_SECONDS = lease_seconds
    if not sends_again:
        relay.Source = ForgetfulSource
    relay.run(settings)


def forking(module: str) -> ForkServerContext:
    """Children are forked from a process that has imported `module`: a restart takes 50 ms instead of 3 s."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([module])
    return context


class Supervised:
    """One process that is there again soon after it died."""

    def __init__(self, be: partial[None]) -> None:
        self._be = be
        self._context = forking(be.func.__module__)
        self._process: ForkServerProcess | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._stopping = False
        self.starts = 0

    async def start(self) -> None:
        self._keeping = asyncio.create_task(self._keep())

    async def stop(self) -> None:
        self._stopping = True
        self.signal(signal.SIGTERM)
        if self._keeping is not None:
            try:
                await asyncio.wait_for(asyncio.shield(self._keeping), STOP_SECONDS)
            except TimeoutError:
                self.signal(signal.SIGKILL)
                await self._keeping

    def signal(self, number: signal.Signals) -> None:
        if self._process is not None and self._process.pid is not None and self._process.is_alive():
            os.kill(self._process.pid, number)

    @property
    def pid(self) -> int | None:
        """None while it is being started anew."""
        return None if self._process is None else self._process.pid

    async def _keep(self) -> None:
        while not self._stopping:
            self._process = self._context.Process(target=self._be)  # not a daemon: those may have no children
            self._process.start()
            self.starts += 1
            await asyncio.to_thread(self._process.join)
            self._process.close()
            self._process = None
            await asyncio.sleep(RESTART_SECONDS)
