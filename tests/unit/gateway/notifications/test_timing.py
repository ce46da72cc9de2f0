"""When a person is told: never at night, never too often, and what was held back in the morning."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.notifications.rules.timing import (
    Preferences,
    Turn,
    decide,
    end_of_night,
    next_morning,
    start_of_day,
)

MOSCOW = ZoneInfo("Europe/Moscow")
ZONES = st.sampled_from(
    [MOSCOW, ZoneInfo("America/New_York"), ZoneInfo("Asia/Kamchatka"), ZoneInfo("Australia/Lord_Howe")]
)
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis wants bounds without a zone
CLOCKS = st.times().map(lambda moment: moment.replace(second=0, microsecond=0))
WANTED = st.builds(Preferences, ZONES, CLOCKS, CLOCKS, st.integers(0, 50))


def at(hour: int, minute: int = 0, zone: ZoneInfo = MOSCOW) -> datetime:
    return datetime(2031, 3, 3, hour, minute, tzinfo=zone).astimezone(UTC)


@given(now=MOMENTS, wanted=WANTED)
def test_the_night_ends_in_a_day_at_the_latest_and_stays_ended(now: datetime, wanted: Preferences) -> None:
    end = end_of_night(now, wanted)
    if end is not None:
        assert now < end <= now + timedelta(hours=26)  # 24, and what clocks are put back by
        again = end_of_night(end, wanted)
        assert again is None or again - now < timedelta(hours=26)


@given(now=MOMENTS, wanted=WANTED, today=st.integers(0, 100))
def test_what_is_put_off_is_put_off_into_the_future(now: datetime, wanted: Preferences, today: int) -> None:
    decision = decide(now, wanted, today, urgent=False, held=False)
    assert (decision.turn is Turn.TELL) == (decision.at == now)
    assert decision.at >= now


@given(now=MOMENTS, wanted=WANTED, today=st.integers(0, 100))
def test_what_is_urgent_waits_for_nothing(now: datetime, wanted: Preferences, today: int) -> None:
    assert decide(now, wanted, today, urgent=True, held=False).turn is Turn.TELL


@given(now=MOMENTS, wanted=WANTED, today=st.integers(0, 100))
def test_what_was_held_back_waits_for_the_night_alone(now: datetime, wanted: Preferences, today: int) -> None:
    assert decide(now, wanted, today, urgent=False, held=True).turn is not Turn.HOLD


@given(now=MOMENTS, zone=ZONES)
def test_the_day_begins_before_now_and_the_morning_comes_after(now: datetime, zone: ZoneInfo) -> None:
    assert now - timedelta(hours=26) < start_of_day(now, zone) <= now
    assert now < next_morning(now, zone) < now + timedelta(hours=36)


@pytest.mark.parametrize(
    ("hour", "minute", "ends"),
    [(21, 59, None), (22, 0, 10), (23, 30, 8.5), (0, 0, 8), (7, 59, 1 / 60), (8, 0, None), (12, 0, None)],
)
def test_the_usual_night(hour: int, minute: int, ends: float | None) -> None:
    now = at(hour, minute)
    assert end_of_night(now, Preferences(MOSCOW)) == (None if ends is None else now + timedelta(hours=ends))


def test_quiet_hours_within_a_day() -> None:
    lunch = Preferences(MOSCOW, time(13), time(14))
    assert end_of_night(at(13, 30), lunch) == at(14)
    assert end_of_night(at(12, 59), lunch) is None
    assert end_of_night(at(14), lunch) is None


def test_equal_ends_are_no_quiet_hours() -> None:
    assert end_of_night(at(3), Preferences(MOSCOW, time(3), time(3))) is None


def test_enough_is_enough_until_the_next_morning() -> None:
    wanted = Preferences(MOSCOW, most_a_day=2)
    assert decide(at(12), wanted, 1, urgent=False, held=False).turn is Turn.TELL
    held = decide(at(12), wanted, 2, urgent=False, held=False)
    assert (held.turn, held.at) == (Turn.HOLD, at(9) + timedelta(days=1))


def test_a_night_whose_end_the_clocks_skip_ends_all_the_same() -> None:
    """On 9 March 2031 New York goes from two to three o'clock."""
    zone = ZoneInfo("America/New_York")
    now = datetime(2031, 3, 9, 1, 0, tzinfo=zone).astimezone(UTC)
    end = end_of_night(now, Preferences(zone, time(22), time(2, 30)))
    assert end is not None
    assert now < end <= now + timedelta(hours=2)
