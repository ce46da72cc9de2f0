"""The texts of a card: what they may hold, and how they are read aloud."""

import re
import unicodedata
from dataclasses import dataclass, replace
from enum import StrEnum
from itertools import chain
from typing import ClassVar

from shared.errors import FieldError, Forbidden, Invalid, Text

ENTERPRISE_LIMIT = 150  # the longest official names of city enterprises run to some 130 characters
GREETING_LIMIT = 400
SIGNATURE_LIMIT = 120  # of the union and of the person, each
PARAGRAPH_LIMIT = 4
YEARS_LIMIT = 999

# Every character below is in each typeface that cards are set in. Besides Russian the letters of Tatar, Bashkir,
# Chuvash, Ossetian, Buryat, Kalmyk and Tuvan, of the neighbours, and of western European languages.
_LETTERS = "ҐґҒғҖҗҘҙҚқҠҡҢңҪҫҮүҰұҲҳҶҷҺһӀӁӂӏӐӑӔӕӖӗӘәӢӣӦӧӨөӮӯӲӳ"
_SIGNS = "–—…„“”‘’‹›•№€₽™"
DRAWABLE = frozenset(
    chain(
        map(chr, chain(range(0x20, 0x7F), range(0xA1, 0xAD), range(0xAE, 0x100), range(0x400, 0x460))), _LETTERS, _SIGNS
    )
)


class CardTemplate(StrEnum):
    JUBILEE = "jubilee"


class CardSize(StrEnum):
    STORY = "story"  # 1080 x 1920
    POST = "post"  # 1080 x 1080


HEADINGS = {CardTemplate.JUBILEE: "С юбилеем!"}


@dataclass(frozen=True)
class Signature:
    union: str
    person: str = ""


@dataclass(frozen=True)
class CardTexts:
    enterprise: str
    years: int
    greeting: str  # a line break begins a paragraph
    signed_by: Signature


class TextMissing(Invalid):
    code = "card.text_missing"
    title: ClassVar[Text] = {"ru": "В открытке не хватает текста", "en": "A text of the card is missing"}


class TextTooLong(Invalid):
    code = "card.text_too_long"
    title: ClassVar[Text] = {"ru": "Текст не помещается на открытку", "en": "The text does not fit on the card"}


class CharacterNotDrawable(Invalid):
    code = "card.character_not_drawable"
    title: ClassVar[Text] = {
        "ru": "В тексте есть знак, которого нет в шрифте открытки",
        "en": "The text has a character that the card's typeface lacks",
    }


class YearsOutOfRange(Invalid):
    code = "card.years_out_of_range"
    title: ClassVar[Text] = {
        "ru": f"Возраст предприятия: от 1 до {YEARS_LIMIT} лет",
        "en": f"The years of a jubilee are 1 to {YEARS_LIMIT}",
    }


class SignedByPartner(Forbidden):
    code = "card.signed_by_partner"
    title: ClassVar[Text] = {
        "ru": "По ключу партнёра открытку подписывают от организации, без имени человека",
        "en": "With a partner's key a card is signed for an organization, without a person's name",
    }


def check_signature(card: CardTexts, *, by_partner: bool) -> None:
    """Partners see nobody's names, so they put none to a card either. Raises SignedByPartner."""
    if by_partner and card.signed_by.person.strip():
        raise SignedByPartner(errors=(FieldError("/signed_by/person", SignedByPartner.code, SignedByPartner.title),))


def checked(card: CardTexts) -> CardTexts:
    """`card` with tidy spaces, ready to be set.

    Raises TextMissing, TextTooLong, CharacterNotDrawable (each points at its field) or YearsOutOfRange.
    """
    if not 1 <= card.years <= YEARS_LIMIT:
        raise YearsOutOfRange
    greeting = _paragraphs(card.greeting)
    if greeting.count("\n") >= PARAGRAPH_LIMIT:
        raise TextTooLong(errors=_at("/greeting", TextTooLong))
    return replace(
        card,
        enterprise=_line(card.enterprise, ENTERPRISE_LIMIT, "/enterprise"),
        greeting=_within(greeting, GREETING_LIMIT, "/greeting"),
        signed_by=Signature(
            union=_line(card.signed_by.union, SIGNATURE_LIMIT, "/signed_by/union"),
            person=_line(card.signed_by.person, SIGNATURE_LIMIT, "/signed_by/person", optional=True),
        ),
    )


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
    card = checked(card)
    signature = ", ".join(filter(None, (card.signed_by.union, card.signed_by.person)))
    sentences = (
        f"Поздравительная открытка. {HEADINGS[template]}",
        _sentence(f"{card.enterprise}: {card.years} {years_word(card.years)}"),
        " ".join(map(_sentence, card.greeting.split("\n"))),
        _sentence(f"Подпись: {signature}"),
    )
    return " ".join(sentences)


def _sentence(text: str) -> str:
    return text if text.rstrip("»”\"')").endswith((".", "!", "?", "…")) else f"{text}."


def _at(pointer: str, problem: type[Invalid]) -> tuple[FieldError, ...]:
    return (FieldError(pointer, problem.code, problem.title),)


def _paragraphs(text: str) -> str:
    lines = (_tidy(line) for line in re.split(r"[\r\n\u2028\u2029]+", text))
    return "\n".join(filter(None, lines))


def _tidy(text: str) -> str:
    """Composed letters, single spaces, and no invisible characters such as soft hyphens and direction marks."""
    composed = unicodedata.normalize("NFC", text).translate({0x2010: "-", 0x2011: "-", 0x2212: "–"})
    return " ".join("".join(character for character in composed if unicodedata.category(character) != "Cf").split())


def _line(text: str, limit: int, pointer: str, *, optional: bool = False) -> str:
    tidy = _tidy(text)
    return tidy if optional and not tidy else _within(tidy, limit, pointer)


def _within(text: str, limit: int, pointer: str) -> str:
    if not text:
        raise TextMissing(errors=_at(pointer, TextMissing))
    if len(text) > limit:
        raise TextTooLong(errors=_at(pointer, TextTooLong))
    if not DRAWABLE.issuperset(text.replace("\n", "")):
        raise CharacterNotDrawable(errors=_at(pointer, CharacterNotDrawable))
    return text
