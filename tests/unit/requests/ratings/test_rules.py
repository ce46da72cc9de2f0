from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.requests.desk.rules.life import Action, Life, RequestState, WrongState, life_after
from services.requests.ratings.rules import (
    TOKEN_LIMIT,
    AlreadyRated,
    NotRatable,
    RatingLink,
    link_of,
    refusal,
    token_of,
)
from shared.errors import Conflict

MORNING = datetime(2026, 11, 23, 9, tzinfo=UTC)
KEY = bytes(range(32))
LINKS = st.builds(RatingLink, tenant_id=st.uuids(), request_id=st.uuids(), resolution=st.integers(1, 1_000_000))
STEPS = st.lists(st.one_of(st.sampled_from(Action), st.integers(1, 4)), max_size=40)


def opened(token: str, link: RatingLink, key: bytes = KEY) -> RatingLink | None:
    return link_of(token, link.tenant_id, link.request_id, key)


@given(link=LINKS)
def test_a_link_opens_what_it_was_made_for(link: RatingLink) -> None:
    token = token_of(link, KEY)
    assert len(token) <= TOKEN_LIMIT
    assert opened(token, link) == link


@given(link=LINKS, tenant_id=st.uuids(), request_id=st.uuids())
def test_a_link_opens_nothing_else(link: RatingLink, tenant_id: UUID, request_id: UUID) -> None:
    token = token_of(link, KEY)
    others = (replace(link, tenant_id=tenant_id), replace(link, request_id=request_id))
    assert not any(opened(token, other) for other in others if other != link)
    assert opened(token, link, key=bytes(32)) is None


@given(link=LINKS, resolution=st.integers(0, 2_000_000))
def test_a_link_does_not_open_another_resolution(link: RatingLink, resolution: int) -> None:
    signature = token_of(link, KEY).partition(".")[2]
    assert (opened(f"{resolution}.{signature}", link) is None) == (resolution != link.resolution)


@given(link=LINKS, token=st.text(max_size=60))
def test_a_guess_opens_nothing(link: RatingLink, token: str) -> None:
    assert opened(token, link) is None


@given(story=STEPS)
def test_each_resolution_is_rated_at_most_once(story: list[Action | int]) -> None:
    """A number in the story is somebody who tries to rate the resolution of that number."""
    life, rated = Life(RequestState.NEW), set[int]()
    for step in story:
        if isinstance(step, int):
            if refusal(life, step, rated=step in rated) is None:
                assert step == life.resolutions
                assert step not in rated
                rated.add(step)
            continue
        try:
            life = life_after(life, step, MORNING)
        except WrongState:
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
    assert refusal(life, 1, rated=rated) is problem


def test_a_resolution_that_holds_can_be_rated_even_when_closed() -> None:
    resolved = life_after(Life(RequestState.OPEN), Action.RESOLVE, MORNING)
    assert refusal(resolved, 1, rated=False) is None
    assert refusal(life_after(resolved, Action.CLOSE, MORNING), 1, rated=False) is None
