"""Mastodon's texts: how long they are by the server's count, and what its HTML says."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.sandbox.networks.mastodon.views import content
from services.publisher.networks.accounts import Network
from services.publisher.networks.capabilities import TextUnit, length_in
from services.publisher.networks.contents import Poll, PostFormat
from services.publisher.networks.mastodon.texts import (
    LONGEST_HTML,
    addressing_nobody,
    compared,
    plain,
    without_addressees,
)
from services.publisher.networks.shortcomings import PostFacts, problems_of, problems_of_post


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Новость", 7),
        ("👨‍👩‍👧‍👦", 1),
        ("https://u.ru", 23),
        ("https://union.example/" + "a" * 400, 23),
        ("@anna@mastodon.example, спасибо", 5 + 9),
        ("пишите на anna@union.example", 28),
    ],
)
def test_length_is_counted_as_the_server_counts_it(text: str, length: int) -> None:
    assert length_in(TextUnit.SHORT_LINKS, text) == length


def test_a_polls_question_shares_the_room_of_the_text() -> None:
    def found(question: str, text: str) -> list[str]:
        facts = PostFacts(text, (), PostFormat.POLL, Poll(question, ("Да", "Нет")))
        return [shortcoming.code for shortcoming in problems_of_post(Network.MASTODON, facts)]

    assert found("я" * 100, "я" * 398) == []
    assert found("я" * 100, "я" * 399) == ["publication.text_too_long"]
    assert found("я" * 500, "") == []
    assert problems_of(Network.MASTODON, "я" * 500) == []


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<p>Раз</p><p>Два<br />три &amp; &lt;четыре&gt;</p>", "Раз\n\nДва\nтри & <четыре>"),
        (
            '<p><span class="h-card"><a href="https://m.example/@union">@<span>union</span></a></span> привет</p>',
            "@union привет",
        ),
        ("", ""),
        ("<p>незакрытый <b>хвост", "незакрытый хвост"),
    ],
)
def test_html_is_read_as_people_see_it(html: str, text: str) -> None:
    assert plain(html) == text


def test_a_long_link_is_read_in_full() -> None:
    link = (
        '<a href="https://union.example/a/very/long/way"><span class="invisible">https://</span>'
        '<span class="ellipsis">union.example/a/very</span><span class="invisible">/long/way</span></a>'
    )
    assert plain(f"<p>См. {link}</p>") == "См. https://union.example/a/very/long/way"


def test_names_at_the_beginning_are_whom_it_is_for() -> None:
    assert without_addressees("@union @anna@m.example  Помогите @boris") == "Помогите @boris"
    assert without_addressees("Помогите, @union") == "Помогите, @union"


@given(text=st.text(st.characters(blacklist_categories=("Cs", "Cc"))))
def test_what_a_server_shows_is_the_same_text(text: str) -> None:
    assert compared(plain(content(text))) == compared(text)


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("Спросите @boris или @anna@m.example", "Спросите ＠boris или ＠anna@m.example"),
        ("(@boris)", "(＠boris)"),
        ("@boris\n@anna", "＠boris\n＠anna"),
        ("Пишите на anna@union.example", "Пишите на anna@union.example"),
        ("https://m.example/@boris", "https://m.example/@boris"),
    ],
)
def test_a_private_message_reaches_nobody_whom_it_only_names(text: str, sent: str) -> None:
    assert addressing_nobody(text) == sent
    assert length_in(TextUnit.GRAPHEMES, sent) == length_in(TextUnit.GRAPHEMES, text)


def test_mentions_are_compared_without_their_hosts() -> None:
    assert compared("Спасибо @anna@m.example !") == compared("Спасибо @anna !")


@pytest.mark.parametrize(
    "piece", ["<", "</", "<!--", "<![", "<a ", "<a x='", "<a x='>", "&#", "&lt;", "<p>", "@", "@a"]
)
def test_no_shape_of_a_text_takes_longer_than_its_length(piece: str) -> None:
    """A server that means harm sends what it likes, and other unions' channels are served by the same process."""
    hostile = piece * 300_000
    begun = process_time()
    plain(hostile)
    compared("@" + hostile[:LONGEST_HTML])
    compared("@" + "a" * LONGEST_HTML)
    without_addressees(hostile[:LONGEST_HTML])
    assert process_time() - begun < 2.0
