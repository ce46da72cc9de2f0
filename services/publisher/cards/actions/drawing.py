"""Draw a card: a pure function of its texts, template, size and branding, and its call off the event loop.

The picture is an SVG of our own in which only checked colours, numbers and escaped texts are filled in. It names
no file and no address (an organization's logo stands in it as bytes), and only the pinned typefaces are loaded:
drawing reads nothing else.
"""

import asyncio
from collections.abc import Mapping
from concurrent.futures import Executor
from functools import cache
from importlib.resources import files
from math import hypot
from string import Template
from types import MappingProxyType

from resvg_py import svg_to_bytes

from services.publisher.cards.actions.emblems import emblem_of, ground_of
from services.publisher.cards.actions.layouts import Composition, Layout, Role, compose
from services.publisher.cards.actions.logos import logo_element
from services.publisher.cards.actions.sheet import SHEET, SHEET_ZOOM, compose_sheet, sheet_svg
from services.publisher.cards.actions.sheet_pdf import sheet_pdf
from services.publisher.cards.actions.typefaces import Face, text_element
from services.publisher.cards.rules.colours import Branding, Palette, palette_of
from services.publisher.cards.rules.templates import TEMPLATES, CardSize, CardTemplate
from services.publisher.cards.rules.texts import CardTexts, checked

PIXELS: Mapping[CardSize, tuple[int, int]] = MappingProxyType(
    {
        CardSize.STORY: (1080, 1920),
        CardSize.POST: (1080, 1080),
        CardSize.SHEET: (SHEET[0] * SHEET_ZOOM, SHEET[1] * SHEET_ZOOM),  # A4 at 300 dots per inch
    }
)
HAIRLINE_INSET = 14  # of the gilt frame from the paper's edge
RULE_WIDTH = 96
SHADOW = 12


def render_card(card: CardTexts, template: CardTemplate, size: CardSize, branding: Branding) -> bytes:
    """The card as PNG; the same bytes for the same input. Raises as `checked` does, and TextTooLong."""
    return svg_to_bytes(
        svg_string=card_svg(card, template, size, branding),
        skip_system_fonts=True,
        font_files=[face.path for face in Face],
        zoom=SHEET_ZOOM if size is CardSize.SHEET else 1,
    )


async def draw(
    executor: Executor, card: CardTexts, template: CardTemplate, size: CardSize, branding: Branding
) -> bytes:
    """`render_card` in `executor`: a pool of processes, for it is all computation."""
    return await asyncio.get_running_loop().run_in_executor(executor, render_card, card, template, size, branding)


def print_card(card: CardTexts, branding: Branding) -> bytes:
    """The sheet as PDF of A4. Raises as `render_card` does."""
    card = checked(card, CardTemplate.SHEET)
    return sheet_pdf(compose_sheet(card), card, palette_of(branding), branding.logo)


def check_card(card: CardTexts, template: CardTemplate) -> None:
    """Raise what any size would be refused for; a few hundredths of the cost of drawing."""
    card = checked(card, template)
    for size in TEMPLATES[template].sizes:
        if size is CardSize.SHEET:
            compose_sheet(card)
        else:
            compose(card, template, size)


def card_svg(card: CardTexts, template: CardTemplate, size: CardSize, branding: Branding) -> str:
    """The picture before it becomes pixels."""
    card = checked(card, template)
    palette = palette_of(branding)
    if size is CardSize.SHEET:
        return sheet_svg(compose_sheet(card), card, palette, branding.logo)
    composition = compose(card, template, size)
    width, height = PIXELS[size]
    layout = composition.layout
    line = layout.paper.inset(HAIRLINE_INSET, HAIRLINE_INSET)
    return _frame().substitute(
        vars(palette),
        width=width,
        height=height,
        x=f"{layout.emblem.x:g}",
        y=f"{layout.emblem.y:g}",
        dusk=f"{hypot(width, height) * 0.62:g}",
        ornament=ground_of(template, card, layout.emblem, palette, (width, height)),
        emblem=emblem_of(template, card, layout.emblem, palette) + _seal(layout, palette, branding.logo),
        shadow_top=layout.paper.top + SHADOW,
        paper_left=layout.paper.left,
        paper_top=layout.paper.top,
        paper_width=layout.paper.width,
        paper_height=layout.paper.height,
        line_left=line.left,
        line_top=line.top,
        line_width=line.width,
        line_height=line.height,
        rule=_rule(composition, palette),
        texts="\n".join(_texts(composition, palette)),
    )


@cache
def _frame() -> Template:
    path = files("services.publisher.cards.actions") / "templates" / "card.svg"
    return Template(path.read_text("utf-8"))


def _seal(layout: Layout, palette: Palette, logo: bytes) -> str:
    """The logo on a round paper, away from the emblem and the texts."""
    if not logo:
        return ""
    seal = layout.seal
    side = seal.radius * 1.28
    return (
        f'<circle cx="{seal.x:g}" cy="{seal.y:g}" r="{seal.radius:g}" fill="{palette.paper}" '
        f'stroke="{palette.gilt_on_ground}" stroke-width="3"/>'
        + logo_element(logo, seal.x - side / 2, seal.y - side / 2, side)
    )


def _rule(composition: Composition, palette: Palette) -> str:
    if composition.rule is None:
        return ""
    layout = composition.layout
    box = layout.text_box
    left = box.left + (box.width - RULE_WIDTH) / 2 if layout.centred else box.left
    return f'<rect x="{left:g}" y="{composition.rule:.1f}" width="{RULE_WIDTH}" height="3" fill="{palette.gilt}"/>'


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
