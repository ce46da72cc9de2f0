"""Ten thousand deliveries that wait: what a turn asks of the database stays quick, before it has any statistics of them."""

from collections.abc import AsyncGenerator
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

WAITING = 10_000
SECONDS = 2  # a statement of the old kind took more than twenty; a noisy machine takes a tenth of one


@pytest_asyncio.fixture
async def backlog(gateway: Gateway, union: Union) -> AsyncGenerator[UUID, None]:
    """A webhook for which they wait, five for each subject. Nobody answers at its address."""
    body = {
        "organization_id": str(union.id),
        "url": "https://93.184.215.14/hook",
        "events": ["publication.published"],
    }
    webhook_id = (await union.admin.post("/v1/webhooks", json=body)).json()["id"]
    statement = text(
        "INSERT INTO gateway.event (tenant_id, id, sequence, event, organization_id, subject, permission, data, occurred_at) "
        "SELECT :tenant, gen_random_uuid(), 1000000 + n, 'publication.published', :tenant, 'publication:' || n % 2000, "
        "'see_publications', '{}', :now FROM generate_series(1, :count) AS n"
    )
    async with gateway.runtime.database.transaction(union.id) as session:
        await session.execute(statement, {"tenant": union.id, "now": gateway.clock.now(), "count": WAITING})
    since = gateway.clock.now().replace(year=2030).isoformat()
    answer = await union.admin.post(f"/v1/webhooks/{webhook_id}/replay", json={"since": since})
    assert answer.json() == {"deliveries": WAITING}
    await gateway.house.forget(union.id)
    yield UUID(webhook_id)
    await gateway.house.forget(union.id)


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
