# ruff: noqa: DTZ001, DTZ901 - local times without a zone are the subject
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.publications.rules.plans import TimeOutOfRange, moment_now_meant, planned_moment

NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


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


def test_a_plan_stands_when_the_zone_now_skips_its_local_time() -> None:
    planned = datetime(2027, 3, 28, 1, tzinfo=UTC)
    assert moment_now_meant(datetime(2027, 3, 28, 2, 30), ZoneInfo("Europe/Berlin"), 0, planned) == planned
