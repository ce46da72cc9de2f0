"""Feeds of others: RSS and Atom of every age, markup, encodings, and what is no feed at all."""

from contextlib import suppress
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.mentions.rules.feeds import MOST_ENTRIES, TEXT_LENGTH, Entry, NotAFeed, entries_in
from services.publisher.mentions.rules.naming import names
from services.publisher.mentions.rules.watching import PACE, SLOWEST, pause_after, why_refused

ADDRESS = "https://vestnik.example/rss/all.xml"
TEN = datetime(2026, 3, 2, 10, tzinfo=UTC)
ATOM = """<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Вестник</title>
<entry><title type="html">&lt;b&gt;Суд&lt;/b&gt; &amp;amp; профсоюз</title>
<link rel="edit" href="https://vestnik.example/edit/1"/><link href="/news/1"/>
<summary>Кратко</summary><content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Всё <i>целиком</i></div></content>
<published>2026-03-02T13:00:00+03:00</published><updated>2026-04-02T13:00:00Z</updated></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/"
xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>В</title></channel>
<item><title>Суд</title><link>https://vestnik.example/1</link><dc:date>2026-03-02T10:00:00Z</dc:date></item></rdf:RDF>"""
RSS = """<?xml version="1.0" encoding="windows-1251"?><!DOCTYPE rss><rss version="2.0"><channel><item>
<title><![CDATA[Суд   и профсоюз]]></title><guid>https://vestnik.example/1</guid>
<description>&lt;img src="x"&gt;Кратко&amp;nbsp;о деле</description><pubDate>Mon, 02 Mar 2026 13:00:00 +0300</pubDate></item>
<item><title>Без адреса</title><guid isPermaLink="false">17</guid></item></channel></rss>"""
BOMB = '<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><rss><channel><item><title>&b;</title></item></channel></rss>'
OUTSIDE = '<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]><rss><channel><item><title>&a;</title></item></channel></rss>'


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (ATOM.encode(), Entry("https://vestnik.example/news/1", "Суд & профсоюз", "Всё целиком", TEN)),
        (RDF.encode(), Entry("https://vestnik.example/1", "Суд", "", TEN)),
        (RSS.encode("cp1251"), Entry("https://vestnik.example/1", "Суд и профсоюз", "Кратко о деле", TEN)),
    ],
)
def test_entries_are_read_whatever_the_format(content: bytes, expected: Entry) -> None:
    assert entries_in(content, ADDRESS) == [expected]


@pytest.mark.parametrize(
    "content", [b"", b"<html></html>", b"{}", b"<rss>", b"\xff\xfe", BOMB.encode(), OUTSIDE.encode()]
)
def test_what_is_no_feed_or_would_harm_is_refused(content: bytes) -> None:
    with pytest.raises(NotAFeed):
        entries_in(content, ADDRESS)


@given(st.binary(max_size=200) | st.text(max_size=100).map(lambda text: f"<rss><item>{text}</item></rss>".encode()))
def test_any_bytes_are_a_feed_or_refused(content: bytes) -> None:
    with suppress(NotAFeed):
        assert len(entries_in(content, ADDRESS)) <= MOST_ENTRIES


def test_a_long_feed_is_cut_and_markup_costs_no_time() -> None:
    hostile = "&lt;" * 100_000 + "слово"
    entries = "".join(f"<item><link>https://vestnik.example/{n}</link></item>" for n in range(MOST_ENTRIES + 5))
    content = f"<rss><item><link>https://x.example/</link><description>{hostile}</description></item>{entries}</rss>"
    found = entries_in(content.encode(), ADDRESS)
    assert len(found) == MOST_ENTRIES
    assert len(found[0].text) <= TEXT_LENGTH


@pytest.mark.parametrize("told", ["", "вчера", "Mon, 99 Mar 2026", "0001-01-01T00:00:00+14:00"])
def test_a_day_that_cannot_be_read_is_not_known(told: str) -> None:
    content = f"<rss><item><link>https://x.example/</link><pubDate>{told}</pubDate></item></rss>"
    assert entries_in(content.encode(), ADDRESS)[0].published_at is None


@pytest.mark.parametrize(
    ("text", "words", "expected"),
    [
        ("Городской ПРОФСОЮЗ добился", ["профсоюз"], True),
        ("решение профсоюзного комитета", ["профсоюз"], True),
        ("межпрофсоюзный", ["профсоюз"], False),
        ("ППО «Завода Северный свет»", ["ППО завода"], True),
        ("Артём подписал", ["артем"], True),
        ("Погода", ["профсоюз", "пр"], False),
        ("", ["профсоюз"], False),
    ],
)
def test_a_text_names_somebody_by_whole_beginnings(text: str, words: list[str], expected: bool) -> None:
    assert names(text, words) is expected


def test_pauses_double_up_to_a_day() -> None:
    pauses = [pause_after(failures, lambda _: 0) for failures in (0, 1, 2, 50)]
    assert pauses == [PACE, PACE * 2, PACE * 4, SLOWEST]
    assert pause_after(0, lambda limit: limit - 1) < PACE * 1.1
    assert why_refused(410).code == "watched_feed.gone"
    assert why_refused(410).network_code == "410"
