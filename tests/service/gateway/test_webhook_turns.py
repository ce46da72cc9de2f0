"""A turn whose worker was held up for longer than its lease, while another worker makes it again."""

from datetime import timedelta
from uuid import UUID

import pytest
import pytest_asyncio
from sqlmodel import col, select

from services.gateway.webhooks.actions.outcomes import Answered, end_turn
from services.gateway.webhooks.actions.turns import Turn, begin_turn
from services.gateway.webhooks.rules import DeliveryState
from services.gateway.webhooks.tables import Webhook, WebhookAttempt, WebhookDelivery
from shared.context import Context, unit_of_work
from shared.contracts.gateway import WebhookDue
from shared.identity import system
from tests.service.gateway.union import Gateway, Union
from tests.service.gateway.webhook_scene import webhook_behind


@pytest_asyncio.fixture
async def webhook_id(gateway: Gateway, union: Union) -> UUID:
    """A webhook for which one event waits."""
    return await webhook_behind(gateway, union, 1)


async def begun(context: Context, webhook_id: UUID) -> Turn:
    webhook = await context.store.lock(Webhook, webhook_id)
    turn = await begin_turn(context, WebhookDue(webhook_id=webhook_id, turn=webhook.turn))
    assert turn is not None
    return turn


async def begun_twice(gateway: Gateway, union: Union, webhook_id: UUID) -> tuple[Turn, Turn]:
    """The lease of the first has run out by the time of the second."""
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        held_up = await begun(context, webhook_id)
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        webhook = await context.store.lock(Webhook, webhook_id)
        webhook.lease_until = await context.store.database_now() - timedelta(seconds=1)
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        return held_up, await begun(context, webhook_id)


async def end(gateway: Gateway, union: Union, turn: Turn, status: int | None) -> None:
    """Without a status, the turn had no time for its call."""
    (parcel,) = turn.parcels
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        await end_turn(context, turn, [] if status is None else [Answered(parcel, 1, status)])


async def attempts(gateway: Gateway, union: Union) -> list[tuple[int, int | None]]:
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        made = await context.store.all(select(WebhookAttempt).order_by(col(WebhookAttempt.number)))
    return [(attempt.number, attempt.status) for attempt in made]


async def standing(gateway: Gateway, union: Union, webhook_id: UUID) -> tuple[Webhook, WebhookDelivery]:
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        (delivery,) = await context.store.all(select(WebhookDelivery))
        return await context.store.get(Webhook, webhook_id), delivery


@pytest.mark.parametrize("status", [200, 500])
async def test_a_late_answer_is_that_of_its_own_attempt(
    gateway: Gateway, union: Union, webhook_id: UUID, status: int
) -> None:
    held_up, successor = await begun_twice(gateway, union, webhook_id)
    await end(gateway, union, held_up, status)
    assert await attempts(gateway, union) == [(1, status), (2, None)]
    webhook, delivery = await standing(gateway, union, webhook_id)
    assert webhook.lease_until == successor.webhook.lease_until
    assert webhook.due_turn == successor.number
    assert delivery.state is (DeliveryState.SENT if status == 200 else DeliveryState.PENDING)
    assert delivery.tries == 0, "what is next is for the successor to say"

    await end(gateway, union, successor, 503)
    assert await attempts(gateway, union) == [(1, status), (2, 503)]
    webhook, delivery = await standing(gateway, union, webhook_id)
    assert (webhook.lease_until, webhook.due_turn) == (None, None)
    assert delivery.tries == (0 if status == 200 else 1)


async def test_a_late_answer_changes_nothing_that_its_successor_ended(
    gateway: Gateway, union: Union, webhook_id: UUID
) -> None:
    held_up, successor = await begun_twice(gateway, union, webhook_id)
    await end(gateway, union, successor, 503)
    _, before = await standing(gateway, union, webhook_id)
    await end(gateway, union, held_up, 500)
    assert await attempts(gateway, union) == [(1, 500), (2, 503)]
    _, delivery = await standing(gateway, union, webhook_id)
    assert (delivery.tries, delivery.next_at) == (before.tries, before.next_at)


async def test_what_a_held_up_turn_did_not_call_takes_no_number_of_its_successor(
    gateway: Gateway, union: Union, webhook_id: UUID
) -> None:
    held_up, successor = await begun_twice(gateway, union, webhook_id)
    await end(gateway, union, held_up, None)
    await end(gateway, union, successor, 200)
    assert await attempts(gateway, union) == [(2, 200)]
    _, delivery = await standing(gateway, union, webhook_id)
    assert (delivery.attempts, delivery.state) == (2, DeliveryState.SENT)
