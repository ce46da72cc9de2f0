"""Public feeds: what was published for everybody, read by programs that know RSS and JSON Feed."""

# lxml tells no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false, reportUnknownParameterType=false, reportAttributeAccessIssue=false

from collections.abc import Generator
from contextlib import contextmanager
from datetime import timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any
from uuid import UUID

import pytest
from lxml import etree
from sqlalchemy import event

from services.publisher.feeds import actions
from services.publisher.networks.accounts import Network
from shared.app import public_id
from shared.clock import new_id
from shared.permissions import Role
from tests.service.publisher.newsroom import Newsroom, answered, picture

MEDIA = "{http://search.yahoo.com/mrss/}"
ATOM = "{http://www.w3.org/2005/Atom}"
TEXT = "Договор <подписан> & «сохранён»\nСпасибо всем!\n\nВторой абзац ]]> \x0b 🎉"


async def read(newsroom: Newsroom, address: str, **headers: str) -> Any:
    """As anybody from outside."""
    async with newsroom.kit.client() as anybody:
        return await anybody.get(address, headers=headers)


@contextmanager
def counted(newsroom: Newsroom) -> Generator[list[str], None, None]:
    """Every statement that is sent meanwhile."""
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    engine = newsroom.kit.runtime.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def items(newsroom: Newsroom, channel: dict[str, Any]) -> list[Any]:
    answer = await read(newsroom, f"/feeds/{channel['external_id']}.rss")
    assert answer.status_code == 200, answer.text
    root = etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False))
    return root.findall("channel/item")


async def test_a_publication_appears_in_both_feeds(newsroom: Newsroom) -> None:
    channel = await newsroom.channel(Network.FEED)
    image = await newsroom.picture('Торт с "60" <свечами>')
    published = await newsroom.published(channel, text=TEXT.replace("\x0b", ""), media_ids=[image["id"]])
    assert published["state"] == "published"
    delivery = await newsroom.delivery(published)

    answer = await read(newsroom, f"/feeds/{channel['external_id']}.rss")
    assert answer.headers["content-type"] == "application/rss+xml; charset=utf-8"
    assert answer.headers["cache-control"].startswith("public")
    root = etree.fromstring(answer.content, etree.XMLParser(resolve_entities=False))
    assert root.get("version") == "2.0"
    link = root.find(f"channel/{ATOM}link")
    assert (link.get("rel"), link.get("href")) == ("self", f"https://vmeste.test/feeds/{channel['external_id']}.rss")
    (item,) = root.findall("channel/item")
    assert item.findtext("title") == "Договор <подписан> & «сохранён»"
    assert item.findtext("guid") == UUID(delivery["id"]).urn
    assert item.findtext("description").startswith(
        "<p>Договор &lt;подписан&gt; &amp; «сохранён»<br>Спасибо всем!</p><p>Второй абзац ]]&gt;  🎉</p>"
    )
    assert parsedate_to_datetime(item.findtext("pubDate")) == newsroom.kit.clock.now().replace(microsecond=0)
    enclosure = item.find("enclosure")
    assert (enclosure.get("type"), int(enclosure.get("length"))) == ("image/png", image["size"])
    assert item.findtext(f"{MEDIA}content/{MEDIA}description") == 'Торт с "60" <свечами>'

    feed = answered(await read(newsroom, f"/feeds/{channel['external_id']}.json"))
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"].endswith(f"/feeds/{channel['external_id']}.json")
    (entry,) = feed["items"]
    assert entry["id"] == UUID(delivery["id"]).urn
    assert entry["content_text"] == TEXT.replace("\x0b", "")
    (attachment,) = entry["attachments"]
    assert attachment["url"] == enclosure.get("url") == entry["image"]
    assert attachment["title"] == 'Торт с "60" <свечами>'

    shown = await read(newsroom, attachment["url"].removeprefix("https://vmeste.test"))
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/png")
    assert len(shown.content) == image["size"]


async def test_a_feed_shows_what_was_meant_for_it_alone(newsroom: Newsroom) -> None:
    feed, telegram = await newsroom.channel(Network.FEED), await newsroom.channel(Network.TELEGRAM)
    inside = await newsroom.picture("Внутреннее")
    await newsroom.published(telegram, text="Только для чата", media_ids=[inside["id"]])
    await newsroom.draft(feed, text="Черновик", media_ids=[inside["id"]])
    await newsroom.published(feed, telegram, text="Для всех", variants={"feed": {"text": "Для читателей ленты"}})
    assert [item.findtext("title") for item in await items(newsroom, feed)] == ["Для читателей ленты"]
    image = await read(newsroom, f"/feeds/{feed['external_id']}/images/{inside['id']}")
    assert image.status_code == 404


async def test_who_has_it_already_is_sent_nothing(newsroom: Newsroom) -> None:
    channel = await newsroom.channel(Network.FEED)
    await newsroom.published(channel)
    newsroom.kit.clock.advance(timedelta(minutes=5))
    for suffix in ("rss", "json"):
        address = f"/feeds/{channel['external_id']}.{suffix}"
        first = await read(newsroom, address)
        modified = first.headers["last-modified"]
        for headers in (
            {"If-None-Match": first.headers["etag"]},
            {"If-Modified-Since": modified},
            {"If-None-Match": first.headers["etag"], "If-Modified-Since": "Mon, 01 Jan 2001 00:00:00 GMT"},
        ):
            again = await read(newsroom, address, **headers)
            assert (again.status_code, again.content) == (304, b""), headers
        earlier = format_datetime(parsedate_to_datetime(modified) - timedelta(seconds=1), usegmt=True)
        for headers in (
            {"If-Modified-Since": earlier},
            {"If-Modified-Since": "yesterday"},
            {"If-None-Match": '"other"', "If-Modified-Since": modified},
        ):
            assert (await read(newsroom, address, **headers)).status_code == 200, headers
    await newsroom.published(channel)
    assert (await read(newsroom, address, **{"If-Modified-Since": modified})).status_code == 200


async def test_what_is_taken_down_is_gone_and_readers_hear_of_it(newsroom: Newsroom) -> None:
    channel = await newsroom.channel(Network.FEED)
    image = await newsroom.picture()
    published = await newsroom.published(channel, media_ids=[image["id"]])
    newsroom.kit.clock.advance(timedelta(minutes=5))
    before = await read(newsroom, f"/feeds/{channel['external_id']}.rss")
    answered(await newsroom.client.post(f"/v1/publications/{published['id']}/withdraw"))
    await newsroom.drain()
    assert (await newsroom.delivery(published))["state"] == "withdrawn"
    newsroom.kit.clock.advance(timedelta(minutes=5))
    since = {"If-Modified-Since": before.headers["last-modified"]}
    assert (await read(newsroom, f"/feeds/{channel['external_id']}.rss", **since)).status_code == 200
    assert await items(newsroom, channel) == []
    gone = await read(newsroom, f"/feeds/{channel['external_id']}/images/{image['id']}")
    assert gone.status_code == 404


async def test_a_feed_is_its_organizations_own(newsroom: Newsroom) -> None:
    root = newsroom.tenant.root
    for foreign in (new_id(), newsroom.tenant.id if newsroom.tenant.id != root else new_id()):
        body = newsroom.new_channel(Network.FEED, external_id=str(foreign))
        assert (await newsroom.client.post("/v1/channels", json=body)).status_code == 422
    channel = await newsroom.channel(Network.FEED)
    assert channel["external_id"] == public_id(newsroom.tenant.id, root)
    again = await newsroom.client.post("/v1/channels", json=newsroom.new_channel(Network.FEED))
    assert again.status_code == 409


async def test_what_is_no_feed_is_not_there(newsroom: Newsroom) -> None:
    tenant, root = newsroom.tenant.id, newsroom.tenant.root
    other = await newsroom.kit.new_tenant()
    await newsroom.channel(Network.FEED)
    for name in (public_id(tenant, new_id()), public_id(other.id, root), public_id(other.id, other.root), "A" * 43):
        for address in (f"/feeds/{name}.rss", f"/feeds/{name}.json", f"/feeds/{name}/images/{new_id()}"):
            assert (await read(newsroom, address)).status_code == 404, address
    await newsroom.kit.house.forget(other.id)


async def test_another_unions_picture_is_not_shown(newsroom: Newsroom) -> None:
    channel = await newsroom.channel(Network.FEED)
    other = await newsroom.kit.new_tenant()
    async with newsroom.kit.client(other.caller(Role.INFORMATION_OFFICER)) as client:
        form = {"organization_id": str(other.root), "alt_text": "Чужое"}
        media = answered(
            await client.post("/v1/media", data=form, files={"file": ("a.png", picture(), "image/png")}), 201
        )
    answer = await read(newsroom, f"/feeds/{channel['external_id']}/images/{media['id']}")
    assert answer.status_code == 404
    await newsroom.kit.house.forget(other.id)


async def test_the_newest_few_at_the_price_of_one(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "MOST_ITEMS", 5)
    channel = await newsroom.channel(Network.FEED)
    image = await newsroom.picture()
    await newsroom.published(channel, text="0", media_ids=[image["id"]])
    with counted(newsroom) as one:
        await items(newsroom, channel)
    for number in range(1, 8):
        draft = await newsroom.draft(channel, text=str(number), media_ids=[image["id"]])
        answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
        newsroom.kit.clock.advance(timedelta(seconds=1))
        await newsroom.drain()
    with counted(newsroom) as many:
        shown = await items(newsroom, channel)
    assert [item.findtext("title") for item in shown] == [str(number) for number in range(7, 2, -1)]
    assert len(many) == len(one)


@pytest.mark.parametrize("verb", ["post", "put", "delete"])
async def test_a_feed_is_only_read(newsroom: Newsroom, verb: str) -> None:
    channel = await newsroom.channel(Network.FEED)
    async with newsroom.kit.client() as anybody:
        answer = await anybody.request(verb.upper(), f"/feeds/{channel['external_id']}.rss")
    assert answer.status_code == 405
