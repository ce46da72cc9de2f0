"""A ray and a tick for every year, as far as that makes a picture."""

import re
from math import hypot

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.publisher.cards.actions.ornament import FEWEST, MOST, rays, seeds, strokes_for, ticks
from tests.properties import examples


@given(years=st.integers(FEWEST, MOST))
def test_each_year_has_its_stroke(years: int) -> None:
    assert strokes_for(years) == years


@given(years=st.integers(1, 999))
def test_few_and_many_years_stay_a_picture(years: int) -> None:
    assert FEWEST <= strokes_for(years) <= MOST


@given(count=st.integers(FEWEST, MOST))
def test_the_ring_and_the_sun_have_as_many(count: int) -> None:
    tenth = ticks(0, 0, 1, 2, count, range(0, count, 10))
    assert tenth.count("M") == -(-count // 10)
    assert ticks(0, 0, 1, 2, count, range(count)).count("M") == count == rays(0, 0, 9, count).count("Z")


@settings(max_examples=examples(4))
@given(inner=st.floats(60, 340), reach=st.floats(800, 2300))
def test_seeds_cover_the_ground_and_leave_the_emblem_free(inner: float, reach: float) -> None:
    centres = [
        (float(left) + float(radius), float(top))
        for left, top, radius in re.findall(r"M(-?[\d.]+) (-?[\d.]+)a([\d.]+)", seeds(0, 0, inner, reach))
    ]
    assert 50 < len(centres) < 30_000
    assert min(hypot(*centre) for centre in centres) >= inner * 0.9
    assert max(hypot(*centre) for centre in centres) >= reach * 0.9


@pytest.mark.parametrize(("years", "strokes"), [(1, 24), (5, 25), (10, 30), (300, 150), (999, 199)])
def test_the_extremes(years: int, strokes: int) -> None:
    assert strokes_for(years) == strokes
