"""The grounds of cards, as path data: each template has an ornament of its own, all of one family.

rays       of a jubilee's sun, with a ring of ticks around its number, one for every year
fireworks  of a professional holiday
ripples    of thanks, spreading from where they were said
seeds      of a person's day: a sunflower, each seed a golden angle after the one before it
bands      of an announcement
"""

import math
from collections.abc import Collection, Iterator

FEWEST = 24  # below, a young enterprise's sun would look like a fan
MOST = 240  # above, the ticks of a ring would run into each other
GOLDEN_ANGLE = math.pi * (3 - math.sqrt(5))
_FOOT, _TOP = math.pi - 0.28, 0.44  # where the branches of a wreath begin and end, from the top
BURSTS = (
    (0.10, 0.16, 0.20),
    (0.86, 0.10, 0.26),
    (0.50, 0.02, 0.15),
    (0.04, 0.82, 0.24),
    (0.93, 0.74, 0.19),
    (0.55, 0.98, 0.17),
)
"""Where the fireworks burst: shares of the width and the height, and the radius as a share of the shorter side."""


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


def ticks(x: float, y: float, inner: float, outer: float, count: int, drawn: Collection[int]) -> str:
    """Path data of those of a ring's `count` ticks that are `drawn`, from radius `inner` to `outer`."""
    return "".join(
        f"M{_point(x, y, inner, turn)}L{_point(x, y, outer, turn)}"
        for number, turn in enumerate(_turns(count))
        if number in drawn
    )


def fireworks(width: float, height: float) -> str:
    """Path data of strokes: every burst has three rings of sparks, each ring turned against the one before."""
    side = min(width, height)
    sparks: list[str] = []
    for across, down, share in BURSTS:
        x, y, radius = width * across, height * down, side * share
        for ring, (begin, end, count) in enumerate(((0.16, 0.38, 12), (0.46, 0.70, 24), (0.80, 1.0, 24))):
            for turn in _turns(count):
                at = turn + ring * math.pi / count
                sparks.append(f"M{_point(x, y, radius * begin, at)}L{_point(x, y, radius * end, at)}")
    return "".join(sparks)


def ripples(x: float, y: float, radius: float, reach: float) -> str:
    """Path data of circles around (x, y), from `radius` outwards, each gap a little wider than the one before."""
    gap, circles = radius * 0.13, list[str]()
    while radius < reach:
        radius += gap
        gap *= 1.06
        circles.append(f"M{x - radius:.1f} {y:.1f}a{radius:.1f} {radius:.1f} 0 1 0 {2 * radius:.1f} 0")
        circles.append(f"a{radius:.1f} {radius:.1f} 0 1 0 {-2 * radius:.1f} 0")
    return "".join(circles)


def seeds(x: float, y: float, inner: float, reach: float) -> str:
    """Path data of dots from radius `inner` to `reach`, growing outwards."""
    spacing = max(inner, reach / 8) / 9
    dots: list[str] = []
    for number in range(math.ceil((inner / spacing) ** 2), math.ceil((reach / spacing) ** 2)):
        distance = spacing * math.sqrt(number)
        size = spacing * (0.22 + 0.20 * distance / reach)
        left, top = _at(x - size, y, distance, number * GOLDEN_ANGLE)
        arc = f"a{size:.1f} {size:.1f} 0 1 0"
        dots.append(f"M{left:.1f} {top:.1f}{arc} {2 * size:.1f} 0{arc} {-2 * size:.1f} 0")
    return "".join(dots)


def bands(width: float, height: float, pitch: float) -> str:
    """Path data of slanting bands over the whole ground, as wide as the gaps between them."""
    count = math.ceil((width + height) / (2 * pitch))
    return "".join(
        f"M{2 * pitch * number:.1f} 0h{pitch:.1f}l{-height:.1f} {height:.1f}h{-pitch:.1f}Z"
        for number in range(count + 1)
    )


def leaves(x: float, y: float, radius: float, pairs: int) -> str:
    """Path data of a laurel wreath: two branches from the foot upwards, open at the top."""
    paths: list[str] = []
    for side in (-1, 1):
        for number in range(pairs):
            turn = side * (_FOOT - number * (_FOOT - _TOP) / (pairs - 1))
            length = radius * (0.30 - 0.09 * number / pairs)
            for lean, distance in ((0.42, 1.03), (-0.52, 0.97)):
                root = _at(x, y, radius * distance, turn)
                paths.append(_leaf(*root, length, turn - side * (math.pi / 2 - lean)))
    return "".join(paths)


def stems(x: float, y: float, radius: float) -> str:
    """Path data of the two branches that `leaves` grow from."""
    return "".join(
        f"M{_point(x, y, radius, side * (_FOOT + 0.14))}A{radius:.1f} {radius:.1f} 0 0 {int(side < 0)} "
        f"{_point(x, y, radius, side * _TOP)}"
        for side in (-1, 1)
    )


def heart(x: float, y: float, size: float) -> str:
    """Path data of a heart, `size` wide, its middle at (x, y)."""
    half = size / 2
    return (
        f"M{x:.1f} {y + half * 0.92:.1f}"
        f"C{x - half * 1.5:.1f} {y - half * 0.05:.1f} {x - half * 0.86:.1f} {y - half * 1.25:.1f} {x:.1f} {y - half * 0.42:.1f}"
        f"C{x + half * 0.86:.1f} {y - half * 1.25:.1f} {x + half * 1.5:.1f} {y - half * 0.05:.1f} {x:.1f} {y + half * 0.92:.1f}Z"
    )


def petals(x: float, y: float, radius: float, count: int, shift: float) -> str:
    """Path data of a flower; `shift` turns it, in petals."""
    return "".join(_leaf(x, y, radius, turn + shift * math.tau / count) for turn in _turns(count))


def guilloche(x: float, y: float, radius: float, swing: float, petals: int) -> str:
    """Path data of a wave around (x, y), as banknotes have it; several, turned a little, make a rosette."""
    steps = petals * 12
    points = (
        _point(x, y, radius + swing * math.cos(petals * math.tau * step / steps), math.tau * step / steps)
        for step in range(steps)
    )
    return "M" + "L".join(points) + "Z"


def _leaf(x: float, y: float, length: float, turn: float) -> str:
    """From its root at (x, y) to its tip, in the direction of `turn`."""
    tip = _at(x, y, length, turn)
    left, right = _at(x, y, length * 0.58, turn - 0.44), _at(x, y, length * 0.58, turn + 0.44)
    return f"M{x:.1f} {y:.1f}Q{left[0]:.1f} {left[1]:.1f} {tip[0]:.1f} {tip[1]:.1f}Q{right[0]:.1f} {right[1]:.1f} {x:.1f} {y:.1f}Z"


def _turns(count: int) -> Iterator[float]:
    return (math.tau * number / count for number in range(count))


def _at(x: float, y: float, radius: float, turn: float) -> tuple[float, float]:
    return x + radius * math.sin(turn), y - radius * math.cos(turn)


def _point(x: float, y: float, radius: float, turn: float) -> str:
    left, top = _at(x, y, radius, turn)
    return f"{left:.1f} {top:.1f}"
