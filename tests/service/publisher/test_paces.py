"""The pace of a network holds for whoever sends, waiting costs nothing, and what is urgent does not stand behind."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
import pytest_asyncio
from sqlmodel import col, select

from services.publisher.channels.tables import Pace
from services.publisher.main import create_app
from services.publisher.networks.accounts import Network
from services.publisher.networks.outcomes import Sent
from services.publisher.runtime import open_publisher
from services.publisher.settings import PublisherSettings
from services.publisher.worker import consumers
from shared.contracts import ServiceName
from shared.contracts.publisher import DeliveryDue
from shared.identity import IdentitySigner
from shared.permissions import Role
from shared.settings import Environment
from shared.testing.clock import FakeClock, SeededChance
from shared.testing.kit import ServiceKit
from tests.conftest import Ground
from tests.service.publisher.fake_networks import FakeNetworks
from tests.service.publisher.newsroom import Newsroom, answered

LAW = {
    "kind": "law_change",
    "act": "Федеральный закон № 1",
    "in_force_on": "2031-09-01",
    "summary": "Отпуск стал длиннее",
    "source_url": "https://publication.pravo.gov.ru/document/1",
}


@pytest_asyncio.fixture
async def paced(ground: Ground, signer: IdentitySigner, networks: FakeNetworks) -> AsyncGenerator[Newsroom, None]:
    """A newsroom that keeps to what the networks ask."""
    settings = ground.settings(PublisherSettings, ServiceName.PUBLISHER)
    runtime = open_publisher(settings, clock=FakeClock(), chance=SeededChance(), connectors=networks)
    kit = ServiceKit(create_app(settings, runtime), consumers(), signer, ground.relay_url)
    tenant = await kit.new_tenant()
    async with kit.client(tenant.caller(Role.INFORMATION_OFFICER)) as client:
        yield Newsroom(kit, tenant, networks, client)
    await kit.house.forget(tenant.id)
    await kit.close()


async def publish(newsroom: Newsroom, channel: dict[str, Any], number: int, **more: object) -> dict[str, Any]:
    draft = await newsroom.draft(channel, text=f"Новость {number}", **more)
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    return draft


def texts(newsroom: Newsroom) -> list[str]:
    return [post.text for post in newsroom.networks[Network.TELEGRAM].posts]


async def go_on(newsroom: Newsroom, seconds: float, step: float = 0.5) -> None:
    """As the relay does in that time."""
    for _ in range(round(seconds / step)):
        newsroom.kit.advance(seconds=step)
        await newsroom.drain()


async def test_a_channel_that_is_full_is_looked_at_again_by_one_message(paced: Newsroom) -> None:
    channel = await paced.channel()
    for number in range(6):
        await publish(paced, channel, number)
    assert len(await paced.kit.emitted(paced.tenant, DeliveryDue)) == 1, "however many wait"
    await paced.kit.drain()
    assert len(texts(paced)) <= 2, "one at once, and one within the next second"
    assert len(await paced.kit.emitted(paced.tenant, DeliveryDue)) == 1
    await go_on(paced, 9)
    assert texts(paced) == [f"Новость {number}" for number in range(6)], "in their order"
    assert await paced.kit.emitted(paced.tenant, DeliveryDue) == []


async def test_what_comes_while_a_line_waits_is_sent_in_its_turn(paced: Newsroom) -> None:
    channel = await paced.channel()
    for number in range(4):
        await publish(paced, channel, number)
        await paced.kit.drain()
    await go_on(paced, 9)
    assert texts(paced) == [f"Новость {number}" for number in range(4)]
    assert await paced.kit.emitted(paced.tenant, DeliveryDue) == []


async def test_a_line_whose_wake_up_was_lost_is_woken_by_what_comes_later(paced: Newsroom) -> None:
    channel = await paced.channel()
    await publish(paced, channel, 0)
    await paced.kit.house.forget(paced.tenant.id)
    await publish(paced, channel, 1)
    await paced.kit.drain()
    assert texts(paced) == [], "a wake-up may still come"
    paced.kit.advance(seconds=61)
    await publish(paced, channel, 2)
    await go_on(paced, 6)
    assert texts(paced) == [f"Новость {number}" for number in range(3)]


async def test_what_is_urgent_does_not_wait_behind_what_waits(paced: Newsroom) -> None:
    channel = await paced.channel()
    for number in range(8):
        await publish(paced, channel, number)
    await paced.kit.drain()
    sent = len(texts(paced))
    await publish(paced, channel, 100, **LAW)
    await go_on(paced, 3)
    assert any("100" in text for text in texts(paced)[: sent + 3])
    await go_on(paced, 15)
    assert len(texts(paced)) == 9


async def test_channels_do_not_wait_for_each_other(paced: Newsroom) -> None:
    channels = [await paced.channel() for _ in range(3)]
    for number, channel in enumerate(channels):
        await publish(paced, channel, number)
    await paced.kit.drain()
    assert len(texts(paced)) == 3


async def test_a_channel_with_much_to_send_delays_no_other(paced: Newsroom) -> None:
    full, free = await paced.channel(), await paced.channel()
    for number in range(40):
        await publish(paced, full, number)
    await publish(paced, free, 100)
    await paced.kit.drain()
    assert "Новость 100" in texts(paced)
    assert len(texts(paced)) <= 3, "of the other as many as its pace allows"


async def test_the_pace_is_the_same_row_for_all_workers(paced: Newsroom) -> None:
    channel = await paced.channel()
    await publish(paced, channel, 1)
    await paced.kit.drain()
    async with paced.kit.transaction(paced.tenant) as context:
        pace = await context.store.first(select(Pace).where(col(Pace.channel_id) == UUID(channel["id"])))
        assert pace is not None
        assert pace.taken == [context.now.timestamp()]


async def test_a_greeting_that_waited_for_its_turn_too_long_is_dropped(paced: Newsroom) -> None:
    channel = await paced.channel()
    for number in range(4):
        await publish(paced, channel, number, kind="greeting")
    await paced.kit.drain()
    sent = len(texts(paced))
    paced.kit.clock.advance(timedelta(hours=25))
    await paced.kit.drain()
    assert len(texts(paced)) == sent < 4


def test_real_networks_are_called_at_their_own_pace(ground: Ground) -> None:
    with pytest.raises(ValueError, match="pace"):
        ground.settings(PublisherSettings, ServiceName.PUBLISHER, environment=Environment.PRODUCTION, rehearsal_pace=2)


async def test_a_call_that_was_long_on_its_way_is_reckoned_from_its_end(paced: Newsroom) -> None:
    """The network may have taken it at any moment until then."""
    channel = await paced.channel()
    began = paced.kit.clock.now()

    async def slowly() -> Sent:
        paced.kit.advance(seconds=7)
        return Sent("1", "https://t.me/c/1")

    paced.networks[Network.TELEGRAM].outcomes.append(slowly)
    await publish(paced, channel, 1)
    await paced.kit.drain()
    async with paced.kit.transaction(paced.tenant) as context:
        (pace,) = await context.store.all(select(Pace).where(col(Pace.channel_id) == UUID(channel["id"])))
    assert pace.taken == [began.timestamp() + 7]
