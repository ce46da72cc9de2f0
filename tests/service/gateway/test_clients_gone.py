"""Clients of two unions who leave in the middle of what they asked of the gateway's own rooms, over real sockets."""

import asyncio
import json
from collections import Counter
from contextlib import suppress
from enum import IntEnum
from random import Random
from typing import Final

import httpx
import pytest
from sqlalchemy import text

from shared.clock import new_id
from tests.conftest import Ground
from tests.service.gateway.serving import serving
from tests.service.gateway.union import Gateway, Union
from tests.service.shared.schema import engine
from tests.service.shared.waiting import eventually

AT_ONCE: Final = 20
LONGEST_STAY: Final = 0.03  # seconds; about as long as an answer takes

# Of the gateway's sessions those that are still at something, or hold a lock that outlives its statement.
_HELD: Final = """
SELECT count(*) FROM pg_stat_activity AS session WHERE application_name = 'vmeste-gateway'
    AND datname = current_database() AND (state <> 'idle' OR EXISTS (SELECT 1 FROM pg_locks WHERE pid = session.pid))
"""
_KEPT: Final = "SELECT tenant_id, name FROM gateway.organization WHERE name LIKE :mark"


class Leaving(IntEnum):
    IN_ITS_BODY = 0
    AT_ONCE = 1
    SOON = 2
    AT_THE_ANSWER = 3
    NEVER = 4


class Crowd:
    """Who comes in turn from either union, each to make an organization of a name that says whose it is."""

    def __init__(self, address: str, unions: tuple[Union, Union]) -> None:
        host, _, port = address.removeprefix("http://").partition(":")
        self._host, self._port = host, int(port)
        self._unions = unions
        self._chance = Random(7)
        self._room = asyncio.Semaphore(AT_ONCE)
        self.mark = new_id().hex
        self.left = Counter[Leaving]()
        self.acknowledged: list[str] = []

    async def come(self, number: int) -> None:
        union, how = self._unions[number % 2], Leaving(self._chance.randrange(len(Leaving)))
        name, stay = f"{self.mark} {number} {union.id}", self._chance.random() * LONGEST_STAY
        async with self._room:
            reader, writer = await asyncio.open_connection(self._host, self._port)
            try:
                await self._ask(reader, writer, self._request(union, name), how, stay)
            finally:
                writer.transport.abort()
                with suppress(ConnectionError):  # the other side may have been quicker
                    await writer.wait_closed()
        self.left[how] += 1
        if how >= Leaving.AT_THE_ANSWER:
            self.acknowledged.append(name)

    async def _ask(
        self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes, how: Leaving, stay: float
    ) -> None:
        writer.write(request[:-10] if how is Leaving.IN_ITS_BODY else request)
        await writer.drain()
        if how in {Leaving.IN_ITS_BODY, Leaving.SOON}:
            await asyncio.sleep(stay)  # how far it has come by then is chance
        elif how >= Leaving.AT_THE_ANSWER:
            async with asyncio.timeout(20):
                assert (await reader.readline()).split()[1] == b"201"
                if how is Leaving.NEVER:
                    await reader.read()

    def _request(self, union: Union, name: str) -> bytes:
        body = json.dumps({"parent_id": str(union.id), "kind": "primary", "name": name}).encode()
        head = (
            f"POST /v1/organizations HTTP/1.1\r\nhost: vmeste.test\r\nconnection: close\r\n"
            f"authorization: {union.admin.headers['authorization']}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n"
        )
        return head.encode() + body


async def check_leaving(gateway: Gateway, ground: Ground, unions: tuple[Union, Union], clients: int) -> None:
    async with serving(gateway.edge) as address:
        crowd = Crowd(address, unions)
        async with asyncio.TaskGroup() as group:
            for number in range(clients):
                group.create_task(crowd.come(number))
        assert set(crowd.left) == set(Leaving)

        async def nothing_is_held() -> bool:
            async with engine(ground.owner_url).connect() as owner:
                return (await owner.execute(text(_HELD))).scalar_one() == 0

        await eventually(nothing_is_held)
        await eventually(lambda: "Checked out connections: 0" in gateway.runtime.database.engine.pool.status())
        await check_answers(address, unions, crowd.mark)
    async with engine(ground.owner_url).connect() as owner:
        kept = {row.name: row.tenant_id for row in await owner.execute(text(_KEPT), {"mark": f"{crowd.mark}%"})}
    assert all(name.endswith(str(tenant_id)) for name, tenant_id in kept.items())
    assert set(crowd.acknowledged) <= kept.keys()
    assert len(kept) < clients  # a body that broke off has made nothing
    for union in unions:
        await gateway.house.forget(union.id)


async def check_answers(address: str, unions: tuple[Union, Union], mark: str) -> None:
    """Whoever asks now, on as many connections as there are in the pool and more, sees their own union alone."""

    async def look(union: Union) -> None:
        headers = {"authorization": union.admin.headers["authorization"]}
        async with httpx.AsyncClient(base_url=address, headers=headers, timeout=20) as client:
            answer = await client.get("/v1/organizations", params={"limit": 200})
        names = [row["name"] for row in answer.json()["items"] if row["name"].startswith(mark)]
        assert names
        assert all(name.endswith(str(union.id)) for name in names)

    async with asyncio.TaskGroup() as group:
        for number in range(AT_ONCE):
            group.create_task(look(unions[number % 2]))


async def test_clients_who_leave_leak_nothing(gateway: Gateway, ground: Ground, union: Union) -> None:
    other = await gateway.found()
    await check_leaving(gateway, ground, (union, other), 100)
    await other.admin.aclose()


@pytest.mark.chaos
async def test_a_thousand_clients_who_leave_leak_nothing(gateway: Gateway, ground: Ground, union: Union) -> None:
    other = await gateway.found()
    await check_leaving(gateway, ground, (union, other), 1_000)
    await other.admin.aclose()
