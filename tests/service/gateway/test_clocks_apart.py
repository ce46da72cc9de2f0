"""Processes whose machines are ten minutes off, at work beside one that is right: what they share goes by one clock."""

from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from itertools import cycle
from typing import Any
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text

from services.gateway.main import create_edge, create_rooms
from services.gateway.runtime import GatewayRuntime, open_gateway_runtime
from services.gateway.settings import GatewaySettings
from services.gateway.worker import consumers
from shared.clock import SystemClock, new_id
from shared.consumers import Consumers
from shared.context import unit_of_work
from shared.contracts import Envelope, ServiceName
from shared.contracts.gateway import WebhookDue
from shared.db.clock import DatabaseClock
from shared.db.security import service_role
from shared.identity import system
from shared.queue import Answer
from shared.relay import Relay
from shared.runtime import open_runtime
from shared.settings import PlatformSettings
from shared.testing.envelopes import enveloped
from shared.testing.queue import ImmediateQueue
from tests.conftest import Ground
from tests.service.gateway.receiver import Endpoint, PartnerServer
from tests.service.gateway.union import PASSWORD, Gateway, open_gateway
from tests.service.gateway.webhook_scene import Scene
from tests.service.shared.schema import engine

OFF = timedelta(minutes=10)
NEAR = timedelta(seconds=5)  # what a test takes; far from ten minutes
MOST_ROUNDS = 200
FIRST_RETRY = (timedelta(seconds=5), timedelta(seconds=6))

each_way = pytest.mark.parametrize("wrong", [OFF, -OFF], ids=["ahead", "behind"])


class WrongClock(SystemClock):
    def __init__(self, wrong: timedelta) -> None:
        self._wrong = wrong

    def now(self) -> datetime:
        return super().now() + self._wrong


class Machine:
    """A worker of the gateway on a machine whose clock is wrong."""

    def __init__(self, settings: GatewaySettings, wrong: timedelta = timedelta()) -> None:
        self.runtime: GatewayRuntime = open_gateway_runtime(settings, clock=DatabaseClock(WrongClock(wrong)))
        self._consumers = Consumers(self.runtime, consumers())

    async def handle(self, envelope: Envelope) -> Answer:
        answer = await self._consumers.handle(envelope)
        assert answer.error is None, answer
        return answer


class Shift(Consumers):
    """Several machines, each of which takes the next message."""

    def __init__(self, *machines: Machine) -> None:
        super().__init__(machines[0].runtime, ())
        self._turns = cycle(machines)

    async def handle(self, envelope: Envelope) -> Answer:
        return await next(self._turns).handle(envelope)


class House:
    """A union with a webhook, the real time, and machines that a test chooses."""

    def __init__(self, scene: Scene, ground: Ground, relay: Relay, queue: ImmediateQueue) -> None:
        self.scene = scene
        self._ground = ground
        self._relay = relay
        self._queue = queue
        self._machines: list[Machine] = []

    def machine(self, wrong: timedelta = timedelta()) -> Machine:
        self._machines.append(Machine(self.scene.gateway.settings, wrong))
        return self._machines[-1]

    async def close(self) -> None:
        for machine in self._machines:
            await machine.runtime.close()

    async def drain(self, *machines: Machine) -> None:
        shift = Shift(*machines)
        for _ in range(MOST_ROUNDS):
            if not await self._relay.sweep():
                return
            await self._queue.run({ServiceName.GATEWAY: shift}, self._relay.answered)
        raise AssertionError("they wake each other for ever")

    async def wake(self, webhook: dict[str, Any], machine: Machine) -> None:
        """The message of the planned turn comes once more, too early."""
        (row,) = await self._rows("SELECT wake_turn FROM gateway.webhook WHERE id = :id", id=UUID(webhook["id"]))
        due = WebhookDue(webhook_id=UUID(webhook["id"]), turn=row["wake_turn"])
        envelope = enveloped(due, self.scene.union.id, datetime.now(UTC))
        await machine.handle(envelope)

    async def planned(self, webhook: dict[str, Any]) -> list[datetime]:
        """Every moment at which something is due, wherever it is written."""
        tenant = self.scene.union.id
        waiting = "SELECT next_at AS at FROM gateway.webhook_delivery WHERE tenant_id = :tenant AND state = 'pending'"
        turns = "SELECT wake_at AS at FROM gateway.webhook WHERE tenant_id = :tenant AND id = :id"
        outbox = (
            "SELECT next_send_at AS at FROM gateway.outbox WHERE tenant_id = :tenant "
            "AND envelope->>'type' = 'gateway.webhook_due'"
        )
        rows = await self._rows(
            f"{waiting} UNION ALL {turns} UNION ALL {outbox}",
            tenant=tenant,
            id=UUID(webhook["id"]),
        )
        return [row["at"] for row in rows]

    async def pass_by(self, seconds: float) -> None:
        """As if that much time were over: all that is planned comes nearer."""
        span = {"span": timedelta(seconds=seconds), "tenant": self.scene.union.id}
        for statement in (
            "UPDATE gateway.webhook_delivery SET next_at = next_at - CAST(:span AS interval) WHERE tenant_id = :tenant",
            "UPDATE gateway.webhook SET wake_at = wake_at - CAST(:span AS interval) WHERE tenant_id = :tenant",
            "UPDATE gateway.outbox SET next_send_at = next_send_at - CAST(:span AS interval) WHERE tenant_id = :tenant",
        ):
            await self._rows(statement, **span)

    async def _rows(self, statement: str, **values: object) -> list[dict[str, Any]]:
        async with engine(self._ground.owner_url).begin() as owner:
            result = await owner.execute(text(statement), values)
            return [dict(row) for row in result.mappings()] if result.returns_rows else []


@pytest_asyncio.fixture(scope="module")
async def own_gateway(ground: Ground, server: PartnerServer) -> AsyncGenerator[Gateway, None]:
    async with open_gateway(ground, sandbox_url=server.url) as gateway:
        await gateway.house.forget()  # what others left: sealed with other keys
        gateway.clock.set(datetime.now(UTC))
        yield gateway


@pytest_asyncio.fixture
async def house(own_gateway: Gateway, server: PartnerServer, ground: Ground) -> AsyncGenerator[House, None]:
    server.endpoints.clear()
    own_gateway.clock.set(datetime.now(UTC))
    union, queue = await own_gateway.found(), ImmediateQueue()
    relay = Relay({ServiceName.GATEWAY: ground.relay_url}, queue)
    relay.open()
    house = House(Scene(own_gateway, union, server), ground, relay, queue)
    await house.drain(house.machine())
    yield house
    await own_gateway.house.forget(union.id)
    await house.close()
    await relay.close()
    await union.admin.aclose()


def assert_stamped_now(endpoint: Endpoint) -> None:
    """A receiver refuses what is five minutes off."""
    for call in endpoint.calls:
        stamped = datetime.fromtimestamp(int(call.headers["webhook-timestamp"]), UTC)
        assert abs(datetime.now(UTC) - stamped) < timedelta(seconds=60)


@each_way
async def test_what_a_wrong_machine_plans_is_due_when_it_should_be(house: House, wrong: timedelta) -> None:
    endpoint = house.scene.server.endpoint("/hook", answers=[500])
    webhook = await house.scene.webhook()
    event_id = await house.scene.tell(drain=False)
    before = datetime.now(UTC)
    await house.drain(house.machine(wrong))
    planned = await house.planned(webhook)
    assert len(planned) == 3
    assert all(before + FIRST_RETRY[0] - NEAR < at < before + FIRST_RETRY[1] + NEAR for at in planned), planned
    await house.pass_by(15)
    await house.drain(house.machine())
    assert [call.id for call in endpoint.calls] == [str(event_id)] * 2
    assert endpoint.counts == {str(event_id): 1}
    assert_stamped_now(endpoint)


@each_way
async def test_a_wrong_machine_sends_what_another_planned_neither_early_nor_late(
    house: House, wrong: timedelta
) -> None:
    endpoint = house.scene.server.endpoint("/hook", answers=[500])
    webhook = await house.scene.webhook()
    event_id = await house.scene.tell(drain=False)
    right, other = house.machine(), house.machine(wrong)
    await house.drain(right)
    await house.pass_by(-60)  # so that no pause of this machine makes it due
    await house.wake(webhook, other)
    assert len(endpoint.calls) == 1
    await house.pass_by(75)
    await house.drain(other)
    assert [call.id for call in endpoint.calls] == [str(event_id)] * 2
    assert endpoint.counts == {str(event_id): 1}
    assert_stamped_now(endpoint)


async def test_among_machines_that_disagree_nothing_is_lost_or_sent_twice(house: House) -> None:
    machines = [house.machine(wrong) for wrong in (timedelta(), OFF, -OFF)]
    endpoint = house.scene.server.endpoint("/hook", answers=[200, 500, 200, 500, 500])
    await house.scene.webhook()
    subjects = [new_id() for _ in range(4)]
    told = [
        str(await house.scene.tell(publication_id=subjects[number % len(subjects)], drain=False))
        for number in range(24)
    ]
    for _ in range(10):
        await house.drain(*machines)
        await house.pass_by(40)
    assert endpoint.counts == dict.fromkeys(told, 1)
    assert len(endpoint.calls) == len(told) + 3
    assert_stamped_now(endpoint)


@each_way
async def test_a_token_of_a_wrong_machine_is_good_at_the_others(house: House, wrong: timedelta) -> None:
    """And theirs at it, as soon as it was asked whether it is ready."""
    settings, body = (
        house.scene.gateway.settings,
        {"sign_in_name": house.scene.union.sign_in_name, "password": PASSWORD},
    )
    clients: list[httpx.AsyncClient] = []
    tokens: list[str] = []
    async with AsyncExitStack() as stack:
        for machine in (house.machine(wrong), house.machine()):
            rooms = create_rooms(settings, machine.runtime)
            await stack.enter_async_context(rooms.router.lifespan_context(rooms))
            transport = httpx.ASGITransport(create_edge(rooms, settings, {}))
            client = httpx.AsyncClient(transport=transport, base_url="https://vmeste.test")
            clients.append(await stack.enter_async_context(client))
            assert (await client.get("/health/ready")).status_code == 200
            answer = await client.post("/v1/auth/login", json=body)
            tokens.append(answer.json()["access_token"])
        for client, token in zip(clients, reversed(tokens), strict=True):
            answer = await client.get("/v1/me", headers={"authorization": f"Bearer {token}"})
            assert answer.status_code == 200, answer.text


@each_way
async def test_every_process_of_every_service_goes_by_the_database(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, wrong: timedelta
) -> None:
    """As they are started, without a clock of a test's."""
    there = datetime.now(UTC)
    wrong_clock = WrongClock(wrong)
    monkeypatch.setattr("shared.db.clock.SystemClock", lambda: wrong_clock)
    for service in ServiceName:
        settings = ground.settings(PlatformSettings, service)
        runtime = open_runtime(service, settings, ground.url_of(service_role(service)))
        assert abs(runtime.clock.now() - there - wrong) < timedelta(seconds=60)
        async with unit_of_work(runtime, new_id(), system(new_id())) as context:
            assert abs(context.now - there) < timedelta(seconds=60)
        await runtime.close()
