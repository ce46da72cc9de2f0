"""The times of an event."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from services.surveys.events.rules.schedule import (
    InvalidSchedule,
    check_ahead,
    check_times,
    moment_within_reach,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOON = datetime(2031, 5, 20, 12, 0, tzinfo=UTC)


def test_the_times_of_an_event_are_within_reach() -> None:
    noon = datetime(2031, 5, 20, 14)  # noqa: DTZ001 - a local time
    assert moment_within_reach(noon, BERLIN, "/x") == NOON


@pytest.mark.parametrize("local_time", [datetime.min, datetime(1999, 12, 31), datetime(2201, 1, 1), datetime.max])  # noqa: DTZ001, DTZ901 - local times
def test_other_centuries_are_out_of_range(local_time: datetime) -> None:
    with pytest.raises(InvalidSchedule):
        moment_within_reach(local_time, BERLIN, "/x")


def test_times_follow_each_other() -> None:
    hour = timedelta(hours=1)
    check_times(NOON, NOON + hour, NOON + hour)
    check_ahead(NOON, NOON - hour)
    for wrong in ((NOON, NOON, None), (NOON, NOON + 800 * hour, None), (NOON, NOON + hour, NOON + 2 * hour)):
        with pytest.raises(InvalidSchedule):
            check_times(*wrong)
    with pytest.raises(InvalidSchedule):
        check_ahead(NOON, NOON)
