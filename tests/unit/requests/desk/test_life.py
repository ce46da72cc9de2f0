from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.desk.rules.life import (
    TRANSITIONS,
    UNRESOLVED,
    Action,
    Life,
    RequestState,
    WrongState,
    is_ratable,
    life_after,
    number_of,
)

MORNING = datetime(2026, 11, 23, 9, tzinfo=UTC)
STORIES = st.lists(st.sampled_from(Action), max_size=30)


def told(story: list[Action]) -> list[tuple[Action, Life, Life]]:
    """Each step of a story that was allowed, with the life before and after it."""
    life, steps = Life(RequestState.NEW), list[tuple[Action, Life, Life]]()
    for minutes, action in enumerate(story):
        try:
            after = life_after(life, action, MORNING + timedelta(minutes=minutes))
        except WrongState:
            continue
        steps.append((action, life, after))
        life = after
    return steps


def test_every_action_says_what_it_does() -> None:
    assert set(TRANSITIONS) == set(Action)


@given(story=STORIES)
def test_a_step_follows_the_table(story: list[Action]) -> None:
    for action, before, after in told(story):
        assert TRANSITIONS[action][before.state] is after.state


@given(story=STORIES)
def test_what_is_closed_stays_closed(story: list[Action]) -> None:
    for _, before, after in told(story):
        assert before.state is not RequestState.CLOSED or after == before


@given(story=STORIES)
def test_a_resolution_holds_until_the_request_is_reopened(story: list[Action]) -> None:
    for action, before, after in told(story):
        if action is Action.RESOLVE:
            assert after.resolutions == before.resolutions + 1
            assert after.resolved_at is not None
        else:
            assert after.resolutions == before.resolutions
            assert after.resolved_at == (None if action is Action.REOPEN else before.resolved_at)


@given(story=STORIES)
def test_only_what_is_resolved_can_be_rated(story: list[Action]) -> None:
    for _, _, after in told(story):
        assert not (is_ratable(after) and after.state in UNRESOLVED)
        assert is_ratable(after) or after.state is not RequestState.RESOLVED


@given(story=STORIES)
def test_a_taken_request_is_never_new_again(story: list[Action]) -> None:
    for _, before, after in told(story):
        assert after.state is not RequestState.NEW or before.state is RequestState.NEW


@pytest.mark.parametrize(
    ("state", "action"),
    [
        (RequestState.RESOLVED, Action.REPLY),
        (RequestState.RESOLVED, Action.ASSIGN),
        (RequestState.RESOLVED, Action.RESOLVE),
        (RequestState.NEW, Action.REOPEN),
        (RequestState.CLOSED, Action.REOPEN),
        (RequestState.CLOSED, Action.CLOSE),
        (RequestState.OPEN, Action.INVITE_RATING),
    ],
)
def test_known_impossible_steps_are_refused(state: RequestState, action: Action) -> None:
    with pytest.raises(WrongState):
        life_after(Life(state), action, MORNING)


@pytest.mark.parametrize(
    ("state", "action", "says"),
    [
        (RequestState.RESOLVED, Action.REPLY, "It is `resolved` now; possible: `reopen`, `close`"),
        (
            RequestState.CLOSED,
            Action.REOPEN,
            "It is `closed` now: that is for good; what the requester writes next begins",
        ),
    ],
)
def test_a_refused_step_says_what_leads_on(state: RequestState, action: Action, says: str) -> None:
    with pytest.raises(WrongState) as refused:
        life_after(Life(state), action, MORNING)
    assert refused.value.detail is not None
    assert refused.value.detail["en"].startswith(says)


def test_the_requester_who_was_waited_for_gives_the_turn_back() -> None:
    assert life_after(Life(RequestState.WAITING), Action.RECEIVE, MORNING).state is RequestState.OPEN


def test_a_request_closed_without_a_resolution_is_not_rated() -> None:
    assert not is_ratable(life_after(Life(RequestState.NEW), Action.CLOSE, MORNING))


@given(first=st.integers(1, 2_000_000), second=st.integers(1, 2_000_000))
def test_numbers_tell_requests_apart(first: int, second: int) -> None:
    assert (number_of(2026, first) == number_of(2026, second)) == (first == second)
    assert number_of(2026, 123) == "2026-000123"
