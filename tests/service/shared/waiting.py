"""Waiting for what other processes and tasks do: looking again and again until a deadline."""

import asyncio
import time
from collections.abc import Awaitable, Callable

STEP = 0.005


async def eventually(is_so: Callable[[], bool | Awaitable[bool]], *, within: float = 10.0) -> float:
    """Returns how many seconds it took. Raises AssertionError after `within`."""
    began = time.monotonic()
    while (waited := time.monotonic() - began) < within:
        answer = is_so()
        if answer if isinstance(answer, bool) else await answer:
            return waited
        await asyncio.sleep(STEP)
    raise AssertionError(f"not so within {within} s")
