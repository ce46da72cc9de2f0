from datetime import UTC, date, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.plans.rules.recurrence import (
    BadPlan,
    Recurrence,
    Repeat,
    days_of,
    is_over,
    is_past,
    made_at,
    next_on,
)

BEFORE = date.min
days = st.dates(date(2000, 1, 1), date(2100, 1, 1))
_WEEKDAYS, _NTHS = st.integers(1, 7), st.sampled_from([1, 2, 3, 4, -1])
weekly = st.builds(
    Recurrence, st.just(Repeat.WEEK), days, weekday=_WEEKDAYS, every_weeks=st.integers(1, 26), ends_on=st.none()
)
monthly = st.builds(Recurrence, st.just(Repeat.MONTH), days, day=st.integers(1, 31), ends_on=st.none())
nth = st.builds(Recurrence, st.just(Repeat.NTH_WEEKDAY), days, weekday=_WEEKDAYS, nth=_NTHS, ends_on=st.none())
rules = st.one_of(weekly, monthly, nth)


@given(rules, st.integers(0, 900))
def test_from_day_to_day_nothing_is_left_out_and_nothing_comes_twice(rule: Recurrence, later: int) -> None:
    first = list(islice(days_of(rule, rule.starts_on - timedelta(days=1)), 12))
    assert first == sorted(set(first))
    assert first[0] >= rule.starts_on
    walked = [first[0]]
    while len(walked) < len(first):
        walked.append(next_on(rule, walked[-1]) or BEFORE)
    assert walked == first
    after = rule.starts_on + timedelta(days=later)
    beyond = [day for day in islice(days_of(rule, rule.starts_on - timedelta(days=1)), 200) if day > after]
    assert not beyond or next_on(rule, after) == beyond[0]


@given(weekly)
def test_weeks_are_as_far_apart_as_said(rule: Recurrence) -> None:
    first, second = islice(days_of(rule, rule.starts_on - timedelta(days=1)), 2)
    assert first.isoweekday() == rule.weekday
    assert (first - rule.starts_on).days < 7
    assert second - first == timedelta(weeks=rule.every_weeks)


@given(st.one_of(monthly, nth))
def test_every_month_has_its_day(rule: Recurrence) -> None:
    found = list(islice(days_of(rule, rule.starts_on - timedelta(days=1)), 25))
    months = [day.year * 12 + day.month for day in found]
    assert months == list(range(months[0], months[0] + 25))
    for day in found:
        next_week = day + timedelta(weeks=1)
        if rule.repeat is Repeat.NTH_WEEKDAY:
            assert day.isoweekday() == rule.weekday
            assert (day.day - 1) // 7 + 1 == rule.nth or (rule.nth == -1 and next_week.month != day.month)
        else:
            assert day.day == rule.day or (day + timedelta(days=1)).day == 1


@given(rules, st.integers(0, 400))
def test_nothing_comes_after_its_end(rule: Recurrence, lasts: int) -> None:
    ends_on = rule.starts_on + timedelta(days=lasts)
    ended = Recurrence(rule.repeat, rule.starts_on, ends_on, rule.every_weeks, rule.weekday, rule.nth, rule.day)
    found = list(days_of(ended, rule.starts_on - timedelta(days=1)))
    assert found == [day for day in islice(days_of(rule, rule.starts_on - timedelta(days=1)), 70) if day <= ends_on]


@pytest.mark.parametrize(
    ("repeat", "more", "pointer"),
    [
        (Repeat.WEEK, {}, "/weekday"),
        (Repeat.WEEK, {"weekday": 1, "day": 3}, "/day"),
        (Repeat.MONTH, {"weekday": 1}, "/weekday"),
        (Repeat.MONTH, {"day": 1, "every_weeks": 2}, "/every_weeks"),
        (Repeat.NTH_WEEKDAY, {"weekday": 1}, "/nth"),
        (Repeat.NTH_WEEKDAY, {"weekday": 1, "nth": 0}, "/nth"),
        (Repeat.MONTH, {"day": 1, "ends_on": date(2026, 11, 1)}, "/ends_on"),
        (Repeat.MONTH, {"day": 1, "ends_on": date(2040, 11, 1)}, "/ends_on"),
    ],
)
def test_a_plan_that_says_too_little_or_too_much_is_refused(repeat: Repeat, more: dict[str, int], pointer: str) -> None:
    with pytest.raises(BadPlan) as refused:
        Recurrence(repeat, date(2026, 11, 23), **more)  # pyright: ignore[reportArgumentType] - one field of each case is a date
    assert [error.pointer for error in refused.value.errors] == [pointer]


def test_the_hour_is_that_of_the_zone_on_that_day() -> None:
    almaty, volgograd = ZoneInfo("Asia/Almaty"), ZoneInfo("Europe/Volgograd")
    assert made_at(date(2024, 2, 29), 0, time(12), almaty) == datetime(2024, 2, 29, 6, tzinfo=UTC)
    assert made_at(date(2024, 3, 2), 1, time(12), almaty) == datetime(2024, 3, 1, 7, tzinfo=UTC)
    assert made_at(date(2020, 12, 26), 0, time(12), volgograd) == datetime(2020, 12, 26, 8, tzinfo=UTC)
    assert made_at(date(2020, 12, 28), 0, time(12), volgograd) == datetime(2020, 12, 28, 9, tzinfo=UTC)


def test_an_hour_that_the_clocks_skip_comes_as_long_after_midnight() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    assert made_at(date(2026, 3, 29), 0, time(2, 30), berlin) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


def test_a_day_late_is_too_late() -> None:
    zone, on = ZoneInfo("Europe/Moscow"), date(2026, 11, 23)
    moment = datetime(2026, 11, 23, 7, tzinfo=UTC)
    assert not is_past(on, time(10), zone, moment - timedelta(seconds=1))
    assert is_past(on, time(10), zone, moment)
    assert not is_over(on, time(10), zone, moment + timedelta(hours=24))
    assert is_over(on, time(10), zone, moment + timedelta(hours=24, seconds=1))
