"""The ornament of a jubilee: rays over the whole ground and a ring of ticks, one for every year."""

import math
from collections.abc import Iterator

FEWEST = 24  # below, a young enterprise's sun would look like a fan
MOST = 240  # above, the ticks of a ring would run into each other


def strokes_for(years: int) -> int:
    """How many rays and ticks: one per year, or an even number where that would not be a picture."""
    if years < FEWEST:
        return years * math.ceil(FEWEST / years)
    return years if years <= MOST else years // math.ceil(years / MOST)


def rays(x: float, y: float, reach: float, count: int) -> str:
    """Path data of `count` wedges around (x, y), as wide as the gaps between them; the first stands upright."""
    pitch = math.tau / count
    return "".join(
        f"M{x:.1f} {y:.1f}L{_point(x, y, reach, turn - pitch / 4)}L{_point(x, y, reach, turn + pitch / 4)}Z"
        for turn in _turns(count)
    )


def ticks(x: float, y: float, inner: float, outer: float, count: int, *, tenth: bool) -> str:
    """Path data of the ring's ticks from radius `inner` to `outer`: each tenth of them, or all the others."""
    return "".join(
        f"M{_point(x, y, inner, turn)}L{_point(x, y, outer, turn)}"
        for number, turn in enumerate(_turns(count))
        if (number % 10 == 0) is tenth
    )


def _turns(count: int) -> Iterator[float]:
    return (math.tau * number / count for number in range(count))


def _point(x: float, y: float, radius: float, turn: float) -> str:
    return f"{x + radius * math.sin(turn):.1f} {y - radius * math.cos(turn):.1f}"
