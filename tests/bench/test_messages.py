"""From the commit of a message to the start of its consumer's transaction, on the running stack."""

import asyncio
import json
from datetime import UTC, datetime
from statistics import median, quantiles
from uuid import UUID

import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from deploy.client import Client
from deploy.until import until
from shared.clock import new_id
from shared.contracts import ServiceName
from shared.contracts.gateway import PersonChanged
from shared.db import asyncpg_url
from shared.testing.envelopes import enveloped
from tests.bench.conftest import Say
from tests.bench.stack import Stack

pytestmark = pytest.mark.bench

MESSAGES = 200


async def test_commit_to_job_start(stack: Stack, administrator: Client, say: Say) -> None:
    engine = create_async_engine(asyncpg_url(stack.owner_url))
    tenant_id = UUID(administrator.tokens["tenant_id"])
    person_id = UUID(administrator.tokens["person_id"])
    committed: dict[UUID, float] = {}
    for _ in range(MESSAGES):
        message_id = new_id()
        committed[message_id] = await _tell(engine, message_id, tenant_id, person_id)
        await asyncio.sleep(0.005)  # a message at a time, not a backlog
    started = await until(lambda: _started(engine, list(committed)), lambda found: len(found) == MESSAGES)
    await engine.dispose()
    spans = [started[message_id] - moment for message_id, moment in committed.items()]
    say(
        f"\ncommit to job start, {MESSAGES} messages: median {median(spans) * 1000:.0f} ms, "
        f"p95 {quantiles(spans, n=20)[-1] * 1000:.0f} ms"
    )


async def _tell(engine: AsyncEngine, message_id: UUID, tenant_id: UUID, person_id: UUID) -> float:
    """An old state of a person, which its consumer drops. Returns the moment of the commit by the database's clock."""
    message = PersonChanged(
        person_id=person_id, entity_version=0, position=0, display_name="", status="member", organization_ids=()
    )
    envelope = enveloped(message, tenant_id, datetime.now(UTC), destination=ServiceName.SURVEYS, message_id=message_id)
    row = {"id": message_id, "tenant": tenant_id, "envelope": json.dumps(envelope.model_dump(mode="json"))}
    async with engine.begin() as connection:
        await connection.execute(
            text(
                "INSERT INTO gateway.outbox (message_id, destination, tenant_id, priority, envelope) "
                "VALUES (:id, 'surveys', :tenant, 5, CAST(:envelope AS jsonb))"
            ),
            row,
        )
        await connection.execute(text("SELECT pg_notify('vmeste_outbox', 'gateway surveys')"))
    async with engine.connect() as connection:
        return (await connection.execute(text("SELECT extract(epoch FROM clock_timestamp())::float8"))).scalar_one()


async def _started(engine: AsyncEngine, message_ids: list[UUID]) -> dict[UUID, float]:
    query = text(
        "SELECT message_id, extract(epoch FROM processed_at)::float8 AS moment FROM surveys.processed_message "
        "WHERE message_id = ANY(:ids)"
    )
    async with engine.connect() as connection:
        return {row.message_id: row.moment for row in await connection.execute(query, {"ids": message_ids})}
