"""Whether a text names somebody, in whatever case their name stands. Without a database.

Only names tell: what a greeting says besides is said to everybody, and a copy that names them no longer is somebody else's.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import permutations
from typing import Final

from services.publisher.subjects.rules.declension import cases_of
from shared.words import words_of

Cases = frozenset[str]

_WORD: Final = re.compile(r"[^\W_]+")  # a hashtag joins names by underscores
_HUMP: Final = re.compile(r"(?<=[a-zа-яё])(?=[A-ZА-ЯЁ])")  # or by capitals alone
_SHORT: Final = 3  # letters, below which a name is spelt like particles and prepositions
_WHOLE_NAME: Final = 3  # words, of which one may be the father's name
_INVISIBLE: Final = "Cf"  # soft hyphens, joiners
_STRESS: Final = "Mn"  # what NFC leaves uncomposed: й and ё are letters by then
_FATHERS: Final = r"\w+(?:вич|ьич|мич|тич|кич|вн|чн)(?:[ауеы]|ой|ем)?"  # Ивановна, Ильич, Кузьмичу, Никитичной
_FATHERS_NAME: Final = re.compile(_FATHERS, re.IGNORECASE)
_SURNAME_NEXT: Final = re.compile(
    rf" +(?:(?i:{_FATHERS}) +)?([А-ЯЁ]\w*(?i:(?:ов|[её]в|ин|ын)(?:[ауеы]|ой|ым)?|[сц]к(?:ий|ая|ого|ому|им|ом|ую|ой)))\b"
)


def tells_of(words: Iterable[str], names: Iterable[str]) -> bool:
    """Whether one of the texts `words` names somebody: by every word of their name, or by one that is not another's."""
    known = [parts for name in names for spelt in _readings(name) if (parts := _parts_of(spelt))]
    return any(_names(said, parts) for text in words for said in _readings(text) for parts in known)


def _names(said: str, parts: Sequence[Cases]) -> bool:
    found = [(match, _folded(match[0])) for match in _WORD.finditer(said)]
    standing = {word for _, word in found}
    if len(parts) > 1 and (all(standing & part for part in parts) or any(_is_joined(word, parts) for word in standing)):
        return True
    theirs = frozenset[str]().union(*parts)
    ends = [match.end() for match, word in found if word in theirs and (_is_long(word) or match[0].istitle())]
    return any(len(parts) == 1 or not _is_anothers(said, end, theirs) for end in ends)


def _is_joined(word: str, parts: Sequence[Cases]) -> bool:
    """As in #мариякузнецова."""
    return any(
        word.startswith(form) and word[len(form) :] in second
        for first, second in permutations(parts, 2)
        for form in first
    )


def _is_anothers(said: str, end: int, theirs: Cases) -> bool:
    """Мария Петрова is not Мария Кузнецова."""
    surname = _SURNAME_NEXT.match(said, end)
    return surname is not None and _folded(surname[1]) not in theirs


def _parts_of(name: str) -> list[Cases]:
    """Without what else was written on the card in small letters, and without a father's name: half the union has it too."""
    spelt: list[str] = _WORD.findall(name)
    written = [word for word in spelt if word[0].isupper()] or spelt
    own = [word for word in written if len(written) < _WHOLE_NAME or _FATHERS_NAME.fullmatch(word) is None]
    return [cases_of(_folded(word)) for word in own if len(word) > 1]  # an initial names nobody


def _readings(text: str) -> set[str]:
    """Without what is not seen, which may part a word or stand between two."""
    seen = [None if unicodedata.category(one) == _INVISIBLE else one for one in text]
    return {_composed("".join(one or instead for one in seen)) for instead in ("", " ")}


def _composed(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return _HUMP.sub(" ", "".join(one for one in composed if unicodedata.category(one) != _STRESS))


def _folded(word: str) -> str:
    return "".join(words_of(word))


def _is_long(word: str) -> bool:
    return len(word) >= _SHORT
