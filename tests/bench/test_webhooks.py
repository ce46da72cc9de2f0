"""Does a slow webhook delay the others? From the commit of an event to its arrival at a quick endpoint.

With nothing else to do, and while ten thousand deliveries wait for an endpoint that takes half a second for each.
The whole house in this process, the real queue, relay, database and HTTP.
"""

import asyncio
import os
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from statistics import median, quantiles
from typing import Any
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from deploy.one_process import House, HouseSettings, one_process
from deploy.until import until
from services.gateway.organizations.rules import OrganizationKind
from services.gateway.settings import GatewaySettings
from services.gateway.sign_in.actions import NewTenant, create_tenant
from services.publisher.settings import PublisherSettings
from services.requests.settings import RequestsSettings
from services.surveys.settings import SurveysSettings
from shared.clock import new_id
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.events import SurveyEvent, occurred
from shared.identity import system
from shared.relay import RelaySettings
from shared.settings import Environment
from tests.bench.conftest import Say
from tests.conftest import SIGNING_KEY, Ground
from tests.service.gateway.receiver import PartnerServer, partner_server

pytestmark = pytest.mark.bench

SHORT = bool(os.environ.get("VMESTE_SHORT"))
DELIVERIES = 300 if SHORT else 10_000
EVENTS = 30 if SHORT else 100
ANSWER_SECONDS = 0.5
PASSWORD = "a password of the bench alone"


@dataclass
class Union:
    rooms: FastAPI
    tenant_id: UUID
    client: httpx.AsyncClient
    server: PartnerServer

    async def webhook(self, path: str, event: str) -> str:
        body = {"organization_id": str(self.tenant_id), "url": f"{self.server.url}{path}", "events": [event]}
        answer = await self.client.post("/v1/webhooks", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()["id"]

    async def tell(self) -> tuple[str, float]:
        """A survey was opened: the event's id, and when that was committed."""
        runtime = self.rooms.state.runtime
        survey = SurveyEvent(survey_id=str(new_id()), state="open")
        message = occurred("survey.opened", self.tenant_id, survey, runtime.clock.now())
        async with unit_of_work(runtime, self.tenant_id, system(self.tenant_id)) as context:
            await context.emit(message)
        return str(message.event_id), time.monotonic()


@asynccontextmanager
async def running(ground: Ground, server: PartnerServer) -> AsyncGenerator[House, None]:
    relay = RelaySettings(
        environment=Environment.TEST,
        redis_url=ground.redis_url,
        relay_database_urls=dict.fromkeys(ServiceName, ground.relay_url),
    )
    gateway: dict[str, Any] = {"signing_keys": SIGNING_KEY, "sandbox_url": server.url}
    settings = HouseSettings(
        gateway=ground.settings(GatewaySettings, ServiceName.GATEWAY, **gateway),
        publisher=ground.settings(PublisherSettings, ServiceName.PUBLISHER),
        requests=ground.settings(RequestsSettings, ServiceName.REQUESTS),
        surveys=ground.settings(SurveysSettings, ServiceName.SURVEYS),
        relay=relay,
    )
    async with one_process(settings) as house:
        yield house


@asynccontextmanager
async def founded(house: House, server: PartnerServer) -> AsyncGenerator[Union, None]:
    name = f"{new_id()}@example.org"
    new = NewTenant(
        name="Профсоюз",
        kind=OrganizationKind.UNION,
        family_name="Орлова",
        given_name="Вера",
        sign_in_name=name,
        password=PASSWORD,
    )
    tenant = await create_tenant(house.rooms.state.desk, new)
    transport = httpx.ASGITransport(house.edge)
    async with httpx.AsyncClient(transport=transport, base_url="https://vmeste.test") as client:
        signed_in = await client.post("/v1/auth/login", json={"sign_in_name": name, "password": PASSWORD})
        client.headers["authorization"] = f"Bearer {signed_in.json()['access_token']}"
        yield Union(house.rooms, tenant.tenant_id, client, server)


async def fill(union: Union) -> None:
    """Events that happened before the slow webhook was there: a replay makes a delivery of each."""
    now = union.rooms.state.runtime.clock.now()
    statement = text(
        "INSERT INTO gateway.event (tenant_id, id, sequence, event, organization_id, subject, permission, data, occurred_at) "
        "SELECT :tenant, gen_random_uuid(), 1000000 + n, 'publication.published', :tenant, 'publication:' || n, "
        "'see_publications', '{}', :now FROM generate_series(1, :count) AS n"
    )
    async with union.rooms.state.runtime.database.transaction(union.tenant_id) as session:
        await session.execute(statement, {"tenant": union.tenant_id, "now": now, "count": DELIVERIES})


async def latencies(union: Union, path: str) -> list[float]:
    """Milliseconds from commit to arrival, one event at a time."""
    endpoint = union.server.endpoints[path]
    told: dict[str, float] = {}
    for _ in range(EVENTS):
        event_id, moment = await union.tell()
        told[event_id] = moment
        await asyncio.sleep(0.2)  # one at a time, not a backlog of their own

    async def arrived() -> int:
        return sum(call.id in told for call in endpoint.calls)

    await until(arrived, lambda count: count == EVENTS)
    return [(call.at - told[call.id]) * 1000 for call in endpoint.calls if call.id in told]


async def test_a_slow_webhook_delays_no_other(ground: Ground, say: Say) -> None:
    async with partner_server() as server:
        slow, _ = server.endpoint("/slow", seconds=ANSWER_SECONDS), server.endpoint("/quick")
        async with running(ground, server) as house, founded(house, server) as union:
            await union.webhook("/quick", "survey.opened")
            slow_id = await union.webhook("/slow", "publication.published")
            await latencies(union, "/quick")  # warm
            idle = await latencies(union, "/quick")
            await fill(union)
            began = time.perf_counter()
            replayed = await union.client.post(f"/v1/webhooks/{slow_id}/replay", json={"since": "2026-01-01T00:00:00Z"})
            seconds = time.perf_counter() - began
            assert replayed.json() == {"deliveries": DELIVERIES}
            loaded = await latencies(union, "/quick")
            await union.client.patch(f"/v1/webhooks/{slow_id}", json={"state": "disabled"})
            idle += await latencies(union, "/quick")  # before and after: what else the machine does drifts
    quiet, busy = quantiles(idle, n=20)[-1], quantiles(loaded, n=20)[-1]
    say(
        f"\nan event to a quick webhook, {EVENTS} events: idle median {median(idle):.0f} ms, p95 {quiet:.0f} ms; "
        f"beside {DELIVERIES} deliveries to a slow one median {median(loaded):.0f} ms, p95 {busy:.0f} ms: "
        f"{busy / quiet:.2f} times\nthe slow one took {len(slow.taken)} meanwhile; "
        f"its replay of {DELIVERIES} was handed out in {seconds:.2f} s"
    )
    assert 0 < len(slow.taken) < DELIVERIES
    assert SHORT or busy <= 2 * quiet
