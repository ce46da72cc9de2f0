"""Feeds of others: asked again and again, what names the union is a mention, and what is broken is shown."""

from email.utils import format_datetime
from typing import Any

import httpx
import pytest

from shared.permissions import Role
from tests.service.publisher.fake_web import PAPER, FakeWeb, Page
from tests.service.publisher.newsroom import Newsroom, answered, refused
from tests.service.publisher.test_releases import PressOffice, press

__all__ = ["press"]


def entry(number: int, title: str, text: str = "", moment: str = "Mon, 02 Mar 2026 10:00:00 +0300") -> str:
    return (
        f"<item><title>{title}</title><link>https://vestnik.example/{number}?utm_source=rss</link>"
        f"<description>&lt;p&gt;{text}&lt;/p&gt;</description><pubDate>{moment}</pubDate></item>"
    )


def rss(*entries: str) -> str:
    return f'<?xml version="1.0"?><rss version="2.0"><channel><title>Вестник</title>{"".join(entries)}</channel></rss>'


NEWS = rss(
    entry(1, "Профсоюзы добились доплат", "Спасибо им за победу"),
    entry(2, "Погода на завтра", "Дождь"),
    entry(3, "Городские новости", "Позиция ППО «Завода» и обман работодателя"),
)


async def watched(newsroom: Newsroom, **more: object) -> dict[str, Any]:
    body: dict[str, object] = {
        "organization_id": str(newsroom.tenant.root),
        "url": PAPER,
        "source_name": "Городской вестник",
        "words": ["профсоюз", "ппо завода"],
        **more,
    }
    return answered(await newsroom.client.post("/v1/watched_feeds", json=body), 201)


async def mentions(newsroom: Newsroom, **asked: str) -> list[dict[str, Any]]:
    return answered(await newsroom.client.get("/v1/mentions", params=asked))["items"]


async def read(newsroom: Newsroom, feed: dict[str, Any]) -> dict[str, Any]:
    return answered(await newsroom.client.get(f"/v1/watched_feeds/{feed['id']}"))


async def test_what_names_the_union_is_a_mention_once(newsroom: Newsroom, web: FakeWeb) -> None:
    web.shows(NEWS)
    feed = await watched(newsroom)
    await newsroom.drain()
    found = {mention["url"]: mention for mention in await mentions(newsroom)}
    assert set(found) == {"https://vestnik.example/1", "https://vestnik.example/3"}
    first = found["https://vestnik.example/1"]
    assert (first["title"], first["text"]) == ("Профсоюзы добились доплат", "Спасибо им за победу")
    assert (first["source_name"], first["source_type"], first["network"]) == ("Городской вестник", "media", None)
    assert (first["tone"], first["tone_source"], first["published_at"]) == ("positive", "words", "2026-03-02T07:00:00Z")
    assert found["https://vestnik.example/3"]["tone"] == "negative"
    for _ in range(2):
        newsroom.kit.advance(minutes=20)
        await newsroom.drain()
    assert (len(web.asked), len(await mentions(newsroom))) == (3, 2)
    assert (await read(newsroom, feed))["problem"] is None


async def test_what_did_not_change_is_not_sent_again(newsroom: Newsroom, web: FakeWeb) -> None:
    web.shows(NEWS, **{"etag": '"7"', "last-modified": "Mon, 02 Mar 2026 10:00:00 GMT"})
    await watched(newsroom)
    await newsroom.drain()
    newsroom.kit.advance(minutes=20)
    await newsroom.drain()
    first, again = web.asked
    assert "if-none-match" not in first.headers
    assert (again.headers["if-none-match"], again.headers["if-modified-since"]) == (
        '"7"', "Mon, 02 Mar 2026 10:00:00 GMT",
    )  # fmt: skip
    web.shows(rss(entry(4, "Профсоюз и суд")), etag='"8"')
    newsroom.kit.advance(minutes=20)
    await newsroom.drain()
    assert len(await mentions(newsroom)) == 3, "a 304 keeps what was read, and the place to go on from"


def silent(request: httpx.Request) -> httpx.Response:
    raise httpx.ConnectTimeout("", request=request)


def answering(status: int, content: bytes = b"") -> Page:
    return lambda _: httpx.Response(status, content=content, headers={"location": "https://inside.example/"})


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (answering(404), "gone"),
        (answering(301), "moved"),
        (answering(403), "refused"),
        (answering(502), "server_error"),
        (answering(200, b"<html><body>no feed</body></html>"), "not_a_feed"),
        (answering(200, b"x" * 2_000_001), "too_large"),
        (silent, "no_answer"),
    ],
)
async def test_a_broken_feed_says_why_and_is_asked_less_often(
    newsroom: Newsroom, web: FakeWeb, answer: Page, code: str
) -> None:
    web.breaks(answer)
    feed = await watched(newsroom)
    await newsroom.drain()
    shown = await read(newsroom, feed)
    assert shown["problem"]["code"] == f"watched_feed.{code}"
    assert all(shown["problem"]["text"].values())
    for _ in range(4):
        newsroom.kit.advance(minutes=20)
        await newsroom.drain()
    assert len(web.asked) == 2, "after half an hour and more, then after an hour"
    web.shows(NEWS)
    newsroom.kit.advance(hours=3)
    await newsroom.drain()
    assert ((await read(newsroom, feed))["problem"], len(await mentions(newsroom))) == (None, 2)


async def test_a_site_that_asks_to_wait_is_waited_for(newsroom: Newsroom, web: FakeWeb) -> None:
    web.breaks(lambda _: httpx.Response(429, headers={"retry-after": "7200"}))
    await watched(newsroom)
    await newsroom.drain()
    newsroom.kit.advance(minutes=119)
    await newsroom.drain()
    assert len(web.asked) == 1
    newsroom.kit.advance(minutes=2)
    await newsroom.drain()
    assert len(web.asked) == 2


async def test_only_the_public_internet_is_watched(newsroom: Newsroom, web: FakeWeb) -> None:
    for url in (
        "https://inside.example/rss",
        "http://vestnik.example/rss",
        "https://a:b@vestnik.example/",
        "file:///x",
    ):
        body = {
            "organization_id": str(newsroom.tenant.root),
            "url": url,
            "source_name": "Газета",
            "words": ["профсоюз"],
        }
        problem = refused(await newsroom.client.post("/v1/watched_feeds", json=body), 422, "url.not_allowed")
        assert problem["errors"][0]["pointer"] == "/url"
    assert web.asked == []


async def test_a_paused_feed_is_left_alone_and_then_read_anew(newsroom: Newsroom, web: FakeWeb) -> None:
    web.shows(NEWS, etag='"7"')
    feed = await watched(newsroom)
    await newsroom.drain()
    address, client = f"/v1/watched_feeds/{feed['id']}", newsroom.client
    paused = answered(await client.patch(address, json={"paused": True}))
    assert (paused["paused"], paused["next_at"], paused["version"]) == (True, None, 2)
    newsroom.kit.advance(days=2)
    await newsroom.drain()
    assert len(web.asked) == 1
    refused(await client.patch(address, json={"paused": False}, headers={"if-match": '"1"'}), 412, "stale")
    answered(await client.patch(address, json={"paused": False, "words": ["погод"]}))
    await newsroom.drain()
    assert len(web.asked) == 2
    assert [mention["title"] for mention in await mentions(newsroom)][:1] == ["Погода на завтра"]
    newsroom.kit.advance(minutes=20)
    await newsroom.drain()
    assert len(web.asked) == 3, "one chain, not two"
    refused(await client.delete(address, headers={"if-match": '"1"'}), 412, "stale")
    assert (await client.delete(address)).status_code == 204
    newsroom.kit.advance(days=2)
    await newsroom.drain()
    assert (len(web.asked), len(await mentions(newsroom))) == (3, 3)


async def test_a_feed_is_watched_once_and_seen_by_its_own(newsroom: Newsroom, web: FakeWeb) -> None:
    web.shows(NEWS)
    feed = await watched(newsroom)
    body = {key: feed[key] for key in ("organization_id", "url", "source_name", "words")}
    refused(await newsroom.client.post("/v1/watched_feeds", json=body), 409, "watched_feed.exists")
    compared = await watched(newsroom, about="Другой профсоюз", words=["Погода"])
    await newsroom.drain()
    assert [mention["title"] for mention in await mentions(newsroom, about="Другой профсоюз")] == ["Погода на завтра"]
    branch = await newsroom.kit.new_organization(newsroom.tenant)
    own = await watched(newsroom, organization_id=str(branch))
    officer = newsroom.tenant.caller(Role.INFORMATION_OFFICER, organization_id=branch)
    async with newsroom.kit.client(officer) as elsewhere:
        seen = answered(await elsewhere.get("/v1/watched_feeds"))["items"]
        refused(await elsewhere.get(f"/v1/watched_feeds/{compared['id']}"), 404, "not_found")
    assert [each["id"] for each in seen] == [own["id"]]
    narrowed = await newsroom.client.get("/v1/watched_feeds", params={"organization_id": str(branch)})
    assert [each["id"] for each in answered(narrowed)["items"]] == [own["id"]]


async def test_an_organization_watches_so_many(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("services.publisher.mentions.actions.watching.MOST_FEEDS", 1)
    feed = await watched(newsroom)
    body = {**{key: feed[key] for key in ("organization_id", "source_name", "words")}, "url": f"{PAPER}?2"}
    refused(await newsroom.client.post("/v1/watched_feeds", json=body), 409, "watched_feed.too_many")


async def test_a_mention_that_says_a_release_or_leads_to_it_is_its_pickup(press: PressOffice, web: FakeWeb) -> None:
    text = "Подробнее: https://vmeste.test/agreement"
    release = await press.sent(await press.contact(), title="Договор подписан: ночные смены дороже", text=text)
    (letter,) = press.post.posted
    short = next(word for word in letter.text.split() if "/l/" in word)
    today = format_datetime(press.newsroom.kit.clock.now())
    web.shows(
        rss(
            entry(1, "Профсоюз: ДОГОВОР ПОДПИСАН - ночные смены дороже", moment=today),
            entry(2, "Профсоюз добился своего", f"Источник: {short}", today),
            entry(3, "Профсоюз и ночные смены", moment=today),
            entry(4, "Профсоюз. Договор подписан: ночные смены дороже"),  # before it was sent
        )
    )
    await watched(press.newsroom)
    await press.newsroom.drain()
    assert len(await mentions(press.newsroom)) == 4
    taken = answered(await press.newsroom.client.get(f"/v1/releases/{release['id']}/pickups"))["items"]
    assert {(each["url"], each["outlet"]) for each in taken} == {
        ("https://vestnik.example/1", "Городской вестник"),
        ("https://vestnik.example/2", "Городской вестник"),
    }
