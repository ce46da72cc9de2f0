"""The typefaces of cards: pinned packages, never the machine's own, measured by their own metrics."""

from enum import Enum
from functools import cache
from importlib.resources import files
from pathlib import Path
from xml.sax.saxutils import escape

from PIL import ImageFont

_SCALE = 1000  # units per em of both families: at this size an advance in pixels is the font's own number


class Face(Enum):
    """Package, file, family, weight."""

    SERIF_LIGHT = ("font_source_serif_pro", "SourceSerifPro-Light.ttf", "Source Serif Pro", 300)
    SERIF_SEMIBOLD = ("font_source_serif_pro", "SourceSerifPro-Semibold.ttf", "Source Serif Pro", 600)
    SANS = ("font_source_sans_pro", "SourceSansPro-Regular.ttf", "Source Sans Pro", 400)
    SANS_SEMIBOLD = ("font_source_sans_pro", "SourceSansPro-Semibold.ttf", "Source Sans Pro", 600)

    @property
    def path(self) -> str:
        package, file, _, _ = self.value
        return str(Path(str(files(package))) / "files" / file)

    @property
    def family(self) -> str:
        return self.value[2]

    @property
    def weight(self) -> int:
        return self.value[3]


CAP_HEIGHT = 0.67  # of the size; the families agree within a hundredth
DESCENT = 0.25


def width_of(text: str, face: Face, size: float, tracking: float = 0.0) -> float:
    """Pixels from the first letter's origin to the end of the last; `tracking` follows each letter but the last."""
    return sum(_advance(face, character) for character in text) * size + tracking * max(len(text) - 1, 0)


def text_element(
    text: str, face: Face, size: float, *, left: float, baseline: float, colour: str, tracking: float = 0
) -> str:
    """One line as SVG, exactly `width_of` wide: the small difference that kerning makes is spread over its letters."""
    width = width_of(text, face, size, tracking)
    return (
        f'<text x="{left:.2f}" y="{baseline:.2f}" font-family="{face.family}" font-weight="{face.weight}" '
        f'font-size="{size:g}" fill="{colour}" textLength="{width:.2f}">{escape(text)}</text>'
    )


@cache
def _font(face: Face) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(face.path, _SCALE, layout_engine=ImageFont.Layout.BASIC)


@cache
def _advance(face: Face, character: str) -> float:
    """In ems. Callers have checked their texts against `DRAWABLE`, so that the cache is small."""
    return _font(face).getlength(character) / _SCALE
