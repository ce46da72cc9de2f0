"""Spans of working time: known cases to the second, and what must hold of any."""

import json
import os
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from holidays import country_holidays
from hypothesis import assume, given
from hypothesis import strategies as st
from pydantic import ValidationError

from shared.local_time import UnknownTimezone
from shared.working_time import NoWorkingTime, Span, WorkingCalendar, WrongSpan, due, worked

Hours = tuple[tuple[str, str], ...]
OFFICE: Hours = (("09:00", "18:00"),)
ZONES = ("Europe/Moscow", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe", "UTC")
MOSCOW = ZoneInfo("Europe/Moscow")
DATA = Path(os.environ.get("VMESTE_REFERENCE_DATA", Path(__file__).parents[3].parent / "shared" / "data"))


def office(hours: Hours = OFFICE, **more: Any) -> WorkingCalendar:
    values: dict[str, Any] = {"week": (hours,) * 5 + ((), ()), **more}
    return WorkingCalendar(**values)


def official(country: str, hours: Hours) -> WorkingCalendar:
    """The country's days off and its moved working days, as the package has them."""
    days = country_holidays(country, years=range(2025, 2028))
    moved = {day: date(2025, 11, 3) for day in sorted(days.weekend_workdays)} if country == "RU" else {}
    return office(hours, holidays={day: str(days[day]) for day in days}, moved=moved)


def known_cases() -> list[dict[str, Any]]:
    try:
        return json.loads((DATA / "working_time" / "cases.json").read_text(encoding="utf-8"))["cases"]
    except FileNotFoundError:
        return []


def test_the_known_cases_hold_to_the_second() -> None:
    cases = known_cases()
    if not cases:
        absent = pytest.fail if os.environ.get("VMESTE_REQUIRE_REFERENCE") == "1" else pytest.skip
        absent(f"the reference cases are not at {DATA}")
    for case in cases:
        zone = ZoneInfo(case["zone"])
        hours = tuple((begin, end) for begin, end in case.get("hours", OFFICE))
        pauses = [
            (datetime.fromisoformat(begin).replace(tzinfo=zone), datetime.fromisoformat(end).replace(tzinfo=zone))
            for begin, end in case.get("waiting", [])
        ]
        start = datetime.fromisoformat(case["start"]).replace(tzinfo=zone)
        found = due(start, case["minutes"], official(case.get("country", "RU"), hours), case["zone"], pauses)
        assert found.isoformat() == case["due"], case["id"]


# --- what must hold of any

moments = st.datetimes(datetime(2024, 1, 1), datetime(2027, 1, 1)).map(  # noqa: DTZ001 - the zone follows
    lambda moment: moment.replace(microsecond=0, tzinfo=UTC)
)
spans = st.integers(1, 6000)
zones = st.sampled_from(ZONES)


@st.composite
def hours_of_a_day(draw: st.DrawFn) -> Hours:
    bounds = sorted(draw(st.sets(st.integers(0, 96), max_size=6)))
    texts = [f"{bound // 4:02}:{bound % 4 * 15:02}" for bound in bounds]
    return tuple(zip(texts[::2], texts[1::2], strict=False))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    week = tuple(draw(hours_of_a_day()) for _ in range(7))
    assume(any(week))
    days = st.dates(date(2024, 1, 1), date(2027, 6, 1))
    return WorkingCalendar(
        week=week,
        holidays=dict.fromkeys(draw(st.sets(days, max_size=8)), "праздник"),
        moved=draw(st.dictionaries(days, days, max_size=3)),
        short_days=draw(st.frozensets(days, max_size=5)),
        overrides=draw(st.dictionaries(days, hours_of_a_day(), max_size=5)),
    )


@st.composite
def pauses_of(draw: st.DrawFn) -> list[Span]:
    begins = draw(st.lists(moments, max_size=3))
    return [(begin, begin + timedelta(minutes=draw(st.integers(0, 5000)))) for begin in begins]


@given(calendars(), zones, moments, st.integers(0, 100_000), spans, pauses_of())
def test_who_begins_later_is_not_done_earlier(
    calendar: WorkingCalendar, zone: str, start: datetime, later: int, minutes: int, pauses: list[Span]
) -> None:
    first = due(start, minutes, calendar, zone, pauses)
    second = due(start + timedelta(minutes=later), minutes, calendar, zone, pauses)
    assert first <= second


@given(calendars(), zones, moments, spans, spans, pauses_of())
def test_two_spans_one_after_the_other_are_their_sum(
    calendar: WorkingCalendar, zone: str, start: datetime, one: int, other: int, pauses: list[Span]
) -> None:
    first = due(start, one, calendar, zone, pauses)
    assert due(first, other, calendar, zone, pauses) == due(start, one + other, calendar, zone, pauses)


@given(calendars(), zones, moments, spans, pauses_of())
def test_it_ends_in_working_time(
    calendar: WorkingCalendar, zone: str, start: datetime, minutes: int, pauses: list[Span]
) -> None:
    found = due(start, minutes, calendar, zone, pauses)
    place = ZoneInfo(zone)
    near = [found.date() - timedelta(days=1), found.date()]  # 24:00 belongs to the day before
    assert any(begin < found <= end for day in near for begin, end in calendar.spans(day, place))
    assert not any(begin < found <= end for begin, end in pauses)


@given(calendars(), zones, moments, spans, moments, st.integers(1, 9000), st.floats(0, 1))
def test_a_pause_may_be_split(
    calendar: WorkingCalendar, zone: str, start: datetime, minutes: int, begin: datetime, length: int, share: float
) -> None:
    end = begin + timedelta(minutes=length)
    cut = begin + (end - begin) * share
    whole = due(start, minutes, calendar, zone, [(begin, end)])
    assert whole == due(start, minutes, calendar, zone, [(cut, end), (begin, cut)])
    assert whole == due(start, minutes, calendar, zone, [(begin, end), (begin, cut), (cut, end)])


@given(calendars(), zones, moments, spans, pauses_of())
def test_what_was_worked_until_it_is_due_is_the_span(
    calendar: WorkingCalendar, zone: str, start: datetime, minutes: int, pauses: list[Span]
) -> None:
    end = due(start, minutes, calendar, zone, pauses)
    assert worked(start, end, calendar, zone, pauses) == timedelta(minutes=minutes)


@given(calendars())
def test_a_calendar_goes_into_json_and_comes_back(calendar: WorkingCalendar) -> None:
    assert WorkingCalendar.model_validate_json(calendar.model_dump_json()) == calendar
    assert WorkingCalendar.model_validate(calendar.model_dump(mode="json")) == calendar


@given(calendars(), zones, st.dates(date(2024, 1, 1), date(2026, 12, 31)))
def test_the_spans_of_days_follow_each_other(calendar: WorkingCalendar, zone: str, day: date) -> None:
    place = ZoneInfo(zone)
    found = [*calendar.spans(day, place), *calendar.spans(day + timedelta(days=1), place)]
    assert all(begin < end for begin, end in found)
    assert all(first[1] <= second[0] for first, second in pairwise(found))


# --- what is refused

START = datetime(2026, 4, 14, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    "calendar",
    [
        WorkingCalendar(week=((),) * 7),
        office(overrides={}, holidays={date(2026, 1, 1) + timedelta(days=n): "x" for n in range(4000)}),
    ],
    ids=["empty", "ten years of holidays"],
)
def test_without_working_time_there_is_no_end_and_no_hanging(calendar: WorkingCalendar) -> None:
    with pytest.raises(NoWorkingTime):
        due(START, 1, calendar, "Europe/Moscow")
    assert worked(START, START + timedelta(days=300), calendar, "Europe/Moscow") == timedelta()


@pytest.mark.parametrize("minutes", [0, -1, -0.5, 5_000_001, float("inf"), float("nan")])
def test_a_span_that_is_none_is_refused(minutes: float) -> None:
    with pytest.raises(WrongSpan):
        due(START, minutes, office(), "Europe/Moscow")


@pytest.mark.parametrize("zone", ["Mars/Olympus", "", "../etc/passwd", "Europe"])
def test_an_unknown_zone_is_refused(zone: str) -> None:
    with pytest.raises(UnknownTimezone):
        due(START, 60, office(), zone)
    with pytest.raises(UnknownTimezone):
        worked(START, START, office(), zone)
    with pytest.raises(ValidationError):
        office(zone=zone)


def test_an_end_before_the_beginning_is_refused() -> None:
    before = START - timedelta(seconds=1)
    with pytest.raises(WrongSpan):
        worked(START, before, office(), "UTC")
    with pytest.raises(WrongSpan):
        due(START, 60, office(), "UTC", [(START, before)])


def test_a_pause_without_an_end_in_sight_is_no_hang() -> None:
    with pytest.raises(NoWorkingTime):
        due(START, 60, office(), "UTC", [(START, START + timedelta(days=100_000))])


@pytest.mark.parametrize(
    "hours",
    [
        (("18:00", "09:00"),),
        (("09:00", "09:00"),),
        (("09:00", "13:00"), ("12:00", "18:00")),
        (("14:00", "18:00"), ("09:00", "13:00")),
        (("09:00", "24:15"),),
        (("9:00", "18:00"),),
        (("09:60", "18:00"),),
        (("٠٩:٠٠", "18:00"),),
        tuple((f"{hour:02}:00", f"{hour:02}:30") for hour in range(9)),
    ],
)
def test_hours_that_make_no_sense_are_refused(hours: Hours) -> None:
    with pytest.raises(ValidationError):
        office(hours)


# --- the days


def test_the_first_that_knows_a_day_decides_it() -> None:
    monday, saturday = date(2026, 4, 13), date(2026, 4, 18)
    calendar = office(
        holidays={monday: "праздник"}, overrides={monday: (("10:00", "12:00"),)}, moved={saturday: monday}
    )
    assert calendar.hours(monday) == (("10:00", "12:00"),)
    assert calendar.hours(saturday) == OFFICE
    assert calendar.hours(date(2026, 4, 19)) == ()


def test_a_short_day_loses_its_last_hour_wherever_it_lies() -> None:
    day = date(2026, 4, 30)
    assert office(short_days={day}).hours(day) == (("09:00", "17:00"),)
    late: Hours = (("09:00", "13:00"), ("14:00", "14:30"))
    assert office(late, short_days={day}).hours(day) == (("09:00", "12:30"),)
    assert office((("09:00", "09:30"),), short_days={day}).hours(day) == ()
    assert office(short_days={day}, short_by=0).hours(day) == OFFICE


@pytest.mark.parametrize(
    ("zone", "day", "length"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Europe/Moscow", date(2026, 3, 29), 24),
    ],
)
def test_a_day_on_which_clocks_change_is_as_long_as_it_is(zone: str, day: date, length: int) -> None:
    round_the_clock = WorkingCalendar(week=((("00:00", "24:00"),),) * 7)
    ((begin, end),) = round_the_clock.spans(day, ZoneInfo(zone))
    assert end - begin == timedelta(hours=length)


def test_hours_inside_a_skipped_hour_begin_when_it_is_skipped() -> None:
    calendar = WorkingCalendar(week=((("00:00", "02:30"), ("02:30", "04:00")),) * 7)
    first, second = calendar.spans(date(2026, 3, 29), ZoneInfo("Europe/Berlin"))
    skipped = datetime(2026, 3, 29, 1, tzinfo=UTC)
    assert (first[1], second[0], second[1]) == (skipped, skipped, datetime(2026, 3, 29, 2, tzinfo=UTC))


def test_a_deadline_is_said_in_the_zone_that_was_asked_for() -> None:
    found = due(datetime(2026, 4, 14, 9, tzinfo=UTC), 60, office(), "Europe/Moscow")
    assert found == datetime(2026, 4, 14, 13, tzinfo=MOSCOW)
    assert found.utcoffset() == timedelta(hours=3)
