"""Channels of one bot share its hook: a message comes once, for one organization, whatever becomes of the others."""

import asyncio
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlmodel import select

from services.publisher.channels.rules.readiness import LOOK_AGAIN
from services.publisher.channels.tables import Mailbox
from services.publisher.conversations.tables import DirectMessage
from services.publisher.networks.accounts import Ability, Missing, Network, Probe
from services.publisher.networks.outcomes import NeedsReauthorization
from services.publisher.networks.reasons import reason
from shared.contracts.publisher import ButtonPressed
from tests.service.publisher.chats import WRITTEN, Chats, ask, deliver_due, news_of
from tests.service.publisher.newsroom import Newsroom, answered, refused

SHARED, OTHER = Probe(title="Канал", mailbox="7001"), Probe(title="Канал", mailbox="7002")


class Pair:
    """Two channels of one MAX bot, each of its own organization."""

    def __init__(self, newsroom: Newsroom, first: dict[str, Any], second: dict[str, Any], chats: Chats) -> None:
        self.newsroom = newsroom
        self.network = newsroom.networks[Network.MAX]
        self.first = first
        self.second = second
        self.chats = chats

    async def organizations(self) -> list[str]:
        """For whom the messages so far are, each with its text."""
        return [str(message.organization_id) for message in await self.chats.received()]

    async def change(self, channel: dict[str, Any], **change: object) -> None:
        answered(await self.newsroom.client.patch(f"/v1/channels/{channel['id']}", json=change))

    async def call(self, channel: dict[str, Any], verb: str, **body: object) -> httpx.Response:
        return await self.newsroom.client.post(f"/v1/channels/{channel['id']}/{verb}", json=body or None)

    async def move_to_another_bot(self, channel: dict[str, Any]) -> None:
        self.network.probed = OTHER
        answered(await self.call(channel, "reauthorize", credentials={"token": "token-of-another-bot"}))

    async def receiving(self) -> list[bool]:
        items = answered(await self.newsroom.client.get("/v1/channels"))["items"]
        return [channel["receives_updates"] for channel in items]


@pytest.fixture
async def pair(newsroom: Newsroom) -> Pair:
    newsroom.networks[Network.MAX].probed = SHARED
    branch = await newsroom.kit.new_organization(newsroom.tenant)
    first = await newsroom.channel(Network.MAX)
    second = await newsroom.channel(Network.MAX, organization_id=str(branch))
    await newsroom.drain()
    return Pair(newsroom, first, second, Chats(newsroom, newsroom.networks[Network.MAX].hooks[-1]))


async def test_channels_of_one_bot_have_one_hook_and_one_conversation_with_a_person(pair: Pair) -> None:
    assert len({(hook.url, hook.secret) for hook in pair.network.hooks}) == 1
    assert await pair.receiving() == [True, True]
    await pair.chats.tell(WRITTEN)
    await pair.chats.tell(WRITTEN)
    assert await pair.organizations() == [pair.first["organization_id"]]
    await pair.chats.conversation()


async def test_channels_of_one_bot_that_are_connected_at_once_have_one_hook(newsroom: Newsroom) -> None:
    newsroom.networks[Network.MAX].probed = SHARED
    await asyncio.gather(*(newsroom.channel(Network.MAX) for _ in range(10)))
    await newsroom.drain()
    assert len({(hook.url, hook.secret) for hook in newsroom.networks[Network.MAX].hooks}) == 1
    items = answered(await newsroom.client.get("/v1/channels"))["items"]
    assert [channel["receives_updates"] for channel in items] == [True] * 10


async def test_bots_of_different_networks_with_the_same_number_are_two(newsroom: Newsroom) -> None:
    for network in (Network.MAX, Network.TELEGRAM):
        newsroom.networks[network].probed = SHARED
        await newsroom.channel(network)
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        assert len(await context.store.all(select(Mailbox))) == 2


async def test_while_the_first_channel_is_paused_messages_are_for_the_second(pair: Pair) -> None:
    await pair.chats.tell(WRITTEN)
    await pair.change(pair.first, paused=True)
    await pair.chats.tell({**WRITTEN, "id": "u2"})
    await ask(pair.newsroom, (await pair.chats.received())[0].conversation_id)
    await deliver_due(pair.newsroom)
    assert pair.network.accounts[-1].target == pair.second["external_id"]
    assert await news_of(pair.newsroom) == [("pending", 1, None), ("sent", 2, None)]
    await pair.change(pair.first, paused=False)
    await pair.chats.tell({**WRITTEN, "id": "u3"})
    first, second = pair.first["organization_id"], pair.second["organization_id"]
    assert await pair.organizations() == [first, second, first]
    assert len({message.conversation_id for message in await pair.chats.received()}) == 1


async def test_when_all_are_paused_messages_are_for_the_first(pair: Pair) -> None:
    for channel in (pair.second, pair.first):
        await pair.change(channel, paused=True)
    await pair.chats.tell(WRITTEN)
    assert await pair.organizations() == [pair.first["organization_id"]]


async def test_an_answer_goes_out_by_another_channel_when_the_first_has_lost_its_token(pair: Pair) -> None:
    conversation_id = await pair.chats.conversation()
    pair.network.outcomes.append(NeedsReauthorization(reason("token_invalid", "401")))
    await ask(pair.newsroom, conversation_id)
    await pair.newsroom.drain()
    pair.newsroom.kit.advance(seconds=LOOK_AGAIN.total_seconds() + 1)
    await pair.newsroom.drain()
    async with pair.newsroom.kit.transaction(pair.newsroom.tenant) as context:
        (message,) = await context.store.all(select(DirectMessage))
        assert (message.state, message.attempts) == ("sent", 2)
    assert pair.network.accounts[-1].target == pair.second["external_id"]


async def test_a_channel_that_is_given_another_bot_leaves_the_hook_to_the_other(pair: Pair) -> None:
    await pair.move_to_another_bot(pair.first)
    await pair.newsroom.drain()
    assert pair.network.hooks[-1].url != pair.network.hooks[0].url
    assert await pair.receiving() == [True, True]
    await pair.chats.tell(WRITTEN)
    await Chats(pair.newsroom, pair.network.hooks[-1]).tell(WRITTEN)
    assert await pair.organizations() == [pair.second["organization_id"], pair.first["organization_id"]]
    assert len({message.conversation_id for message in await pair.chats.received()}) == 2


async def test_a_bot_that_every_channel_has_left_is_absent(pair: Pair) -> None:
    conversation_id = await pair.chats.conversation()
    for channel in (pair.first, pair.second):
        await pair.move_to_another_bot(channel)
    refused(await pair.chats.tell({**WRITTEN, "id": "u2"}), 404, "not_found")
    await ask(pair.newsroom, conversation_id)
    await deliver_due(pair.newsroom)
    assert await news_of(pair.newsroom) == [("pending", 1, None), ("rejected", 2, "conversation.no_channel")]
    assert pair.network.messages == []


async def test_a_new_token_of_the_same_bot_changes_nothing_but_the_token(pair: Pair) -> None:
    answered(await pair.call(pair.first, "reauthorize", credentials={"token": "new-token-of-the-union"}))
    await pair.newsroom.drain()
    assert pair.network.accounts[-1].secrets == {"token": "new-token-of-the-union"}
    assert len({(hook.url, hook.secret) for hook in pair.network.hooks}) == 1


async def test_what_one_channel_lost_does_not_stop_the_others_updates(pair: Pair) -> None:
    pair.network.probed = Probe(missing=(Missing(Ability.PUBLISH, reason("token_invalid")),))
    before = len(pair.network.hooks)
    assert answered(await pair.call(pair.first, "probe"))["state"] == "needs_reauthorization"
    await pair.newsroom.drain()
    assert len(pair.network.hooks) == before
    assert await pair.receiving() == [True, True]
    await pair.chats.tell(WRITTEN)
    assert await pair.organizations() == [pair.second["organization_id"]]


async def test_a_hook_that_the_network_refuses_is_told_on_every_channel(pair: Pair) -> None:
    pair.network.hook_missing = Missing(Ability.UPDATES, reason("no_rights"))
    answered(await pair.call(pair.second, "probe"))
    await pair.newsroom.drain()
    assert await pair.receiving() == [False, False]
    pair.network.hook_missing = None
    answered(await pair.call(pair.first, "probe"))
    await pair.newsroom.drain()
    assert await pair.receiving() == [True, True]


async def test_a_press_is_acknowledged_once(pair: Pair) -> None:
    press = {"id": "b1", "kind": "button", "user": "1001", "name": "Анна", "payload": "rate:1:5", "press": "p1"}
    await pair.chats.tell(press)
    await pair.chats.tell(press)
    assert pair.network.acknowledged == ["p1"]
    (pressed,) = await pair.newsroom.kit.emitted(pair.newsroom.tenant, ButtonPressed)
    assert isinstance(pressed.conversation_id, UUID)
