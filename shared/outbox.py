"""Telling other services what happened: a row in the same transaction, a wake-up when it commits."""

import json
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from shared.clock import new_id
from shared.contracts import Envelope, Message, ServiceName
from shared.db import Store

WAKE_UP = "vmeste_outbox"


async def put_in_outbox(
    store: Store,
    source: ServiceName,
    message: Message,
    *,
    occurred_at: datetime,
    available_at: datetime | None,
    trace: str | None,
) -> UUID:
    """Keep `message` for each of its destinations; it is sent after the commit, at `available_at` or at once.

    A bare INSERT: the service may not read the table. Ids are made here for the same reason.
    """
    message_id = new_id()
    for destination in message.destinations:
        envelope = Envelope(
            id=message_id,
            source=source,
            destination=destination,
            tenant_id=store.tenant_id,
            type=message.type,
            version=message.version,
            occurred_at=occurred_at,
            trace=trace,
            payload=message.model_dump(mode="json"),
        )
        await store.execute(
            text(
                f"INSERT INTO {source}.outbox (message_id, destination, tenant_id, priority, envelope, next_send_at) "  # noqa: S608 - the schema is a ServiceName
                "VALUES (:message_id, :destination, :tenant_id, :priority, CAST(:envelope AS jsonb), "
                "coalesce(CAST(:available_at AS timestamptz), now()))"
            ),
            {
                "message_id": message_id,
                "destination": destination,
                "tenant_id": store.tenant_id,
                "priority": int(message.priority),
                "envelope": json.dumps(envelope.model_dump(mode="json"), ensure_ascii=False),
                "available_at": available_at,
            },
        )
        if available_at is None:
            await store.execute(
                text("SELECT pg_notify(:channel, :pair)"), {"channel": WAKE_UP, "pair": f"{source} {destination}"}
            )
    return message_id
