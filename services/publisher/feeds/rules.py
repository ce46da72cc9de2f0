"""How a feed reads: RSS 2.0 with alt texts (Media RSS), JSON Feed 1.1, and when a reader has it already."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from html import escape
from typing import Final
from uuid import UUID

MOST_ITEMS: Final = 50
HEADLINE: Final = 100  # characters; feed readers cut longer ones
RSS: Final = "application/rss+xml; charset=utf-8"
JSON_FEED: Final = "application/feed+json; charset=utf-8"
LANGUAGE: Final = "ru"
_A_SECOND: Final = timedelta(seconds=1)
_NOT_IN_XML: Final = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class FeedImage:
    url: str
    content_type: str
    size: int  # bytes
    alt_text: str


@dataclass(frozen=True)
class FeedItem:
    id: UUID  # of the delivery: the same for ever
    text: str
    images: Sequence[FeedImage]
    published_at: datetime


@dataclass(frozen=True)
class Feed:
    """`address` is absolute and without a suffix; `changed_at` is None while nothing was ever published."""

    title: str
    address: str
    items: Sequence[FeedItem]
    changed_at: datetime | None


def headline(text: str) -> str:
    """The first line, cut at a word: what readers that want a title show."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "")
    if len(line) <= HEADLINE:
        return line
    cut = line[:HEADLINE]
    return f"{(cut.rpartition(' ')[0] or cut).rstrip(' ,;:')}…"


def html_of(item: FeedItem) -> str:
    """The text in paragraphs and the images with their descriptions. Nothing in the text is markup."""
    paragraphs = [part.strip() for part in re.split(r"\n\s*\n", item.text.replace("\r\n", "\n")) if part.strip()]
    texts = [f"<p>{'<br>'.join(escape(line) for line in part.split(chr(10)))}</p>" for part in paragraphs]
    return "".join([*texts, *(f'<p><img src="{escape(i.url)}" alt="{escape(i.alt_text)}"></p>' for i in item.images)])


def rss_of(feed: Feed) -> str:
    changed = (
        [] if feed.changed_at is None else [_element("lastBuildDate", format_datetime(feed.changed_at, usegmt=True))]
    )
    address = f"{feed.address}.rss"
    return "\n".join(
        [
            '<?xml version="1.0" encoding="utf-8"?>',
            '<rss version="2.0" xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">',
            "<channel>",
            _element("title", feed.title),
            _element("link", address),
            _element("description", feed.title),
            _element("language", LANGUAGE),
            f'<atom:link rel="self" type="application/rss+xml" href="{_safe(address)}"/>',
            *changed,
            *(_rss_item(feed, item) for item in feed.items),
            "</channel>",
            "</rss>",
            "",
        ]
    )


def json_of(feed: Feed) -> dict[str, object]:
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "feed_url": f"{feed.address}.json",
        "language": LANGUAGE,
        "items": [_json_item(feed, item) for item in feed.items],
    }


def last_modified(changed_at: datetime, now: datetime) -> datetime:
    """In whole seconds, as HTTP has them. Not the second that is running: it may bring another change."""
    return min(changed_at, now - _A_SECOND).astimezone(UTC).replace(microsecond=0)


def is_unchanged(since: str, modified: datetime) -> bool:
    """Whether a reader who has what was there `since` (If-Modified-Since) has it all. What is no date counts for nothing."""
    try:
        known = parsedate_to_datetime(since)
    except (ValueError, OverflowError):  # also a year or an offset past any date
        return False
    return known.tzinfo is not None and known >= modified


def http_date(moment: datetime) -> str:
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def _rss_item(feed: Feed, item: FeedItem) -> str:
    enclosures = [
        f'<enclosure url="{_safe(image.url)}" length="{image.size}" type="{_safe(image.content_type)}"/>'
        for image in item.images[:1]  # RSS 2.0 is read as having one; the others follow as Media RSS
    ]
    media = [
        f'<media:content url="{_safe(image.url)}" fileSize="{image.size}" type="{_safe(image.content_type)}" '
        f'medium="image"><media:description type="plain">{_safe(image.alt_text)}</media:description></media:content>'
        for image in item.images
    ]
    return "\n".join(
        [
            "<item>",
            _element("title", headline(item.text)),
            _element("link", f"{feed.address}.rss#{item.id}"),
            f'<guid isPermaLink="false">{item.id.urn}</guid>',
            _element("pubDate", http_date(item.published_at)),
            _element("description", html_of(item)),
            *enclosures,
            *media,
            "</item>",
        ]
    )


def _json_item(feed: Feed, item: FeedItem) -> dict[str, object]:
    made: dict[str, object] = {
        "id": item.id.urn,
        "url": f"{feed.address}.rss#{item.id}",
        "title": headline(item.text),
        "content_text": item.text,
        "content_html": html_of(item),
        "date_published": item.published_at.astimezone(UTC).isoformat(),
    }
    if item.images:
        made["image"] = item.images[0].url
        made["attachments"] = [
            {
                "url": image.url,
                "mime_type": image.content_type,
                "title": image.alt_text,
                "size_in_bytes": image.size,
            }
            for image in item.images
        ]
    return made


def _element(name: str, text: str) -> str:
    return f"<{name}>{_safe(text)}</{name}>"


def _safe(text: str) -> str:
    """As XML 1.0 takes it: its own characters named, and those left out that it cannot hold at all."""
    return escape(_NOT_IN_XML.sub("", text))
