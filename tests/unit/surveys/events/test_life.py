"""What people decided and what the clock says, as one state."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.events.rules.life import (
    NEXT,
    EventCancelled,
    EventOver,
    EventState,
    Moments,
    RegistrationClosed,
    Stage,
    WrongState,
    check_move,
    check_registers,
    state_at,
)
from shared.errors import NotFound, Problem

ENDS = datetime(2031, 5, 20, 20, 0, tzinfo=UTC)
CLOSES = ENDS - timedelta(hours=5)


@given(stage=st.sampled_from(Stage), full=st.booleans(), hours=st.integers(-9, 3), early=st.booleans())
def test_a_state_takes_registrations_only_before_its_moments(stage: Stage, full: bool, hours: int, early: bool) -> None:
    now = ENDS + timedelta(hours=hours)
    moments = Moments(ENDS, CLOSES if early else None)
    state = state_at(stage, moments, full=full, now=now)
    try:
        check_registers(state)
    except Problem:
        assert stage is not Stage.OPEN or now >= (CLOSES if early else ENDS)
    else:
        assert stage is Stage.OPEN
        assert state is (EventState.FULL if full else EventState.OPEN)
        assert now < (CLOSES if early else ENDS)


@pytest.mark.parametrize(
    ("state", "problem"),
    [
        (EventState.DRAFT, NotFound),
        (EventState.CLOSED, RegistrationClosed),
        (EventState.OVER, EventOver),
        (EventState.CANCELLED, EventCancelled),
    ],
)
def test_who_comes_at_the_wrong_time_is_told_why(state: EventState, problem: type[Problem]) -> None:
    with pytest.raises(problem):
        check_registers(state)


@given(stage=st.sampled_from(Stage), to=st.sampled_from(Stage), over=st.booleans())
def test_moves_follow_the_table_until_it_is_over(stage: Stage, to: Stage, over: bool) -> None:
    now = ENDS if over else ENDS - timedelta(days=1)
    if to in NEXT[stage] and not over:
        check_move(stage, to, Moments(ENDS, None), now)
    else:
        with pytest.raises(EventOver if to in NEXT[stage] else WrongState):
            check_move(stage, to, Moments(ENDS, None), now)


def test_a_cancelled_event_stays_cancelled_when_its_time_has_passed() -> None:
    assert state_at(Stage.CANCELLED, Moments(ENDS, None), full=False, now=ENDS) is EventState.CANCELLED
