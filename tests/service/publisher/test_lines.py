"""The line of a channel: the end of one post and the beginning of the next share a transaction, and no more than that."""

import asyncio
from collections.abc import Mapping, Sequence
from uuid import UUID

import pytest

from services.publisher.channels.actions.pacing import HeldPace
from services.publisher.channels.tables import Channel
from services.publisher.networks.accounts import Network
from services.publisher.publications.actions import rounds
from services.publisher.publications.actions.lines import Head, begin_attempts
from shared.context import Context
from shared.contracts.publisher import DeliveryDue
from tests.service.publisher.newsroom import Newsroom, answered


async def waiting(newsroom: Newsroom, channels: list[dict[str, str]], text: str) -> dict[str, str]:
    draft = await newsroom.draft(*channels, text=text)
    return answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))


async def test_what_the_network_said_stands_when_the_next_cannot_begin(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the second channel: what the first one was sent is at hand, and begins with the end of the one before."""
    begun: list[UUID] = []

    async def fails_once(context: Context, heads: Sequence[Head]) -> set[UUID]:
        begun.extend(head.id for head in heads)
        if len(begun) == 4:
            raise RuntimeError("the second post of the second channel does not begin")
        return await begin_attempts(context, heads)

    monkeypatch.setattr(rounds, "begin_attempts", fails_once)
    channels = [await newsroom.channel(Network.FEED), await newsroom.channel(Network.BLUESKY)]
    await newsroom.drain()
    first, second = await waiting(newsroom, channels, "Первая"), await waiting(newsroom, channels, "Вторая")
    await newsroom.kit.drain()
    assert {each["state"] for each in await newsroom.deliveries(first)} == {"sent"}
    newsroom.kit.advance(minutes=5)
    await newsroom.kit.drain()
    assert {each["state"] for each in await newsroom.deliveries(second)} == {"sent"}
    assert [post.text for post in newsroom.networks[Network.BLUESKY].posts] == ["Первая", "Вторая"]


async def told_at_once(newsroom: Newsroom, *more: DeliveryDue) -> None:
    """Those whose turn it is work side by side, as in one worker."""
    dues = [*await newsroom.kit.emitted(newsroom.tenant, DeliveryDue), *more]
    await asyncio.gather(*(newsroom.kit.deliver(newsroom.tenant, due) for due in dues))


async def test_lines_of_a_union_take_their_turns_together(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    real = rounds.hold_paces

    async def counted(context: Context, channels: Sequence[Channel]) -> Mapping[UUID, HeldPace]:
        sizes.append(len(channels))
        return await real(context, channels)

    monkeypatch.setattr(rounds, "hold_paces", counted)
    channels = [await newsroom.channel(network) for network in (Network.TELEGRAM, Network.BLUESKY, Network.FEED)]
    await newsroom.drain()
    news = [await waiting(newsroom, channels, words) for words in ("Первая", "Вторая", "Третья")]
    await told_at_once(newsroom)
    assert max(sizes) == len(channels)
    assert sum(sizes) > len(sizes)
    for one in news:
        assert {each["state"] for each in await newsroom.deliveries(one)} == {"sent"}
    assert [post.text for post in newsroom.networks[Network.BLUESKY].posts] == ["Первая", "Вторая", "Третья"]


async def test_two_messages_at_one_line_send_nothing_twice(newsroom: Newsroom) -> None:
    channel = await newsroom.channel(Network.BLUESKY)
    await newsroom.drain()
    news = [await waiting(newsroom, [channel], words) for words in ("Первая", "Вторая", "Третья")]
    (due,) = await newsroom.kit.emitted(newsroom.tenant, DeliveryDue)
    await told_at_once(newsroom, due, due)
    assert [(await newsroom.delivery(one))["state"] for one in news] == ["sent", "sent", "sent"]
    assert sorted(post.text for post in newsroom.networks[Network.BLUESKY].posts) == ["Вторая", "Первая", "Третья"]


async def test_a_line_that_cannot_go_on_takes_no_neighbour_along(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    channels = [await newsroom.channel(network) for network in (Network.TELEGRAM, Network.BLUESKY)]
    await newsroom.drain()
    publication = await waiting(newsroom, channels, "Первая")
    broken, whole = [UUID(each["id"]) for each in await newsroom.deliveries(publication)]

    async def fails_for_one(context: Context, heads: Sequence[Head]) -> set[UUID]:
        if broken in {head.id for head in heads}:
            raise RuntimeError("it does not begin")
        return await begin_attempts(context, heads)

    with monkeypatch.context() as patched:
        patched.setattr(rounds, "begin_attempts", fails_for_one)
        await told_at_once(newsroom)
    states = {UUID(each["id"]): each["state"] for each in await newsroom.deliveries(publication)}
    assert states == {broken: "pending", whole: "sent"}
    newsroom.kit.advance(minutes=5)
    await newsroom.drain()
    assert {each["state"] for each in await newsroom.deliveries(publication)} == {"sent"}
