"""Events as they come in: numbered, kept, handed to the webhooks that listen, shown to streams.

A tenant's events are taken in one after the other, under the lock of its counter. So their sequence has no gaps and is
the order of their commits: whoever has seen a number has seen all before it.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Uuid, and_, any_, delete, literal, or_, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.gateway.organizations.actions import REACH
from services.gateway.webhooks.actions.turns import wake
from services.gateway.webhooks.rules import KEPT
from services.gateway.webhooks.tables import Event, EventCounter, WebhookAttempt, WebhookDelivery
from shared.context import Context
from shared.contracts.events import EVENTS
from shared.contracts.gateway import EventOccurred
from shared.db import table_of
from shared.permissions import Permission

EVENTS_CHANNEL: Final = "vmeste_events"  # NOTIFY: a tenant's id, when it has a new event
_FORGETS_EVERY: Final = 100

# Holds each webhook that hears it until the commit: a turn that is just ending either sees the delivery or is woken.
# The delivery's id is a UUIDv7 of the event's moment.
_HAND_OUT: Final = text(
    "INSERT INTO gateway.webhook_delivery "
    "(tenant_id, id, webhook_id, event_id, subject, state, attempts, tries, asked_at, next_at) "
    "SELECT :tenant_id, CAST(overlay(CAST(gen_random_uuid() AS text) placing left(CAST(CAST(:event_id AS uuid) AS text), 15) "
    "from 1) AS uuid), heard.id, :event_id, :subject, 'pending', 0, 0, :now, :now "
    "FROM (SELECT webhook.id FROM gateway.webhook WHERE webhook.tenant_id = :tenant_id "
    "AND webhook.state <> 'disabled' AND CAST(:event AS text) = ANY(webhook.events) AND EXISTS ("
    "SELECT 1 FROM gateway.organization_reach reach WHERE reach.tenant_id = :tenant_id "
    "AND reach.ancestor_id = webhook.organization_id AND reach.organization_id = :organization_id) "
    "ORDER BY webhook.id FOR UPDATE) AS heard "
    "ON CONFLICT DO NOTHING RETURNING webhook_id"
)
_NOTIFY: Final = text("SELECT pg_notify(:channel, :tenant)")


async def take_event(context: Context, message: EventOccurred) -> None:
    """Keep an event and hand it to every webhook that hears it, in one statement. A known one changes nothing."""
    sequence = await _next_sequence(context)
    if await context.store.find(Event, message.event_id) is not None:
        await _give_back(context)
        return
    await keep_event(context, message, sequence)
    heard = await context.store.execute(
        _HAND_OUT,
        {
            "tenant_id": context.tenant_id,
            "event_id": message.event_id,
            "event": message.event,
            "organization_id": message.organization_id,
            "subject": message.subject,
            "now": context.now,
        },
    )
    await wake(context, list(heard.scalars()))
    if sequence % _FORGETS_EVERY == 0:
        await forget_old_events(context)


async def tell_here(context: Context, message: EventOccurred, hearers: Sequence[UUID] | None = None) -> None:
    """Keep an event of the gateway itself, which nobody is handed. It is in the streams, or in those of its hearers."""
    await keep_event(context, message, await _next_sequence(context), hearers)


async def keep_event(
    context: Context, message: EventOccurred, sequence: int, hearers: Sequence[UUID] | None = None
) -> None:
    await context.store.insert(
        Event(
            id=message.event_id,
            sequence=sequence,
            event=message.event,
            organization_id=message.organization_id,
            subject=message.subject,
            permission=message.permission,
            data=message.data,
            occurred_at=message.occurred_at or context.now,
            hearers=None if hearers is None else list(hearers),
        )
    )
    await context.store.execute(_NOTIFY, {"channel": EVENTS_CHANNEL, "tenant": str(context.tenant_id)})


async def events_after(context: Context, sequence: int, limit: int) -> list[Event]:
    """What the caller may see of what came after `sequence`, oldest first."""
    query = select(Event).where(
        Event.tenant_id == context.tenant_id, col(Event.sequence) > sequence, _may_be_seen(context)
    )
    return await context.store.all(query.order_by(col(Event.sequence)).limit(limit))


async def latest_sequence(context: Context) -> int:
    """The number of the tenant's newest event; 0 before the first."""
    return await context.store.first(select(EventCounter.sequence)) or 0


async def forget_old_events(context: Context) -> int:
    """Let go of events, and of what was done to deliver them, after thirty days. Returns how many events."""
    old = select(Event.id).where(Event.tenant_id == context.tenant_id, Event.occurred_at < context.now - KEPT)
    deliveries = select(WebhookDelivery.id).where(
        WebhookDelivery.tenant_id == context.tenant_id, col(WebhookDelivery.event_id).in_(old)
    )
    await context.store.execute(delete(WebhookAttempt).where(col(WebhookAttempt.delivery_id).in_(deliveries)))
    await context.store.execute(delete(WebhookDelivery).where(col(WebhookDelivery.event_id).in_(old)))
    return await context.store.changed(delete(Event).where(col(Event.id).in_(old)))


def _may_be_seen(context: Context) -> ColumnElement[bool]:
    """Each event where its hearer must hold its permission. The catalogue is asked, not the row: it may have changed."""
    names: defaultdict[Permission, list[str]] = defaultdict(list)
    for kind in EVENTS.values():
        if context.caller.organizations_with(kind.permission):
            names[kind.permission].append(kind.name)
    seen = [
        and_(col(Event.event).in_(of), REACH.allowed(context, Event.organization_id, permission))
        for permission, of in names.items()
    ]
    own = literal(context.caller.person_id, Uuid) == any_(col(Event.hearers))
    return or_(own, and_(col(Event.hearers).is_(None), or_(col(Event.sequence) < 0, *seen)))  # below 0 there is nothing


async def _next_sequence(context: Context) -> int:
    counter = table_of(EventCounter)
    statement = insert(counter).values(tenant_id=context.tenant_id, id=context.tenant_id, sequence=1)
    taken = await context.store.execute(
        statement.on_conflict_do_update(
            index_elements=["tenant_id", "id"], set_={"sequence": counter.c.sequence + 1}
        ).returning(counter.c.sequence)
    )
    return int(taken.scalar_one())


async def _give_back(context: Context) -> None:
    """The number was not needed, and nobody else can have seen it."""
    counter = table_of(EventCounter)
    await context.store.execute(
        counter.update().where(counter.c.tenant_id == context.tenant_id).values(sequence=counter.c.sequence - 1)
    )
