from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.plans.rules.weeks import PeriodOutOfCalendar, cadence, check_period, mondays


@given(st.dates(date(2001, 1, 1), date(2099, 1, 1)), st.integers(1, 26))
def test_weeks_follow_each_other_up_to_this_one(today: date, many: int) -> None:
    begin = mondays(today, many)
    assert len(begin) == many
    assert {day.isoweekday() for day in begin} == {1}
    assert begin[-1] <= today < begin[-1] + timedelta(weeks=1)
    assert all(later - earlier == timedelta(weeks=1) for earlier, later in pairwise(begin))


def test_a_post_counts_for_its_local_week() -> None:
    sunday_in_london = datetime(2026, 11, 22, 22, tzinfo=UTC)  # Monday in Moscow
    begin = mondays(date(2026, 11, 23), 2)
    weeks = cadence(begin, ZoneInfo("Europe/Moscow"), [sunday_in_london], [sunday_in_london] * 2, [])
    assert [(week.slots, week.posts, week.missed) for week in weeks] == [(0, 0, 0), (1, 2, 0)]


@pytest.mark.parametrize(
    ("since", "until"),
    [
        (date(2026, 11, 2), date(2026, 11, 1)),
        (date(2026, 11, 1), date(2027, 1, 2)),
        (date(1999, 12, 31), date(2000, 1, 2)),
        (date(2100, 12, 1), date(2101, 1, 1)),
    ],
)
def test_a_calendar_shows_two_months_at_most(since: date, until: date) -> None:
    with pytest.raises(PeriodOutOfCalendar):
        check_period(since, until)


def test_two_months_are_shown() -> None:
    check_period(date(2026, 11, 1), date(2027, 1, 1))
