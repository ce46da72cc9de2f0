"""A feed is read by programs that forgive nothing: every text gives valid XML and comes back as it was."""

# lxml tells no types
# pyright: reportUnknownMemberType=false, reportUnknownVariableType=false, reportUnknownArgumentType=false
# pyright: reportMissingTypeStubs=false, reportUnknownParameterType=false, reportAttributeAccessIssue=false

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from services.publisher.feeds.rules import (
    HEADLINE,
    Feed,
    FeedImage,
    FeedItem,
    headline,
    html_of,
    http_date,
    is_unchanged,
    json_of,
    last_modified,
    rss_of,
)

NOON = datetime(2026, 11, 23, 12, 0, 0, 500_000, tzinfo=UTC)
ADDRESS = "https://union.example/feeds/AZ"
ID = UUID("0190a6a0-0000-7000-8000-000000000001")


def feed(text: str, alt_text: str = "") -> Feed:
    image = FeedImage(f"{ADDRESS}/images/1", "image/png", 100, alt_text)
    return Feed(text, ADDRESS, [FeedItem(ID, text, [image], NOON)], NOON)


@given(text=st.text(), alt_text=st.text())
def test_every_text_makes_a_feed_that_can_be_read(text: str, alt_text: str) -> None:
    made = feed(text, alt_text)
    root = etree.fromstring(rss_of(made).encode(), etree.XMLParser(resolve_entities=False))
    assert len(root.findall("channel/item")) == 1
    assert json.loads(json.dumps(json_of(made)))["items"][0]["content_text"] == text


def test_markup_in_a_text_stays_text() -> None:
    made = feed("<script>alert(1)</script>", '"><img src=x onerror=alert(1)>')
    html = html_of(made.items[0])
    assert "<script" not in html
    assert "<img src=x" not in html
    assert "&lt;script&gt;" in html
    root = etree.fromstring(rss_of(made).encode(), etree.XMLParser(resolve_entities=False))
    assert root.findtext("channel/item/description") == html
    assert root.findtext("channel/title") == "<script>alert(1)</script>"


@given(text=st.text())
def test_a_headline_is_one_short_line(text: str) -> None:
    made = headline(text)
    assert len(made) <= HEADLINE + 1
    assert len(made.splitlines()) <= 1


def test_a_headline_is_cut_at_a_word() -> None:
    assert headline("\n  Договор подписан\nСпасибо") == "Договор подписан"
    assert headline("слово " * 30) == "слово " * 15 + "слово…"
    assert headline("я" * 150) == "я" * 100 + "…"


def test_the_second_that_is_running_is_not_named() -> None:
    whole = NOON.replace(microsecond=0)
    assert last_modified(NOON, NOON + timedelta(minutes=1)) == whole
    assert last_modified(NOON, NOON + timedelta(seconds=0.1)) == whole - timedelta(seconds=1)


@pytest.mark.parametrize(
    ("since", "unchanged"),
    [
        (http_date(NOON), True),
        (http_date(NOON + timedelta(days=1)), True),
        (http_date(NOON - timedelta(seconds=1)), False),
        ("", False),
        ("yesterday", False),
        ("Mon, 99 Foo 2026 99:99:99 GMT", False),
        ("Mon, 23 Nov 2026 12:00:01", False),  # of no zone
        (f"1 Jan {'9' * 20} 00:00:00 GMT", False),
        (f"1 Jan 2020 00:00:00 +{'9' * 20}", False),
    ],
)
def test_what_a_reader_has_is_known_by_its_date(since: str, *, unchanged: bool) -> None:
    assert is_unchanged(since, NOON.replace(microsecond=0)) is unchanged
