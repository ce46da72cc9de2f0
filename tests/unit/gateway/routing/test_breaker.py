"""A service's door: closed after failures in a row, opened by one that gets an answer, never crowded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.routing.actions.breaker import FAILURES, REST_SECONDS, Door
from services.gateway.routing.rules import ServiceUnavailable
from shared.contracts import ServiceName

SERVICE = ServiceName.PUBLISHER


def fail(door: Door, now: float, times: int = FAILURES) -> None:
    for _ in range(times):
        visit = door.enter(now)
        door.failed(now)
        visit.leave()


def test_after_failures_in_a_row_nobody_is_let_in_for_a_while() -> None:
    door = Door(SERVICE)
    fail(door, 100.0)
    with pytest.raises(ServiceUnavailable) as refused:
        door.enter(100.1)
    assert refused.value.retry_after == REST_SECONDS
    assert refused.value.detail is not None
    assert all(SERVICE in text for text in refused.value.detail.values())
    door.enter(100.0 + REST_SECONDS)


def test_an_answer_in_between_ends_the_row() -> None:
    door = Door(SERVICE)
    fail(door, 100.0, FAILURES - 1)
    door.answered()
    fail(door, 100.0, FAILURES - 1)
    door.enter(100.0)


def test_one_at_a_time_tries_and_an_answer_opens() -> None:
    door = Door(SERVICE)
    fail(door, 100.0)
    first = door.enter(104.0)
    with pytest.raises(ServiceUnavailable):
        door.enter(104.0)
    door.answered()
    first.leave()
    assert [door.enter(104.0) for _ in range(3)]


def test_a_try_that_fails_closes_again() -> None:
    door = Door(SERVICE)
    fail(door, 100.0)
    fail(door, 104.0, 1)
    with pytest.raises(ServiceUnavailable):
        door.enter(104.0 + REST_SECONDS - 0.1)


def test_a_try_whose_client_left_lets_the_next_one_try() -> None:
    door = Door(SERVICE)
    fail(door, 100.0)
    door.enter(104.0).leave()
    door.enter(104.0)


def test_only_so_many_wait_and_uploads_are_counted_apart() -> None:
    door = Door(SERVICE, most_waiting=2, most_uploading=1)
    inside = [door.enter(0.0), door.enter(0.0), door.enter(0.0, uploading=True)]
    for uploading in (False, True):
        with pytest.raises(ServiceUnavailable):
            door.enter(0.0, uploading=uploading)
    inside[0].leave()
    door.enter(0.0)


@given(st.lists(st.tuples(st.sampled_from(["ok", "fail", "left"]), st.floats(0, 2)), max_size=60))
def test_whatever_happens_a_well_service_is_found_well(steps: list[tuple[str, float]]) -> None:
    door, now = Door(SERVICE, most_waiting=1), 0.0
    for outcome, span in steps:
        now += span
        try:
            visit = door.enter(now)
        except ServiceUnavailable:
            continue
        if outcome == "ok":
            door.answered()
        elif outcome == "fail":
            door.failed(now)
        visit.leave()
    door.enter(now + REST_SECONDS).leave()
