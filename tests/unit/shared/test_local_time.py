# ruff: noqa: DTZ001 - local times without a zone are the subject
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.local_time import LocalTimeDoesNotExist, UnknownTimezone, moment_of, zone_named

ZONES = ["Europe/Moscow", "Asia/Vladivostok", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "UTC"]
BERLIN = ZoneInfo("Europe/Berlin")


@given(
    local_time=st.datetimes(datetime(2000, 1, 2), datetime(2200, 12, 30)),
    name=st.sampled_from(ZONES),
    fold=st.integers(0, 1),
)
def test_the_moment_reads_as_the_local_time_that_was_meant(local_time: datetime, name: str, fold: int) -> None:
    zone = ZoneInfo(name)
    try:
        moment = moment_of(local_time, zone, "/x", fold)
    except LocalTimeDoesNotExist:
        before, after = local_time - timedelta(hours=2), local_time + timedelta(hours=2)
        assert before.replace(tzinfo=zone).utcoffset() != after.replace(tzinfo=zone).utcoffset()
    else:
        assert moment.astimezone(zone).replace(tzinfo=None) == local_time


def test_a_time_that_the_clocks_skip_is_refused() -> None:
    with pytest.raises(LocalTimeDoesNotExist) as raised:
        moment_of(datetime(2027, 3, 28, 2, 30), BERLIN, "/starts_local")
    assert [error.pointer for error in raised.value.errors] == ["/starts_local"]


def test_a_time_that_comes_twice_is_the_earlier_one_unless_fold_says_otherwise() -> None:
    earlier = moment_of(datetime(2027, 10, 31, 2, 30), BERLIN, "/x")
    later = moment_of(datetime(2027, 10, 31, 2, 30), BERLIN, "/x", 1)
    assert later - earlier == timedelta(hours=1)
    assert earlier == datetime(2027, 10, 31, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    "name",
    ["", "Mars/Base", "Europe/Atlantis", "../../etc/passwd", "/etc/passwd", "Europe", "Europe/Moscow\0", "x" * 300],
)
def test_only_zones_of_the_iana_database_are_known(name: str) -> None:
    with pytest.raises(UnknownTimezone) as raised:
        zone_named(name)
    assert [error.pointer for error in raised.value.errors] == ["/timezone"]
