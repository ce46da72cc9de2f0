"""A ray and a tick for every year, as far as that makes a picture."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.cards.actions.ornament import FEWEST, MOST, rays, strokes_for, ticks


@given(years=st.integers(FEWEST, MOST))
def test_each_year_has_its_stroke(years: int) -> None:
    assert strokes_for(years) == years


@given(years=st.integers(1, 999))
def test_few_and_many_years_stay_a_picture(years: int) -> None:
    assert FEWEST <= strokes_for(years) <= MOST


@given(count=st.integers(FEWEST, MOST))
def test_the_ring_and_the_sun_have_as_many(count: int) -> None:
    tenth, others = (ticks(0, 0, 1, 2, count, tenth=which) for which in (True, False))
    assert tenth.count("M") == -(-count // 10)
    assert tenth.count("M") + others.count("M") == count == rays(0, 0, 9, count).count("Z")


@pytest.mark.parametrize(("years", "strokes"), [(1, 24), (5, 25), (10, 30), (300, 150), (999, 199)])
def test_the_extremes(years: int, strokes: int) -> None:
    assert strokes_for(years) == strokes
