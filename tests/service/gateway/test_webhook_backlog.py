"""Ten thousand deliveries that wait: what a turn asks of the database stays quick, before it has any statistics of them."""

from uuid import UUID

import pytest
import pytest_asyncio
from sqlalchemy import text

from services.gateway.webhooks.actions.turns import begin_turn
from services.gateway.webhooks.rules import OPENS_AFTER, WebhookState
from services.gateway.webhooks.tables import Webhook
from shared.context import unit_of_work
from shared.contracts.gateway import WebhookDue
from shared.identity import system
from tests.service.gateway.union import Gateway, Union
from tests.service.gateway.webhook_scene import webhook_behind

WAITING = 10_000
SECONDS = 2  # a statement of the old kind took more than twenty; a noisy machine takes a tenth of one


@pytest_asyncio.fixture
async def backlog(gateway: Gateway, union: Union) -> UUID:
    """A webhook for which they wait, five for each subject."""
    return await webhook_behind(gateway, union, WAITING)


@pytest.mark.parametrize("state", [WebhookState.ACTIVE, WebhookState.FAILING])
async def test_a_turn_begins_quickly_beside_a_backlog(
    gateway: Gateway, union: Union, backlog: UUID, state: WebhookState
) -> None:
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        webhook = await context.store.lock(Webhook, backlog)
        webhook.state, webhook.failures = state, OPENS_AFTER
        await context.store.flush()
        await context.store.execute(text(f"SET LOCAL statement_timeout = '{SECONDS}s'"))
        turn = await begin_turn(context, WebhookDue(webhook_id=backlog, turn=webhook.turn))
    assert turn is not None
    assert len(turn.parcels) == (20 if state is WebhookState.ACTIVE else 1)
    order = [parcel.event.id for parcel in turn.parcels]
    assert order == sorted(order)
