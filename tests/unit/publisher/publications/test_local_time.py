# ruff: noqa: DTZ001, DTZ901 - local times without a zone are the subject
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.publications.rules.local_time import (
    NonexistentLocalTime,
    TimeOutOfRange,
    UnknownTimeZone,
    moment_now_meant,
    moment_of,
    planned_moment,
    zone_named,
)

ZONES = ["Europe/Moscow", "Asia/Vladivostok", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")


@given(
    local_time=st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1)),
    name=st.sampled_from(ZONES),
    fold=st.integers(0, 1),
)
def test_the_moment_reads_as_the_local_time_that_was_meant(local_time: datetime, name: str, fold: int) -> None:
    zone = ZoneInfo(name)
    try:
        moment = moment_of(local_time, zone, fold)
    except NonexistentLocalTime:
        before, after = local_time - timedelta(hours=2), local_time + timedelta(hours=2)
        assert before.replace(tzinfo=zone).utcoffset() != after.replace(tzinfo=zone).utcoffset()
    else:
        assert moment.astimezone(zone).replace(tzinfo=None) == local_time


def test_a_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(NonexistentLocalTime):
        moment_of(datetime(2027, 3, 28, 2, 30), BERLIN)


def test_of_a_time_that_comes_twice_fold_chooses() -> None:
    earlier = moment_of(datetime(2027, 10, 31, 2, 30), BERLIN)
    later = moment_of(datetime(2027, 10, 31, 2, 30), BERLIN, 1)
    assert later - earlier == timedelta(hours=1)
    assert earlier == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "name", ["", "Mars/Base", "../../etc/passwd", "/etc/passwd", "Europe", "Europe/Moscow\0", "x" * 300]
)
def test_only_zones_of_the_iana_database_are_known(name: str) -> None:
    with pytest.raises(UnknownTimeZone):
        zone_named(name)


@pytest.mark.parametrize(
    "local_time",
    [datetime.min, datetime.max, datetime(2026, 11, 20, 14, 59), datetime(2028, 11, 30, 12)],
)
def test_a_plan_is_for_the_future_and_not_for_ever(local_time: datetime) -> None:
    with pytest.raises(TimeOutOfRange):
        planned_moment(local_time, ZoneInfo("Europe/Moscow"), 0, NOW)


@given(minutes=st.integers(1, 700 * 24 * 60))
def test_any_minute_of_two_years_can_be_planned(minutes: int) -> None:
    zone = ZoneInfo("Europe/Moscow")
    moment = (NOW + timedelta(minutes=minutes)).replace(microsecond=0)
    assert planned_moment(moment.astimezone(zone).replace(tzinfo=None), zone, 0, NOW) == moment


def test_a_zone_that_changed_moves_the_moment() -> None:
    """Volgograd went from UTC+4 to UTC+3 on 27 December 2020: noon comes an hour later than was planned."""
    planned = datetime(2020, 12, 28, 8, tzinfo=UTC)
    meant = moment_now_meant(datetime(2020, 12, 28, 12), ZoneInfo("Europe/Volgograd"), 0, planned)
    assert meant - planned == timedelta(hours=1)
