"""Links of publications go out as short ones of each channel, so that clicks count there. What was written stays."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from services.publisher.networks.accounts import Network
from shared.permissions import Role
from tests.service.publisher.newsroom import Newsroom, answered, refused

TEXT = "Регистрация: https://vmeste.test/events/7. Газета: https://vestnik.example/1"
SHORT = re.compile(r"https://vmeste\.test/l/[2-9a-z]+/[2-9a-z]+")


async def previewed(newsroom: Newsroom, publication: dict[str, Any]) -> dict[str, Any]:
    return answered(await newsroom.client.get(f"/v1/publications/{publication['id']}/preview"))


async def policy(newsroom: Newsroom, **wanted: object) -> None:
    address = f"/v1/editorial_policies/{newsroom.tenant.root}"
    async with newsroom.kit.client(newsroom.tenant.caller(Role.CHAIR)) as chair:
        answered(await chair.put(address, json=wanted))


async def test_each_channel_counts_its_own_clicks(newsroom: Newsroom) -> None:
    vk, telegram = await newsroom.channel(Network.VK), await newsroom.channel()
    publication = await newsroom.published(vk, telegram, text=TEXT)
    assert publication["text"] == TEXT
    codes: dict[str, str] = {}
    for channel, network in ((vk, Network.VK), (telegram, Network.TELEGRAM)):
        (post,) = newsroom.networks[network].posts
        (short,) = SHORT.findall(post.text)
        assert post.text == TEXT.replace("https://vmeste.test/events/7", short)
        codes[channel["id"]] = short
    assert len(set(codes.values())) == 2
    (link,) = answered(await newsroom.client.get("/v1/links", params={"about_id": publication["id"]}))["items"]
    path = urlsplit(codes[vk["id"]]).path
    await newsroom.client.get(path, headers={"user-agent": "Mozilla/5.0"})
    followed = await newsroom.client.get(path, headers={"user-agent": "Mozilla/5.0"})
    assert followed.is_redirect
    target = urlsplit(followed.headers["location"])
    assert (target.netloc, target.path) == ("vmeste.test", "/events/7")
    assert parse_qs(target.query) == {"utm_source": ["vk"], "utm_medium": ["social"], "utm_campaign": ["news"]}
    clicks = answered(await newsroom.client.get(f"/v1/links/{link['id']}/clicks"))
    assert {place["channel_id"]: place["clicks"] for place in clicks["places"] if place["channel_id"]} == {
        vk["id"]: 2,
        telegram["id"]: 0,
    }


async def test_a_preview_shows_and_measures_what_would_go_out(newsroom: Newsroom) -> None:
    channel = await newsroom.channel(Network.BLUESKY)
    address = "https://vmeste.test/" + "я" * 20
    fits_as_written = await newsroom.draft(channel, text=address + " " + "д" * (299 - len(address)))
    (shown,) = (await previewed(newsroom, fits_as_written))["channels"]
    assert [problem["code"] for problem in shown["problems"]] == ["publication.text_too_long"]
    long = "https://vmeste.test/" + "a" * 200
    fits_as_sent = await newsroom.draft(channel, text=long + " " + "д" * 200)
    (shown,) = (await previewed(newsroom, fits_as_sent))["channels"]
    assert (shown["problems"], len(SHORT.findall(shown["text"]))) == ([], 1)
    answered(await newsroom.client.post(f"/v1/publications/{fits_as_sent['id']}/publish"))
    await newsroom.drain()
    await newsroom.draft(channel, variants={"bluesky": {"text": long + " " + "д" * 200}})
    (post,) = newsroom.networks[Network.BLUESKY].posts
    assert len(post.text) == len(shown["text"])
    refused(
        await newsroom.client.post(f"/v1/publications/{fits_as_written['id']}/publish"),
        422,
        "publication.not_publishable",
    )


async def test_whoever_wants_no_counting_has_none(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    posts = newsroom.networks[Network.TELEGRAM].posts
    await newsroom.published(channel, text=TEXT, count_clicks=False)
    assert posts[-1].text == TEXT
    await policy(newsroom, count_clicks=False)
    await newsroom.published(channel, text=TEXT)
    assert posts[-1].text == TEXT
    counted = await newsroom.published(channel, text=TEXT, count_clicks=True)
    assert SHORT.search(posts[-1].text)
    copied = answered(await newsroom.client.post(f"/v1/publications/{counted['id']}/copy"), 201)
    assert (counted["count_clicks"], copied["count_clicks"]) == (True, True)
    emptied = answered(await newsroom.client.patch(f"/v1/publications/{copied['id']}", json={"count_clicks": None}))
    assert emptied["count_clicks"] is None


async def test_another_try_and_a_correction_have_the_same_links(newsroom: Newsroom) -> None:
    channel = await newsroom.channel(Network.VK)
    publication = await newsroom.published(channel, text=TEXT)
    network = newsroom.networks[Network.VK]
    corrected = {"text": f"{TEXT} и https://vmeste.test/events/8"}
    answered(await newsroom.client.post(f"/v1/publications/{publication['id']}/correct", json=corrected))
    await newsroom.drain()
    ((_, edited),) = network.edited
    first, second = SHORT.findall(edited.text)
    assert SHORT.findall(network.posts[0].text) == [first]
    assert second != first


async def test_a_feed_shows_what_was_written(newsroom: Newsroom) -> None:
    channel = await newsroom.channel(Network.FEED)
    publication = await newsroom.draft(channel, text=TEXT)
    (shown,) = (await previewed(newsroom, publication))["channels"]
    assert shown["text"] == TEXT
