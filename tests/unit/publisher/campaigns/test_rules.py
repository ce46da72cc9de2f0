"""Campaigns: hashtags as people write them, coverage, credit, and what goes out without a look."""

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.publisher.campaigns.rules.coverage import NoCoverage, coverage
from services.publisher.campaigns.rules.credits import with_credit
from services.publisher.campaigns.rules.states import goes_out_by_itself
from services.publisher.mentions.rules.hashtags import LONGEST, MOST_IN_ONE_TEXT, hashtag_key, hashtags_in, is_hashtag


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Мы вместе! #МирТрудМай.", ("миртрудмай",)),
        ("#Ёлка и #елка", ("елка",)),
        ("#мир@union #труд_2031,#май", ("мир", "труд_2031", "май")),
        ("https://vk.com/feed#section и a#b, ## , #2031", ()),
        ("#и\u0306мя", ("ймя",)),
        ("нет", ()),
    ],
)
def test_hashtags_are_found_as_the_networks_link_them(text: str, found: tuple[str, ...]) -> None:
    assert hashtags_in(text) == found


@given(some.text())
def test_whatever_is_found_is_a_hashtag_once(text: str) -> None:
    found = hashtags_in(text)
    assert len(found) == len(set(found)) <= MOST_IN_ONE_TEXT
    assert all(hashtag_key(f"#{name}") == name for name in found)


@given(some.from_regex(r"\A[а-яёa-z_]{1,30}\Z"))
def test_whatever_is_a_hashtag_is_found_however_it_is_written(name: str) -> None:
    assert is_hashtag(name)
    for written in (name, name.upper(), name.capitalize()):
        assert hashtags_in(f"так: #{written}!") == (hashtag_key(name),)


def test_a_longer_word_is_no_hashtag() -> None:
    assert not is_hashtag("а" * (LONGEST + 1))
    assert hashtags_in("#" + "а" * (LONGEST + 1)) == ()


@given(some.integers(0, 1000), some.integers(0, 1000), some.integers(0, 50), some.integers(0, 50))
def test_coverage_is_a_share_or_has_a_reason(one: int, other: int, publications: int, subscribers: int) -> None:
    confirmed, owed = sorted((one, other))
    figure = coverage(confirmed, owed, publications=publications, subscribers=subscribers)
    assert (figure.value is None) == (figure.reason_if_null is not None) == (owed == 0)
    assert figure.value is None or 0 <= figure.value <= 1
    assert (figure.reason_if_null is NoCoverage.NO_PUBLICATIONS) == (owed == 0 and publications == 0)


def test_a_copy_names_whose_words_it_carries() -> None:
    assert with_credit(" Текст ", "Профсоюз", None, 100) == "Текст\n\nИсточник: Профсоюз"
    assert with_credit("Долгий текст", "Профсоюз", None, 26) == "Долги…\n\nИсточник: Профсоюз"
    assert with_credit("", "Профсоюз", "https://a.example/1", 100) == "https://a.example/1\n\nИсточник: Профсоюз"


@given(some.booleans(), some.booleans(), some.booleans())
def test_what_came_from_outside_or_before_never_goes_out_by_itself(automatic: bool, outside: bool, late: bool) -> None:
    goes = goes_out_by_itself(automatic=automatic, is_from_outside=outside, is_late=late)
    assert goes == (automatic and not outside and not late)
