"""The emblem of each template, as SVG: what the card is about, before a word of it is read."""

from calendar import monthrange
from collections.abc import Callable, Mapping
from math import hypot
from types import MappingProxyType

from services.publisher.cards.actions import ornament
from services.publisher.cards.actions.codes import code_path
from services.publisher.cards.actions.layouts import Emblem
from services.publisher.cards.actions.typefaces import CAP_HEIGHT, Face, text_element, width_of
from services.publisher.cards.rules.colours import Palette
from services.publisher.cards.rules.templates import CardTemplate
from services.publisher.cards.rules.texts import MONTHS, CardTexts, years_word

SCAN_ME = "Наведите камеру телефона"
Fragment = Callable[[CardTexts, Emblem, Palette], str]
Ground = Callable[[CardTexts, Emblem, Palette, tuple[int, int]], str]


def emblem_of(template: CardTemplate, card: CardTexts, emblem: Emblem, palette: Palette) -> str:
    return _EMBLEMS[template](card, emblem, palette)


def ground_of(template: CardTemplate, card: CardTexts, emblem: Emblem, palette: Palette, size: tuple[int, int]) -> str:
    """The ornament behind everything, on a picture of `size`."""
    return _GROUNDS[template](card, emblem, palette, size)


def _years(card: CardTexts, emblem: Emblem, palette: Palette) -> str:
    years = card.years or 1
    count = ornament.strokes_for(years)
    ring = _ticks(emblem, palette, count, range(0, count, 10))
    return _disc(emblem, palette) + ring + _number(str(years), years_word(years), emblem, palette)


def _day(card: CardTexts, emblem: Emblem, palette: Palette) -> str:
    """A ring of the month's days, the holiday's own standing out."""
    if card.day is None:
        return _disc(emblem, palette)
    _, days = monthrange(card.day.year, card.day.month)
    ring = _ticks(emblem, palette, days, range(card.day.day - 1, card.day.day))
    number = _number(str(card.day.day), MONTHS[card.day.month - 1], emblem, palette)
    return _disc(emblem, palette) + ring + number


def _thanks(_: CardTexts, emblem: Emblem, palette: Palette) -> str:
    x, y, radius = emblem.x, emblem.y, emblem.radius
    return (
        _disc(emblem, palette)
        + f'<path d="{ornament.stems(x, y, radius * 0.66)}" fill="none" stroke="{palette.gilt_on_ground}" '
        f'stroke-width="{radius * 0.01:.2f}" stroke-linecap="round"/>'
        + f'<path d="{ornament.leaves(x, y, radius * 0.66, 9)}" fill="{palette.gilt_on_ground}"/>'
        + f'<path d="{ornament.heart(x, y + radius * 0.02, radius * 0.62)}" fill="{palette.on_ground}"/>'
    )


def _flower(_: CardTexts, emblem: Emblem, palette: Palette) -> str:
    x, y, radius = emblem.x, emblem.y, emblem.radius
    waves = "".join(
        ornament.guilloche(x, y, radius * 0.79, radius * swing, 24) for swing in (0.11, -0.11, 0.055, -0.055)
    )
    return (
        _disc(emblem, palette)
        + f'<path d="{waves}" fill="none" stroke="{palette.gilt_on_ground}" stroke-width="{radius * 0.008:.2f}"/>'
        + f'<path d="{ornament.petals(x, y, radius * 0.60, 12, 0.5)}" fill="{palette.ray}"/>'
        + f'<path d="{ornament.petals(x, y, radius * 0.54, 12, 0)}" fill="{palette.on_ground}"/>'
        + f'<circle cx="{x:g}" cy="{y:g}" r="{radius * 0.15:.1f}" fill="{palette.disc}"/>'
        + f'<circle cx="{x:g}" cy="{y:g}" r="{radius * 0.105:.1f}" fill="{palette.gilt_on_ground}"/>'
    )


def _code(card: CardTexts, emblem: Emblem, palette: Palette) -> str:
    """The code on a paper of its own, with what to do about it below."""
    side = emblem.radius * 1.84
    size = side * 0.85 / width_of(SCAN_ME, Face.SANS_SEMIBOLD, 1)
    left, top = emblem.x - side / 2, emblem.y - (side + size * 1.35) / 2
    width = width_of(SCAN_ME, Face.SANS_SEMIBOLD, size)
    paper = (
        f'<rect x="{left:.1f}" y="{top:.1f}" width="{side:.1f}" height="{side + size * 1.35:.1f}" '
        f'rx="{side * 0.045:.1f}" fill="{palette.paper}" stroke="{palette.gilt_on_ground}" stroke-width="3"/>'
    )
    code = f'<path d="{code_path(card.link, left, top, side)}" fill="{palette.ink}" shape-rendering="crispEdges"/>'
    words = text_element(
        SCAN_ME,
        Face.SANS_SEMIBOLD,
        size,
        left=emblem.x - width / 2,
        baseline=top + side + size * 0.42,
        colour=palette.ink,
    )
    return paper + code + words


def _disc(emblem: Emblem, palette: Palette) -> str:
    place = f'cx="{emblem.x:g}" cy="{emblem.y:g}" r="{emblem.radius:g}"'
    return (
        f'<circle {place} fill="{palette.disc}"/>'
        f'<circle {place} fill="none" stroke="{palette.gilt_on_ground}" stroke-width="3"/>'
    )


def _ticks(emblem: Emblem, palette: Palette, count: int, strong: range) -> str:
    x, y, radius = emblem.x, emblem.y, emblem.radius
    others = [number for number in range(count) if number not in strong]
    return (
        f'<g fill="none" stroke="{palette.gilt_on_ground}">'
        f'<path d="{ornament.ticks(x, y, radius * 0.89, radius * 0.94, count, others)}" stroke-width="1.6" '
        'stroke-opacity="0.75"/>'
        f'<path d="{ornament.ticks(x, y, radius * 0.85, radius * 0.94, count, strong)}" stroke-width="4"/></g>'
    )


def _number(number: str, word: str, emblem: Emblem, palette: Palette) -> str:
    """A number and its word, centred in the disc as one."""
    word = word.upper()
    size = emblem.radius * min(1.12, 1.30 / width_of(number, Face.SERIF_LIGHT, 1))
    word_size = emblem.radius * 0.15
    tracking = word_size * 0.22
    gap = word_size * 0.85
    top = emblem.y - (size * CAP_HEIGHT + gap + word_size * CAP_HEIGHT) / 2
    number_width = width_of(number, Face.SERIF_LIGHT, size)
    word_width = width_of(word, Face.SANS_SEMIBOLD, word_size, tracking)
    return text_element(
        number,
        Face.SERIF_LIGHT,
        size,
        left=emblem.x - number_width / 2,
        baseline=top + size * CAP_HEIGHT,
        colour=palette.on_ground,
    ) + text_element(
        word,
        Face.SANS_SEMIBOLD,
        word_size,
        left=emblem.x - word_width / 2,
        baseline=top + size * CAP_HEIGHT + gap + word_size * CAP_HEIGHT,
        colour=palette.gilt_on_ground,
        tracking=tracking,
    )


def _sun(card: CardTexts, emblem: Emblem, palette: Palette, size: tuple[int, int]) -> str:
    path = ornament.rays(emblem.x, emblem.y, hypot(*size), ornament.strokes_for(card.years or 1))
    return f'<path d="{path}" fill="{palette.ray}"/>'


def _fireworks(_: CardTexts, __: Emblem, palette: Palette, size: tuple[int, int]) -> str:
    return (
        f'<path d="{ornament.fireworks(*size)}" fill="none" stroke="{palette.ray}" stroke-width="{min(size) / 150:g}" '
        'stroke-linecap="round"/>'
    )


def _ripples(_: CardTexts, emblem: Emblem, palette: Palette, size: tuple[int, int]) -> str:
    path = ornament.ripples(emblem.x, emblem.y, emblem.radius, hypot(*size))
    return f'<path d="{path}" fill="none" stroke="{palette.ray}" stroke-width="{min(size) / 270:g}"/>'


def _sunflower(_: CardTexts, emblem: Emblem, palette: Palette, size: tuple[int, int]) -> str:
    path = ornament.seeds(emblem.x, emblem.y, emblem.radius * 1.05, hypot(*size))
    return f'<path d="{path}" fill="{palette.ray}"/>'


def _bands(_: CardTexts, __: Emblem, palette: Palette, size: tuple[int, int]) -> str:
    return f'<path d="{ornament.bands(*size, min(size) / 24)}" fill="{palette.ray}" fill-opacity="0.55"/>'


_EMBLEMS: Mapping[CardTemplate, Fragment] = MappingProxyType(
    {
        CardTemplate.JUBILEE: _years,
        CardTemplate.HOLIDAY: _day,
        CardTemplate.THANKS: _thanks,
        CardTemplate.PERSONAL: _flower,
        CardTemplate.ANNOUNCEMENT: _code,
    }
)
_GROUNDS: Mapping[CardTemplate, Ground] = MappingProxyType(
    {
        CardTemplate.JUBILEE: _sun,
        CardTemplate.HOLIDAY: _fireworks,
        CardTemplate.THANKS: _ripples,
        CardTemplate.PERSONAL: _sunflower,
        CardTemplate.ANNOUNCEMENT: _bands,
    }
)
