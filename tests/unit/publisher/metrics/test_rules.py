"""Figures: what they are made of, and that nothing is ever 0 because nobody told."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.metrics.rules import (
    Period,
    PeriodOutOfRange,
    Why,
    growth,
    mention_coefficient,
    mention_rate,
    period_of,
    regularity,
    share_of_voice,
    summed,
)

TODAY = date(2026, 11, 23)
_DAYS = st.dates(date(2020, 1, 1), date(2030, 1, 1))


def test_the_period_is_the_last_thirty_days() -> None:
    assert period_of(None, None, TODAY) == Period(date(2026, 10, 25), TODAY)
    assert period_of(None, None, TODAY).days == 30
    assert period_of(TODAY, TODAY, TODAY).days == 1


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (TODAY, TODAY - timedelta(days=1)),
        (date(2020, 1, 1), TODAY),
        (None, date.min),
        (date.min, date.min + timedelta(days=30)),
        (date.max - timedelta(days=30), date.max),
    ],
)
def test_no_period_is_endless_or_backwards(since: date | None, until: date) -> None:
    with pytest.raises(PeriodOutOfRange):
        period_of(since, until, TODAY)


def test_what_nobody_told_is_no_zero() -> None:
    assert summed([None, 3, 4], measured=3, of=3).value == 7
    assert summed([0], measured=1, of=2).value == 0
    assert summed([None], measured=1, of=1).reason_if_null is Why.NOT_TOLD
    assert summed([None], measured=0, of=1).reason_if_null is Why.NOT_MEASURED
    assert mention_coefficient(3, 0).reason_if_null is Why.NO_PUBLICATIONS
    assert share_of_voice(3, {}).reason_if_null is Why.NO_COMPARISON
    assert share_of_voice(0, {"Другой": 0}).reason_if_null is Why.NO_MENTIONS
    assert growth(None, None, []).reason_if_null is Why.NOT_MEASURED
    assert growth(None, None, [TODAY]).reason_if_null is Why.NOT_TOLD


def test_figures_known_from_hand() -> None:
    assert mention_coefficient(6, 12).value == 0.5
    assert mention_rate(6, Period(TODAY - timedelta(days=59), TODAY)).value == 3
    assert share_of_voice(6, {"Другой": 3, "Третий": 3}).value == 0.5
    assert growth(100, 90, [TODAY]).value == -10
    week = Period(date(2026, 11, 16), date(2026, 11, 29))  # two calendar weeks
    found = regularity({date(2026, 11, 16): 3, date(2026, 11, 22): 1}, week)
    assert (found.value, found.n) == (0.5, 4)
    assert regularity({date(2026, 11, 15): 1}, week).value == 0


@given(st.dictionaries(_DAYS, st.integers(1, 9), max_size=50), _DAYS, st.integers(0, 600))
def test_regularity_is_a_share(days: dict[date, int], since: date, length: int) -> None:
    found = regularity(days, Period(since, since + timedelta(days=length)))
    assert found.value is not None
    assert 0 <= found.value <= 1


@given(
    st.integers(0, 1000), st.dictionaries(st.text(min_size=1, max_size=5), st.integers(0, 1000), min_size=1, max_size=5)
)
def test_voices_share_one_whole(own: int, others: dict[str, int]) -> None:
    share = share_of_voice(own, others).value
    assert share is None or 0 <= share <= 1
