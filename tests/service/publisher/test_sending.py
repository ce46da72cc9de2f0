"""A publication from draft to every channel: nothing lost, nothing twice, what is unknown said aloud."""

import asyncio
from datetime import timedelta
from itertools import islice
from typing import Any
from uuid import UUID

import pytest
from sqlmodel import col, update

from services.publisher.channels.rules.attempts import LEASE, MAX_TRIES
from services.publisher.networks.accounts import Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.outcomes import (
    NeedsReauthorization,
    Outcome,
    Rejected,
    Retry,
    Sent,
    Throttled,
    Unknown,
    Unsupported,
)
from services.publisher.networks.reasons import reason
from services.publisher.publications.tables import Attempt
from shared.contracts.publisher import DeliveryDue
from shared.queue import Answer
from tests.service.publisher.newsroom import Newsroom, answered, refused

NO_ANSWER = Unknown(reason("no_answer"))
NOT_CONNECTED = Retry(reason("not_connected"))


async def test_it_reaches_every_channel_once(newsroom: Newsroom) -> None:
    channels = [await newsroom.channel(network) for network in Network]
    media = await newsroom.picture("Торт")
    published = await newsroom.published(*channels, media_ids=[media["id"]])
    assert published["state"] == "published"
    for network in Network:
        (post,) = newsroom.networks[network].posts
        assert post.text == "Коллективный договор подписан"
        content_type = "image/jpeg" if CAPABILITIES[network].images.jpeg_alone else "image/png"
        assert [(image.alt_text, image.content_type) for image in post.images] == [("Торт", content_type)]
    deliveries = await newsroom.deliveries(published)
    assert [delivery["channel_id"] for delivery in deliveries] == [channel["id"] for channel in channels]
    assert {delivery["state"] for delivery in deliveries} == {"sent"}
    assert deliveries[0]["url"] == "https://vk.test/1"
    (attempt,) = deliveries[0]["attempts"]
    assert (attempt["number"], attempt["outcome"], attempt["reason"]) == (1, "sent", None)


async def test_one_network_that_refuses_does_not_touch_the_others(newsroom: Newsroom) -> None:
    channels = [await newsroom.channel(network) for network in Network]
    newsroom.networks[Network.VK].outcomes.append(Rejected(reason("posting_denied", "214")))
    published = await newsroom.published(*channels, media_ids=[(await newsroom.picture())["id"]])
    assert published["state"] == "partially_published"
    by_channel = {delivery["channel_id"]: delivery for delivery in await newsroom.deliveries(published)}
    vk = by_channel[channels[0]["id"]]
    assert (vk["state"], vk["reason"]["code"], vk["reason"]["network_code"]) == (
        "rejected",
        "network.posting_denied",
        "214",
    )
    assert vk["reason"]["text"]["ru"].startswith("Сеть не даёт")

    retried = await newsroom.client.post(f"/v1/publications/{published['id']}/deliveries/{vk['id']}/retry")
    assert answered(retried)["state"] == "pending"
    await newsroom.drain()
    assert (await newsroom.read(published))["state"] == "published"
    assert {network: len(newsroom.networks[network].posts) for network in Network} == {
        network: 2 if network is Network.VK else 1 for network in Network
    }


async def test_what_a_network_may_have_taken_is_unknown_and_never_sent_again(newsroom: Newsroom) -> None:
    telegram, vk = await newsroom.channel(), await newsroom.channel(Network.VK)
    newsroom.networks[Network.TELEGRAM].outcomes.append(NO_ANSWER)
    published = await newsroom.published(telegram, vk)
    assert published["state"] == "unconfirmed"
    newsroom.kit.advance(days=2)
    await newsroom.drain()
    assert (await newsroom.read(published))["state"] == "unconfirmed"
    assert len(newsroom.networks[Network.TELEGRAM].posts) == 1


async def _unknown(newsroom: Newsroom) -> tuple[dict[str, Any], str]:
    newsroom.networks[Network.TELEGRAM].outcomes.append(NO_ANSWER)
    published = await newsroom.published(await newsroom.channel())
    delivery = await newsroom.delivery(published)
    assert delivery["state"] == "unknown"
    return published, f"/v1/publications/{published['id']}/deliveries/{delivery['id']}"


async def test_a_person_who_saw_it_confirms(newsroom: Newsroom) -> None:
    published, address = await _unknown(newsroom)
    seen = {"sent": True, "url": "https://t.me/profsoyuz/128"}
    delivery = answered(await newsroom.client.post(f"{address}/confirm", json=seen))
    assert (delivery["state"], delivery["url"]) == ("sent", "https://t.me/profsoyuz/128")
    assert delivery["confirmed_by"] is not None
    assert (await newsroom.read(published))["state"] == "published"
    told = refused(await newsroom.client.post(f"{address}/confirm", json=seen), 409, "delivery.wrong_state")
    assert told["detail"] == "It is `sent` now: nothing more happens to it"


async def test_a_person_who_did_not_see_it_has_it_sent_again(newsroom: Newsroom) -> None:
    published, address = await _unknown(newsroom)
    assert answered(await newsroom.client.post(f"{address}/confirm", json={"sent": False}))["state"] == "pending"
    await newsroom.drain()
    assert (await newsroom.read(published))["state"] == "published"
    assert len(newsroom.networks[Network.TELEGRAM].posts) == 2


@pytest.mark.parametrize("url", ["javascript:alert(1)", "http://t.me/1", "https://t.me/ 1", "https://" + "a" * 500])
async def test_a_confirmation_takes_only_addresses_of_the_web(newsroom: Newsroom, url: str) -> None:
    _, address = await _unknown(newsroom)
    refused(await newsroom.client.post(f"{address}/confirm", json={"sent": True, "url": url}), 422, "invalid")


async def test_a_network_that_can_be_asked_clears_the_doubt(newsroom: Newsroom) -> None:
    channel = await newsroom.channel(Network.MAX)
    other = await newsroom.published(channel, text="Другое")
    newsroom.networks[Network.MAX].outcomes.append(NO_ANSWER)
    newsroom.networks[Network.MAX].found = Sent("77", "https://max.test/77")
    published = await newsroom.published(channel)
    assert published["state"] == "unconfirmed"
    newsroom.kit.advance(seconds=6)
    await newsroom.drain()
    assert (await newsroom.delivery(published))["url"] == "https://max.test/77"
    assert (await newsroom.read(published))["state"] == "published"
    ((asked, since, others),) = newsroom.networks[Network.MAX].looks
    assert asked.text == "Коллективный договор подписан"
    assert since <= newsroom.kit.clock.now() - timedelta(seconds=6)
    assert others == [(await newsroom.delivery(other))["external_id"]]


async def test_not_found_is_no_proof(newsroom: Newsroom) -> None:
    newsroom.networks[Network.MAX].outcomes.append(NO_ANSWER)
    published = await newsroom.published(await newsroom.channel(Network.MAX))
    for _ in range(10):
        newsroom.kit.advance(minutes=10)
        await newsroom.drain()
    assert (await newsroom.read(published))["state"] == "unconfirmed"
    assert len(newsroom.networks[Network.MAX].looks) == 3
    assert len(newsroom.networks[Network.MAX].posts) == 1


async def test_a_network_that_is_away_is_asked_again_later(newsroom: Newsroom) -> None:
    newsroom.networks[Network.MAX].outcomes.append(NO_ANSWER)
    newsroom.networks[Network.MAX].found = None
    published = await newsroom.published(await newsroom.channel(Network.MAX))
    newsroom.kit.advance(seconds=6)
    await newsroom.drain()
    newsroom.networks[Network.MAX].found = Sent("78")
    newsroom.kit.advance(seconds=31)
    await newsroom.drain()
    assert (await newsroom.read(published))["state"] == "published"


async def test_a_network_that_knows_repeats_is_asked_first_and_then_sent_the_same_key(newsroom: Newsroom) -> None:
    newsroom.networks[Network.VK].outcomes.append(NO_ANSWER)
    published = await newsroom.published(await newsroom.channel(Network.VK))
    assert published["state"] == "unconfirmed"
    for _ in range(3):
        newsroom.kit.advance(seconds=6)
        await newsroom.drain()
    assert (await newsroom.read(published))["state"] == "published"
    first, second = newsroom.networks[Network.VK].posts
    assert first.delivery_id == second.delivery_id
    assert len(newsroom.networks[Network.VK].looks) == 1


async def test_where_nobody_may_look_a_person_is_asked(newsroom: Newsroom) -> None:
    newsroom.networks[Network.MAX].outcomes.append(NO_ANSWER)
    newsroom.networks[Network.MAX].found = Unsupported(reason("no_rights"))
    published = await newsroom.published(await newsroom.channel(Network.MAX))
    newsroom.kit.advance(hours=1)
    await newsroom.drain()
    newsroom.kit.advance(hours=1)
    await newsroom.drain()
    assert (await newsroom.delivery(published))["state"] == "unknown"
    assert len(newsroom.networks[Network.MAX].looks) == 1


async def test_a_network_that_is_away_is_tried_eight_times_over_hours(newsroom: Newsroom) -> None:
    newsroom.networks[Network.TELEGRAM].outcomes.extend([NOT_CONNECTED] * (MAX_TRIES + 1))
    published = await newsroom.published(await newsroom.channel())
    assert (await newsroom.delivery(published))["state"] == "retrying"
    for _ in range(12):
        newsroom.kit.advance(hours=2)
        await newsroom.drain()
    delivery = await newsroom.delivery(published)
    assert (delivery["state"], len(delivery["attempts"])) == ("failed", MAX_TRIES)
    assert {attempt["outcome"] for attempt in delivery["attempts"]} == {"not_sent"}
    assert (await newsroom.read(published))["state"] == "failed"


async def test_a_429_pauses_that_channel_alone_for_as_long_as_it_asks(newsroom: Newsroom) -> None:
    telegram, other = await newsroom.channel(), await newsroom.channel()
    newsroom.networks[Network.TELEGRAM].outcomes.append(Throttled(reason("throttled", "429"), 120))
    throttled = await newsroom.published(telegram)
    waiting = await newsroom.published(telegram, text="Ещё одна")
    elsewhere = await newsroom.published(other)
    assert [each["state"] for each in (throttled, waiting, elsewhere)] == ["publishing", "publishing", "published"]
    assert (await newsroom.delivery(waiting))["attempts"] == []
    newsroom.kit.advance(seconds=119)
    await newsroom.drain()
    assert (await newsroom.read(throttled))["state"] == "publishing"
    newsroom.kit.advance(seconds=2)
    await newsroom.drain()
    assert (await newsroom.read(throttled))["state"] == "published"
    assert (await newsroom.read(waiting))["state"] == "published"


async def test_posts_wait_for_new_credentials(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    newsroom.networks[Network.TELEGRAM].outcomes.append(NeedsReauthorization(reason("token_invalid", "401")))
    published = await newsroom.published(channel)
    seen = answered(await newsroom.client.get(f"/v1/channels/{channel['id']}"))
    assert (seen["state"], seen["problem"]["code"]) == ("needs_reauthorization", "network.token_invalid")
    newsroom.kit.advance(hours=5)
    await newsroom.drain()
    assert len(newsroom.networks[Network.TELEGRAM].posts) == 1
    address = f"/v1/channels/{channel['id']}/reauthorize"
    answered(await newsroom.client.post(address, json={"credentials": {"token": "99:new-token-of-the-bot"}}))
    newsroom.kit.advance(seconds=31)
    await newsroom.drain()
    assert (await newsroom.read(published))["state"] == "published"
    assert newsroom.networks[Network.TELEGRAM].accounts[-1].secrets == {"token": "99:new-token-of-the-bot"}


async def test_a_stale_greeting_is_dropped_with_its_reason(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    newsroom.networks[Network.TELEGRAM].outcomes.append(NeedsReauthorization(reason("token_invalid")))
    greeting = await newsroom.published(channel, kind="greeting")
    newsroom.kit.advance(hours=25)
    await newsroom.drain()
    delivery = await newsroom.delivery(greeting)
    assert (delivery["state"], delivery["reason"]["code"]) == ("dropped", "delivery.too_late")
    assert (await newsroom.read(greeting))["state"] == "failed"


async def test_a_defect_of_a_connector_leaves_a_doubt(newsroom: Newsroom) -> None:
    newsroom.networks[Network.TELEGRAM].outcomes.append(ValueError("a defect"))
    published = await newsroom.published(await newsroom.channel())
    assert published["state"] == "unconfirmed"


async def test_an_image_that_the_storage_lost_is_said_aloud(newsroom: Newsroom) -> None:
    media = await newsroom.picture()
    await newsroom.kit.runtime.storage.delete(f"media/{newsroom.tenant.id}/{media['id']}")
    published = await newsroom.published(await newsroom.channel(), media_ids=[media["id"]])
    delivery = await newsroom.delivery(published)
    assert (delivery["state"], delivery["reason"]["code"]) == ("rejected", "delivery.image_lost")
    assert newsroom.networks[Network.TELEGRAM].posts == []


class Killed(BaseException):
    """The process ends here: nothing is caught, nothing is recorded."""


async def _killed_in_the_call(newsroom: Newsroom, network: Network) -> tuple[dict[str, Any], DeliveryDue]:
    """The post has left and its result is not recorded."""

    async def killed() -> Outcome:
        raise Killed

    newsroom.networks[network].outcomes.append(killed)
    draft = await newsroom.draft(await newsroom.channel(network))
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    (due,) = await newsroom.kit.emitted(newsroom.tenant, DeliveryDue)
    with pytest.raises(Killed):
        await newsroom.kit.deliver(newsroom.tenant, due)
    return draft, due


async def _after_the_lease(newsroom: Newsroom, due: DeliveryDue) -> Answer:
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        statement = update(Attempt).where(col(Attempt.delivery_id) == due.delivery_id)
        await context.store.execute(statement.values(lease_until=Attempt.lease_until - LEASE * 2))  # pyright: ignore[reportOperatorIssue] - a mapped column
    return await newsroom.kit.deliver(newsroom.tenant, due)


async def test_a_worker_killed_between_attempt_and_result_leaves_unknown_and_no_second_post(
    newsroom: Newsroom,
) -> None:
    draft, due = await _killed_in_the_call(newsroom, Network.TELEGRAM)
    early = await newsroom.kit.deliver(newsroom.tenant, due)
    assert early.retry_after is not None
    assert 0 < early.retry_after <= LEASE.total_seconds()
    assert (await newsroom.delivery(draft))["state"] == "sending"
    assert (await _after_the_lease(newsroom, due)).error is None
    delivery = await newsroom.delivery(draft)
    assert (delivery["state"], delivery["reason"]["code"]) == ("unknown", "delivery.interrupted")
    assert delivery["attempts"][0]["outcome"] == "interrupted"
    assert (await newsroom.read(draft))["state"] == "unconfirmed"
    await newsroom.drain()
    assert len(newsroom.networks[Network.TELEGRAM].posts) == 1


async def test_where_one_can_look_a_killed_worker_leaves_nothing_to_a_person(newsroom: Newsroom) -> None:
    draft, due = await _killed_in_the_call(newsroom, Network.MAX)
    newsroom.networks[Network.MAX].found = Sent("1", "https://max.test/1")
    await _after_the_lease(newsroom, due)
    newsroom.kit.advance(seconds=6)
    await newsroom.drain()
    assert (await newsroom.read(draft))["state"] == "published"
    assert len(newsroom.networks[Network.MAX].posts) == 1


async def test_a_message_that_comes_twenty_times_makes_one_attempt(newsroom: Newsroom) -> None:
    draft = await newsroom.draft(await newsroom.channel())
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    (due,) = await newsroom.kit.emitted(newsroom.tenant, DeliveryDue)
    for _ in range(20):
        assert (await newsroom.kit.deliver(newsroom.tenant, due)).error is None
    assert len(newsroom.networks[Network.TELEGRAM].posts) == 1
    assert len((await newsroom.delivery(draft))["attempts"]) == 1


async def test_a_network_that_hangs_leaves_the_workers_hands_to_the_others(newsroom: Newsroom) -> None:
    release = asyncio.Event()

    async def hanging() -> Outcome:
        await release.wait()
        return NO_ANSWER

    drafts = [await newsroom.draft(await newsroom.channel()) for _ in range(5)]
    newsroom.networks[Network.TELEGRAM].outcomes.extend([hanging] * 5)
    for draft in drafts:
        answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    due = await newsroom.kit.emitted(newsroom.tenant, DeliveryDue)
    calls = [asyncio.create_task(newsroom.kit.deliver(newsroom.tenant, each)) for each in due]
    put_off = [await first for first in islice(asyncio.as_completed(calls), 2)]
    assert [answer.retry_after for answer in put_off] == [2.0, 2.0]
    elsewhere = await newsroom.draft(await newsroom.channel(Network.VK))
    answered(await newsroom.client.post(f"/v1/publications/{elsewhere['id']}/publish"))
    *_, of_vk = await newsroom.kit.emitted(newsroom.tenant, DeliveryDue)
    assert (await newsroom.kit.deliver(newsroom.tenant, of_vk)).retry_after is None
    assert (await newsroom.read(elsewhere))["state"] == "published"
    release.set()
    assert {answer.error for answer in await asyncio.gather(*calls)} == {None}


async def test_only_what_was_refused_or_given_up_is_retried(newsroom: Newsroom) -> None:
    published = await newsroom.published(await newsroom.channel())
    delivery = await newsroom.delivery(published)
    address = f"/v1/publications/{published['id']}/deliveries"
    refused(await newsroom.client.post(f"{address}/{delivery['id']}/retry"), 409, "delivery.wrong_state")
    other = await newsroom.draft()
    elsewhere = f"/v1/publications/{other['id']}/deliveries/{delivery['id']}/retry"
    refused(await newsroom.client.post(elsewhere), 404, "not_found")
    refused(await newsroom.client.post(f"{address}/{UUID(int=1)}/retry"), 404, "not_found")
