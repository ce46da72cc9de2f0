"""Clicks by day as a picture: bars in an SVG, drawn from nothing but numbers and dates."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

WIDTH: Final = 720
HEIGHT: Final = 240
_LEFT: Final = 48
_RIGHT: Final = 12
_TOP: Final = 20
_BOTTOM: Final = 28
_MOST_LABELS: Final = 8
_WORDS: Final = {
    "ru": ("Переходы по ссылке по дням", "с {first} по {last}, всего {total}, больше всего за день {most}"),
    "en": ("Clicks by day", "{first} to {last}, {total} in all, {most} at most in a day"),
}
_STYLE: Final = (
    "text{font:12px system-ui,sans-serif;fill:#444}rect{fill:#1f5fa8}line{stroke:#c8ccd2}"
    "@media(prefers-color-scheme:dark){text{fill:#ccc}rect{fill:#6ea8e8}line{stroke:#555}}"
)


@dataclass(frozen=True)
class DayClicks:
    day: date
    clicks: int


def round_up(most: int) -> int:
    """The top of the scale: 1, 2 or 5 times a power of ten, never below `most`."""
    power = 1
    while True:
        for step in (1, 2, 5):
            if step * power >= most:
                return step * power
        power *= 10


def drawn(days: Sequence[DayClicks], language: str) -> str:
    """`days` without gaps, in order, at least one. Screen readers are told the sum of it."""
    most = max(one.clicks for one in days)
    top = round_up(max(most, 1))
    title, summary = _WORDS[language]
    said = summary.format(
        first=_told(days[0].day, language),
        last=_told(days[-1].day, language),
        total=sum(one.clicks for one in days),
        most=most,
    )
    opening = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" lang="{language}" '
        f'aria-labelledby="t d"><title id="t">{title}</title><desc id="d">{said}</desc><style>{_STYLE}</style>'
    )
    return "".join([opening, *_scale(top), *_bars(days, top), *_labels(days, language), "</svg>"])


def _scale(top: int) -> list[str]:
    lines: list[str] = []
    for value in sorted({0, top // 2, top} if top % 2 == 0 else {0, top}):
        y = _height_of(value, top)
        lines.append(f'<line x1="{_LEFT}" y1="{y:g}" x2="{WIDTH - _RIGHT}" y2="{y:g}"/>')
        lines.append(f'<text x="{_LEFT - 6}" y="{y + 4:g}" text-anchor="end">{value}</text>')
    return lines


def _bars(days: Sequence[DayClicks], top: int) -> list[str]:
    """Each names its day and number to whoever points at it."""
    step = (WIDTH - _LEFT - _RIGHT) / len(days)
    bars: list[str] = []
    for place, one in enumerate(days):
        y = _height_of(one.clicks, top)
        x, height = _LEFT + step * (place + 0.1), HEIGHT - _BOTTOM - y
        words = f"<title>{one.day.isoformat()}: {one.clicks}</title>"
        bars.append(f'<rect x="{x:.2f}" y="{y:.2f}" width="{step * 0.8:.2f}" height="{height:.2f}">{words}</rect>')
    return bars


def _labels(days: Sequence[DayClicks], language: str) -> list[str]:
    step = (WIDTH - _LEFT - _RIGHT) / len(days)
    every = -(-len(days) // _MOST_LABELS)
    return [
        f'<text x="{_LEFT + step * (place + 0.5):.2f}" y="{HEIGHT - 8}" text-anchor="middle">'
        f"{_told(one.day, language)}</text>"
        for place, one in enumerate(days)
        if place % every == 0
    ]


def _told(day: date, language: str) -> str:
    return f"{day:%d.%m.%Y}" if language == "ru" else day.isoformat()


def _height_of(value: int, top: int) -> float:
    """Where `value` lies, downwards from the upper edge."""
    room = HEIGHT - _TOP - _BOTTOM
    return HEIGHT - _BOTTOM - room * value / top
