"""Words by which names are searched: kept in a table of their own, beginnings found by ranges of a btree.

Row-level security keeps PostgreSQL from using its full-text and trigram indexes; a range of words it can use.
"""

import re
import unicodedata
from typing import Final

SHORTEST_SEARCH: Final = 2  # letters: one would be a list of half the union
MOST_WORDS: Final = 6
_WORD: Final = re.compile(r"\w+")
_LAST: Final = "\U0010ffff"  # after every character that a word may have


def words_of(text: str) -> tuple[str, ...]:
    """The words of a name as they are searched: each once, case and ё/е folded."""
    folded = unicodedata.normalize("NFC", text).casefold().replace("ё", "е")
    return tuple(dict.fromkeys(_WORD.findall(folded)))


def searched_words(text: str) -> tuple[str, ...]:
    """The beginnings of words that are looked for, the longest first; nothing when none is long enough."""
    words = sorted(words_of(text)[:MOST_WORDS], key=len, reverse=True)
    return tuple(words) if words and len(words[0]) >= SHORTEST_SEARCH else ()


def range_of(prefix: str) -> tuple[str, str]:
    """From and below: all words that begin with `prefix`, in the order of code points."""
    return prefix, prefix + _LAST
