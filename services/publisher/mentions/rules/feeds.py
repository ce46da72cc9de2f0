"""Somebody else's feed: RSS 0.9 to 2.0 and Atom 1.0, read for what its entries say and where they stand.

Read by the names of the elements, whatever their namespace: feeds in the wild mix them. Entities of one's own and
anything from outside the document are refused.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Final
from urllib.parse import urljoin
from xml.etree.ElementTree import Element, ParseError

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring  # type: ignore[reportUnknownVariableType]  # untyped there

MOST_ENTRIES: Final = 200  # of one answer: feeds carry the newest first
TITLE_LENGTH: Final = 200
TEXT_LENGTH: Final = 10_000
_ENTRIES: Final = frozenset({"item", "entry"})
_TEXTS: Final = ("encoded", "content", "description", "summary")  # the whole before its beginning
_MOMENTS: Final = ("pubDate", "published", "date", "updated")
_TAG: Final = re.compile(r"<[^<>]*>")
_SPACES: Final = re.compile(r"\s+")


class NotAFeed(Exception):
    """What was answered is no feed that can be read."""


@dataclass(frozen=True)
class Entry:
    url: str
    title: str
    text: str
    published_at: datetime | None  # None where the feed does not tell


def entries_in(content: bytes, address: str) -> list[Entry]:
    """Those that stand somewhere; links that are relative are of `address`. Raises NotAFeed."""
    try:
        root: Element = fromstring(content)
    except (ParseError, DefusedXmlException, ValueError, LookupError) as error:  # the latter two: of its encoding
        raise NotAFeed from error
    if _name(root) not in {"rss", "RDF", "feed"}:
        raise NotAFeed
    found: list[Entry] = []
    for element in root.iter():
        if _name(element) in _ENTRIES and len(found) < MOST_ENTRIES:
            url = _link_of(element)
            if url is not None:
                found.append(_entry(element, urljoin(address, url)))
    return found


def _entry(element: Element, url: str) -> Entry:
    texts = [_plain(_inner(child)) for name in _TEXTS for child in _children(element, name)]
    title = next((_plain(_inner(child)) for child in _children(element, "title")), "")
    return Entry(
        url=url,
        title=title[:TITLE_LENGTH],
        text=next((text for text in texts if text), "")[:TEXT_LENGTH],
        published_at=_moment_of(element),
    )


def _link_of(element: Element) -> str | None:
    """Atom says it in an attribute, RSS in words; a `guid` is an address unless it says that it is none."""
    for link in _children(element, "link"):
        address = (link.get("href") or link.text or "").strip()
        if address and link.get("rel", "alternate") == "alternate":
            return address
    for guid in _children(element, "guid"):
        address = (guid.text or "").strip()
        if guid.get("isPermaLink", "true") != "false" and address.startswith(("http://", "https://")):
            return address
    return None


def _moment_of(element: Element) -> datetime | None:
    for child in (child for name in _MOMENTS for child in _children(element, name)):
        told = (child.text or "").strip()
        for parse in (parsedate_to_datetime, datetime.fromisoformat):
            try:
                moment = parse(told)
                return (moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)).astimezone(UTC)
            except (ValueError, OverflowError):
                continue
    return None


def _children(element: Element, name: str) -> Iterator[Element]:
    return (child for child in element if _name(child) == name)


def _name(element: Element) -> str:
    """Without its namespace."""
    return element.tag.rpartition("}")[2]


def _inner(element: Element) -> str:
    """All words in it: Atom allows markup that is not escaped."""
    return "".join(element.itertext())


def _plain(text: str) -> str:
    """Without markup: feeds carry HTML, once escaped."""
    return _SPACES.sub(" ", unescape(_TAG.sub(" ", text))).replace("\0", "").strip()
