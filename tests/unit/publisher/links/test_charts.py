"""The picture of clicks by day: every number in it, for eyes and for ears."""

from datetime import date, timedelta
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.publisher.links.rules.charts import HEIGHT, WIDTH, DayClicks, drawn, round_up

SVG = "{http://www.w3.org/2000/svg}"
FIRST = date(2026, 11, 1)


@given(clicks=st.lists(st.integers(0, 10**6), min_size=1, max_size=366))
def test_bars_lie_inside_and_are_as_high_as_their_numbers(clicks: list[int]) -> None:
    days = [DayClicks(FIRST + timedelta(days=place), number) for place, number in enumerate(clicks)]
    bars = ET.fromstring(drawn(days, "ru")).findall(f"{SVG}rect")  # noqa: S314 - drawn here
    heights = [float(bar.attrib["height"]) for bar in bars]
    assert len(bars) == len(clicks)
    for bar, height in zip(bars, heights, strict=True):
        assert 0 <= float(bar.attrib["x"]) <= float(bar.attrib["x"]) + float(bar.attrib["width"]) <= WIDTH
        assert 0 <= float(bar.attrib["y"]) <= float(bar.attrib["y"]) + height <= HEIGHT
    for one, height in zip(clicks, heights, strict=True):
        assert (height == 0) == (one * 192 / round_up(max(*clicks, 1)) < 0.005)
    assert heights[clicks.index(max(clicks))] == max(heights)


@pytest.mark.parametrize(
    ("language", "title", "summary"),
    [
        ("ru", "Переходы по ссылке по дням", "с 01.11.2026 по 02.11.2026, всего 7, больше всего за день 4"),
        ("en", "Clicks by day", "2026-11-01 to 2026-11-02, 7 in all, 4 at most in a day"),
    ],
)
def test_it_says_in_words_what_it_shows(language: str, title: str, summary: str) -> None:
    days = [DayClicks(FIRST, 3), DayClicks(FIRST + timedelta(days=1), 4)]
    picture = ET.fromstring(drawn(days, language))  # noqa: S314 - drawn here
    assert (picture.findtext(f"{SVG}title"), picture.findtext(f"{SVG}desc")) == (title, summary)
    assert [bar.findtext(f"{SVG}title") for bar in picture.findall(f"{SVG}rect")] == ["2026-11-01: 3", "2026-11-02: 4"]


@pytest.mark.parametrize(("most", "top"), [(1, 1), (2, 2), (3, 5), (6, 10), (11, 20), (499, 500), (501, 1000)])
def test_the_scale_ends_at_a_round_number(most: int, top: int) -> None:
    assert round_up(most) == top
