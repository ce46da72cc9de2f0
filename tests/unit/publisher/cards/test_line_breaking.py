"""Lines are never too wide, lose nothing, and end where a typesetter would end them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.cards.rules.line_breaking import TIE, balance_lines, break_lines, tied
from tests.unit.publisher.cards.examples import monster_words, prose

WIDTHS = st.integers(4, 40)
TEXTS = st.one_of(prose(400), monster_words(400))


def length(text: str) -> float:
    return float(len(text))


def letters(text: str) -> str:
    return re.sub(r"[\s-]", "", text)


@given(text=TEXTS, width=WIDTHS)
def test_no_line_is_wider_than_its_box_and_no_letter_is_lost(text: str, width: int) -> None:
    for lines in (break_lines(text, length, width), balance_lines(text, length, width)):
        assert all(0 < len(line) <= width for line in lines)
        assert letters("".join(lines)) == letters(text)


@given(text=TEXTS, width=WIDTHS)
def test_balancing_adds_no_line_and_widens_none(text: str, width: int) -> None:
    broken, balanced = break_lines(text, length, width), balance_lines(text, length, width)
    assert len(balanced) == len(broken)
    assert max(map(len, balanced)) <= max(map(len, broken))


def test_balancing_leaves_no_lonely_word() -> None:
    assert break_lines("Поздравляем вас всех сердечно", length, 24)[-1] == "сердечно"
    assert balance_lines("Поздравляем вас всех сердечно", length, 24) == ("Поздравляем вас", "всех сердечно")


@pytest.mark.parametrize(
    ("text", "ties"),
    [
        ("работа в городе", "работа в~городе"),
        ("и в снег", "и~в~снег"),
        ("завод № 5", "завод №~5"),
        ("75 лет", "75~лет"),
        ("труд — жизнь", "труд~— жизнь"),
        ("кто-то идёт", "кто-то идёт"),
        ("дом наш", "дом наш"),
    ],
)
def test_what_belongs_together_stays_together(text: str, ties: str) -> None:
    assert tied(text) == ties.replace("~", TIE)


def test_compounds_end_a_line_with_their_own_hyphen() -> None:
    assert break_lines("научно-производственное", length, 17) == ("научно-", "производственное")
    assert break_lines("научно-производственное", length, 23) == ("научно-производственное",)


@pytest.mark.parametrize(
    ("word", "width", "lines"),
    [
        ("производственное", 11, ("производст-", "венное")),
        ("объединение", 6, ("объе-", "дине-", "ние")),
        ("подъезд", 6, ("подъ-", "езд")),
        ("шшшшшшшшш", 5, ("шшшш-", "шшшшш")),
    ],
)
def test_a_word_wider_than_a_line_is_divided(word: str, width: int, lines: tuple[str, ...]) -> None:
    assert break_lines(word, length, width) == lines
