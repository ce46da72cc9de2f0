"""A hot write of ours beside single-row inserts into the same PostgreSQL."""

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final

from tests.bench import pgbench
from tests.bench.conftest import Say
from tests.bench.load import SECONDS, Load, hammer
from tests.bench.stack import Stack

SIZES: Final = (8, 32)


async def beside_raw_inserts(
    name: str, ask: Callable[[], Awaitable[bool]], stack: Stack, say: Say, folder: Path
) -> list[Load]:
    await pgbench.prepare(stack.owner_url)
    loads: list[Load] = []
    for clients in SIZES:
        ours: Load = await hammer(ask, clients)
        raw = await asyncio.to_thread(pgbench.single_row_inserts, stack.owner_url, folder, clients, SECONDS)
        say(f"\n{name} through the gateway: {ours}")
        say(f"pgbench single-row inserts:  {raw:8,.0f}/s at {clients:2} clients; ours / raw: {ours.rate / raw:.3f}")
        loads.append(ours)
    return loads
