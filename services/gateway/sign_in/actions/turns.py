"""Those who sign in take turns, so that a thousand of them at once are nobody else's trouble.

Whoever waits here holds no connection to the database: with 200 in its queue everybody else's requests would stand
behind them. A turn takes as long as one hash, so letting more in at once would make nobody faster.
"""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Final

from shared.errors import Unavailable

_AT_ONCE: Final = 2  # while one is hashed, the next is looked up
_WAITING: Final = 256  # some 30 ms each: the last of them waits for eight seconds
_RETRY_SECONDS: Final = 5


class Turns:
    def __init__(self) -> None:
        self._free = asyncio.Semaphore(_AT_ONCE)
        self._waiting = 0

    @asynccontextmanager
    async def turn(self) -> AsyncGenerator[None, None]:
        """Wait for one's turn. Raises Unavailable when too many wait."""
        if self._waiting >= _WAITING:
            raise Unavailable(retry_after=_RETRY_SECONDS)
        self._waiting += 1
        try:
            await self._free.acquire()
        finally:
            self._waiting -= 1
        try:
            yield
        finally:
            self._free.release()
