"""Where everything of a card stands: for each size some layouts, from a grand emblem to small type for long texts."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from typing import Literal

from services.publisher.cards.actions.typefaces import CAP_HEIGHT, DESCENT, Face, width_of
from services.publisher.cards.rules.line_breaking import Measure, balance_lines, break_lines
from services.publisher.cards.rules.templates import CardSize, CardTemplate
from services.publisher.cards.rules.texts import CardTexts, TextTooLong

LEAST_HEADING = 0.5  # of the layout's own; a heading that is longer still asks for the next layout
SetLines = Callable[[str, Measure, float], tuple[str, ...]]
Role = Literal["heading", "ink", "muted"]  # colours of texts on paper


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    width: float
    height: float

    def inset(self, horizontally: float, vertically: float) -> "Box":
        return Box(
            self.left + horizontally,
            self.top + vertically,
            self.width - 2 * horizontally,
            self.height - 2 * vertically,
        )


@dataclass(frozen=True)
class Emblem:
    """The disc that holds a number, a picture or a code."""

    x: float
    y: float
    radius: float


@dataclass(frozen=True)
class Layout:
    emblem: Emblem
    paper: Box
    margin: float  # between the paper's edge and its texts, sideways
    centred: bool
    heading: float  # type sizes
    enterprise: float
    greeting: float
    signature: float

    @property
    def seal(self) -> Emblem:
        """Where a logo stands: beside the emblem of a story, below that of a post."""
        if self.centred:
            return Emblem(x=140, y=318, radius=66)
        return Emblem(x=self.emblem.x, y=(self.emblem.y + self.emblem.radius + 1080) / 2 + 30, radius=66)

    @property
    def text_box(self) -> Box:
        return self.paper.inset(self.margin, self.margin * 0.92)


@dataclass(frozen=True)
class Block:
    """One text and its lines."""

    text: str
    lines: tuple[str, ...]
    face: Face
    size: float
    leading: float  # from baseline to baseline, in sizes
    role: Role
    top: float = 0.0

    @property
    def height(self) -> float:
        """From the capitals' top of the first line to the last line's descenders."""
        if not self.lines:
            return 0.0
        return ((len(self.lines) - 1) * self.leading + CAP_HEIGHT + DESCENT) * self.size

    @property
    def bottom(self) -> float:
        return self.top + self.height

    def baselines(self) -> Iterator[tuple[str, float]]:
        first = self.top + CAP_HEIGHT * self.size
        return ((line, first + number * self.leading * self.size) for number, line in enumerate(self.lines))


@dataclass(frozen=True)
class Composition:
    """A card whose every text is known to fit."""

    layout: Layout
    blocks: tuple[Block, ...]
    rule: float | None  # the height of the hairline between the name and the greeting, if there is one

    def left_of(self, line: str, block: Block) -> float:
        box = self.layout.text_box
        if not self.layout.centred:
            return box.left
        return box.left + (box.width - width_of(line, block.face, block.size)) / 2


def _story(top: float, radius: float, *sizes: float) -> Layout:
    heading, enterprise, greeting, signature = sizes
    return Layout(
        emblem=Emblem(x=540, y=(top + 70) / 2, radius=radius),
        paper=Box(left=64, top=top, width=952, height=1716 - top),
        margin=76,
        centred=True,
        heading=heading,
        enterprise=enterprise,
        greeting=greeting,
        signature=signature,
    )


def _post(left: float, radius: float, margin: float, *sizes: float) -> Layout:
    heading, enterprise, greeting, signature = sizes
    return Layout(
        emblem=Emblem(x=left / 2 + 4, y=540, radius=radius),
        paper=Box(left=left, top=56, width=1024 - left, height=968),
        margin=margin,
        centred=False,
        heading=heading,
        enterprise=enterprise,
        greeting=greeting,
        signature=signature,
    )


# Networks cover the upper and the lower 250 pixels of a story with their own buttons: no text stands there.
LAYOUTS = {
    CardSize.STORY: (
        _story(940, 322, 116, 70, 52, 36),
        _story(926, 314, 108, 60, 45, 34),
        _story(872, 290, 100, 55, 41, 33),
        _story(806, 260, 92, 50, 38, 32),
        _story(744, 232, 84, 46, 35, 30),
        _story(690, 208, 76, 42, 33, 28),
        _story(650, 190, 68, 38, 30, 27),
        _story(620, 176, 60, 33, 26, 24),
    ),
    CardSize.POST: (
        _post(446, 186, 58, 84, 50, 40, 29),
        _post(446, 184, 58, 84, 46, 37, 28),
        _post(440, 178, 58, 80, 42, 33, 26),
        _post(424, 170, 56, 72, 38, 30, 25),
        _post(404, 160, 52, 66, 35, 28, 24),
        _post(380, 150, 48, 60, 32, 26, 23),
        _post(356, 140, 44, 54, 29, 24, 22),
        _post(340, 134, 40, 48, 26, 22, 20),
    ),
}


def compose(card: CardTexts, template: CardTemplate, size: CardSize) -> Composition:
    """The grandest layout that holds all the texts of a checked card. Raises TextTooLong."""
    for layout in LAYOUTS[size]:
        composition = _fill(layout, card, template)
        if composition:
            return composition
    raise TextTooLong


def _fill(layout: Layout, card: CardTexts, template: CardTemplate) -> Composition | None:
    """The texts from the paper's top down, the signature at its foot, or None if they do not fit."""
    box = layout.text_box
    heading = card.heading_on(template)
    head = _block(layout, heading, Face.SERIF_LIGHT, _heading_size(layout, heading), 1.1, "heading")
    name = _block(layout, card.name_on(template), Face.SERIF_SEMIBOLD, layout.enterprise, 1.2, "ink")
    note = _block(layout, card.details_on(template), Face.SANS_SEMIBOLD, layout.greeting * 0.94, 1.36, "heading")
    body = _block(layout, card.greeting, Face.SANS, layout.greeting, 1.42, "ink")
    union = _block(layout, card.signed_by.union, Face.SANS_SEMIBOLD, layout.signature, 1.28, "heading")
    person = _block(layout, card.signed_by.person, Face.SANS, layout.signature, 1.28, "muted")
    gaps = (
        layout.heading * 0.42,
        layout.greeting * 0.62 if note.lines else 0,
        layout.enterprise * 0.7 if body.lines else 0,
        layout.enterprise * 0.9 if body.lines else 0,
        layout.greeting * 1.5,
    )
    signature = union.height + (person.height + layout.signature * 0.42 if person.lines else 0)
    free = box.height - head.height - name.height - note.height - body.height - signature - sum(gaps)
    if free < 0 or len(head.lines) > 1:
        return None
    head = replace(head, top=box.top + free * 0.26)
    name = replace(name, top=head.bottom + gaps[0])
    note = replace(note, top=name.bottom + gaps[1])
    rule = note.bottom + gaps[2] + free * 0.1
    body = replace(body, top=rule + gaps[3] + free * 0.1)
    union = replace(union, top=box.top + box.height - signature)
    person = replace(person, top=union.bottom + layout.signature * 0.42)
    head, name, note, union, person = (_balanced(layout, block) for block in (head, name, note, union, person))
    body = _balanced(layout, body) if layout.centred else body
    return Composition(layout, (head, name, note, body, union, person), rule if body.lines else None)


def _heading_size(layout: Layout, heading: str) -> float:
    """Small enough for one line, so that a long heading does not make the other texts small too."""
    share = layout.text_box.width / width_of(heading, Face.SERIF_LIGHT, layout.heading)
    return layout.heading * max(LEAST_HEADING, min(1.0, share * 0.99))


def _block(layout: Layout, text: str, face: Face, size: float, leading: float, role: Role) -> Block:
    block = Block(text, (), face, size, leading, role)
    return replace(block, lines=_lines(block, break_lines, layout.text_box.width))


def _balanced(layout: Layout, block: Block) -> Block:
    """Of the same height: balancing adds no line. Left for last, since it costs ten times the breaking."""
    return replace(block, lines=_lines(block, balance_lines, layout.text_box.width))


def _lines(block: Block, set_lines: SetLines, width: float) -> tuple[str, ...]:
    measure = partial(width_of, face=block.face, size=block.size)
    paragraphs = filter(None, block.text.split("\n"))
    return tuple(chain.from_iterable(set_lines(paragraph, measure, width) for paragraph in paragraphs))
