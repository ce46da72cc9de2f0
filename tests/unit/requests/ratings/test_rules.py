from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.desk.rules.life import Action, Life, RequestState, WrongState, life_after
from services.requests.ratings.rules import (
    TOKEN_LENGTH,
    AlreadyRated,
    NotRatable,
    RatingLink,
    check_ratable,
    is_token_of,
    token_of,
)
from shared.errors import Conflict

MORNING = datetime(2026, 11, 23, 9, tzinfo=UTC)
KEY = bytes(range(32))
LINKS = st.builds(RatingLink, tenant_id=st.uuids(), request_id=st.uuids(), resolution=st.integers(1, 1_000_000))
STEPS = st.lists(st.one_of(st.sampled_from(Action), st.integers(1, 4)), max_size=40)


@given(link=LINKS)
def test_a_link_opens_what_it_was_made_for(link: RatingLink) -> None:
    token = token_of(link, KEY)
    assert len(token) == TOKEN_LENGTH
    assert is_token_of(token, link, KEY)


@given(link=LINKS, tenant_id=st.uuids(), request_id=st.uuids())
def test_a_link_opens_nothing_else(link: RatingLink, tenant_id: UUID, request_id: UUID) -> None:
    token = token_of(link, KEY)
    others = (
        replace(link, tenant_id=tenant_id),
        replace(link, request_id=request_id),
        replace(link, resolution=link.resolution + 1),
    )
    assert not any(is_token_of(token, other, KEY) for other in others if other != link)
    assert not is_token_of(token, link, bytes(32))


@given(link=LINKS, token=st.text(max_size=60))
def test_a_guess_opens_nothing(link: RatingLink, token: str) -> None:
    assert not is_token_of(token, link, KEY)


@given(story=STEPS)
def test_each_resolution_is_rated_at_most_once(story: list[Action | int]) -> None:
    """A number in the story is somebody who tries to rate the resolution of that number."""
    life, rated = Life(RequestState.NEW), set[int]()
    for step in story:
        try:
            if isinstance(step, Action):
                life = life_after(life, step, MORNING)
            else:
                check_ratable(life, step, rated=step in rated)
                assert step == life.resolutions
                assert step not in rated
                rated.add(step)
        except (WrongState, AlreadyRated, NotRatable):
            continue
    assert len(rated) <= life.resolutions


@pytest.mark.parametrize(
    ("life", "rated", "problem"),
    [
        (Life(RequestState.RESOLVED, 1, MORNING), True, AlreadyRated),
        (Life(RequestState.OPEN, 1), True, AlreadyRated),
        (Life(RequestState.OPEN, 1), False, NotRatable),
        (Life(RequestState.RESOLVED, 2, MORNING), False, NotRatable),
        (Life(RequestState.CLOSED), False, NotRatable),
    ],
)
def test_what_cannot_be_rated_says_why(life: Life, rated: bool, problem: type[Conflict]) -> None:
    with pytest.raises(problem):
        check_ratable(life, 1, rated=rated)
