"""Days that come round: never before the day after, never skipped, always as the rule says."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.cards.rules.holidays import HOLIDAYS
from services.publisher.cards.rules.occasions import (
    LAST,
    Anniversary,
    BadOccasion,
    EveryYear,
    NthWeekday,
    OccasionKind,
    RuleFields,
    drafted_at,
    next_on,
    rule_of,
)

DAYS = st.dates(date(1990, 1, 1), date(2090, 12, 31))
LEAP_YEAR_DAYS = st.dates(date(2024, 1, 1), date(2024, 12, 31))
EVERY_YEAR = LEAP_YEAR_DAYS.map(lambda day: EveryYear(day.month, day.day))
NTH = st.builds(NthWeekday, st.integers(1, 12), st.integers(1, 7), st.sampled_from([1, 2, 3, 4, LAST]))


def days_after(day: date, count: int) -> list[date]:
    return [day + timedelta(days=number) for number in range(1, count + 1)]


@given(rule=EVERY_YEAR, after=DAYS)
def test_a_date_comes_within_a_year_and_is_not_skipped(rule: EveryYear, after: date) -> None:
    on = next_on(rule, after)
    assert on is not None
    kept = [
        day
        for day in days_after(after, 366)
        if (day.month, day.day) == (rule.month, rule.day)
        or ((rule.month, rule.day) == (2, 29) and (day.month, day.day) == (2, 28) and day.year % 4)
    ]
    assert on == kept[0]


@given(rule=NTH, after=DAYS)
def test_a_weekday_of_a_month_is_the_one_that_is_meant(rule: NthWeekday, after: date) -> None:
    on = next_on(rule, after)
    assert on is not None
    month = [
        day
        for day in days_after(date(on.year, rule.month, 1) - timedelta(days=1), 31)
        if day.month == rule.month and day.isoweekday() == rule.weekday
    ]
    assert on == month[rule.nth if rule.nth == LAST else rule.nth - 1]
    assert after < on <= after + timedelta(days=372)
    assert next_on(rule, on - timedelta(days=1)) == on


@given(founded=DAYS, every=st.integers(1, 100), after=DAYS)
def test_an_anniversary_is_a_round_one_and_the_next(founded: date, every: int, after: date) -> None:
    rule = Anniversary(founded, every)
    on = next_on(rule, after)
    assert on is not None
    assert on > after
    years = rule.years_in(on.year)
    assert years > 0
    assert years % every == 0
    if years > every:
        assert (EveryYear(founded.month, founded.day).in_year(on.year - every)) <= after


@given(rule=st.one_of(EVERY_YEAR, NTH), after=DAYS)
def test_each_year_has_its_own(rule: EveryYear | NthWeekday, after: date) -> None:
    first = next_on(rule, after)
    assert first is not None
    second = next_on(rule, first)
    assert second is not None
    assert second.year == first.year + 1


@given(
    on=DAYS, ahead=st.integers(0, 60), zone=st.sampled_from(["Europe/Moscow", "Asia/Vladivostok", "America/New_York"])
)
def test_a_draft_is_there_in_the_morning_so_many_days_before(on: date, ahead: int, zone: str) -> None:
    local = drafted_at(on, ahead, ZoneInfo(zone)).astimezone(ZoneInfo(zone))
    assert (local.date(), local.hour) == (on - timedelta(days=ahead), 6)


@given(
    fields=st.builds(RuleFields, *[st.one_of(st.none(), st.integers(-9, 40))] * 4), kind=st.sampled_from(OccasionKind)
)
def test_any_fields_make_a_rule_or_are_refused(fields: RuleFields, kind: OccasionKind) -> None:
    try:
        rule = rule_of(kind, fields)
    except BadOccasion:
        return
    assert next_on(rule, date(2026, 1, 1)) is not None


def test_what_a_kind_does_not_take_is_refused() -> None:
    assert rule_of(OccasionKind.FIXED_DATE, RuleFields(month=12, day=22)) == EveryYear(12, 22)
    for fields in (RuleFields(month=12), RuleFields(month=2, day=30), RuleFields(month=12, day=22, weekday=7)):
        with pytest.raises(BadOccasion):
            rule_of(OccasionKind.FIXED_DATE, fields)


def test_the_very_last_anniversary_has_none_after_it() -> None:
    assert next_on(Anniversary(date(1990, 5, 1), 999), date(2989, 5, 1)) is None
    assert next_on(EveryYear(12, 31), date(9999, 12, 31)) is None


PUBLISHED_2025_AND_2026 = {  # as calendars have them
    "housing": ((3, 16), (3, 15)),
    "geologists": ((4, 6), (4, 5)),
    "chemists": ((5, 25), (5, 31)),
    "land_improvement": ((6, 1), (6, 7)),
    "light_industry": ((6, 8), (6, 14)),
    "medical_workers": ((6, 15), (6, 21)),
    "inventors": ((6, 28), (6, 27)),
    "sea_and_river_fleet": ((7, 6), (7, 5)),
    "post": ((7, 13), (7, 12)),
    "metallurgists": ((7, 20), (7, 19)),
    "trade": ((7, 26), (7, 25)),
    "railway": ((8, 3), (8, 2)),
    "sport": ((8, 9), (8, 8)),
    "builders": ((8, 10), (8, 9)),
    "miners": ((8, 31), (8, 30)),
    "oil_and_gas": ((9, 7), (9, 6)),
    "forest": ((9, 21), (9, 20)),
    "machine_building": ((9, 28), (9, 27)),
    "agriculture": ((10, 12), (10, 11)),
    "roads": ((10, 19), (10, 18)),
    "city_transport": ((10, 26), (10, 25)),
    "teachers": ((10, 5), (10, 5)),
    "power_engineers": ((12, 22), (12, 22)),
}


@pytest.mark.parametrize("code", PUBLISHED_2025_AND_2026)
def test_holidays_fall_where_calendars_have_them(code: str) -> None:
    (holiday,) = [each for each in HOLIDAYS if each.code == code]
    expected = tuple(date(year, *day) for year, day in zip((2025, 2026), PUBLISHED_2025_AND_2026[code], strict=True))
    assert (holiday.rule.in_year(2025), holiday.rule.in_year(2026)) == expected


def test_the_list_of_holidays_is_whole() -> None:
    assert len(HOLIDAYS) >= 30
    assert len({holiday.code for holiday in HOLIDAYS}) == len({holiday.title for holiday in HOLIDAYS}) == len(HOLIDAYS)
    days = [holiday.rule.in_year(2026) for holiday in HOLIDAYS]
    assert days == sorted(days, key=lambda day: day.month)
