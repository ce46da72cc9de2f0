"""How a release reads as a letter."""

from datetime import UTC, datetime
from html.parser import HTMLParser
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.releases.rules.contacts import AUTHOR_TYPE, ContactKind, address_mark
from services.publisher.releases.rules.letters import Addresses, embargo_in_words, letter_of
from services.publisher.releases.rules.states import (
    ReleaseNotReady,
    ReleaseState,
    ReleaseStateForbids,
    check_draft,
    check_ready,
)

ADDRESSES = Addresses("https://vmeste.test/v1/releases/letters/x/unsubscribe", "https://vmeste.test/opened.gif")
CONTROL = {*map(chr, range(0x20)), "\x7f", "\x85", "\u2028", "\u2029"}
MOMENT = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


class Seen(HTMLParser):
    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.words = ""
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value for name, value in attrs if name == "href" and value is not None]

    def handle_data(self, data: str) -> None:
        self.words += data


@given(title=st.text(max_size=40), text=st.text(max_size=200))
def test_nothing_that_was_written_becomes_markup(title: str, text: str) -> None:
    letter = letter_of(title, f"{text} <script>alert(1)</script>", None, "Профсоюз", "ru", ADDRESSES)
    seen = Seen(letter.html)
    assert set(seen.tags) <= {"html", "meta", "title", "body", "p", "br", "hr", "small", "img", "a"}
    assert "alert(1)" in seen.words
    assert not CONTROL & set(letter.subject)
    assert all(link.startswith("https://") for link in seen.links)


def test_no_title_breaks_a_header() -> None:
    assert letter_of("Договор\r\nBcc: x\x01\x7f", "Т", None, "П", "ru", ADDRESSES).subject == "Договор Bcc: x"


def test_text_and_markup_say_the_same() -> None:
    text = "Соглашение & подписано.\n\nПодробнее: https://vmeste.test/l/a/b?c=1&d=2, пишите.\nСпасибо"
    letter = letter_of("Соглашение", text, None, "Профсоюз «Труд»", "ru", ADDRESSES)
    seen = Seen(letter.html)
    assert seen.links == ["https://vmeste.test/l/a/b?c=1&d=2", ADDRESSES.way_out]
    for words in ("Соглашение & подписано.", "Спасибо", "Профсоюз «Труд»", ADDRESSES.way_out):
        assert words in seen.words
        assert words in letter.text
    assert seen.tags.count("p") == 3
    assert letter.html.count("<img") == 1


@pytest.mark.parametrize(
    ("language", "embargo"),
    [
        ("ru", "ЭМБАРГО до 1 декабря 2026 12:00 (Europe/Moscow)"),
        ("en", "EMBARGO until 2026-12-01 12:00 (Europe/Moscow)"),
    ],
)
def test_an_embargo_is_said_first(language: str, embargo: str) -> None:
    said = embargo_in_words(MOMENT, ZoneInfo("Europe/Moscow"), language)
    assert said == embargo
    letter = letter_of("Соглашение", "Текст", said, "Профсоюз", language, ADDRESSES)
    assert letter.subject == f"{embargo} | Соглашение"
    assert letter.text.startswith(embargo)


def test_a_mark_is_of_one_address_and_one_union() -> None:
    marks = {address_mark(UUID(int=number), email) for number in (1, 2) for email in ("a@b.ru", "c@b.ru")}
    assert len(marks) == 4
    assert not any("b.ru" in mark for mark in marks)


def test_every_kind_of_contact_is_a_kind_of_author() -> None:
    assert set(AUTHOR_TYPE) == set(ContactKind)


@pytest.mark.parametrize(("title", "text", "recipients"), [("", "Текст", 1), ("Заголовок", " \n", 1), ("З", "Т", 0)])
def test_a_release_that_lacks_something_is_not_sent(title: str, text: str, recipients: int) -> None:
    with pytest.raises(ReleaseNotReady):
        check_ready(title, text, recipients)
    check_ready("Заголовок", "Текст", 1)


def test_only_a_draft_is_changed() -> None:
    check_draft(ReleaseState.DRAFT)
    for state in (ReleaseState.SENDING, ReleaseState.SENT):
        with pytest.raises(ReleaseStateForbids):
            check_draft(state)
