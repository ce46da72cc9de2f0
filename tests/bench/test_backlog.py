"""One union is far behind: how soon another's message is taken in meanwhile, and what readers notice of it.

VMESTE_SHORT=1 puts a tenth of the messages behind.
"""

import json
import os
from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from deploy.client import Client
from deploy.until import until
from shared.clock import new_id
from shared.contracts import Priority, ServiceName
from shared.contracts.gateway import PersonChanged
from shared.db import asyncpg_url
from shared.testing.envelopes import enveloped
from tests.bench.conftest import Say
from tests.bench.load import Caller, Load, hammer
from tests.bench.stack import Stack

pytestmark = pytest.mark.bench

SHORT: Final = os.environ.get("VMESTE_SHORT") == "1"
BEHIND: Final = 10_000 if SHORT else 100_000
OTHERS: Final = 5
CLIENTS: Final = 2
TAKEN_WITHIN: Final = 20.0  # seconds: the whole backlog takes minutes
_TOLD: Final = """
INSERT INTO gateway.outbox (message_id, destination, tenant_id, priority, envelope)
SELECT id, 'surveys', :tenant, :priority, CAST(:envelope AS jsonb) || jsonb_build_object('id', id)
FROM (SELECT gen_random_uuid() AS id FROM generate_series(1, :messages)) AS drawn RETURNING message_id
"""
_BACKLOG: Final = (
    "FROM gateway.outbox WHERE destination = 'surveys' AND envelope @> '{\"payload\": {\"entity_version\": 0}}'"
)
_DROPPED: Final = f"""
DELETE FROM gateway.outbox WHERE destination = 'surveys'
    AND message_id IN (SELECT message_id {_BACKLOG} FOR UPDATE SKIP LOCKED)
"""


@pytest.fixture
async def owner(stack: Stack) -> AsyncGenerator[AsyncEngine, None]:
    engine = create_async_engine(asyncpg_url(stack.owner_url))
    yield engine
    await until(lambda: _dropped(engine), lambda left: left == 0, within=60)
    await engine.dispose()


async def test_behind_a_backlog(
    stack: Stack, administrator: Client, caller: Caller, owner: AsyncEngine, say: Say
) -> None:
    bearer = {"authorization": f"Bearer {administrator.tokens['access_token']}"}

    async def read() -> bool:
        await caller.get(stack.address("gateway") + "/v1/organizations?limit=5", bearer)
        return True

    calm = await hammer(read, CLIENTS)
    alone = [await _seconds_to_be_taken(owner, new_id()) for _ in range(OTHERS)]
    await _tell(owner, UUID(administrator.tokens["tenant_id"]), BEHIND)
    behind: list[Load] = [await hammer(read, CLIENTS)]
    waited = [await _seconds_to_be_taken(owner, new_id()) for _ in range(OTHERS)]
    urgent = await _seconds_to_be_taken(owner, new_id(), Priority.URGENT)
    behind.append(await hammer(read, CLIENTS))
    left = await _left(owner)
    say(f"\n{BEHIND:,} messages of one union behind, {left:,} of them at the end")
    say(f"another union's message is taken after {max(waited):.2f} s at most, an urgent one after {urgent:.2f} s")
    say(f"  without the backlog after {max(alone):.2f} s at most")
    say(f"reading without the backlog: {calm}")
    for load in behind:
        say(f"  with it: {load}, p95 {load.p95 / calm.p95:.1f} times as long")
    assert left > 0, "there was a backlog to the end"


async def _tell(owner: AsyncEngine, tenant_id: UUID, messages: int, priority: Priority = Priority.NORMAL) -> list[UUID]:
    """Old states of somebody unknown."""
    message = PersonChanged(
        person_id=new_id(), entity_version=0, position=0, display_name="", status="member", organization_ids=()
    )
    envelope = enveloped(message, tenant_id, datetime.now(UTC), destination=ServiceName.SURVEYS)
    values = {"tenant": tenant_id, "priority": int(priority), "messages": messages}
    async with owner.begin() as connection:
        told = await connection.execute(
            text(_TOLD), {**values, "envelope": json.dumps(envelope.model_dump(mode="json"))}
        )
        await connection.execute(text("SELECT pg_notify('vmeste_outbox', 'gateway surveys')"))
        return list(told.scalars())


async def _seconds_to_be_taken(owner: AsyncEngine, tenant_id: UUID, priority: Priority = Priority.NORMAL) -> float:
    """From the commit to the start of the consumer's transaction, by the database's clock."""
    (message_id,) = await _tell(owner, tenant_id, 1, priority)
    async with owner.connect() as connection:
        committed = (await connection.execute(text("SELECT clock_timestamp()"))).scalar_one()
    query = text("SELECT processed_at FROM surveys.processed_message WHERE message_id = :id")

    async def started() -> datetime | None:
        async with owner.connect() as connection:
            return (await connection.execute(query, {"id": message_id})).scalar_one_or_none()

    taken = await until(started, lambda moment: moment is not None, within=TAKEN_WITHIN)
    return 0.0 if taken is None else (taken - committed).total_seconds()


async def _dropped(owner: AsyncEngine) -> int:
    """Drop the backlog, but for what the relay has in its hands; nobody is waited for. Returns what is left of it."""
    async with owner.begin() as connection:
        await connection.execute(text(_DROPPED))
        return (await connection.execute(text(f"SELECT count(*) {_BACKLOG}"))).scalar_one()


async def _left(owner: AsyncEngine) -> int:
    async with owner.connect() as connection:
        return (await connection.execute(text("SELECT count(*) FROM gateway.outbox"))).scalar_one()
