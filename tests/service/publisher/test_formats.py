"""Stories, polls, reposts, and what single networks show instead."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from services.publisher.networks.accounts import Network
from services.publisher.networks.capabilities import CAPABILITIES, Polls
from services.publisher.networks.contents import PostFormat
from services.publisher.networks.outcomes import Rejected
from services.publisher.networks.reasons import reason
from shared.permissions import Role
from tests.service.publisher.newsroom import Newsroom, answered, refused
from tests.service.publisher.test_publications import codes

POLL = {"question": "Когда собрание?", "options": ["В среду", "В пятницу"]}
URL = "https://vk.test/wall-1_2"


@pytest.fixture(autouse=True)
def formats(monkeypatch: pytest.MonkeyPatch) -> None:
    """VK has everything, Telegram nothing but posts: whatever else they learn, this is what is asked here."""
    vk, telegram = CAPABILITIES[Network.VK], CAPABILITIES[Network.TELEGRAM]
    everything = replace(vk, formats=frozenset(PostFormat), polls=Polls(300, (2, 10), 100))
    monkeypatch.setitem(CAPABILITIES, Network.VK, everything)
    monkeypatch.setitem(CAPABILITIES, Network.TELEGRAM, replace(telegram, formats=frozenset({PostFormat.POST})))


async def both(newsroom: Newsroom) -> list[dict[str, Any]]:
    return [await newsroom.channel(Network.VK), await newsroom.channel(Network.TELEGRAM)]


async def by_network(newsroom: Newsroom, publication: dict[str, Any]) -> dict[str, dict[str, Any]]:
    channels = {channel["id"]: channel for channel in answered(await newsroom.client.get("/v1/channels"))["items"]}
    return {channels[each["channel_id"]]["network"]: each for each in await newsroom.deliveries(publication)}


async def test_a_story_is_a_post_where_there_are_none(newsroom: Newsroom) -> None:
    picture = await newsroom.picture()
    published = await newsroom.published(
        *await both(newsroom), format="story", text="С юбилеем!", media_ids=[picture["id"]]
    )
    assert (published["state"], published["format"]) == ("published", "story")
    (story,), (post,) = (newsroom.networks[network].posts for network in (Network.VK, Network.TELEGRAM))
    assert (story.format, story.text, len(story.images)) == (PostFormat.STORY, "", 1)
    assert (post.format, post.text, len(post.images)) == (PostFormat.POST, "С юбилеем!", 1)
    deliveries = await by_network(newsroom, published)
    assert {network: each["format"] for network, each in deliveries.items()} == {"vk": "story", "telegram": "post"}
    assert deliveries["telegram"]["visible_until"] is None
    day_later = (newsroom.kit.clock.now() + timedelta(hours=24)).isoformat().replace("+00:00", "Z")
    assert deliveries["vk"]["visible_until"] == day_later


async def test_a_story_that_an_account_may_not_have_is_tried_once_more_as_a_post(newsroom: Newsroom) -> None:
    newsroom.networks[Network.VK].outcomes.append(Rejected(reason("no_rights")))
    picture = await newsroom.picture()
    published = await newsroom.published(await newsroom.channel(Network.VK), format="story", media_ids=[picture["id"]])
    assert published["state"] == "published"
    assert [post.format for post in newsroom.networks[Network.VK].posts] == [PostFormat.STORY, PostFormat.POST]
    delivery = await newsroom.delivery(published)
    assert (delivery["state"], delivery["format"], delivery["visible_until"]) == ("sent", "post", None)
    assert [attempt["outcome"] for attempt in delivery["attempts"]] == ["rejected", "sent"]


async def test_a_post_that_is_refused_is_not_tried_again(newsroom: Newsroom) -> None:
    newsroom.networks[Network.VK].outcomes.append(Rejected(reason("no_rights")))
    published = await newsroom.published(await newsroom.channel(Network.VK))
    assert published["state"] == "failed"
    assert len(newsroom.networks[Network.VK].posts) == 1


@pytest.mark.parametrize("images", [0, 2])
async def test_a_story_has_one_image(newsroom: Newsroom, images: int) -> None:
    media_ids = [(await newsroom.picture())["id"] for _ in range(images)]
    draft = await newsroom.draft(await newsroom.channel(Network.VK), format="story", media_ids=media_ids)
    problem = refused(
        await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"), 422, "publication.not_publishable"
    )
    assert codes(problem) == {("/channel_ids/0", "publication.story_needs_one_image")}


async def test_a_repost_is_a_link_where_there_are_none(newsroom: Newsroom) -> None:
    await newsroom.published(*await both(newsroom), format="repost", text="Читайте", repost_of=URL)
    (repost,), (post,) = (newsroom.networks[network].posts for network in (Network.VK, Network.TELEGRAM))
    assert (repost.format, repost.text, repost.source_url) == (PostFormat.REPOST, "Читайте", URL)
    assert (post.format, post.text) == (PostFormat.POST, f"Читайте\n\n{URL}")


async def test_a_poll_goes_where_there_are_polls_and_nowhere_else(newsroom: Newsroom) -> None:
    vk, telegram = await both(newsroom)
    draft = await newsroom.draft(vk, telegram, format="poll", poll=POLL)
    address = f"/v1/publications/{draft['id']}"
    problem = refused(await newsroom.client.post(f"{address}/publish"), 422, "publication.not_publishable")
    assert codes(problem) == {("/channel_ids/1", "publication.polls_not_possible")}
    assert "telegram" in problem["errors"][0]["detail"]
    answered(await newsroom.client.patch(address, json={"channel_ids": [vk["id"]]}))
    answered(await newsroom.client.post(f"{address}/publish"))
    await newsroom.drain()
    (post,) = newsroom.networks[Network.VK].posts
    assert post.poll is not None
    assert (post.format, post.poll.question, list(post.poll.options)) == (
        PostFormat.POLL,
        POLL["question"],
        POLL["options"],
    )


@pytest.mark.parametrize(
    ("poll", "code"),
    [
        ({"question": "ж" * 301, "options": ["да", "нет"]}, "publication.poll_question_too_long"),
        ({"question": "Да?", "options": ["да"]}, "publication.poll_options_number"),
        ({"question": "Да?", "options": ["да", "ж" * 101]}, "publication.poll_option_too_long"),
        (None, "publication.poll_missing"),
    ],
)
async def test_a_poll_keeps_to_the_limits_of_its_network(newsroom: Newsroom, poll: object, code: str) -> None:
    draft = await newsroom.draft(await newsroom.channel(Network.VK), format="poll", poll=poll)
    preview = answered(await newsroom.client.get(f"/v1/publications/{draft['id']}/preview"))
    assert [problem["code"] for problem in preview["channels"][0]["problems"]] == [code]


async def test_what_belongs_to_another_format_is_refused_when_it_is_saved(newsroom: Newsroom) -> None:
    body = {"organization_id": str(newsroom.tenant.root), "kind": "news", "text": "Текст"}
    for wrong in ({"poll": POLL}, {"repost_of": URL}, {"format": "story", "poll": POLL}):
        response = await newsroom.client.post("/v1/publications", json=body | wrong)
        refused(response, 422, "publication.format_mismatch")
    draft = await newsroom.draft(format="poll", poll=POLL)
    address = f"/v1/publications/{draft['id']}"
    refused(await newsroom.client.patch(address, json={"format": "post"}), 422, "publication.format_mismatch")
    assert answered(await newsroom.client.patch(address, json={"format": "post", "poll": None}))["poll"] is None


async def test_each_network_shows_its_variant(newsroom: Newsroom) -> None:
    ours, theirs = await newsroom.picture(), await newsroom.picture("Другое")
    variants: dict[str, dict[str, Any]] = {
        "vk": {"text": "Для ВК", "media_ids": [theirs["id"]]},
        "telegram": {"media_ids": []},
    }
    vk, telegram = await both(newsroom)
    draft = await newsroom.draft(vk, telegram, media_ids=[ours["id"]], variants=variants)
    assert draft["variants"]["vk"] == variants["vk"]
    assert draft["variants"]["telegram"] == {"text": None, "media_ids": []}
    preview = answered(await newsroom.client.get(f"/v1/publications/{draft['id']}/preview"))
    shown = [(each["text"], each["media_ids"]) for each in preview["channels"]]
    assert shown == [("Для ВК", [theirs["id"]]), (draft["text"], [])]
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    await newsroom.drain()
    (of_vk,), (of_telegram,) = (newsroom.networks[network].posts for network in (Network.VK, Network.TELEGRAM))
    assert (of_vk.text, [image.alt_text for image in of_vk.images]) == ("Для ВК", ["Другое"])
    assert (of_telegram.text, of_telegram.images) == (draft["text"], ())
    copy = answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/copy"), 201)
    assert copy["variants"] == draft["variants"]


async def test_a_variant_is_checked_when_it_is_saved_and_its_images_when_it_is_sent(newsroom: Newsroom) -> None:
    draft = await newsroom.draft(await newsroom.channel())
    address = f"/v1/publications/{draft['id']}"
    long = await newsroom.client.patch(address, json={"variants": {"telegram": {"text": "ж" * 4097}}})
    assert codes(refused(long, 422, "publication.not_publishable")) == {
        ("/variants/telegram/text", "publication.text_too_long")
    }
    undescribed = await newsroom.picture("")
    answered(await newsroom.client.patch(address, json={"variants": {"telegram": {"media_ids": [undescribed["id"]]}}}))
    problem = refused(await newsroom.client.post(f"{address}/publish"), 422, "publication.not_publishable")
    assert codes(problem) == {("/variants/telegram/media_ids/0", "publication.alt_text_missing")}


async def test_a_strangers_image_is_not_shown_in_a_variant(newsroom: Newsroom) -> None:
    branch = await newsroom.kit.new_organization(newsroom.tenant)
    theirs = await newsroom.picture()
    async with newsroom.kit.client(newsroom.tenant.caller(Role.CHAIR, branch)) as client:
        body = {"organization_id": str(branch), "kind": "news", "variants": {"vk": {"media_ids": [theirs["id"]]}}}
        refused(await client.post("/v1/publications", json=body), 404, "not_found")


async def test_a_change_in_the_law_is_told_in_full_or_not_at_all(newsroom: Newsroom) -> None:
    draft = await newsroom.draft(await newsroom.channel(), kind="law_change", act="Приказ 7 от 01.03.2031")
    address = f"/v1/publications/{draft['id']}"
    problem = refused(await newsroom.client.post(f"{address}/publish"), 422, "publication.not_publishable")
    missing = {pointer for pointer, _ in codes(problem)}
    assert missing == {"/in_force_on", "/summary", "/source_url"}
    rest = {"in_force_on": "2031-04-01", "summary": "Перерыв длиннее", "source_url": "http://pravo.test/7"}
    unsafe = refused(await newsroom.client.patch(address, json=rest), 422, "invalid")
    assert codes(unsafe) == {("/source_url", "publication.address")}
    elsewhere = rest | {"source_url": "https://pravo.gov.ru@elsewhere.test/7"}
    refused(await newsroom.client.patch(address, json=elsewhere), 422, "invalid")
    answered(await newsroom.client.patch(address, json=rest | {"source_url": "https://pravo.test/7"}))
    answered(await newsroom.client.post(f"{address}/publish"))
