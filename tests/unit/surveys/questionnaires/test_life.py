"""What each state of a survey allows."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.questionnaires.rules.life import (
    NEXT,
    ClosesInThePast,
    NotDraft,
    SurveyClosed,
    SurveyState,
    WrongState,
    check_accepts_answers,
    check_closing_time,
    check_draft,
    check_move,
)
from shared.errors import NotFound

NOW = datetime(2031, 3, 3, tzinfo=UTC)
states = st.sampled_from(SurveyState)


@given(path=st.lists(states, max_size=6))
def test_nothing_leads_back(path: list[SurveyState]) -> None:
    state = SurveyState.DRAFT
    been = {state}
    for to in path:
        try:
            check_move(state, to)
        except WrongState:
            assert to not in NEXT[state]
            continue
        assert to not in been
        been.add(to)
        state = to


@given(state=states)
def test_only_a_draft_is_changed(state: SurveyState) -> None:
    if state is SurveyState.DRAFT:
        check_draft(state)
    else:
        with pytest.raises(NotDraft):
            check_draft(state)


@given(state=states, seconds=st.none() | st.integers(-5, 5))
def test_answers_are_taken_while_it_is_open_by_the_clock(state: SurveyState, seconds: int | None) -> None:
    closes_at = None if seconds is None else NOW + timedelta(seconds=seconds)
    if state is SurveyState.OPEN and (seconds is None or seconds > 0):
        check_accepts_answers(state, closes_at, NOW)
    else:
        with pytest.raises(NotFound if state is SurveyState.DRAFT else SurveyClosed):
            check_accepts_answers(state, closes_at, NOW)


def test_a_closing_time_is_ahead() -> None:
    check_closing_time(None, NOW)
    check_closing_time(NOW + timedelta(seconds=1), NOW)
    with pytest.raises(ClosesInThePast):
        check_closing_time(NOW, NOW)
