"""How people are called, and how a name is written down."""

import unicodedata
from typing import Final

from shared.errors import BrokenRule
from shared.words import words_of

_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def display_name(family_name: str, given_name: str, additional_name: str | None) -> str:
    """As official papers in Russian write it: family name first."""
    return " ".join(part for part in (family_name, given_name, additional_name) if part)


def clean_name(text: str) -> str:
    """In composed form with single spaces. Raises BrokenRule for characters that nobody sees."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isprintable() and "  " not in composed:  # as nearly all of a large import
        return composed.strip()
    if any(unicodedata.category(character) in _INVISIBLE for character in composed):
        raise BrokenRule("invisible", {"ru": "Без невидимых знаков", "en": "Nothing invisible"})
    return " ".join(composed.split())


def name_key(name: str) -> str:
    """Equal for two spellings of one name."""
    return " ".join(words_of(name))
