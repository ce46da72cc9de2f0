"""argon2id, off the event loop and never more of it at once than the machine can bear."""

import asyncio
import os
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Final, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from shared.errors import Unavailable

_THREADS: Final = 1  # one core of the machine at most
_NICE: Final = 5  # and that only while nobody else wants it
_WAITING: Final = 64  # each takes some 30 ms: whoever comes later would wait for over a second
_RETRY_SECONDS: Final = 2

Result = TypeVar("Result")


class Passwords:
    def __init__(self) -> None:
        self._hasher = PasswordHasher(memory_cost=19_456, time_cost=2, parallelism=1)
        self._nobody = self._hasher.hash("a password that nobody has")
        self._pool = ThreadPoolExecutor(_THREADS, thread_name_prefix="argon2", initializer=_step_back)
        self._busy = 0

    async def hash(self, password: str) -> str:
        """Raises Unavailable when too many wait."""
        return await self._run(lambda: self._hasher.hash(password))

    async def matches(self, password: str, known: str | None) -> bool:
        """Without a known hash the same work is done and the answer is no. Raises Unavailable when too many wait."""
        return await self._run(lambda: self._verify(known or self._nobody, password)) and known is not None

    def is_outdated(self, known: str) -> bool:
        """Whether it was made with other parameters than today's, or is no hash at all."""
        try:
            return self._hasher.check_needs_rehash(known)
        except InvalidHashError:
            return True

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)

    async def _run(self, work: Callable[[], Result]) -> Result:
        if self._busy >= _WAITING:
            raise Unavailable(retry_after=_RETRY_SECONDS)
        self._busy += 1
        try:
            return await asyncio.get_running_loop().run_in_executor(self._pool, work)
        finally:
            self._busy -= 1

    def _verify(self, known: str, password: str) -> bool:
        try:
            return self._hasher.verify(known, password)
        except (VerificationError, InvalidHashError):
            return False


def _step_back() -> None:
    """Let the threads that answer requests run first. A thread has a priority of its own on Linux alone."""
    if sys.platform == "linux":
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), _NICE)
