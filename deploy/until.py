"""Waiting for what becomes true by itself."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final, TypeVar

T = TypeVar("T")

_EVERY: Final = 0.05  # seconds between two questions


class NotWithin(TimeoutError):
    """It did not become true in time; the last answer is told."""


async def until(ask: Callable[[], Awaitable[T]], holds: Callable[[T], object], *, within: float = 15.0) -> T:
    """Ask again and again until `holds` of the answer, which is returned. Raises NotWithin."""
    loop = asyncio.get_running_loop()
    deadline = loop.time() + within
    while True:
        answer = await ask()
        if holds(answer):
            return answer
        if loop.time() > deadline:
            raise NotWithin(f"not within {within:.0f} s; the last answer: {answer!r}"[:2000])
        await asyncio.sleep(_EVERY)
