"""Draw the README's pictures of cards, and the small ones that a test compares new drawings with.

python -m deploy.gallery      after a template was changed on purpose: look at what it wrote before it is committed
"""

import io
from pathlib import Path
from typing import Final

from PIL import Image

from services.publisher.cards.actions.drawing import render_card
from services.publisher.cards.actions.printing import SAMPLES
from services.publisher.cards.rules.colours import Branding
from services.publisher.cards.rules.templates import TEMPLATES, CardSize, CardTemplate

ROOT: Final = Path(__file__).parent.parent
PICTURES: Final = ROOT / "docs" / "pictures"
REFERENCES: Final = ROOT / "tests" / "unit" / "publisher" / "cards" / "references"
REFERENCE_WIDTH: Final = 135
BRANDED: Final = Branding("#7A1F3D", "#C9A227")
_CELL, _GAP, _STORY = 440, 16, (247, 440)
_COLOURS: Final = 255  # of a picture in the README: half its bytes, and nobody sees it


def drawn(template: CardTemplate, size: CardSize, branding: Branding) -> Image.Image:
    content = render_card(SAMPLES[template], template, size, branding)
    with Image.open(io.BytesIO(content)) as picture:
        return picture.convert("RGB")


def reference_of(picture: Image.Image) -> Image.Image:
    """A picture in the size in which it is compared."""
    height = round(picture.height * REFERENCE_WIDTH / picture.width)
    small = picture.copy()
    small.thumbnail((REFERENCE_WIDTH, height), Image.Resampling.LANCZOS)
    return small


def main() -> None:
    every = {(template, size): drawn(template, size, Branding()) for template in TEMPLATES for size in _sizes(template)}
    REFERENCES.mkdir(exist_ok=True)
    for (template, size), picture in every.items():
        reference_of(picture).save(REFERENCES / f"{template}_{size}.png", optimize=True)
    reference_of(drawn(CardTemplate.JUBILEE, CardSize.POST, BRANDED)).save(REFERENCES / "branded.png", optimize=True)
    squares = [every[template, CardSize.POST] for template in TEMPLATES if CardSize.POST in _sizes(template)]
    _keep(_laid_out([*squares, every[CardTemplate.SHEET, CardSize.SHEET]], (_CELL, _CELL), 3), "cards.png")
    stories = [drawn(template, CardSize.STORY, BRANDED) for template in TEMPLATES if CardSize.STORY in _sizes(template)]
    _keep(_laid_out(stories, _STORY, len(stories)), "card_stories.png")


def _sizes(template: CardTemplate) -> tuple[CardSize, ...]:
    return TEMPLATES[template].sizes


def _laid_out(pictures: list[Image.Image], cell: tuple[int, int], columns: int) -> Image.Image:
    rows = -(-len(pictures) // columns)
    width, height = (cell[0] + _GAP) * columns - _GAP, (cell[1] + _GAP) * rows - _GAP
    whole = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    for number, picture in enumerate(pictures):
        small = picture.copy()
        small.thumbnail(cell, Image.Resampling.LANCZOS)
        left = number % columns * (cell[0] + _GAP) + (cell[0] - small.width) // 2
        top = number // columns * (cell[1] + _GAP) + (cell[1] - small.height) // 2
        whole.paste(small, (left, top))
    return whole


def _keep(picture: Image.Image, name: str) -> None:
    few = picture.quantize(_COLOURS, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.FLOYDSTEINBERG)
    few.save(PICTURES / name, optimize=True)


if __name__ == "__main__":
    main()
