"""A union, its webhooks, a partner's server, and the time that goes by."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text

from services.gateway.webhooks.actions import latest_sequence
from shared.clock import new_id
from shared.context import unit_of_work
from shared.contracts.events import PublicationEvent, occurred
from shared.identity import system
from tests.service.gateway.receiver import PartnerServer
from tests.service.gateway.union import Gateway, Union


@dataclass
class Scene:
    gateway: Gateway
    union: Union
    server: PartnerServer

    async def webhook(self, path: str = "/hook", **more: Any) -> dict[str, Any]:
        body = {
            "organization_id": str(self.union.id),
            "url": f"{self.server.url}{path}",
            "events": ["publication.published", "publication.withdrawn"],
            **more,
        }
        answer = await self.union.admin.post("/v1/webhooks", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def read(self, webhook: dict[str, Any]) -> dict[str, Any]:
        return (await self.union.admin.get(f"/v1/webhooks/{webhook['id']}")).json()

    async def deliveries(self, webhook: dict[str, Any], **query: Any) -> list[dict[str, Any]]:
        answer = await self.union.admin.get(f"/v1/webhooks/{webhook['id']}/deliveries", params=query)
        assert answer.status_code == 200, answer.text
        return answer.json()["items"]

    async def tell(
        self,
        name: str = "publication.published",
        publication_id: UUID | None = None,
        *,
        organization_id: str | None = None,
        drain: bool = True,
    ) -> UUID:
        """Something happens in the publisher. Returns the event's id."""
        data = PublicationEvent(publication_id=publication_id or new_id(), kind="news", state=name.split(".")[1])
        runtime, tenant_id = self.gateway.runtime, self.union.id
        place = UUID(organization_id) if organization_id else tenant_id
        message = occurred(name, place, data, self.gateway.clock.now())
        async with unit_of_work(runtime, tenant_id, system(tenant_id)) as context:
            await context.emit(message)
        if drain:
            await self.drain()
        return message.event_id

    async def sequence(self) -> int:
        async with unit_of_work(self.gateway.runtime, self.union.id, system(self.union.id)) as context:
            return await latest_sequence(context)

    async def drain(self) -> None:
        for answer in await self.gateway.drain():
            assert answer.error is None, answer

    async def wait(self, **span: float) -> None:
        """Time goes by in steps, and the worker does what comes due."""
        left = timedelta(**span)
        while left > timedelta(0):
            step = min(left, timedelta(minutes=1))
            self.gateway.clock.advance(step)
            await self.drain()
            left -= step
        await self.sign_in()

    async def sign_in(self) -> None:
        """An access token lives for minutes."""
        tokens = await self.gateway.tokens(self.union.sign_in_name)
        self.union.admin.headers["authorization"] = f"Bearer {tokens['access_token']}"


async def webhook_behind(gateway: Gateway, union: Union, waiting: int) -> UUID:
    """A webhook for which so many events wait, of 2,000 subjects at most. Nobody answers at its address."""
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
        await session.execute(statement, {"tenant": union.id, "now": gateway.clock.now(), "count": waiting})
    since = gateway.clock.now().replace(year=2030).isoformat()
    answer = await union.admin.post(f"/v1/webhooks/{webhook_id}/replay", json={"since": since})
    assert answer.json() == {"deliveries": waiting}
    await gateway.house.forget(union.id)
    return UUID(webhook_id)
