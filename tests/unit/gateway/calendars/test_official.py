"""The Russian production calendar, as decreed, and the years of which nothing is decreed yet."""

from datetime import date

import pytest

from services.gateway.calendars.rules.definitions import (
    OFFICE_WEEK,
    NoWorkingDay,
    TooManyDays,
    check_period,
    check_week,
    definition_of,
    why,
)
from services.gateway.calendars.rules.official import Country, official_days, without_official_data, years_around

TODAY = date(2026, 11, 23)


def working_days(year: int) -> int:
    calendar = definition_of(OFFICE_WEEK, Country.RUSSIA, 60, {}, None, date(year, 6, 1))
    days = (
        date.fromordinal(number) for number in range(date(year, 1, 1).toordinal(), date(year + 1, 1, 1).toordinal())
    )
    return sum(bool(calendar.hours(day)) for day in days)


@pytest.mark.parametrize(("year", "days"), [(2024, 248), (2025, 247), (2026, 247)])
def test_a_year_has_as_many_working_days_as_the_production_calendar_says(year: int, days: int) -> None:
    assert working_days(year) == days


@pytest.mark.parametrize(
    ("year", "days"),
    [
        (2024, [(2, 22), (3, 7), (5, 8), (6, 11), (11, 2)]),
        (2025, [(3, 7), (4, 30), (6, 11), (11, 1)]),
        (2026, [(4, 30), (5, 8), (6, 11), (11, 3)]),
    ],
)
def test_days_before_holidays_are_short(year: int, days: list[tuple[int, int]]) -> None:
    assert sorted(official_days(year, year).short_days) == [date(year, month, day) for month, day in days]


def test_a_working_saturday_has_the_hours_of_the_day_it_stands_for() -> None:
    calendar = definition_of(OFFICE_WEEK, Country.RUSSIA, 60, {}, None, date(2025, 6, 1))
    saturday = date(2025, 11, 1)
    assert calendar.moved[saturday] == date(2025, 11, 3)
    assert (calendar.hours(saturday), why(calendar, saturday)) == ((("09:00", "17:00"),), "short")
    assert (calendar.hours(date(2025, 11, 3)), why(calendar, date(2025, 11, 3))) == ((), "holiday")
    assert why(calendar, date(2024, 4, 27)) == "moved"


def test_years_of_which_nothing_is_decreed_are_named() -> None:
    assert list(years_around(TODAY)) == [2024, 2025, 2026, 2027, 2028, 2029]
    missing = without_official_data(years_around(TODAY))
    assert 2029 in missing
    assert 2025 not in missing
    assert 2026 not in missing


def test_a_calendar_without_a_country_has_its_week_alone() -> None:
    calendar = definition_of(OFFICE_WEEK, None, 60, {}, None, TODAY)
    assert (calendar.holidays, calendar.moved, calendar.short_days) == ({}, {}, frozenset())
    assert why(calendar, date(2026, 1, 1)) == "week"


def test_a_week_without_hours_and_a_period_without_end_are_refused() -> None:
    with pytest.raises(NoWorkingDay):
        check_week([()] * 7)
    check_period(TODAY, date(2027, 12, 27))
    for last in (date(2026, 11, 22), date(2027, 12, 28)):
        with pytest.raises(TooManyDays):
            check_period(TODAY, last)
