"""What a storm of people who sign in costs everybody else: another route's p95, idle and while 200 sign in at once."""

import asyncio
import json
import os
import time
from statistics import median
from typing import Final
from uuid import UUID

import aiohttp
import pytest

from deploy.client import Client
from tests.bench.conftest import Say
from tests.bench.crowd import gather, give_passwords
from tests.bench.load import Caller, Load, hammer
from tests.bench.stack import Stack

pytestmark = pytest.mark.bench

ROUNDS: Final = 1 if os.environ.get("VMESTE_SHORT") else 3
STORM: Final = 200
READERS: Final = 4
PASSWORD: Final = "correct horse battery"


async def test_a_storm_of_sign_ins(stack: Stack, administrator: Client, caller: Caller, say: Say) -> None:
    tenant_id = UUID(administrator.tokens["tenant_id"])
    crowd = await gather(stack, tenant_id, tenant_id, STORM)
    names = await give_passwords(stack, tenant_id, crowd.people, PASSWORD)
    address = stack.address("gateway")
    mine = {"authorization": f"Bearer {crowd.tokens[0]}"}
    over = asyncio.Event()

    async def read() -> bool:
        await caller.get(f"{address}/v1/me", mine)
        return not over.is_set()

    async def storm() -> tuple[float, list[float]]:
        began = time.perf_counter()
        async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
            spans = await asyncio.gather(*(_sign_in(session, address, name) for name in names))
        over.set()
        return time.perf_counter() - began, spans

    rounds: list[tuple[Load, Load, float, float]] = []
    for _ in range(ROUNDS):
        idle = await hammer(read, READERS)
        over.clear()
        busy, (seconds, spans) = await asyncio.gather(hammer(read, READERS, seconds=60.0), storm())
        over.clear()
        rounds.append((idle, busy, seconds, max(spans)))
    say(f"\nGET /me while nobody signs in:   {rounds[-1][0]}")
    say(f"GET /me while {STORM} sign in at once: {rounds[-1][1]}")
    say(f"storm / idle: {median(busy.p95 / idle.p95 for idle, busy, *_ in rounds):.2f} of the p95 (median of {ROUNDS})")
    say(
        f"all {STORM} were in after {median(r[2] for r in rounds):.1f} s, the slowest waited {median(r[3] for r in rounds):.1f} s"
    )


async def _sign_in(session: aiohttp.ClientSession, address: str, name: str) -> float:
    began = time.perf_counter()
    body = json.dumps({"sign_in_name": name, "password": PASSWORD})
    async with session.post(
        f"{address}/v1/auth/login", data=body, headers={"content-type": "application/json"}
    ) as response:
        answer = await response.read()
    if response.status != 200:
        raise AssertionError((response.status, answer[:300]))
    return time.perf_counter() - began
