"""A network is blocked: what it cannot take goes out by a second channel, exactly once, and everybody can see it."""

import asyncio
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, select

from services.publisher.channels.rules.attempts import MAX_TRIES
from services.publisher.networks.accounts import Network, OwnLimits, Probe
from services.publisher.networks.outcomes import NeedsReauthorization, Rejected, Retry, Sent, Unknown
from services.publisher.networks.reasons import reason
from services.publisher.publications.actions import giving_up, outcomes
from services.publisher.publications.tables import Delivery
from shared.contracts.gateway import EventOccurred, NotificationRequested
from shared.contracts.publisher import DeliveryDue
from shared.permissions import Role
from tests.service.publisher.newsroom import ABSENT, Newsroom, answered, refused
from tests.service.publisher.test_paces import LAW

NO_RIGHTS = Rejected(reason("no_rights", "403"))
AWAY = Retry(reason("not_connected"))
NO_TOKEN = NeedsReauthorization(reason("token_invalid", "5"))


async def stand_in(newsroom: Newsroom, first: dict[str, Any], second: dict[str, Any] | None) -> dict[str, Any]:
    body = {"failover_channel_id": None if second is None else second["id"]}
    return answered(await newsroom.client.patch(f"/v1/channels/{first['id']}", json=body))


async def pair(newsroom: Newsroom, second: Network = Network.TELEGRAM) -> tuple[dict[str, Any], dict[str, Any]]:
    """A channel of VK, and the one that stands in for it."""
    first, other = await newsroom.channel(Network.VK), await newsroom.channel(second)
    return await stand_in(newsroom, first, other), other


async def shown(newsroom: Newsroom, channel: dict[str, Any]) -> dict[str, Any]:
    return answered(await newsroom.client.get(f"/v1/channels/{channel['id']}"))


def posts(newsroom: Newsroom, network: Network = Network.TELEGRAM) -> list[str]:
    return [post.text for post in newsroom.networks[network].posts]


async def told(newsroom: Newsroom, name: str) -> list[EventOccurred]:
    return [each for each in await newsroom.kit.emitted(newsroom.tenant, EventOccurred) if each.event == name]


@pytest.mark.parametrize("code", ["no_rights", "posting_denied", "chat_not_found", "chat_moved"])
async def test_what_a_channel_may_not_show_goes_out_by_the_second_once(newsroom: Newsroom, code: str) -> None:
    first, second = await pair(newsroom)
    newsroom.networks[Network.VK].outcomes.append(Rejected(reason(code)))
    published = await newsroom.published(first)
    assert published["state"] == "published"
    blocked, other = await newsroom.deliveries(published)
    assert (blocked["state"], blocked["reason"]["code"], blocked["failover_of"]) == (
        "rejected",
        f"network.{code}",
        None,
    )
    assert (other["state"], other["channel_id"], other["failover_of"]) == ("sent", second["id"], blocked["id"])
    assert posts(newsroom) == [published["text"]]
    assert (await shown(newsroom, first))["blocked"]["reason"]["code"] == f"network.{code}"


async def test_it_is_told_in_an_event_and_to_those_who_publish(newsroom: Newsroom) -> None:
    first, second = await pair(newsroom)
    draft = await newsroom.draft(first)
    newsroom.networks[Network.VK].outcomes.append(NO_RIGHTS)
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        found = await context.store.all(select(Delivery).where(col(Delivery.publication_id) == UUID(draft["id"])))
    await newsroom.kit.deliver(newsroom.tenant, DeliveryDue(delivery_id=found[0].id, attempt=1))
    (event,) = await told(newsroom, "delivery.failed_over")
    assert event.data["channel_id"] == first["id"]
    assert event.data["second_channel_id"] == second["id"]
    titles = [one.title["ru"] for one in await newsroom.kit.emitted(newsroom.tenant, NotificationRequested)]
    assert any("не принял публикацию" in title for title in titles)


async def test_a_network_that_is_away_is_tried_to_the_end_first(newsroom: Newsroom) -> None:
    first, _ = await pair(newsroom)
    newsroom.networks[Network.VK].outcomes.extend([AWAY] * MAX_TRIES)
    published = await newsroom.published(first)
    assert posts(newsroom) == []
    for _ in range(MAX_TRIES):
        newsroom.kit.advance(hours=2)
        await newsroom.drain()
    blocked, other = await newsroom.deliveries(published)
    assert (blocked["state"], len(blocked["attempts"]), other["state"]) == ("failed", MAX_TRIES, "sent")
    assert (await newsroom.read(published))["state"] == "published"
    assert posts(newsroom) == [published["text"]]


async def test_a_channel_without_access_is_waited_for_a_while(newsroom: Newsroom) -> None:
    first, second = await pair(newsroom)
    newsroom.networks[Network.VK].outcomes.append(NO_TOKEN)
    published = await newsroom.published(first)
    newsroom.kit.advance(hours=2, minutes=58)
    await newsroom.drain()
    assert posts(newsroom) == []
    newsroom.kit.advance(minutes=3)
    await newsroom.drain()
    blocked, other = await newsroom.deliveries(published)
    assert (blocked["state"], blocked["reason"]["code"]) == ("failed", "network.token_invalid")
    assert (other["state"], other["channel_id"]) == ("sent", second["id"])
    assert len(newsroom.networks[Network.VK].posts) == 1


async def test_what_is_urgent_waits_for_no_access(newsroom: Newsroom) -> None:
    first, _ = await pair(newsroom)
    newsroom.networks[Network.VK].outcomes.append(NO_TOKEN)
    published = await newsroom.published(first, **LAW)
    newsroom.kit.advance(seconds=31)
    await newsroom.drain()
    assert [each["state"] for each in await newsroom.deliveries(published)] == ["failed", "sent"]


async def test_access_that_comes_back_in_time_takes_it_after_all(newsroom: Newsroom) -> None:
    first, _ = await pair(newsroom)
    newsroom.networks[Network.VK].outcomes.append(NO_TOKEN)
    published = await newsroom.published(first)
    newsroom.kit.advance(hours=2)
    secrets = {"credentials": {"community_token": "vk1.a.another-token", "user_token": "vk1.a.user-token"}}
    again = answered(await newsroom.client.post(f"/v1/channels/{first['id']}/reauthorize", json=secrets))
    assert again["blocked"] is None
    newsroom.kit.advance(hours=2)
    await newsroom.drain()
    assert [each["state"] for each in await newsroom.deliveries(published)] == ["sent"]
    assert posts(newsroom) == []


async def test_a_channel_that_somebody_paused_is_waited_for(newsroom: Newsroom) -> None:
    first, _ = await pair(newsroom)
    draft = await newsroom.draft(first)
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    answered(await newsroom.client.patch(f"/v1/channels/{first['id']}", json={"paused": True}))
    newsroom.kit.advance(days=2)
    await newsroom.drain()
    (only,) = await newsroom.deliveries(draft)
    assert (only["state"], posts(newsroom)) == ("pending", [])


@pytest.mark.parametrize("code", ["content_blocked", "text_too_long", "image_refused", "advertising_limit", "refused"])
async def test_what_was_refused_for_itself_goes_nowhere_else(newsroom: Newsroom, code: str) -> None:
    first, _ = await pair(newsroom)
    newsroom.networks[Network.VK].outcomes.append(Rejected(reason(code)))
    published = await newsroom.published(first)
    assert (published["state"], posts(newsroom)) == ("failed", [])
    assert (await shown(newsroom, first))["blocked"] is None


async def test_what_may_be_out_goes_nowhere_else(newsroom: Newsroom) -> None:
    """Not at once, and not once its harmless repeats have failed: Mastodon knows a repeat, so it is tried again."""
    first, second = await newsroom.channel(Network.MASTODON), await newsroom.channel()
    await stand_in(newsroom, first, second)
    newsroom.networks[Network.MASTODON].outcomes.extend([Unknown(reason("no_answer")), *[AWAY] * MAX_TRIES])
    published = await newsroom.published(first)
    assert published["state"] == "unconfirmed"
    for hours in (0, *[2] * MAX_TRIES):
        newsroom.kit.advance(hours=hours, seconds=10)
        await newsroom.drain()
    (only,) = await newsroom.deliveries(published)
    assert (only["state"], len(only["attempts"])) == ("failed", MAX_TRIES)
    assert posts(newsroom) == []


async def test_where_the_second_is_a_target_anyway_nothing_is_made(newsroom: Newsroom) -> None:
    first, second = await pair(newsroom)
    newsroom.networks[Network.VK].outcomes.append(NO_RIGHTS)
    published = await newsroom.published(first, second)
    assert published["state"] == "partially_published"
    assert len(await newsroom.deliveries(published)) == 2
    assert len(posts(newsroom)) == 1


async def test_an_organization_that_does_not_want_it_is_heard(newsroom: Newsroom) -> None:
    first, _ = await pair(newsroom)
    async with newsroom.kit.client(newsroom.tenant.caller(Role.CHAIR)) as chair:
        body = {"failover": False}
        policy = answered(await chair.put(f"/v1/editorial_policies/{newsroom.tenant.root}", json=body))
    assert policy["failover"] is False
    newsroom.networks[Network.VK].outcomes.append(NO_RIGHTS)
    published = await newsroom.published(first)
    assert (published["state"], posts(newsroom)) == ("failed", [])


async def test_it_takes_the_words_and_the_format_of_the_second_network(newsroom: Newsroom) -> None:
    first, _ = await pair(newsroom, Network.MAX)
    media = await newsroom.picture()
    newsroom.networks[Network.VK].outcomes.extend([NO_RIGHTS, NO_RIGHTS])  # as a story, then as a post
    variants = {"max": {"text": "Своими словами"}}
    published = await newsroom.published(first, format="story", media_ids=[media["id"]], variants=variants)
    _, other = await newsroom.deliveries(published)
    assert (other["state"], other["format"]) == ("sent", "post")
    assert posts(newsroom, Network.MAX) == ["Своими словами"]


async def test_who_does_not_take_it_is_passed_over(newsroom: Newsroom) -> None:
    """A long text is not for Bluesky: the one that stands in for Bluesky takes it."""
    first, middle = await pair(newsroom, Network.BLUESKY)
    last = await newsroom.channel()
    await stand_in(newsroom, middle, last)
    newsroom.networks[Network.VK].outcomes.append(NO_RIGHTS)
    published = await newsroom.published(first, text="Слово " * 200)
    _, other = await newsroom.deliveries(published)
    assert (other["channel_id"], other["state"]) == (last["id"], "sent")
    assert posts(newsroom, Network.BLUESKY) == []


async def test_whose_own_server_takes_less_is_passed_over(newsroom: Newsroom) -> None:
    """The table's figure of Mastodon would let it through."""
    newsroom.networks[Network.MASTODON].probed = Probe(title="Профсоюз", limits=OwnLimits(text=20))
    first, middle = await pair(newsroom, Network.MASTODON)
    last = await newsroom.channel()
    await stand_in(newsroom, middle, last)
    newsroom.networks[Network.VK].outcomes.extend([NO_RIGHTS, NO_RIGHTS])
    published = await newsroom.published(first, text="Двадцать один символ!")
    _, other = await newsroom.deliveries(published)
    assert (other["channel_id"], other["state"]) == (last["id"], "sent")
    published = await newsroom.published(first, text="Ровно двадцать знака")
    _, other = await newsroom.deliveries(published)
    assert (other["channel_id"], other["state"]) == (middle["id"], "sent")


async def test_a_correction_is_checked_where_another_carries_it(newsroom: Newsroom) -> None:
    """Too long for the one that stands in, not for the one that was chosen."""
    first, second = await newsroom.channel(Network.VK), await newsroom.channel(Network.BLUESKY)
    other = await newsroom.channel(Network.MAX)
    await stand_in(newsroom, first, second)
    newsroom.networks[Network.VK].outcomes.append(NO_RIGHTS)
    published = await newsroom.published(other, first)
    assert posts(newsroom, Network.BLUESKY) == [published["text"]]
    address = f"/v1/publications/{published['id']}/correct"
    problem = refused(await newsroom.client.post(address, json={"text": "ж" * 301}), 422, "publication.not_publishable")
    assert [error["pointer"] for error in problem["errors"]] == ["/channel_ids/1"]
    assert (await newsroom.read(published))["text"] == published["text"]
    answered(await newsroom.client.post(address, json={"text": "ж" * 301, "variants": {"bluesky": "Коротко"}}))
    await newsroom.drain()
    assert [post.text for _, post in newsroom.networks[Network.BLUESKY].edited] == ["Коротко"]


async def test_the_second_may_be_blocked_too(newsroom: Newsroom) -> None:
    first, middle = await pair(newsroom, Network.MAX)
    await stand_in(newsroom, middle, await newsroom.channel())
    newsroom.networks[Network.VK].outcomes.append(NO_RIGHTS)
    newsroom.networks[Network.MAX].outcomes.append(NO_RIGHTS)
    published = await newsroom.published(first)
    made = await newsroom.deliveries(published)
    assert [each["state"] for each in made] == ["rejected", "rejected", "sent"]
    assert [each["failover_of"] for each in made] == [None, made[0]["id"], made[1]["id"]]
    assert published["state"] == "published"


async def test_a_person_who_sends_the_first_again_makes_no_third(newsroom: Newsroom) -> None:
    first, _ = await pair(newsroom)
    newsroom.networks[Network.VK].outcomes.extend([NO_RIGHTS, NO_RIGHTS])
    published = await newsroom.published(first)
    blocked, _ = await newsroom.deliveries(published)
    answered(await newsroom.client.post(f"/v1/publications/{published['id']}/deliveries/{blocked['id']}/retry"))
    assert (await newsroom.read(published))["state"] == "publishing"
    await newsroom.drain()
    assert (await newsroom.read(published))["state"] == "published"
    assert len(await newsroom.deliveries(published)) == 2
    assert len(posts(newsroom)) == 1


async def test_wake_ups_that_come_twice_make_one(newsroom: Newsroom) -> None:
    """At once, and again after the end; for what waits for access as for what was refused."""
    first, _ = await pair(newsroom)
    newsroom.networks[Network.VK].outcomes.append(NO_TOKEN)
    published = await newsroom.published(first)
    (waiting,) = await newsroom.deliveries(published)
    newsroom.kit.advance(hours=4)
    due = DeliveryDue(delivery_id=UUID(waiting["id"]), attempt=2)
    await asyncio.gather(*(newsroom.kit.deliver(newsroom.tenant, due) for _ in range(5)))
    await newsroom.drain()
    await newsroom.kit.deliver(newsroom.tenant, due)
    await newsroom.drain()
    assert [each["state"] for each in await newsroom.deliveries(published)] == ["failed", "sent"]
    assert len(posts(newsroom)) == 1


async def test_a_worker_killed_between_the_end_and_the_second_leaves_neither(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While it waits for access: the repeat makes both. After a refusal that nobody wrote down: it is in doubt."""
    first, _ = await pair(newsroom)
    newsroom.networks[Network.VK].outcomes.append(NO_TOKEN)
    published = await newsroom.published(first)
    (waiting,) = await newsroom.deliveries(published)
    newsroom.kit.advance(hours=4)
    due = DeliveryDue(delivery_id=UUID(waiting["id"]), attempt=2)
    with monkeypatch.context() as killed:
        killed.setattr(giving_up, "follow", _die)
        assert (await newsroom.kit.deliver(newsroom.tenant, due)).error is not None
    assert [each["state"] for each in await newsroom.deliveries(published)] == ["retrying"]
    await newsroom.drain()
    assert [each["state"] for each in await newsroom.deliveries(published)] == ["failed", "sent"]

    other = await newsroom.channel(Network.OK)
    await stand_in(newsroom, other, await newsroom.channel())
    newsroom.networks[Network.OK].outcomes.append(NO_RIGHTS)
    draft = await newsroom.draft(other, text="Другое")
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    with monkeypatch.context() as killed:
        killed.setattr(outcomes, "follow", _die)
        await newsroom.kit.house.sweep()
    (only,) = await newsroom.deliveries(draft)
    assert only["state"] == "sending"
    assert posts(newsroom) == [published["text"]], "nothing of it went elsewhere"


async def _die(*_: object) -> None:
    raise RuntimeError


async def test_those_below_who_ask_to_be_asked_are_asked(newsroom: Newsroom) -> None:
    primary = await newsroom.kit.new_organization(newsroom.tenant)
    async with newsroom.kit.client(newsroom.tenant.caller(Role.CHAIR, primary)) as chair:
        body = {"carrying": "ask", "answer_hours": 12}
        answered(await chair.put(f"/v1/editorial_policies/{primary}", json=body))
    first = await newsroom.channel(Network.VK)
    await stand_in(newsroom, first, await newsroom.channel(organization_id=str(primary)))
    newsroom.networks[Network.VK].outcomes.append(NO_RIGHTS)
    published = await newsroom.published(first)
    _, other = await newsroom.deliveries(published)
    assert (other["consent"], other["state"], posts(newsroom)) == ("asked", "pending", [])
    newsroom.kit.advance(hours=12, seconds=1)
    await newsroom.drain()
    assert len(posts(newsroom)) == 1


async def test_a_channel_that_takes_posts_again_is_blocked_no_more(newsroom: Newsroom) -> None:
    first, _ = await pair(newsroom)
    newsroom.networks[Network.VK].outcomes.append(NO_RIGHTS)
    await newsroom.published(first)
    before = await shown(newsroom, first)
    await newsroom.published(first, text="Другое")
    after = await shown(newsroom, first)
    assert (before["blocked"] is None, after["blocked"]) == (False, None)
    assert after["version"] > before["version"]


@pytest.mark.parametrize("found_by", ["a person", "the network"])
async def test_a_post_that_was_in_doubt_and_is_there_ends_the_block_too(newsroom: Newsroom, found_by: str) -> None:
    channel = await newsroom.channel(Network.MAX)
    newsroom.networks[Network.MAX].outcomes.extend([NO_RIGHTS, Unknown(reason("no_answer"))])
    await newsroom.published(channel)
    published = await newsroom.published(channel, text="Другое")
    assert published["state"] == "unconfirmed"
    assert (await shown(newsroom, channel))["blocked"] is not None
    if found_by == "a person":
        (delivery,) = await newsroom.deliveries(published)
        address = f"/v1/publications/{published['id']}/deliveries/{delivery['id']}/confirm"
        answered(await newsroom.client.post(address, json={"sent": True, "url": "https://max.test/77"}))
    else:
        newsroom.networks[Network.MAX].found = Sent("77")
        newsroom.kit.advance(seconds=6)
        await newsroom.drain()
    assert (await newsroom.read(published))["state"] == "published"
    assert (await shown(newsroom, channel))["blocked"] is None


async def test_channels_do_not_stand_in_for_each_other(newsroom: Newsroom) -> None:
    first, second = await pair(newsroom)
    address = f"/v1/channels/{second['id']}"
    body = {"failover_channel_id": first["id"]}
    refused(await newsroom.client.patch(address, json=body), 422, "channel.failover_refused")
    body = {"failover_channel_id": second["id"]}
    refused(await newsroom.client.patch(address, json=body), 422, "channel.failover_refused")
    refused(await newsroom.client.patch(address, json={"failover_channel_id": ABSENT}), 404, "not_found")
    assert (await stand_in(newsroom, first, None))["failover_channel_id"] is None
    assert (await stand_in(newsroom, second, first))["failover_channel_id"] == first["id"]
    renamed = answered(await newsroom.client.patch(address, json={"title": "Запасной"}))
    assert renamed["failover_channel_id"] == first["id"], "what is left out stays"


async def test_no_channel_above_stands_in(newsroom: Newsroom) -> None:
    """Whoever may publish below may not publish there."""
    primary = await newsroom.kit.new_organization(newsroom.tenant)
    unions, theirs = await newsroom.channel(), await newsroom.channel(Network.VK, organization_id=str(primary))
    body = {"failover_channel_id": unions["id"]}
    address = f"/v1/channels/{theirs['id']}"
    refused(await newsroom.client.patch(address, json=body), 422, "channel.failover_refused")
    async with newsroom.kit.client(newsroom.tenant.caller(Role.INFORMATION_OFFICER, primary)) as officer:
        refused(await officer.patch(address, json=body), 404, "not_found")
