"""Clients that ask as fast as they are answered, from this process: their own cost is part of every figure."""

import asyncio
import os
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from statistics import median
from typing import Final

import aiohttp

SECONDS: Final = 2.0 if os.environ.get("VMESTE_SHORT") else 6.0


@dataclass(frozen=True)
class Load:
    """`rate` is answers per second, `median` and `p95` are seconds of one answer."""

    clients: int
    count: int
    rate: float
    median: float
    p95: float

    def __str__(self) -> str:
        milliseconds = f"median {self.median * 1000:.1f} ms, p95 {self.p95 * 1000:.1f} ms"
        return f"{self.rate:8,.0f}/s at {self.clients:2} clients ({milliseconds})"


async def hammer(ask: Callable[[], Awaitable[bool]], clients: int, seconds: float = SECONDS) -> Load:
    """`ask` does one call; False means that there is nothing left to ask."""
    spans: list[float] = []
    began = time.perf_counter()

    async def client() -> None:
        while (now := time.perf_counter()) - began < seconds:
            if not await ask():
                return
            spans.append(time.perf_counter() - now)

    async with asyncio.TaskGroup() as group:
        for _ in range(clients):
            group.create_task(client())
    spent = time.perf_counter() - began
    ordered = sorted(spans)
    return Load(clients, len(ordered), len(ordered) / spent, median(ordered), ordered[int(len(ordered) * 0.95)])


class Caller:
    """Asks one address and insists on one status."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def get(self, url: str, headers: Mapping[str, str], expected: int = 200) -> None:
        async with self._session.get(url, headers=headers, allow_redirects=False) as response:
            body = await response.read()
            if response.status != expected:
                raise AssertionError((response.status, body[:500]))

    async def post(self, url: str, body: bytes, headers: Mapping[str, str], expected: int = 201) -> None:
        sent = {"content-type": "application/json", **headers}
        async with self._session.post(url, data=body, headers=sent) as response:
            answer = await response.read()
            if response.status != expected:
                raise AssertionError((response.status, answer[:500]))
