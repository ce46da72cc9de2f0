"""The line of a channel: the end of one post and the beginning of the next share a transaction, and no more than that."""

from collections.abc import Collection
from uuid import UUID

import pytest

from services.publisher.networks.accounts import Network
from services.publisher.publications.actions import sending
from services.publisher.publications.actions.lines import Head, begin_attempt
from shared.context import Context
from tests.service.publisher.newsroom import Newsroom, answered


async def waiting(newsroom: Newsroom, channel: dict[str, str], text: str) -> dict[str, str]:
    draft = await newsroom.draft(channel, text=text)
    return answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))


async def test_what_the_network_said_stands_when_the_next_cannot_begin(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[UUID] = []

    async def fails_once(
        context: Context, head: Head, channel_id: UUID, passed: Collection[UUID]
    ) -> tuple[bool, Head | None]:
        begun.append(head.id)
        if len(begun) == 2:
            raise RuntimeError("the second does not begin")
        return await begin_attempt(context, head, channel_id, passed)

    monkeypatch.setattr(sending, "begin_attempt", fails_once)
    channel = await newsroom.channel(Network.BLUESKY)
    await newsroom.drain()
    first, second = await waiting(newsroom, channel, "Первая"), await waiting(newsroom, channel, "Вторая")
    await newsroom.kit.drain()
    assert (await newsroom.deliveries(first))[0]["state"] == "sent"
    newsroom.kit.advance(minutes=5)
    await newsroom.kit.drain()
    assert (await newsroom.deliveries(second))[0]["state"] == "sent"
    assert [post.text for post in newsroom.networks[Network.BLUESKY].posts] == ["Первая", "Вторая"]
