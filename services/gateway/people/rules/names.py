"""How people are called, how a name is written down, and how it is found again."""

import re
import unicodedata
from typing import Final

SHORTEST_SEARCH: Final = 2  # letters: one would be a list of half the union
MOST_WORDS: Final = 6
_WORD: Final = re.compile(r"\w+")
_INVISIBLE: Final = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_LAST: Final = "\U0010ffff"  # after every character that a word may have


def display_name(family_name: str, given_name: str, additional_name: str | None) -> str:
    """As official papers in Russian write it: family name first."""
    return " ".join(part for part in (family_name, given_name, additional_name) if part)


def clean_name(text: str) -> str:
    """In composed form with single spaces. Raises ValueError for characters that nobody sees."""
    composed = unicodedata.normalize("NFC", text)
    if composed.isprintable() and "  " not in composed:  # as nearly all of a large import
        return composed.strip()
    if any(unicodedata.category(character) in _INVISIBLE for character in composed):
        raise ValueError("an invisible character")
    return " ".join(composed.split())


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name as they are searched: each once, case and ё/е folded."""
    folded = unicodedata.normalize("NFC", text).casefold().replace("ё", "е")
    return tuple(dict.fromkeys(_WORD.findall(folded)))


def name_key(name: str) -> str:
    """Equal for two spellings of one name."""
    return " ".join(words_of(name))


def searched_words(text: str) -> tuple[str, ...]:
    """The beginnings of words that are looked for, the longest first; nothing when none is long enough."""
    words = sorted(words_of(text)[:MOST_WORDS], key=len, reverse=True)
    return tuple(words) if words and len(words[0]) >= SHORTEST_SEARCH else ()


def range_of(prefix: str) -> tuple[str, str]:
    """From and below: all words that begin with `prefix`, in the order of code points."""
    return prefix, prefix + _LAST
