"""What the networks count, asked once a day, and what is made of it."""

from typing import Any

import pytest
from sqlmodel import select

from services.publisher.metrics.tables import PostSnapshot
from services.publisher.networks.accounts import Network, Probe
from services.publisher.networks.measures import Measured, PostMeasures
from services.publisher.networks.reasons import reason
from shared.clock import new_id
from shared.contracts.publisher import ChannelMeasureDue
from shared.permissions import Role
from tests.service.publisher.newsroom import Newsroom, answered, refused
from tests.service.publisher.test_mentions import MENTION

UNTOLD = Measured.untold(reason("cannot_measure"))
TOLD = PostMeasures(views=Measured(200), reach=UNTOLD, reactions=Measured(7), comments=Measured(2), reposts=Measured(1))


async def metrics(newsroom: Newsroom, kind: str, **asked: Any) -> list[dict[str, Any]]:
    return answered(await newsroom.client.get(f"/v1/metrics/{kind}", params=asked))["items"]


async def influence(newsroom: Newsroom, **asked: Any) -> dict[str, Any]:
    return answered(await newsroom.client.get("/v1/metrics/influence", params=asked))


async def mentioned(newsroom: Newsroom, **more: object) -> None:
    body = MENTION | {
        "organization_id": str(newsroom.tenant.root),
        "url": f"https://vestnik.example/{new_id()}",
        "published_at": newsroom.kit.clock.now().isoformat(),
    }
    answered(await newsroom.client.post("/v1/mentions", json=body | more), 201)


async def test_a_channel_is_measured_once_a_day(newsroom: Newsroom) -> None:
    network = newsroom.networks[Network.TELEGRAM]
    channel = await newsroom.channel()
    await newsroom.drain()
    for followers in (9_500, None, 10_200):
        network.probed = Probe(title="Профсоюз", follower_count=followers)
        newsroom.kit.advance(days=1, hours=1)
        await newsroom.drain()
    (found,) = await metrics(newsroom, "channels")
    assert [day["followers"] for day in found["days"]] == [120, 9_500, None, 10_200]
    assert (found["followers"]["value"], found["growth"]["value"]) == (10_200, 10_080)
    assert (found["registration_is_near"], found["needs_registration"]) == (True, True)
    assert answered(await newsroom.client.get(f"/v1/channels/{channel['id']}"))["follower_count"] == 10_200


async def test_told_twice_it_is_measured_once(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    (due,) = await newsroom.kit.emitted(newsroom.tenant, ChannelMeasureDue)
    for _ in range(2):
        assert (await newsroom.kit.deliver(newsroom.tenant, due)).error is None
    assert len(await newsroom.kit.emitted(newsroom.tenant, ChannelMeasureDue)) == 3, (
        "its posts, and tomorrow: once each"
    )
    (found,) = await metrics(newsroom, "channels")
    assert (found["channel_id"], len(found["days"])) == (channel["id"], 1)


async def test_a_network_that_is_away_is_asked_later(newsroom: Newsroom) -> None:
    network = newsroom.networks[Network.TELEGRAM]
    await newsroom.channel()
    network.probed = None
    await newsroom.drain()
    (found,) = await metrics(newsroom, "channels")
    assert found["days"] == []
    assert found["growth"]["reason_if_null"] == "not_measured"
    network.probed = Probe(title="Профсоюз", follower_count=130)
    newsroom.kit.advance(hours=2)
    await newsroom.drain()
    assert [day["followers"] for day in (await metrics(newsroom, "channels"))[0]["days"]] == [130]


async def test_posts_are_summed_over_the_networks_that_tell(newsroom: Newsroom) -> None:
    telegram, vk = await newsroom.channel(), await newsroom.channel(Network.VK)
    await newsroom.drain()
    newsroom.networks[Network.VK].measures = TOLD
    publication = await newsroom.published(telegram, vk)
    (before,) = await metrics(newsroom, "publications")
    assert before["views"] == before["views"] | {"value": None, "denominator": 2, "reason_if_null": "not_measured"}
    newsroom.kit.advance(days=1, hours=5)
    await newsroom.drain()
    (found,) = await metrics(newsroom, "publications")
    assert found["publication_id"] == publication["id"]
    assert (found["views"]["value"], found["views"]["denominator"], found["views"]["n"]) == (200, 2, 1)
    assert found["reach"] == found["reach"] | {"value": None, "reason_if_null": "not_told"}
    assert (found["er_by_views"]["value"], found["er_by_views"]["numerator"]) == (10 / 200, 10)
    assert found["er_by_reach"]["value"] is None
    assert found["er_by_followers"]["value"] == 10 / 120


async def test_more_posts_than_one_step_takes_are_all_measured(newsroom: Newsroom) -> None:
    channel = await newsroom.channel(Network.VK)
    newsroom.networks[Network.VK].measures = TOLD
    for _ in range(21):
        await newsroom.published(channel)
    newsroom.kit.advance(days=1, hours=5)
    await newsroom.drain()
    assert [each["views"]["value"] for each in await metrics(newsroom, "publications")] == [200] * 21


async def test_of_what_no_network_tells_nothing_is_kept(newsroom: Newsroom) -> None:
    telegram, vk = await newsroom.channel(), await newsroom.channel(Network.VK)
    newsroom.networks[Network.VK].measures = TOLD
    for _ in range(2):
        await newsroom.published(telegram, vk)
        newsroom.kit.advance(days=1, hours=5)
        await newsroom.drain()
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        kept = {row.delivery_id for row in await context.store.all(select(PostSnapshot))}
    assert len(kept) == 2, "the posts of VK alone"
    alone = await newsroom.published(telegram)
    newsroom.kit.advance(days=1, hours=5)
    await newsroom.drain()
    figures = (await metrics(newsroom, "publications"))[0]
    assert (figures["publication_id"], figures["views"]["reason_if_null"]) == (alone["id"], "not_told")


async def test_influence_is_counted_from_mentions_and_publications(newsroom: Newsroom) -> None:
    empty = await influence(newsroom)
    assert empty["mention_coefficient"]["reason_if_null"] == "no_publications"
    channel = await newsroom.channel()
    for _ in range(2):
        await newsroom.published(channel)
    for tone in ("positive", "positive", "negative"):
        await mentioned(newsroom, tone=tone)
    await mentioned(newsroom, about="Другой профсоюз")
    await mentioned(newsroom, published_at="2020-01-01T00:00:00Z")
    found = await influence(newsroom, compared_with=["Другой профсоюз", "Третий"])
    assert (found["publications"], found["mentions"], found["mention_coefficient"]["value"]) == (2, 3, 1.5)
    assert found["mention_rate"]["value"] == 3
    assert found["share_of_voice"]["value"] == 0.75
    assert [voice["mentions"] for voice in found["voices"]] == [3, 1, 0]
    assert [(row["author_type"], row["tone"], row["mentions"]) for row in found["tone"]] == [
        ("media", "positive", 2),
        ("media", "negative", 1),
    ]
    assert found["regularity"]["numerator"] == 1


async def test_what_is_put_aside_is_not_counted(newsroom: Newsroom) -> None:
    await mentioned(newsroom)
    (mention,) = answered(await newsroom.client.get("/v1/mentions"))["items"]
    answered(await newsroom.client.patch(f"/v1/mentions/{mention['id']}", json={"is_dismissed": True}))
    assert (await influence(newsroom))["mentions"] == 0


@pytest.mark.parametrize("kind", ["channels", "publications", "influence"])
async def test_a_period_is_checked_and_a_branch_sees_its_own(newsroom: Newsroom, kind: str) -> None:
    address = f"/v1/metrics/{kind}"
    backwards = {"since": "2026-02-01", "until": "2026-01-01"}
    refused(await newsroom.client.get(address, params=backwards), 422, "metrics.period_out_of_range")
    for since, until in (("0001-01-01", "0001-02-01"), ("9999-12-01", "9999-12-31")):
        edge = {"since": since, "until": until}
        refused(await newsroom.client.get(address, params=edge), 422, "metrics.period_out_of_range")
    await newsroom.published(await newsroom.channel())
    await mentioned(newsroom)
    branch = await newsroom.kit.new_organization(newsroom.tenant)
    async with newsroom.kit.client(
        newsroom.tenant.caller(Role.INFORMATION_OFFICER, organization_id=branch)
    ) as elsewhere:
        seen = answered(await elsewhere.get(address))
        refused(await elsewhere.get(address, params={"organization_id": str(newsroom.tenant.root)}), 404, "not_found")
    assert seen["items"] == [] if "items" in seen else (seen["mentions"], seen["publications"]) == (0, 0)
