from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.channels.rules.attempts import DeliveryState
from services.publisher.plans.rules.slots import (
    NoFreeSlot,
    SlotState,
    WeeklySlot,
    next_free,
    state_of,
    turns_of,
    went_out,
)

EVER = datetime(2000, 1, 1, tzinfo=UTC)
ZONES = st.sampled_from(["Europe/Moscow", "Europe/Berlin", "Asia/Almaty", "Pacific/Kiritimati", "America/Los_Angeles"])


def slot(zone: str, weekday: int, at: time, since: datetime = EVER, until: datetime | None = None) -> WeeklySlot:
    return WeeklySlot(UUID(int=weekday), UUID(int=9), weekday, at, ZoneInfo(zone), since, until)


times = st.times().map(lambda at: at.replace(second=0, microsecond=0))
slots = st.builds(slot, ZONES, st.integers(1, 7), times)
moments = st.datetimes(datetime(2018, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds


@given(slots, moments, st.integers(1, 200))
def test_turns_are_at_their_local_time_of_their_weekday_within_the_period(
    one: WeeklySlot, begins: datetime, days: int
) -> None:
    ends = begins + timedelta(days=days)
    turns = list(turns_of(one, begins, ends))
    for turn in turns:
        assert begins <= turn.moment < ends
        local = turn.moment.astimezone(one.zone).replace(tzinfo=None)
        assert local == turn.local_time
        assert (local.isoweekday(), local.time()) == (one.weekday, one.at)
    assert days // 7 - 1 <= len(turns) <= days // 7 + 1  # the clocks skip it once at most in half a year
    assert all(earlier.moment < later.moment for earlier, later in pairwise(turns))


@given(slots, moments, st.integers(0, 100), st.integers(0, 100))
def test_two_periods_that_touch_have_the_turns_of_the_whole(
    one: WeeklySlot, begins: datetime, first: int, second: int
) -> None:
    middle = begins + timedelta(hours=7 * first)
    ends = middle + timedelta(hours=7 * second)
    halves = [*turns_of(one, begins, middle), *turns_of(one, middle, ends)]
    assert halves == list(turns_of(one, begins, ends))


@given(st.lists(slots, min_size=1, max_size=4), moments, st.integers(0, 30))
def test_whoever_asks_after_whoever_gets_another_moment(slots: list[WeeklySlot], now: datetime, many: int) -> None:
    taken: list[datetime] = []
    for _ in range(min(many, 20)):
        turn = next_free(slots, taken, now)
        assert turn.moment not in taken
        assert turn.moment > now
        taken.append(turn.moment)
    assert taken == sorted(taken)


def test_a_channel_without_slots_has_none_that_is_free() -> None:
    with pytest.raises(NoFreeSlot):
        next_free([], [], EVER)


def test_noon_in_volgograd_comes_an_hour_later_since_the_27th_of_december_2020() -> None:
    friday, monday = (slot("Europe/Volgograd", weekday, time(12)) for weekday in (5, 1))
    begins, ends = datetime(2020, 12, 25, tzinfo=UTC), datetime(2020, 12, 29, tzinfo=UTC)
    assert [turn.moment.hour for one in (friday, monday) for turn in turns_of(one, begins, ends)] == [8, 9]


def test_noon_in_almaty_comes_an_hour_later_since_the_1st_of_march_2024() -> None:
    noon = slot("Asia/Almaty", 4, time(12))
    begins, ends = datetime(2024, 2, 26, tzinfo=UTC), datetime(2024, 3, 10, tzinfo=UTC)
    assert [turn.moment for turn in turns_of(noon, begins, ends)] == [
        datetime(2024, 2, 29, 6, tzinfo=UTC),
        datetime(2024, 3, 7, 7, tzinfo=UTC),
    ]


def test_a_time_that_the_clocks_skip_has_no_turn_that_week_and_one_that_comes_twice_has_one() -> None:
    berlin = slot("Europe/Berlin", 7, time(2, 30))
    spring = list(turns_of(berlin, datetime(2026, 3, 20, tzinfo=UTC), datetime(2026, 4, 6, tzinfo=UTC)))
    assert [turn.on_day.day for turn in spring] == [22, 5]
    autumn = list(turns_of(berlin, datetime(2026, 10, 24, tzinfo=UTC), datetime(2026, 10, 26, tzinfo=UTC)))
    assert [turn.moment for turn in autumn] == [datetime(2026, 10, 25, 0, 30, tzinfo=UTC)]


def test_a_slot_has_turns_only_while_it_was_kept() -> None:
    since, until = datetime(2026, 11, 9, 9, tzinfo=UTC), datetime(2026, 11, 23, 7, tzinfo=UTC)
    one = slot("Europe/Moscow", 1, time(10), since, until)  # 07:00 UTC
    assert [turn.on_day.day for turn in turns_of(one, EVER, datetime(2027, 1, 1, tzinfo=UTC))] == [16]


@pytest.mark.parametrize(
    ("delivery", "is_scheduled", "filled"),
    [
        (None, True, True),
        (None, False, False),
        (DeliveryState.SENT, False, True),
        (DeliveryState.RETRYING, False, True),
        (DeliveryState.UNKNOWN, False, True),
        (DeliveryState.FAILED, False, False),
        (DeliveryState.DROPPED, True, False),
    ],
)
def test_what_fills_a_slot(delivery: DeliveryState | None, is_scheduled: bool, filled: bool) -> None:
    assert went_out(delivery, is_scheduled=is_scheduled) is filled


def test_a_slot_is_missed_once_it_is_over_and_empty() -> None:
    now = datetime(2026, 11, 23, 12, tzinfo=UTC)
    hour = timedelta(hours=1)
    assert state_of(now + hour, now, filled=False) is SlotState.FREE
    assert state_of(now - hour, now, filled=False) is SlotState.MISSED
    assert state_of(now - hour, now, filled=True) is SlotState.TAKEN
