"""What follows from the answers of a turn: for each delivery, for the webhook, and for those who look after it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from services.gateway.webhooks.actions.turns import Parcel, Turn, plan_next
from services.gateway.webhooks.rules import (
    GONE,
    SLOW,
    DeliveryState,
    DisabledBecause,
    Health,
    WebhookState,
    is_over_age,
    is_taken,
    next_try,
)
from services.gateway.webhooks.tables import Webhook, WebhookAttempt, WebhookDelivery
from shared.context import Context
from shared.contracts.gateway import NotificationRequested
from shared.permissions import Permission


@dataclass(frozen=True)
class Answered:
    """How one call ended. Without a status there was no answer, and `error` says why."""

    parcel: Parcel
    milliseconds: int
    status: int | None = None
    answer: str | None = None
    error: str | None = None

    @property
    def taken(self) -> bool:
        return self.status is not None and is_taken(self.status)


async def end_turn(context: Context, turn: Turn, answers: Sequence[Answered]) -> None:
    """Record the answers, in the order in which they came, and plan what is next.

    A turn that outlived its lease may have a successor at work: its answers are kept, what is next is the successor's.
    """
    if await context.store.find(Webhook, turn.webhook.id) is None:
        return  # removed meanwhile, with its log
    webhook = await context.store.lock(Webhook, turn.webhook.id)
    before = webhook.state
    called = {answered.parcel.attempt_id for answered in answers}
    await _take_back(context, [parcel for parcel in turn.parcels if parcel.attempt_id not in called])
    held = await _held(context, [answered.parcel for answered in answers])
    health = Health(webhook.state, webhook.failures, webhook.failing_since)
    for answered in answers:
        if answered.parcel.attempt_id in held:
            _record(context, *held[answered.parcel.attempt_id], answered, probe=turn.is_probe)
        health = health.after_success() if answered.taken else health.after_failure(context.now)
    if answers:
        webhook.slow = timedelta(milliseconds=sum(each.milliseconds for each in answers) / len(answers)) >= SLOW
    if before is not WebhookState.DISABLED:
        await _judge(context, webhook, health, gone=any(answered.status == GONE for answered in answers))
    if webhook.due_turn == turn.number and webhook.lease_until == turn.webhook.lease_until:
        await plan_next(context, webhook)


async def disable(context: Context, webhook: Webhook, because: DisabledBecause) -> None:
    """Nothing more is sent; what waits is skipped, and can be replayed later. Whoever looks after it is told."""
    webhook.state = WebhookState.DISABLED
    webhook.disabled_because = because
    webhook.version += 1
    webhook.due_turn = webhook.wake_turn = webhook.wake_at = None
    skip = update(WebhookDelivery).where(
        col(WebhookDelivery.tenant_id) == context.tenant_id,
        col(WebhookDelivery.webhook_id) == webhook.id,
        col(WebhookDelivery.state) == DeliveryState.PENDING,
    )
    await context.store.flush()
    await context.store.execute(skip.values(state=DeliveryState.SKIPPED, next_at=None))
    if because is DisabledBecause.ASKED:
        return
    await context.emit(
        NotificationRequested(
            kind="webhook_disabled",
            incident=f"webhook:{webhook.id}:{webhook.version}",
            organization_id=webhook.organization_id,
            permission=Permission.MANAGE_PARTNERS,
            title={
                "ru": "Вебхук отключён: адрес больше не принимает события",
                "en": "A webhook was disabled: its address no longer takes events",
            },
            link=f"/v1/webhooks/{webhook.id}",
        )
    )


async def _judge(context: Context, webhook: Webhook, health: Health, *, gone: bool) -> None:
    """What its answers make of the webhook."""
    recovers = webhook.state is WebhookState.FAILING and health.state is WebhookState.ACTIVE
    webhook.version += health.state is not webhook.state
    webhook.state, webhook.failures, webhook.failing_since = health.state, health.failures, health.failing_since
    if gone:
        await disable(context, webhook, DisabledBecause.GONE)
    elif health.is_given_up(context.now):
        await disable(context, webhook, DisabledBecause.FAILED_FOR_DAYS)
    elif recovers:
        await context.store.flush()
        late = update(WebhookDelivery).where(
            col(WebhookDelivery.tenant_id) == context.tenant_id,
            col(WebhookDelivery.webhook_id) == webhook.id,
            col(WebhookDelivery.state) == DeliveryState.PENDING,
            col(WebhookDelivery.next_at) > context.now,
        )
        await context.store.execute(late.values(next_at=context.now))


def _record(
    context: Context, delivery: WebhookDelivery, attempt: WebhookAttempt, answered: Answered, *, probe: bool
) -> None:
    attempt.milliseconds = answered.milliseconds
    attempt.status, attempt.answer, attempt.error = answered.status, answered.answer, answered.error
    if answered.taken:
        delivery.state, delivery.next_at = DeliveryState.SENT, None
    elif attempt.number != delivery.attempts:
        return  # a successor has it in hand
    elif probe and delivery.state is DeliveryState.PENDING:
        if is_over_age(delivery.asked_at, context.now):
            delivery.state, delivery.next_at = DeliveryState.FAILED, None
    elif delivery.state is DeliveryState.PENDING:
        delivery.tries += 1
        delivery.next_at = next_try(delivery.tries, context.now, context.chance.below)
        if delivery.next_at is None:
            delivery.state = DeliveryState.FAILED


async def _take_back(context: Context, uncalled: Sequence[Parcel]) -> None:
    """The attempts that the turn wrote down and had no time to make. A number after which others came stays unused."""
    for delivery, attempt in (await _held(context, uncalled)).values():
        if attempt.number == delivery.attempts:
            delivery.attempts -= 1
        await context.store.delete(attempt)


async def _held(context: Context, parcels: Sequence[Parcel]) -> dict[UUID, tuple[WebhookDelivery, WebhookAttempt]]:
    """Deliveries with the attempts under which they were sent, by the attempt."""
    query = (
        select(WebhookDelivery, WebhookAttempt)
        .join(
            WebhookAttempt,
            (col(WebhookAttempt.tenant_id) == WebhookDelivery.tenant_id)
            & (col(WebhookAttempt.delivery_id) == WebhookDelivery.id),
        )
        .where(
            col(WebhookDelivery.id).in_([parcel.delivery_id for parcel in parcels]),
            col(WebhookAttempt.id).in_([parcel.attempt_id for parcel in parcels]),
        )
    )
    rows = (await context.store.execute(query)).mappings()
    return {row["WebhookAttempt"].id: (row["WebhookDelivery"], row["WebhookAttempt"]) for row in rows}
