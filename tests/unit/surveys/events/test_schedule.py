"""Local times as moments."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.events.rules.schedule import (
    InvalidSchedule,
    check_ahead,
    check_times,
    moment_of,
    zone_named,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2031, 5, 20, 12, 0, tzinfo=UTC)


@given(local=st.datetimes(datetime(2000, 1, 2), datetime(2200, 12, 30)), name=st.sampled_from(["Europe/Moscow", "UTC"]))  # noqa: DTZ001 - local times
def test_a_moment_is_that_local_time_there(local: datetime, name: str) -> None:
    zone = ZoneInfo(name)
    try:
        moment = moment_of(local, zone, "/x")
    except InvalidSchedule:
        assert name == "Europe/Moscow"
        assert local.year <= 2011  # the last spring in which Moscow's clocks went forward
        return
    assert moment.astimezone(zone).replace(tzinfo=None) == local


def test_a_time_that_comes_twice_is_the_earlier_one() -> None:
    assert moment_of(datetime(2032, 10, 31, 2, 30), BERLIN, "/x") == datetime(2032, 10, 31, 0, 30, tzinfo=UTC)  # noqa: DTZ001 - a local time


@pytest.mark.parametrize("local", [datetime(2032, 3, 28, 2, 30), datetime(1, 1, 1), datetime.max])  # noqa: DTZ001, DTZ901 - local times
def test_a_time_that_there_is_not_is_refused(local: datetime) -> None:
    with pytest.raises(InvalidSchedule):
        moment_of(local, BERLIN, "/x")


@pytest.mark.parametrize("name", ["", "Europe", "../etc/hosts", "/etc/hosts", "Europe/Atlantis", "\0"])
def test_only_zones_are_zones(name: str) -> None:
    with pytest.raises(InvalidSchedule):
        zone_named(name)


def test_times_follow_each_other() -> None:
    hour = timedelta(hours=1)
    check_times(NOON, NOON + hour, NOON + hour)
    check_ahead(NOON, NOON - hour)
    for wrong in ((NOON, NOON, None), (NOON, NOON + 800 * hour, None), (NOON, NOON + hour, NOON + 2 * hour)):
        with pytest.raises(InvalidSchedule):
            check_times(*wrong)
    with pytest.raises(InvalidSchedule):
        check_ahead(NOON, NOON)
