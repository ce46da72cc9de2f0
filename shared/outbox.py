"""Telling other services what happened: a row in the same transaction, a wake-up when it commits."""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from shared.clock import new_id
from shared.contracts import Envelope, Message, ServiceName
from shared.db import Store

WAKE_UP = "vmeste_outbox"


async def put_all_in_outbox(
    store: Store,
    source: ServiceName,
    messages: Sequence[Message],
    *,
    occurred_at: datetime,
    available_at: datetime | None,
    trace: str | None,
) -> list[UUID]:
    """Keep each message for each of its destinations; it is sent after the commit, at `available_at` or at once.

    What keeps an order is sent when its turn comes: `available_at` is for messages without one. A bare INSERT: the service may not read the table. Ids are made here for the same reason. Returns the messages' ids.
    """
    ids = [new_id() for _ in messages]
    told = [
        (message, envelope.model_copy(update={"destination": destination}))
        for message_id, message in zip(ids, messages, strict=True)
        for envelope in [_written(message_id, message, source, store.tenant_id, occurred_at, trace)]
        for destination in message.destinations
    ]
    if not told:
        return []
    envelopes = [envelope for _, envelope in told]
    await store.execute(
        text(
            f"INSERT INTO {source}.outbox (message_id, destination, tenant_id, priority, order_key, placed, envelope, next_send_at) "  # noqa: S608 - the schema is a ServiceName
            "SELECT message_id, destination, CAST(:tenant_id AS uuid), priority, order_key, order_key IS NULL, "
            "CAST(envelope AS jsonb), CASE WHEN order_key IS NULL THEN coalesce(CAST(:available_at AS timestamptz), now()) "
            "ELSE 'infinity' END FROM unnest(CAST(:message_ids AS uuid[]), "
            "CAST(:destinations AS text[]), CAST(:priorities AS smallint[]), CAST(:orders AS text[]), "
            "CAST(:envelopes AS text[])) AS message (message_id, destination, priority, order_key, envelope)"
        ),
        {
            "tenant_id": store.tenant_id,
            "available_at": available_at,
            "message_ids": [envelope.id for envelope in envelopes],
            "destinations": [envelope.destination.value for envelope in envelopes],
            "priorities": [int(message.precedence) for message, _ in told],
            "orders": [message.order for message, _ in told],
            "envelopes": [envelope.model_dump_json() for envelope in envelopes],
        },
    )
    if available_at is None:
        await _wake(store, source, {envelope.destination for envelope in envelopes})
    return ids


async def _wake(store: Store, source: ServiceName, destinations: Collection[ServiceName]) -> None:
    """When this transaction commits, the relay hears whom it concerns."""
    await store.execute(
        text(
            "SELECT pg_notify(:channel, :source || ' ' || destination) FROM unnest(CAST(:to AS text[])) AS destination"
        ),
        {"channel": WAKE_UP, "source": source.value, "to": sorted(one.value for one in destinations)},
    )


def _written(
    message_id: UUID, message: Message, source: ServiceName, tenant_id: UUID, occurred_at: datetime, trace: str | None
) -> Envelope:
    """To the first of its destinations: the payload is written and checked once, however many there are."""
    return Envelope(
        id=message_id,
        source=source,
        destination=message.destinations[0],
        tenant_id=tenant_id,
        type=message.type,
        version=message.version,
        occurred_at=occurred_at,
        trace=trace,
        payload=message.model_dump(mode="json"),
    )
