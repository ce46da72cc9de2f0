"""The texts of a card: what they may hold, and how they are read aloud."""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date
from itertools import chain
from typing import Any, ClassVar

from services.publisher.cards.rules.templates import (
    LIMITS,
    SIGNATURE_LIMIT,
    TEMPLATES,
    YEARS_LIMIT,
    CardField,
    CardSize,
    CardTemplate,
)
from shared.errors import FieldError, Forbidden, Invalid, Text

# Every character below is in each typeface that cards are set in. Besides Russian the letters of Tatar, Bashkir,
# Chuvash, Ossetian, Buryat, Kalmyk and Tuvan, of the neighbours, and of western European languages.
_LETTERS = "ҐґҒғҖҗҘҙҚқҠҡҢңҪҫҮүҰұҲҳҶҷҺһӀӁӂӏӐӑӔӕӖӗӘәӢӣӦӧӨөӮӯӲӳ"
_SIGNS = "–—…„“”‘’‹›•№€₽™"
MONTHS = (
    *("января", "февраля", "марта", "апреля", "мая", "июня"),
    *("июля", "августа", "сентября", "октября", "ноября", "декабря"),
)
DRAWABLE = frozenset(
    chain(
        map(chr, chain(range(0x20, 0x7F), range(0xA1, 0xAD), range(0xAE, 0x100), range(0x400, 0x460))), _LETTERS, _SIGNS
    )
)


@dataclass(frozen=True)
class Signature:
    union: str
    person: str = ""


@dataclass(frozen=True)
class CardTexts:
    """What one card says. Which of it a template takes is in `TEMPLATES`; the rest is empty."""

    enterprise: str  # who is congratulated or thanked
    years: int | None
    greeting: str  # a line break begins a paragraph
    signed_by: Signature
    heading: str = ""  # in place of the template's own
    title: str = ""  # of a holiday, an event, an announcement
    person: str = ""
    day: date | None = None
    time: str = ""
    place: str = ""
    link: str = ""  # where the code leads

    def has(self, field: CardField) -> bool:
        return getattr(self, field) not in ("", None)

    def heading_on(self, template: CardTemplate) -> str:
        return self.heading or TEMPLATES[template].heading

    def name_on(self, template: CardTemplate) -> str:
        """What stands under the heading in bold letters."""
        return str(getattr(self, TEMPLATES[template].name))

    def details_on(self, template: CardTemplate) -> str:
        """What stands under the name, a line each: where somebody works, when and where something happens."""
        shown = {CardField.ENTERPRISE, CardField.PERSON, CardField.TIME, CardField.PLACE} - {TEMPLATES[template].name}
        lines = (str(getattr(self, field)) for field in CardField if field in shown)
        return "\n".join(filter(None, lines))


class TextMissing(Invalid):
    code = "card.text_missing"
    title: ClassVar[Text] = {"ru": "В открытке не хватает текста", "en": "A text of the card is missing"}


class TextTooLong(Invalid):
    code = "card.text_too_long"
    title: ClassVar[Text] = {"ru": "Текст не помещается на открытку", "en": "The text does not fit on the card"}


class FieldNotTaken(Invalid):
    code = "card.field_not_taken"
    title: ClassVar[Text] = {"ru": "В этом шаблоне нет такого текста", "en": "The template has no such text"}


class SizeNotDrawn(Invalid):
    code = "card.size_not_drawn"
    title: ClassVar[Text] = {
        "ru": "В таком размере этот шаблон не рисуется",
        "en": "The template is not drawn in such a size",
    }


class CharacterNotDrawable(Invalid):
    code = "card.character_not_drawable"
    title: ClassVar[Text] = {
        "ru": "В тексте есть знак, которого нет в шрифте открытки",
        "en": "The text has a character that the card's typeface lacks",
    }


class YearsOutOfRange(Invalid):
    code = "card.years_out_of_range"
    title: ClassVar[Text] = {
        "ru": f"Сколько лет исполняется: целое число от 1 до {YEARS_LIMIT}",
        "en": f"How many years it is: a whole number, 1 to {YEARS_LIMIT}",
    }


class SignedByPartner(Forbidden):
    code = "card.signed_by_partner"
    title: ClassVar[Text] = {
        "ru": "По ключу партнёра открытки рисуют от имени организации, без имён людей",
        "en": "With a partner's key a card is signed for an organization, without a person's name",
    }


def check_signature(card: CardTexts, *, by_partner: bool) -> None:
    """Partners see nobody's names, so they put none to a card either. Raises SignedByPartner."""
    for name, pointer in ((card.signed_by.person, "/signed_by/person"), (card.person, "/person")):
        if by_partner and name.strip():
            raise SignedByPartner(errors=(FieldError(pointer, SignedByPartner.code, SignedByPartner.title),))


def check_sizes(template: CardTemplate, sizes: Collection[CardSize]) -> None:
    """Raises SizeNotDrawn."""
    if not set(TEMPLATES[template].sizes).issuperset(sizes):
        raise SizeNotDrawn(errors=_at("/sizes", SizeNotDrawn))


def checked(card: CardTexts, template: CardTemplate = CardTemplate.JUBILEE) -> CardTexts:
    """`card` with tidy spaces, ready to be set.

    Raises TextMissing, FieldNotTaken, TextTooLong, CharacterNotDrawable (each points at its field) or YearsOutOfRange.
    """
    rules = TEMPLATES[template]
    taken = rules.required | rules.optional
    for field in CardField:
        if field not in taken and card.has(field):
            raise FieldNotTaken(errors=_at(f"/{field}", FieldNotTaken))
        if field in rules.required and not card.has(field):
            raise _missing(f"/{field}", template)
    if card.years is not None and not 1 <= card.years <= YEARS_LIMIT:
        raise YearsOutOfRange
    greeting = _paragraphs(card.greeting)
    if greeting.count("\n") >= rules.paragraphs:
        raise TextTooLong(errors=_at("/greeting", TextTooLong))
    needed_by = {field: template if field in rules.required else None for field in CardField}
    lines: dict[str, Any] = {
        field.value: _line(getattr(card, field), limit, f"/{field}", needed_by[field])
        for field, limit in LIMITS.items()
    }
    greeting = _within(greeting, rules.greeting_limit, "/greeting", needed_by[CardField.GREETING])
    union = _line(card.signed_by.union, SIGNATURE_LIMIT, "/signed_by/union", template)
    person = _line(card.signed_by.person, SIGNATURE_LIMIT, "/signed_by/person", None)
    return replace(card, greeting=greeting, signed_by=Signature(union, person), **lines)


def years_word(years: int) -> str:
    """The Russian word after the number: 51 год, 52 года, 75 лет, 111 лет."""
    if years % 100 in range(11, 15):
        return "лет"
    match years % 10:
        case 1:
            return "год"
        case 2 | 3 | 4:
            return "года"
        case _:
            return "лет"


def alt_text(card: CardTexts, template: CardTemplate = CardTemplate.JUBILEE) -> str:
    """All that the card says, in reading order, for those who hear it. Raises as `checked` does."""
    card = checked(card, template)
    signature = ", ".join(filter(None, (card.signed_by.union, card.signed_by.person)))
    name = card.name_on(template)
    sentences = (
        f"{TEMPLATES[template].spoken}.",
        _sentence(card.heading_on(template)),
        _sentence(f"{name}: {card.years} {years_word(card.years)}" if card.years is not None else name),
        _sentence(f"{card.day.day} {MONTHS[card.day.month - 1]}") if card.day is not None else "",
        *map(_sentence, filter(None, card.details_on(template).split("\n"))),
        *map(_sentence, filter(None, card.greeting.split("\n"))),
        _sentence(f"QR-код ведёт на {card.link}") if card.link else "",
        _sentence(f"Подпись: {signature}"),
    )
    return " ".join(filter(None, sentences))


def _sentence(text: str) -> str:
    return text if text.rstrip("»”\"')").endswith((".", "!", "?", "…")) else f"{text}."


def _at(pointer: str, problem: type[Invalid], detail: Text | None = None) -> tuple[FieldError, ...]:
    return (FieldError(pointer, problem.code, detail or problem.title),)


def _missing(pointer: str, template: CardTemplate) -> TextMissing:
    detail = {
        "ru": f"Шаблону {template} нужен этот текст: что берёт каждый шаблон, сказано в /v1/card_templates",
        "en": f"The template `{template}` needs this text: `/v1/card_templates` says what each takes",
    }
    return TextMissing(errors=_at(pointer, TextMissing, detail))


def _not_drawable(pointer: str, character: str) -> CharacterNotDrawable:
    """By its number too: some are not seen, and half of a pair is no text at all."""
    number = f"U+{ord(character):04X}"
    shown = f"{character} ({number})" if character.isprintable() else number
    detail = {
        "ru": f"Знака {shown} нет в шрифте открытки: уберите или замените его",
        "en": f"The card's typeface lacks {shown}: leave it out, or write something else",
    }
    return CharacterNotDrawable(errors=_at(pointer, CharacterNotDrawable, detail))


def _paragraphs(text: str) -> str:
    lines = (_tidy(line) for line in re.split(r"[\r\n\u2028\u2029]+", text))
    return "\n".join(filter(None, lines))


def _tidy(text: str) -> str:
    """Composed letters, single spaces, and no invisible characters such as soft hyphens and direction marks."""
    composed = unicodedata.normalize("NFC", text).translate({0x2010: "-", 0x2011: "-", 0x2212: "–"})
    return " ".join("".join(character for character in composed if unicodedata.category(character) != "Cf").split())


def _line(text: str, limit: int, pointer: str, needed_by: CardTemplate | None) -> str:
    return _within(_tidy(text), limit, pointer, needed_by)


def _within(text: str, limit: int, pointer: str, needed_by: CardTemplate | None) -> str:
    if not text and needed_by is not None:
        raise _missing(pointer, needed_by)
    if len(text) > limit:
        raise TextTooLong(errors=_at(pointer, TextTooLong))
    strange = next((character for character in text if character not in DRAWABLE and character != "\n"), None)
    if strange is not None:
        raise _not_drawable(pointer, strange)
    return text
