"""The line of a channel: the end of one post and the beginning of the next share a transaction, and no more than that."""

from collections.abc import Collection
from uuid import UUID

import pytest

from services.publisher.networks.accounts import Network
from services.publisher.publications.actions import sending
from services.publisher.publications.actions.lines import Head, begin_attempt
from shared.context import Context
from tests.service.publisher.newsroom import Newsroom, answered


async def waiting(newsroom: Newsroom, channels: list[dict[str, str]], text: str) -> dict[str, str]:
    draft = await newsroom.draft(*channels, text=text)
    return answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))


async def test_what_the_network_said_stands_when_the_next_cannot_begin(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the second channel: what the first one was sent is at hand, and begins with the end of the one before."""
    begun: list[UUID] = []

    async def fails_once(
        context: Context, head: Head, channel_id: UUID, passed: Collection[UUID]
    ) -> tuple[bool, Head | None]:
        begun.append(head.id)
        if len(begun) == 4:
            raise RuntimeError("the second post of the second channel does not begin")
        return await begin_attempt(context, head, channel_id, passed)

    monkeypatch.setattr(sending, "begin_attempt", fails_once)
    channels = [await newsroom.channel(Network.FEED), await newsroom.channel(Network.BLUESKY)]
    await newsroom.drain()
    first, second = await waiting(newsroom, channels, "Первая"), await waiting(newsroom, channels, "Вторая")
    await newsroom.kit.drain()
    assert {each["state"] for each in await newsroom.deliveries(first)} == {"sent"}
    newsroom.kit.advance(minutes=5)
    await newsroom.kit.drain()
    assert {each["state"] for each in await newsroom.deliveries(second)} == {"sent"}
    assert [post.text for post in newsroom.networks[Network.BLUESKY].posts] == ["Первая", "Вторая"]
