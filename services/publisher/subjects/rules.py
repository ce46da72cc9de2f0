"""Whether words tell of somebody by name. Without a database."""

import re
from collections.abc import Iterable, Sequence
from typing import Final

_WORD: Final = re.compile(r"\w{3,}")
_LONG: Final = 6  # letters, from which on a case ending may be two of them


def tells_of(words: Iterable[str], names: Iterable[str], origins: Sequence[str]) -> bool:
    """Whether `words` name somebody, in whatever case their name stands, or still say what `origins` said of them."""
    said = " ".join(map(_plain, words))
    if any(origin in said for origin in map(_plain, origins) if origin):
        return True
    stems = {_stem(word) for name in names for word in _WORD.findall(_plain(name))}
    return any(word.startswith(tuple(stems)) for word in _WORD.findall(said)) if stems else False


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("ё", "е").split())


def _stem(word: str) -> str:
    """What its cases have in common: Кузнецова, Кузнецовой; Мария, Марию; Иван, Ивану."""
    if len(word) >= _LONG:
        return word[:-2]
    return word if len(word) == 3 else word[:-1]  # noqa: PLR2004 - shorter than that it would begin every other word
