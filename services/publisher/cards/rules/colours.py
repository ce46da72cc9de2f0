"""A card's colours, all of them made from one accent.

Lightness is moved in OKLCH, where equal steps look equal and the hue stays what it was
(https://bottosson.github.io/posts/oklab/); contrast is that of WCAG 2.2.
"""

import math
import re
from dataclasses import dataclass, field
from typing import ClassVar

from shared.errors import Invalid, Text

DEFAULT_ACCENT = "#1F4E79"
LEAST_CONTRAST = 4.5  # WCAG 2.2, 1.4.3, level AA
BRONZE, OLIVE = 62, 112  # hues: between them a yellow that is darkened turns to mud, so its deep tones are bronze
STEP = 0.01  # of lightness, while a tone is moved until it is legible

_GILT = (0.095, 82.0)
_WHOLE_BYTE = 255
_LINEAR_BELOW = 0.0031308  # sRGB: a straight line near black, then a power of 2.4
_ROUNDING = 0.0005  # a channel may leave 0..1 by this much: an eighth of a step of 8 bits

_HEX = re.compile(r"#[0-9a-fA-F]{6}")
Triple = tuple[float, float, float]


class BadAccent(Invalid):
    code = "card.bad_accent"
    title: ClassVar[Text] = {"ru": "Цвет записывается как #1F4E79", "en": "A colour is written like #1F4E79"}


@dataclass(frozen=True)
class Branding:
    """How an organization's cards look. `highlight` is what stands out on them, gilt where there is none."""

    accent: str = DEFAULT_ACCENT
    highlight: str = ""
    logo: bytes = field(default=b"", repr=False)  # a small PNG

    def __post_init__(self) -> None:
        if not _HEX.fullmatch(self.accent) or (self.highlight and not _HEX.fullmatch(self.highlight)):
            raise BadAccent


@dataclass(frozen=True)
class Palette:
    """`#rrggbb` each. The first five are surfaces, the others are written or drawn on them."""

    ground: str  # behind the rays
    ray: str  # its lighter half
    ground_deep: str  # towards the corners
    disc: str  # behind the number of years
    paper: str  # behind the texts
    on_ground: str  # the number
    gilt_on_ground: str  # the word under it, ticks
    heading: str  # on paper
    ink: str  # on paper
    muted: str  # on paper
    gilt: str  # hairlines on paper: no text


def palette_of(branding: Branding) -> Palette:
    """Deep tones of the accent, paper with a breath of it, and gilt. Every text is legible on its surface."""
    lightness, chroma, hue = _oklch(branding.accent)
    hue = BRONZE if BRONZE < hue < OLIVE else hue
    depth = min(max(lightness, 0.30), 0.41)
    strength = min(chroma, 0.125)
    ground = _tone(depth, strength, hue)
    disc = _tone(depth - 0.075, strength * 0.85, hue)
    gilt_chroma, gilt_hue = _highlight(branding)
    paper = _tone(0.982, min(chroma, 0.006) + 0.003, 85)
    return Palette(
        ground=ground,
        ray=_tone(depth + 0.085, strength, hue),
        ground_deep=_tone(depth - 0.10, strength * 0.9, hue),
        disc=disc,
        paper=paper,
        on_ground=_legible((0.98, 0.008, 85), disc, STEP),
        gilt_on_ground=_legible((0.83, gilt_chroma * 0.9, gilt_hue), disc, STEP),
        heading=_legible((min(lightness, 0.47), min(chroma, 0.15), hue), paper, -STEP),
        ink=_legible((0.25, min(chroma, 0.035), hue), paper, -STEP),
        muted=_legible((0.46, min(chroma, 0.03), hue), paper, -STEP),
        gilt=_tone(0.74, gilt_chroma, gilt_hue),
    )


def _highlight(branding: Branding) -> tuple[float, float]:
    """The chroma and hue of hairlines and small words: gilt, or what the organization has for it."""
    if not branding.highlight:
        return _GILT
    _, chroma, hue = _oklch(branding.highlight)
    return min(chroma, 0.14), hue


def contrast(one: str, other: str) -> float:
    """The ratio of two colours' luminances: 1 (the same) to 21 (black on white)."""
    dark, light = sorted((_luminance(one), _luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def _legible(oklch: Triple, surface: str, step: float) -> str:
    """The nearest lightness, in steps up or down, that is legible on `surface`; at the end white or black."""
    lightness, chroma, hue = oklch
    while 0 < lightness < 1:
        colour = _tone(lightness, chroma, hue)
        if contrast(colour, surface) >= LEAST_CONTRAST:
            return colour
        lightness += step
    return "#ffffff" if step > 0 else "#000000"


def _luminance(colour: str) -> float:
    red, green, blue = _linear(colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(colour: str) -> Triple:
    def decode(start: int) -> float:
        value = int(colour[start : start + 2], 16) / _WHOLE_BYTE
        return value / 12.92 if value <= _LINEAR_BELOW * 12.92 else ((value + 0.055) / 1.055) ** 2.4

    return decode(1), decode(3), decode(5)


def _oklch(colour: str) -> Triple:
    red, green, blue = _linear(colour)
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    medium = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * medium - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * medium + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * medium - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.degrees(math.atan2(b, a))


def _tone(lightness: float, chroma: float, hue: float) -> str:
    """The colour as `#rrggbb`; where the screen cannot show so much chroma, with as much as it can."""
    while True:
        channels = _from_oklch((lightness, chroma, hue))
        if chroma <= 0 or all(-_ROUNDING <= channel <= 1 + _ROUNDING for channel in channels):
            return "#" + "".join(f"{round(_encode(channel) * _WHOLE_BYTE):02x}" for channel in channels)
        chroma -= 0.002


def _from_oklch(oklch: Triple) -> Triple:
    lightness, chroma, hue = oklch
    a = max(chroma, 0) * math.cos(math.radians(hue))
    b = max(chroma, 0) * math.sin(math.radians(hue))
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    medium = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * medium + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * medium - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * medium + 1.7076147010 * short,
    )


def _encode(channel: float) -> float:
    value = min(max(channel, 0.0), 1.0)
    return value * 12.92 if value <= _LINEAR_BELOW else 1.055 * value ** (1 / 2.4) - 0.055
