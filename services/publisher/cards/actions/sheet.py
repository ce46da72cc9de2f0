"""The notice-board sheet: an A4 whose title is read from across the corridor, and whose code by a telephone.

The units are sixths of a millimetre or so: 1240 x 1754 to a sheet, drawn twice as large as pixels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from math import ceil, hypot
from typing import Literal

from services.publisher.cards.actions.codes import code_path
from services.publisher.cards.actions.layouts import Box
from services.publisher.cards.actions.logos import logo_element
from services.publisher.cards.actions.ornament import rays
from services.publisher.cards.actions.typefaces import CAP_HEIGHT, DESCENT, Face, text_element, width_of
from services.publisher.cards.rules.colours import Palette
from services.publisher.cards.rules.line_breaking import balance_lines, break_lines
from services.publisher.cards.rules.templates import CardTemplate
from services.publisher.cards.rules.texts import CardTexts, TextTooLong

SHEET = (1240, 1754)
SHEET_ZOOM = 2
MARGIN = 100.0
EDGE = 8.0  # the gilt line under the band
LOGO = 150.0
CODE = 330.0
RAYS = 60
SCAN_ME = "Наведите камеру телефона"
SCALES = ((104, 46), (96, 42), (88, 38), (80, 35), (72, 32), (64, 29), (56, 26), (50, 24), (44, 22), (42, 20), (40, 18))
"""Type sizes of the title and the text, from grand to what is still read at arm's length."""

SheetRole = Literal["on_ground", "gilt_on_ground", "heading", "ink", "muted"]


@dataclass(frozen=True)
class SheetLine:
    text: str
    face: Face
    size: float
    left: float
    baseline: float
    role: SheetRole
    tracking: float = 0.0

    @property
    def width(self) -> float:
        return width_of(self.text, self.face, self.size, self.tracking)

    @property
    def top(self) -> float:
        return self.baseline - self.size * CAP_HEIGHT

    @property
    def bottom(self) -> float:
        return self.baseline + self.size * DESCENT


@dataclass(frozen=True)
class Sheet:
    """A sheet whose every text is known to fit."""

    lines: tuple[SheetLine, ...]
    band: float  # the height of the coloured band at the top
    rule: float  # the height of the hairline above the foot
    code: Box | None
    logo: Box


@dataclass(frozen=True)
class _Setting:
    """How one text is set."""

    face: Face
    size: float
    leading: float
    role: SheetRole

    def lines(self, text: str, left: float, top: float, width: float, *, even: bool = False) -> list[SheetLine]:
        measure = partial(width_of, face=self.face, size=self.size)
        divide = balance_lines if even else break_lines
        placed: list[SheetLine] = []
        baseline = top + self.size * CAP_HEIGHT
        for paragraph in filter(None, text.split("\n")):
            for line in divide(paragraph, measure, width):
                placed.append(SheetLine(line, self.face, self.size, left, baseline, self.role))
                baseline += self.size * self.leading
            baseline += self.size * 0.45
        return placed


def compose_sheet(card: CardTexts) -> Sheet:
    """The largest type that holds all the texts of a checked card. Raises TextTooLong."""
    for title, body in SCALES:
        sheet = _fill(card, title, body)
        if sheet:
            return sheet
    raise TextTooLong


def _fill(card: CardTexts, title_size: float, body_size: float) -> Sheet | None:
    width = SHEET[0] - 2 * MARGIN
    label = _label(card.heading_on(CardTemplate.SHEET), MARGIN, 118, 32, "gilt_on_ground")
    title = _Setting(Face.SERIF_LIGHT, title_size, 1.12, "on_ground").lines(
        card.title, MARGIN, label.bottom + 44, width - LOGO * 1.2, even=True
    )
    band = title[-1].bottom + 30 + title_size * 0.5
    facts = _facts(card, band + 30 + body_size, width, body_size)
    top = (facts[-1].bottom if facts else band + 20) + 22 + body_size
    body = _Setting(Face.SANS, body_size, 1.44, "ink").lines(card.greeting, MARGIN, top, width)
    foot = _foot(card, width, min(34, max(26, body_size * 1.2)))
    code = Box(SHEET[0] - MARGIN - CODE, SHEET[1] - MARGIN - CODE - 6, CODE, CODE) if card.link else None
    rule = min([line.top for line in foot] + ([code.top] if code else [])) - 50
    if len(title) > 5 or label.left + label.width > MARGIN + width - LOGO or body[-1].bottom > rule - 40:  # noqa: PLR2004
        return None
    logo = Box(SHEET[0] - MARGIN - LOGO, 96, LOGO, LOGO)
    return Sheet((label, *title, *facts, *body, *foot), band, rule, code, logo)


def _label(text: str, left: float, top: float, size: float, role: SheetRole) -> SheetLine:
    return SheetLine(text.upper(), Face.SANS_SEMIBOLD, size, left, top + size * CAP_HEIGHT, role, size * 0.16)


def _facts(card: CardTexts, top: float, width: float, size: float) -> list[SheetLine]:
    """When and where, side by side."""
    facts = [(label, text) for label, text in (("Когда", card.time), ("Где", card.place)) if text]
    value = _Setting(Face.SERIF_SEMIBOLD, min(42, size * 1.15), 1.2, "heading")
    lines: list[SheetLine] = []
    left = MARGIN
    for number, (label, text) in enumerate(facts):
        column = width if len(facts) == 1 else width * (0.42 if number == 0 else 0.54)
        name = _label(label, left, top, min(24, size * 0.8), "muted")
        lines += [name, *value.lines(text, left, name.bottom + 20, column)]
        left = MARGIN + width * 0.46
    return sorted(lines, key=lambda line: line.bottom)


def _foot(card: CardTexts, width: float, size: float) -> list[SheetLine]:
    """Who speaks, at the left; what to do with the code, under it; where the code leads, if that fits a line."""
    beside = width - CODE - 70 if card.link else width
    union = _Setting(Face.SANS_SEMIBOLD, size, 1.28, "heading").lines(card.signed_by.union, MARGIN, 0, beside)
    person = _Setting(Face.SANS, size * 0.94, 1.28, "muted").lines(
        card.signed_by.person, MARGIN, union[-1].bottom + 16, beside
    )
    signature = [*union, *person]
    address = SheetLine(card.link, Face.SANS, 26, MARGIN, signature[-1].bottom + 56, "ink")
    if card.link and address.width <= beside:
        signature.append(address)
    down = SHEET[1] - MARGIN - signature[-1].bottom
    signature = [_moved(line, down) for line in signature]
    return signature + (_caption() if card.link else [])


def _caption() -> list[SheetLine]:
    size = 26.0
    left = SHEET[0] - MARGIN - CODE / 2 - width_of(SCAN_ME, Face.SANS_SEMIBOLD, size) / 2
    return [SheetLine(SCAN_ME, Face.SANS_SEMIBOLD, size, left, SHEET[1] - MARGIN + 18, "ink")]


def _moved(line: SheetLine, down: float) -> SheetLine:
    return SheetLine(line.text, line.face, line.size, line.left, line.baseline + down, line.role, line.tracking)


def band_rays(sheet: Sheet) -> str:
    """The band's ornament: a sun that rises behind its right corner. What reaches below is covered by the paper."""
    return rays(SHEET[0] * 0.9, sheet.band * 1.05, hypot(*SHEET), RAYS)


def sheet_svg(sheet: Sheet, card: CardTexts, palette: Palette, logo: bytes) -> str:
    width, height = SHEET
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}">',
        f'<rect width="{width}" height="{ceil(sheet.band)}" fill="{palette.disc}"/>',
        f'<path d="{band_rays(sheet)}" fill="{palette.ground}"/>',
        f'<rect y="{sheet.band:.1f}" width="{width}" height="{height - sheet.band:.1f}" fill="#ffffff"/>',
        f'<rect y="{sheet.band:.1f}" width="{width}" height="{EDGE}" fill="{palette.gilt}"/>',
        f'<rect x="{MARGIN}" y="{sheet.rule:.1f}" width="{width - 2 * MARGIN}" height="2" fill="{palette.gilt}"/>',
        *_logo(sheet.logo, palette, logo),
        *_code(sheet.code, card, palette),
        *_words(sheet.lines, palette),
        "</svg>",
    ]
    return "\n".join(parts)


def _logo(box: Box, palette: Palette, logo: bytes) -> list[str]:
    if not logo:
        return []
    radius = box.width / 2
    circle = f'<circle cx="{box.left + radius:g}" cy="{box.top + radius:g}" r="{radius:g}" fill="{palette.paper}"/>'
    side = box.width * 0.64
    return [circle, logo_element(logo, box.left + radius - side / 2, box.top + radius - side / 2, side)]


def _code(box: Box | None, card: CardTexts, palette: Palette) -> list[str]:
    if box is None:
        return []
    path = code_path(card.link, box.left, box.top, box.width)
    frame = (
        f'<rect x="{box.left:g}" y="{box.top:g}" width="{box.width:g}" height="{box.height:g}" rx="10" fill="none" '
        f'stroke="{palette.gilt}" stroke-width="2"/>'
    )
    return [frame, f'<path d="{path}" fill="{palette.ink}" shape-rendering="crispEdges"/>']


def _words(lines: Sequence[SheetLine], palette: Palette) -> list[str]:
    colours: dict[SheetRole, str] = colours_of(palette)
    return [
        text_element(
            line.text,
            line.face,
            line.size,
            left=line.left,
            baseline=line.baseline,
            colour=colours[line.role],
            tracking=line.tracking,
        )
        for line in lines
    ]


def colours_of(palette: Palette) -> dict[SheetRole, str]:
    return {
        "on_ground": palette.on_ground,
        "gilt_on_ground": palette.gilt_on_ground,
        "heading": palette.heading,
        "ink": palette.ink,
        "muted": palette.muted,
    }
