"""After any history of outcomes, nothing in doubt is sent again blindly and nothing is tried for ever."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.channels.rules.attempts import (
    LONGEST_PAUSE,
    MAX_TRIES,
    SAME_KEY_HOLDS,
    TRANSITIONS,
    AttemptOutcome,
    DeliveryState,
    Doubt,
    Tried,
    pause_before,
    step_after,
    step_after_no_match,
)

NONE = timedelta(0)
outcomes = st.sampled_from(AttemptOutcome)
doubts = st.builds(Doubt, st.booleans(), st.booleans())
pauses = st.timedeltas(NONE, timedelta(hours=3))
IN_DOUBT = [AttemptOutcome.UNKNOWN, AttemptOutcome.INTERRUPTED]


def lowest(_: int) -> int:
    return 0


@given(outcome=outcomes, tries=st.integers(0, MAX_TRIES - 1), doubt=doubts, pause=pauses)
def test_every_step_is_an_allowed_transition(
    outcome: AttemptOutcome, tries: int, doubt: Doubt, pause: timedelta
) -> None:
    step = step_after(outcome, Tried(tries, NONE), doubt, pause, lowest)
    assert step.state in TRANSITIONS[DeliveryState.SENDING]
    assert (step.next_attempt_in is not None) == (step.state is DeliveryState.RETRYING)


@given(outcome=st.sampled_from(IN_DOUBT), tries=st.integers(0, MAX_TRIES - 1), reconciles=st.booleans())
def test_what_is_in_doubt_is_unknown_where_a_repeat_does_harm(
    outcome: AttemptOutcome, tries: int, reconciles: bool
) -> None:
    step = step_after(outcome, Tried(tries, NONE), Doubt(False, reconciles), NONE, lowest)
    assert step.state is DeliveryState.UNKNOWN
    assert (step.look_in is not None) is reconciles


@given(tries=st.integers(0, MAX_TRIES - 1), since=st.timedeltas(NONE, timedelta(days=2)))
def test_no_match_never_repeats_what_is_not_harmless(tries: int, since: timedelta) -> None:
    assert step_after_no_match(Tried(tries, since, 1), Doubt(False, True), lowest).state is DeliveryState.UNKNOWN


def test_the_network_is_asked_three_times_and_then_a_person() -> None:
    looks = 1
    while step_after_no_match(Tried(0, NONE, looks), Doubt(False, True), lowest).look_in is not None:
        looks += 1
    assert looks == 3


@given(outcome=st.sampled_from(IN_DOUBT), tries=st.integers(0, MAX_TRIES - 1), since=pauses)
def test_without_a_way_to_look_only_a_remembered_key_is_repeated(
    outcome: AttemptOutcome, tries: int, since: timedelta
) -> None:
    step = step_after(outcome, Tried(tries, since), Doubt(True, False), NONE, lowest)
    repeated = since < SAME_KEY_HOLDS and tries < MAX_TRIES - 1
    assert step.state is (DeliveryState.RETRYING if repeated else DeliveryState.UNKNOWN)


@pytest.mark.parametrize(
    ("since", "state"),
    [
        (SAME_KEY_HOLDS - timedelta(seconds=1), DeliveryState.RETRYING),
        (SAME_KEY_HOLDS, DeliveryState.UNKNOWN),
    ],
)
def test_a_key_is_repeated_only_while_the_network_remembers_it(since: timedelta, state: DeliveryState) -> None:
    assert step_after_no_match(Tried(0, since, 1), Doubt(True, True), lowest).state is state


def test_a_network_that_is_away_is_tried_eight_times() -> None:
    tries = attempts = 0
    state = DeliveryState.RETRYING
    while state is DeliveryState.RETRYING:
        step = step_after(AttemptOutcome.NOT_SENT, Tried(tries, NONE), Doubt(False, False), NONE, lowest)
        tries += step.uses_up_a_try
        attempts += 1
        state = step.state
    assert (state, attempts) == (DeliveryState.FAILED, 8)


@given(pause=pauses, tries=st.integers(0, MAX_TRIES - 1))
def test_a_pause_that_the_network_asks_for_is_kept_and_costs_no_try(pause: timedelta, tries: int) -> None:
    step = step_after(AttemptOutcome.THROTTLED, Tried(tries, NONE), Doubt(False, False), pause, lowest)
    assert step.next_attempt_in == pause
    assert not step.uses_up_a_try


@given(tries=st.integers(1, MAX_TRIES), draw=st.integers(0, 999))
def test_pauses_grow_and_stay_bounded(tries: int, draw: int) -> None:
    pause = pause_before(tries, lambda _: draw)
    assert pause_before(tries, lowest) <= pause <= LONGEST_PAUSE * 1.25
    if tries > 1:
        assert pause >= pause_before(tries - 1, lowest)


@given(least=pauses)
def test_a_retry_waits_at_least_as_long_as_was_asked(least: timedelta) -> None:
    step = step_after(AttemptOutcome.NOT_SENT, Tried(0, NONE), Doubt(False, False), least, lowest)
    assert step.next_attempt_in is not None
    assert step.next_attempt_in >= least


def test_what_is_over_stays_over() -> None:
    over = {DeliveryState.DROPPED, DeliveryState.WITHDRAWN}
    assert {state for state, following in TRANSITIONS.items() if not following} == over
    assert TRANSITIONS[DeliveryState.SENT] == {DeliveryState.REJECTED}, "a letter comes back, and nothing else does"
    assert set(TRANSITIONS) == set(DeliveryState)
