"""Whose turn it is: one worker at a time sends to a webhook, a few deliveries, then plans the next turn.

A turn begins under the webhook's lock by taking a lease (by the database's clock) and writing down an attempt for each
delivery; it ends by recording what came of them. A worker that dies in between leaves attempts without an end, and its
deliveries are sent again when the message of the turn comes again: receivers drop what they have by `webhook-id`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Text, Uuid, all_, bindparam, literal, text
from sqlalchemy.dialects.postgresql import distinct_on
from sqlmodel import col, select

from services.gateway.organizations.tables import OrganizationReach
from services.gateway.runtime import gateway_of
from services.gateway.webhooks.rules import TEST_EVENT, DeliveryState, WebhookState, next_probe
from services.gateway.webhooks.tables import Event, Webhook, WebhookAttempt, WebhookDelivery
from shared.consumers import Later
from shared.context import Context
from shared.contracts.gateway import WebhookDue
from shared.db import table_of

MOST_AT_ONCE: Final = 20  # deliveries of one turn
TURN_SECONDS: Final = 5.0  # after this no call of a turn begins any more
_RECORDING_SECONDS: Final = 3.0  # for what follows its last answer
_BUSY_SECONDS: Final = 2.0

_SKIP_UNHEARD: Final = text(
    "UPDATE gateway.webhook_delivery AS delivery SET state = 'skipped', next_at = NULL FROM gateway.event "
    "WHERE delivery.tenant_id = :tenant_id AND delivery.webhook_id = :webhook_id AND delivery.state = 'pending' "
    "AND event.tenant_id = :tenant_id AND event.id = delivery.event_id AND event.event <> :test "
    "AND (event.event <> ALL(:events) OR NOT EXISTS (SELECT 1 FROM gateway.organization_reach AS reach "
    "WHERE reach.tenant_id = :tenant_id AND reach.ancestor_id = :organization_id "
    "AND reach.organization_id = event.organization_id))"
).bindparams(bindparam("events", type_=ARRAY(Text)))

_WAKE: Final = text(
    "UPDATE gateway.webhook SET turn = turn + 1, due_turn = turn + 1 "
    "WHERE tenant_id = :tenant_id AND id = ANY(:ids) AND due_turn IS NULL AND (state = 'active' OR wake_turn IS NULL) "
    "RETURNING id, turn"
).bindparams(bindparam("ids", type_=ARRAY(Uuid)))


@dataclass(frozen=True)
class Parcel:
    """One delivery of a turn: what is sent, under which attempt."""

    delivery_id: UUID
    attempt_id: UUID
    event: Event


@dataclass(frozen=True)
class Turn:
    """What a worker holds of a webhook while it sends, as it was when the turn began."""

    webhook: Webhook
    number: int
    parcels: Sequence[Parcel]

    @property
    def is_probe(self) -> bool:
        return self.webhook.state is WebhookState.FAILING


async def wake(context: Context, webhook_ids: Sequence[UUID]) -> None:
    """Let each be sent to at once, unless it is about to be. One that fails waits for its next probe."""
    if webhook_ids:
        woken = await context.store.execute(_WAKE, {"tenant_id": context.tenant_id, "ids": list(webhook_ids)})
        await context.emit_all([WebhookDue(webhook_id=row.id, turn=row.turn) for row in woken])


async def begin_turn(context: Context, due: WebhookDue) -> Turn | None:
    """None for a turn that was planned anew since, or has nothing to send. Raises Later while another is at work.

    What waits is looked at once more: a webhook that was narrowed, or whose branch moved away, is not sent it.
    """
    webhook = await context.store.find(Webhook, due.webhook_id)
    if webhook is None:
        return None
    webhook = await context.store.lock(Webhook, webhook.id)
    if not await _is_on(context, webhook, due.turn):
        return None
    parcels = await _parcels(context, webhook)
    if not parcels:
        await plan_next(context, webhook)
        return None
    webhook.lease_until = await context.store.database_now() + _longest_turn(context)
    return Turn(webhook, due.turn, parcels)


async def _is_on(context: Context, webhook: Webhook, turn: int) -> bool:
    if turn == webhook.wake_turn:
        webhook.wake_turn = webhook.wake_at = None
        if webhook.due_turn is None:
            webhook.due_turn = turn
    if turn != webhook.due_turn or webhook.state is WebhookState.DISABLED:
        return False
    if webhook.lease_until is not None and webhook.lease_until > await context.store.database_now():
        raise Later(_BUSY_SECONDS)
    return True


async def _parcels(context: Context, webhook: Webhook) -> list[Parcel]:
    """What is sent in this turn, each with its attempt written down."""
    ready = await _ready(context, webhook, MOST_AT_ONCE)
    if not ready:
        return []
    events = await context.store.all(select(Event).where(col(Event.id).in_([each.event_id for each in ready])))
    if not await _hears(context, webhook, events):
        await _skip_unheard(context, webhook)
        return await _parcels(context, webhook)
    by_id = {event.id: event for event in events}
    parcels: list[Parcel] = []
    for delivery in ready:
        delivery.attempts += 1
        attempt = WebhookAttempt(delivery_id=delivery.id, number=delivery.attempts, started_at=context.now)
        context.store.add(attempt)
        parcels.append(Parcel(delivery.id, attempt.id, by_id[delivery.event_id]))
    return parcels


async def _hears(context: Context, webhook: Webhook, events: Sequence[Event]) -> bool:
    """Whether it still listens to all of these, and its organization is still where they happened or above."""
    told = [event for event in events if event.event != TEST_EVENT]
    happened_in = {event.organization_id for event in told}
    reach = table_of(OrganizationReach)
    query = select(reach.c.organization_id).where(
        reach.c.tenant_id == context.tenant_id,
        reach.c.ancestor_id == webhook.organization_id,
        reach.c.organization_id.in_(happened_in),
    )
    reached = set(await context.store.all(query))
    return happened_in <= reached and {event.event for event in told} <= set(webhook.events)


async def _skip_unheard(context: Context, webhook: Webhook) -> None:
    """Of everything that waits, at once: one by one, a failing webhook would spend its probes on it."""
    keys = {"tenant_id": context.tenant_id, "webhook_id": webhook.id, "organization_id": webhook.organization_id}
    await context.store.execute(_SKIP_UNHEARD, {**keys, "events": webhook.events, "test": TEST_EVENT})


async def _ready(context: Context, webhook: Webhook, limit: int) -> list[WebhookDelivery]:
    """What may go now, oldest first; of a failing webhook one: its probe.

    Asked without joins: what ten thousand deliveries cost must not depend on what the planner knows of them.
    """
    if webhook.state is WebhookState.FAILING:
        return await _probe(context, webhook)
    waiting = _pending(context, webhook).where(col(WebhookDelivery.next_at) > context.now)
    blocked = await context.store.all(waiting.with_only_columns(col(WebhookDelivery.subject)).distinct())
    query = _pending(context, webhook).where(col(WebhookDelivery.next_at) <= context.now)
    if blocked:  # nothing goes while another event of its subject waits for its next try
        query = query.where(col(WebhookDelivery.subject) != all_(literal(blocked, ARRAY(Text))))
    return await context.store.all(query.order_by(col(WebhookDelivery.event_id)).limit(limit))


async def _probe(context: Context, webhook: Webhook) -> list[WebhookDelivery]:
    """Of the oldest of each subject the one that was sent least often: what nobody can read does not hold the others."""
    oldest = (
        _pending(context, webhook)
        .ext(distinct_on(col(WebhookDelivery.subject)))
        .order_by(col(WebhookDelivery.subject), col(WebhookDelivery.event_id))
        .subquery()
    )
    first = select(oldest.c.id).order_by(oldest.c.attempts, oldest.c.event_id)
    delivery_id = await context.store.first(first)
    return [] if delivery_id is None else [await context.store.get(WebhookDelivery, delivery_id)]


def _pending(context: Context, webhook: Webhook):  # noqa: ANN202 - a Select of WebhookDelivery, as sqlmodel spells it
    return select(WebhookDelivery).where(
        WebhookDelivery.tenant_id == context.tenant_id,
        WebhookDelivery.webhook_id == webhook.id,
        col(WebhookDelivery.state) == DeliveryState.PENDING,
    )


async def plan_next(context: Context, webhook: Webhook) -> None:
    """End the turn: go on at once while something is ready, else wake up when the first of what waits is due."""
    webhook.lease_until = None
    webhook.due_turn = None
    await context.store.flush()
    if webhook.state is WebhookState.ACTIVE and await _ready(context, webhook, 1):
        webhook.turn += 1
        webhook.due_turn = webhook.turn
        await context.emit(WebhookDue(webhook_id=webhook.id, turn=webhook.turn))
        return
    moment = await _next_moment(context, webhook)
    if moment is None or (webhook.wake_at is not None and context.now < webhook.wake_at <= moment):
        return
    webhook.turn += 1
    webhook.wake_turn, webhook.wake_at = webhook.turn, moment
    await context.emit(WebhookDue(webhook_id=webhook.id, turn=webhook.turn), available_at=moment)


async def _next_moment(context: Context, webhook: Webhook) -> datetime | None:
    """When there is something to do again; None while nothing waits."""
    if webhook.state is WebhookState.DISABLED:
        return None
    pending = _pending(context, webhook)
    if webhook.state is WebhookState.FAILING:
        if await context.store.first(pending) is None:
            return None
        return next_probe(webhook.failures, context.now, context.chance.below)
    later = pending.where(col(WebhookDelivery.next_at) > context.now).order_by(col(WebhookDelivery.next_at))
    first = await context.store.first(later)
    return None if first is None else first.next_at


def _longest_turn(context: Context) -> timedelta:
    """How long a turn can last. What a worker that died has begun waits no longer for its successor."""
    return timedelta(seconds=TURN_SECONDS + gateway_of(context.runtime).own.outbound_seconds + _RECORDING_SECONDS)
