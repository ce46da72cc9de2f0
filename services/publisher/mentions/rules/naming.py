"""Whether a text names somebody: by words that an organization says are its own."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

MOST_WORDS: Final = 30
SHORTEST: Final = 3  # letters: less would be in every text
LONGEST: Final = 100
_WORD: Final = re.compile(r"\w+")


def folded(text: str) -> str:
    """Its words alone, as they are compared: case, ё/е and what stands between them do not count."""
    known = unicodedata.normalize("NFKC", text).casefold().replace("ё", "е")
    return " ".join(_WORD.findall(known))


def is_name(word: str) -> bool:
    """Whether it is enough to be looked for."""
    return len(folded(word)) >= SHORTEST


def names(text: str, words: Iterable[str]) -> bool:
    """Whether one of `words` stands in it. Endings do not count: `профсоюз` stands in `профсоюза` too."""
    said = f" {folded(text)}"
    return any(f" {folded(word)}" in said for word in words if is_name(word))
