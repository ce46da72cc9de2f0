"""The delivery log, replays, and a test event."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, text
from sqlmodel import col, select

from services.gateway.webhooks.actions.subscriptions import check_hears, hold_webhook, read_webhook
from services.gateway.webhooks.actions.telling import tell_here
from services.gateway.webhooks.actions.turns import wake
from services.gateway.webhooks.rules import TEST_EVENT, DeliveryState, PeriodInvalid, WebhookDisabled, WebhookState
from services.gateway.webhooks.schemas import DeliveryQuery, DeliveryView, Replay
from services.gateway.webhooks.tables import Event, Webhook, WebhookAttempt, WebhookDelivery
from shared.app import paginate
from shared.context import Context
from shared.contracts.events import WebhookEvent, occurred
from shared.errors import NotFound

_HEARD: Final = (
    "FROM gateway.webhook JOIN gateway.event ON event.tenant_id = webhook.tenant_id "
    "WHERE webhook.tenant_id = :tenant_id AND webhook.id = :webhook_id AND ("
    "(event.event = ANY(webhook.events) AND EXISTS (SELECT 1 FROM gateway.organization_reach reach "
    "WHERE reach.tenant_id = :tenant_id AND reach.ancestor_id = webhook.organization_id "
    "AND reach.organization_id = event.organization_id)) OR (event.event = 'webhook.test' AND EXISTS (SELECT 1 FROM "
    "gateway.webhook_delivery had WHERE had.tenant_id = :tenant_id AND had.webhook_id = webhook.id "
    "AND had.event_id = event.id))) "
    "AND (CAST(:event_ids AS uuid[]) IS NULL OR event.id = ANY(CAST(:event_ids AS uuid[]))) "
    "AND (CAST(:since AS timestamptz) IS NULL OR event.occurred_at >= CAST(:since AS timestamptz)) "
    "AND (CAST(:until AS timestamptz) IS NULL OR event.occurred_at < CAST(:until AS timestamptz)) "
)
"""What a webhook hears now of what is asked for, and its own tests."""

_COUNT: Final = text(f"SELECT count(*) {_HEARD}").bindparams(bindparam("event_ids", type_=ARRAY(Uuid)))

# What was delivered before goes again under the same id, so that a receiver drops what it has.
_REPLAY: Final = text(
    "INSERT INTO gateway.webhook_delivery "  # noqa: S608 - the text above
    "(tenant_id, id, webhook_id, event_id, subject, state, attempts, tries, asked_at, next_at) "
    "SELECT :tenant_id, CAST(overlay(CAST(gen_random_uuid() AS text) placing left(CAST(event.id AS text), 15) from 1) "
    f"AS uuid), webhook.id, event.id, event.subject, 'pending', 0, 0, :now, :now {_HEARD}"
    "ON CONFLICT (tenant_id, webhook_id, event_id) DO UPDATE SET state = 'pending', tries = 0, asked_at = :now, "
    "next_at = :now WHERE webhook_delivery.state <> 'pending'"
).bindparams(bindparam("event_ids", type_=ARRAY(Uuid)))


async def list_deliveries(
    context: Context, webhook_id: UUID, query: DeliveryQuery
) -> tuple[list[DeliveryView], str | None]:
    """Newest event first. Raises NotFound, Forbidden, EventNotYours."""
    await check_hears(context, await read_webhook(context, webhook_id))
    statement = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
    if query.state is not None:
        statement = statement.where(col(WebhookDelivery.state) == query.state)
    rows, after = await paginate(context, statement, WebhookDelivery.id, query)
    return await _views(context, rows), after


async def read_delivery(context: Context, webhook_id: UUID, delivery_id: UUID) -> DeliveryView:
    """Raises NotFound, Forbidden, EventNotYours."""
    await check_hears(context, await read_webhook(context, webhook_id))
    delivery = await context.store.find(WebhookDelivery, delivery_id)
    if delivery is None or delivery.webhook_id != webhook_id:
        raise NotFound
    return (await _views(context, [delivery]))[0]


async def replay(context: Context, webhook_id: UUID, body: Replay) -> int:
    """Send again what the webhook hears of, by period or by id.

    Raises NotFound, also for an event that it does not hear of; Forbidden, EventNotYours, WebhookDisabled, PeriodInvalid.
    """
    if body.since is not None and body.until is not None and body.until <= body.since:
        raise PeriodInvalid
    webhook = await _hold_enabled(context, webhook_id)
    await check_hears(context, webhook)
    asked = None if body.event_ids is None else set(body.event_ids)
    keys = {
        "tenant_id": context.tenant_id,
        "webhook_id": webhook.id,
        "event_ids": None if asked is None else list(asked),
        "since": body.since,
        "until": body.until,
    }
    if asked is not None and (await context.store.execute(_COUNT, keys)).scalar_one() < len(asked):
        raise NotFound
    count = await context.store.changed(_REPLAY, {**keys, "now": context.now})
    await wake(context, [webhook.id])
    return count


async def send_test(context: Context, webhook_id: UUID) -> DeliveryView:
    """Raises NotFound, Forbidden, WebhookDisabled."""
    webhook = await _hold_enabled(context, webhook_id)
    message = occurred(TEST_EVENT, webhook.organization_id, WebhookEvent(webhook_id=webhook.id), context.now)
    await tell_here(context, message)
    delivery = WebhookDelivery(
        webhook_id=webhook.id,
        event_id=message.event_id,
        subject=message.subject,
        state=DeliveryState.PENDING,
        asked_at=context.now,
        next_at=context.now,
    )
    await context.store.insert(delivery)
    await wake(context, [webhook.id])
    return (await _views(context, [delivery]))[0]


async def _hold_enabled(context: Context, webhook_id: UUID) -> Webhook:
    webhook = await hold_webhook(context, webhook_id)
    if webhook.state is WebhookState.DISABLED:
        raise WebhookDisabled
    return webhook


async def _views(context: Context, deliveries: Sequence[WebhookDelivery]) -> list[DeliveryView]:
    """Two more queries, however many deliveries there are."""
    ids = [delivery.id for delivery in deliveries]
    events = await context.store.all(select(Event).where(col(Event.id).in_([one.event_id for one in deliveries])))
    by_id = {event.id: event for event in events}
    attempts: defaultdict[UUID, list[WebhookAttempt]] = defaultdict(list)
    tried = select(WebhookAttempt).where(col(WebhookAttempt.delivery_id).in_(ids))
    for attempt in await context.store.all(tried.order_by(col(WebhookAttempt.number))):
        attempts[attempt.delivery_id].append(attempt)
    return [DeliveryView.of(one, by_id[one.event_id], attempts[one.id]) for one in deliveries]
