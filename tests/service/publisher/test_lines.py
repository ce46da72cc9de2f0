"""The line of a channel: the end of one post and the beginning of the next share a transaction, and no more than that."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import timedelta
from uuid import UUID

import pytest

from services.publisher.channels.actions.pacing import HeldPace
from services.publisher.channels.tables import Channel
from services.publisher.networks.accounts import Network
from services.publisher.networks.outcomes import Sent, Throttled
from services.publisher.networks.reasons import reason
from services.publisher.publications.actions import rounds, sending
from services.publisher.publications.actions.lines import Head, begin_attempts
from services.publisher.publications.actions.preparing import Ready, prepared
from shared.clock import new_id
from shared.consumers import Work
from shared.context import Context
from shared.contracts.gateway import SubjectErasureRequested
from shared.contracts.publisher import DeliveryDue
from tests.service.publisher.newsroom import CREDENTIALS, Newsroom, answered
from tests.service.publisher.test_greetings_erased import NAME, about
from tests.service.publisher.test_occasions import consented, soon


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
    assert max(sizes) > 1
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


@pytest.mark.parametrize("seconds", [0.05, 1.5])
async def test_clocks_that_are_apart_lose_no_wake_up(newsroom: Newsroom, seconds: float) -> None:
    """Who publishes is ahead of who sends; the second post trusts the wake-up of the first."""
    channel = await newsroom.channel(Network.BLUESKY)
    await newsroom.drain()
    first = await waiting(newsroom, [channel], "Первая")
    newsroom.kit.clock.advance(timedelta(seconds=seconds))
    second = await waiting(newsroom, [channel], "Вторая")
    newsroom.kit.clock.advance(timedelta(seconds=-seconds))
    await newsroom.drain()
    newsroom.kit.advance(seconds=3)
    await newsroom.drain()
    assert [(await newsroom.delivery(one))["state"] for one in (first, second)] == ["sent", "sent"]


async def test_what_is_paused_between_two_posts_stops_the_line(newsroom: Newsroom) -> None:
    channel = await newsroom.channel(Network.BLUESKY)
    await newsroom.drain()
    first, second = [await waiting(newsroom, [channel], words) for words in ("Первая", "Вторая")]

    async def paused_meanwhile() -> Sent:
        answered(await newsroom.client.patch(f"/v1/channels/{channel['id']}", json={"paused": True}))
        return Sent("1", "https://bsky.app/1")

    newsroom.networks[Network.BLUESKY].outcomes.append(paused_meanwhile)
    await newsroom.drain()
    assert [(await newsroom.delivery(one))["state"] for one in (first, second)] == ["sent", "pending"]


async def test_a_result_waits_for_no_preparation(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever holds up the next post, and even when the job is cut short by it."""
    channel = await newsroom.channel(Network.VK)
    await newsroom.drain()
    first, second = [await waiting(newsroom, [channel], words) for words in ("Первая", "Вторая")]
    reached, heads = asyncio.Event(), list[Head]()

    async def hangs(work: Work, channel: Channel, head: Head) -> Ready:
        heads.append(head)
        if len(heads) == 2:
            reached.set()
            await asyncio.Event().wait()
        return await prepared(work, channel, head)

    monkeypatch.setattr(sending, "PREPARED_WITHIN", 0.2)
    monkeypatch.setattr(sending, "prepared", hangs)
    (due,) = await newsroom.kit.emitted(newsroom.tenant, DeliveryDue)
    for cut_at_once in (True, False):
        heads.clear()
        reached.clear()
        if not cut_at_once:
            first = second
            second = await waiting(newsroom, [channel], "Третья")
        job = asyncio.create_task(newsroom.kit.deliver(newsroom.tenant, due))
        await reached.wait()
        if not cut_at_once:
            await asyncio.sleep(0.5)
            assert (await newsroom.delivery(first))["state"] == "sent"
        job.cancel()
        await asyncio.gather(job, return_exceptions=True)
        assert (await newsroom.delivery(first))["state"] == "sent"
        assert (await newsroom.delivery(second))["state"] == "pending"


async def test_what_was_erased_meanwhile_is_not_sent_from_memory(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    person = await kit.new_person(tenant, name=NAME)
    await kit.deliver(tenant, consented(newsroom, person, soon(newsroom, 1).strftime("%m-%d"), 2))
    channels = [await newsroom.channel(network) for network in (Network.BLUESKY, Network.VK)]
    occasion = {
        "organization_id": str(tenant.root),
        "person_id": str(person),
        "kind": "personal",
        "title": f"День рождения: {NAME}",
        "greeting": "Ура!",
        "text": f"{NAME}, с днём рождения!",
    }
    answered(await newsroom.client.post("/v1/occasions", json=occasion), 201)
    await newsroom.drain()
    (drafted,) = answered(await newsroom.client.get("/v1/publications"))["items"]
    bare = {"media_ids": [], "channel_ids": [channel["id"] for channel in channels]}
    answered(await newsroom.client.patch(f"/v1/publications/{drafted['id']}", json=bare))
    newsroom.networks[Network.VK].outcomes.append(Throttled(reason("throttled"), 1800))
    answered(await newsroom.client.post(f"/v1/publications/{drafted['id']}/publish"))
    await newsroom.drain()
    assert [NAME in post.text for post in newsroom.networks[Network.BLUESKY].posts] == [True]
    tried = len(newsroom.networks[Network.VK].posts)
    await kit.deliver(tenant, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(newsroom, person)))
    kit.advance(minutes=31)
    await newsroom.drain()
    assert [NAME in post.text for post in newsroom.networks[Network.VK].posts[tried:]] == [False]


async def test_new_credentials_end_the_pause_for_what_comes_then(newsroom: Newsroom) -> None:
    """And for what waits behind: one look at the line sends both."""
    channel = await newsroom.channel(Network.TELEGRAM)
    await newsroom.drain()
    newsroom.networks[Network.TELEGRAM].outcomes.append(Throttled(reason("throttled"), 72_000))
    first = await waiting(newsroom, [channel], "Первая")
    await newsroom.drain()
    second = await waiting(newsroom, [channel], "Вторая")
    await newsroom.drain()
    assert [(await newsroom.delivery(one))["state"] for one in (first, second)] == ["retrying", "pending"]
    body = {"credentials": CREDENTIALS[Network.TELEGRAM]}
    answered(await newsroom.client.post(f"/v1/channels/{channel['id']}/reauthorize", json=body))
    third = await waiting(newsroom, [channel], "Третья")
    await newsroom.drain()
    states = [(await newsroom.delivery(one))["state"] for one in (first, second, third)]
    assert states == ["retrying", "sent", "sent"]  # the first has a moment of its own
