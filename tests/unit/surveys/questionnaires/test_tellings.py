"""Whom a survey tells of itself: of an anonymous one nobody learns who has answered."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.questionnaires.rules.life import Anonymity
from services.surveys.questionnaires.rules.roster import no_bits, take_part
from services.surveys.questionnaires.rules.tellings import Occasion, closing_told_at, whom_to_tell, words_of

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
PEOPLE = st.integers(0, 40).map(lambda count: [UUID(int=number) for number in range(count)])


def answered(people: list[UUID], places: set[int]) -> bytes:
    return take_part(no_bits(len(people)), [place for place in places if place < len(people)])[0]


@given(
    occasion=st.sampled_from(Occasion),
    people=PEOPLE,
    some=st.sets(st.integers(0, 39)),
    others=st.sets(st.integers(0, 39)),
    start=st.integers(0, 45),
)
def test_who_has_answered_an_anonymous_survey_changes_nothing(
    occasion: Occasion, people: list[UUID], some: set[int], others: set[int], start: int
) -> None:
    part = range(start, start + 10)
    told = [
        whom_to_tell(occasion, Anonymity.ANONYMOUS, people, answered(people, places), part) for places in (some, others)
    ]
    assert told[0] == told[1] == people[start : start + 10]


@given(people=PEOPLE, places=st.sets(st.integers(0, 39)), size=st.integers(1, 12))
def test_of_a_named_survey_those_are_reminded_who_have_not_answered_each_once(
    people: list[UUID], places: set[int], size: int
) -> None:
    bits = answered(people, places)
    parts = [range(start, start + size) for start in range(0, len(people), size)]
    told = [each for part in parts for each in whom_to_tell(Occasion.CLOSING, Anonymity.NAMED, people, bits, part)]
    assert told == [person for place, person in enumerate(people) if place not in places]


@given(minutes=st.integers(0, 10_000))
def test_the_reminder_is_a_day_before_the_end_and_a_day_after_the_opening(minutes: int) -> None:
    closes_at = NOON + timedelta(minutes=minutes)
    moment = closing_told_at(NOON, closes_at)
    if minutes < 2 * 24 * 60:
        assert moment is None
    else:
        assert moment == closes_at - timedelta(days=1) >= NOON + timedelta(days=1)


def test_a_survey_without_an_end_is_told_once() -> None:
    assert closing_told_at(NOON, None) is None


@pytest.mark.parametrize("occasion", Occasion)
@pytest.mark.parametrize("anonymity", Anonymity)
def test_every_telling_has_words_in_both_languages(occasion: Occasion, anonymity: Anonymity) -> None:
    words = words_of(occasion, anonymity, "Чем помочь?")
    assert words.keys() == {"ru", "en"}
    assert all("Чем помочь?" in text for text in words.values())
