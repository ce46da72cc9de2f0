"""Whose turn it is, counted in posts and not in time: nobody waits behind another's thousand, and urgent goes first."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import pytest
import pytest_asyncio

from services.publisher.networks.accounts import Network
from services.publisher.publications.rules.states import URGENT, PublicationKind
from services.publisher.runtime import Lanes
from shared.consumers import Later
from shared.contracts.publisher import DeliveryDue, DirectMessageRequested
from shared.permissions import Role
from shared.source import BATCH
from tests.service.publisher.chats import ask, chats_of
from tests.service.publisher.newsroom import Newsroom, answered
from tests.service.publisher.test_paces import LAW

CHANNELS, PUBLICATIONS = 50, 20  # a thousand deliveries of one union


@pytest_asyncio.fixture
async def other(newsroom: Newsroom) -> AsyncGenerator[Newsroom, None]:
    """Another union in the same house."""
    tenant = await newsroom.kit.new_tenant("Другой профсоюз")
    async with newsroom.kit.client(tenant.caller(Role.INFORMATION_OFFICER)) as client:
        yield Newsroom(newsroom.kit, tenant, newsroom.networks, client, connected=5000)
    await newsroom.kit.house.forget(tenant.id)


async def told(newsroom: Newsroom, channels: list[dict[str, Any]], text: str, **more: object) -> None:
    """Published, and nothing of it sent yet."""
    draft = await newsroom.draft(*channels, text=text, **more)
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))


async def bulk(newsroom: Newsroom, network: Network = Network.MAX) -> list[dict[str, Any]]:
    channels = [await newsroom.channel(network) for _ in range(CHANNELS)]
    await newsroom.drain()
    for number in range(PUBLICATIONS):
        await told(newsroom, channels, f"Рассылка {number}")
    return channels


def texts(newsroom: Newsroom, network: Network = Network.MAX) -> list[str]:
    return [post.text for post in newsroom.networks[network].posts]


async def test_a_thousand_of_one_union_delay_no_other(newsroom: Newsroom, other: Newsroom) -> None:
    """They are as many messages as there are channels: whoever comes afterwards is in the relay's next batch."""
    channel = await other.channel(Network.MAX)
    await bulk(newsroom)
    assert len(await newsroom.kit.emitted(newsroom.tenant, DeliveryDue)) <= CHANNELS < BATCH
    await told(other, [channel], "Своё")
    await newsroom.kit.house.sweep()
    assert "Своё" in texts(newsroom)


@pytest.mark.parametrize("kind", sorted(set(PublicationKind) - URGENT))
async def test_a_change_in_the_law_goes_before_everything_else(newsroom: Newsroom, kind: PublicationKind) -> None:
    channels = [await newsroom.channel(Network.MAX) for _ in range(3)]
    await newsroom.drain()
    for number in range(3):
        await told(newsroom, channels, f"Рассылка {number}", kind=kind)
    await told(newsroom, channels[:1], "Закон", **LAW)
    await newsroom.kit.house.sweep()
    assert "Закон" in texts(newsroom)[0]
    assert len(texts(newsroom)) == 10


async def test_a_planned_change_in_the_law_begins_before_what_is_planned_with_it(newsroom: Newsroom) -> None:
    channel = await newsroom.channel(Network.MAX)
    await newsroom.drain()
    day = (newsroom.kit.clock.now() + timedelta(days=90)).date()
    plan = {"local_time": f"{day}T10:00:00", "timezone": "Europe/Moscow"}
    for number in range(3):
        draft = await newsroom.draft(channel, text=f"Новость {number}")
        answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/schedule", json=plan))
    law = await newsroom.draft(channel, text="Закон", **LAW)
    answered(await newsroom.client.post(f"/v1/publications/{law['id']}/schedule", json=plan))
    newsroom.kit.advance(days=91)
    await newsroom.drain()
    assert "Закон" in texts(newsroom)[0]


async def test_an_answer_to_a_member_goes_before_what_is_published(newsroom: Newsroom) -> None:
    """Behind three hundred deliveries: it is the first call of all."""
    chats = await chats_of(newsroom, Network.MAX)
    conversation = await chats.conversation()
    channels = [await newsroom.channel(Network.MAX) for _ in range(CHANNELS)]
    await newsroom.drain()
    for number in range(6):
        await told(newsroom, channels, f"Рассылка {number}")
    await ask(newsroom, conversation)
    assert not await newsroom.kit.emitted(newsroom.tenant, DirectMessageRequested), "it was taken over at once"
    network = newsroom.networks[Network.MAX]
    before = len(network.accounts)
    await newsroom.kit.house.sweep()
    calls = [account.target for account in network.accounts[before:]]
    assert len(network.messages) == 1
    assert calls[0] not in {channel["external_id"] for channel in channels}, "the call of the answer is the first"
    assert len(network.posts) == 6 * CHANNELS


def test_one_lane_is_kept_for_what_is_urgent() -> None:
    lanes = Lanes(3)
    with lanes.lane(Network.VK):
        with pytest.raises(Later), lanes.lane(Network.VK):
            pass
        with lanes.lane(Network.VK, urgent=True), pytest.raises(Later), lanes.lane(Network.VK, urgent=True):
            pass
    with lanes.lane(Network.VK):
        pass
