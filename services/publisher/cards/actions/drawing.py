"""Draw a card: a pure function of its texts, template, size and branding, and its call off the event loop.

The picture is an SVG of our own in which only checked colours, numbers and escaped texts are filled in. It names
no file and no address, and only the pinned typefaces are loaded: drawing reads nothing else.
"""

import asyncio
from concurrent.futures import Executor
from functools import cache
from importlib.resources import files
from math import hypot
from string import Template

from resvg_py import svg_to_bytes

from services.publisher.cards.actions.layouts import Composition, Emblem, Role, compose
from services.publisher.cards.actions.ornament import rays, strokes_for, ticks
from services.publisher.cards.actions.typefaces import CAP_HEIGHT, Face, text_element, width_of
from services.publisher.cards.rules.colours import Branding, Palette, palette_of
from services.publisher.cards.rules.texts import CardSize, CardTemplate, CardTexts, checked, years_word

PIXELS = {CardSize.STORY: (1080, 1920), CardSize.POST: (1080, 1080)}
HAIRLINE_INSET = 14  # of the gilt frame from the paper's edge
RULE_WIDTH = 96
SHADOW = 12


def render_card(card: CardTexts, template: CardTemplate, size: CardSize, branding: Branding) -> bytes:
    """The card as PNG; the same bytes for the same input. Raises as `checked` does, and TextTooLong."""
    return svg_to_bytes(
        svg_string=card_svg(card, template, size, branding),
        skip_system_fonts=True,
        font_files=[face.path for face in Face],
    )


async def draw(
    executor: Executor, card: CardTexts, template: CardTemplate, size: CardSize, branding: Branding
) -> bytes:
    """`render_card` in `executor`: a pool of processes, for it is all computation."""
    return await asyncio.get_running_loop().run_in_executor(executor, render_card, card, template, size, branding)


def check_card(card: CardTexts, template: CardTemplate) -> None:
    """Raise what any size would be refused for; a few hundredths of the cost of drawing."""
    card = checked(card)
    for size in CardSize:
        compose(card, template, size)


def card_svg(card: CardTexts, template: CardTemplate, size: CardSize, branding: Branding) -> str:
    """The picture before it becomes pixels."""
    card = checked(card)
    palette = palette_of(branding)
    composition = compose(card, template, size)
    width, height = PIXELS[size]
    layout = composition.layout
    line = layout.paper.inset(HAIRLINE_INSET, HAIRLINE_INSET)
    text_box = layout.text_box
    return _template(template).substitute(
        vars(palette),
        width=width,
        height=height,
        **_ornament(layout.emblem, strokes_for(card.years), hypot(width, height)),
        shadow_top=layout.paper.top + SHADOW,
        paper_left=layout.paper.left,
        paper_top=layout.paper.top,
        paper_width=layout.paper.width,
        paper_height=layout.paper.height,
        line_left=line.left,
        line_top=line.top,
        line_width=line.width,
        line_height=line.height,
        rule=f"{composition.rule:.1f}",
        rule_width=RULE_WIDTH,
        rule_left=text_box.left + (text_box.width - RULE_WIDTH) / 2 if layout.centred else text_box.left,
        texts="\n".join((*_years(layout.emblem, card.years, palette), *_texts(composition, palette))),
    )


@cache
def _template(template: CardTemplate) -> Template:
    path = files("services.publisher.cards.actions") / "templates" / f"{template}.svg"
    return Template(path.read_text("utf-8"))


def _ornament(emblem: Emblem, count: int, reach: float) -> dict[str, str]:
    x, y, radius = emblem.x, emblem.y, emblem.radius
    return {
        "x": f"{x:g}",
        "y": f"{y:g}",
        "radius": f"{radius:g}",
        "dusk": f"{reach * 0.62:g}",
        "rays": rays(x, y, reach, count),
        "ticks": ticks(x, y, radius * 0.89, radius * 0.94, count, tenth=False),
        "tenth_ticks": ticks(x, y, radius * 0.85, radius * 0.94, count, tenth=True),
    }


def _years(emblem: Emblem, years: int, palette: Palette) -> tuple[str, str]:
    """The number and its word, centred in the disc as one."""
    number, word = str(years), years_word(years).upper()
    size = emblem.radius * min(1.12, 1.30 / width_of(number, Face.SERIF_LIGHT, 1))
    word_size = emblem.radius * 0.15
    tracking = word_size * 0.22
    gap = word_size * 0.85
    top = emblem.y - (size * CAP_HEIGHT + gap + word_size * CAP_HEIGHT) / 2
    number_width = width_of(number, Face.SERIF_LIGHT, size)
    word_width = width_of(word, Face.SANS_SEMIBOLD, word_size, tracking)
    return (
        text_element(
            number,
            Face.SERIF_LIGHT,
            size,
            left=emblem.x - number_width / 2,
            baseline=top + size * CAP_HEIGHT,
            colour=palette.on_ground,
        ),
        text_element(
            word,
            Face.SANS_SEMIBOLD,
            word_size,
            left=emblem.x - word_width / 2,
            baseline=top + size * CAP_HEIGHT + gap + word_size * CAP_HEIGHT,
            colour=palette.gilt_on_ground,
            tracking=tracking,
        ),
    )


def _texts(composition: Composition, palette: Palette) -> tuple[str, ...]:
    colours: dict[Role, str] = {"heading": palette.heading, "ink": palette.ink, "muted": palette.muted}
    return tuple(
        text_element(
            line,
            block.face,
            block.size,
            left=composition.left_of(line, block),
            baseline=baseline,
            colour=colours[block.role],
        )
        for block in composition.blocks
        for line, baseline in block.baselines()
    )
