"""The cases in which a Russian name may stand. Without a dictionary: a stem, an ending of theirs, and there the word ends."""

import re
from typing import Final

_FULL_STEM: Final = 4  # letters, from which on every ending is tried; a shorter one would begin other words
_HARD_VOWEL: Final = ("а", "ы", "и", "е", "у", "ой", "ей", "ою", "ею")  # Анна, Ольга, Маша
_SOFT_VOWEL: Final = ("я", "и", "е", "ю", "ей", "ею")  # Юля, Лия
_HARD: Final = ("а", "у", "ом", "ем", "е")  # Ким, Кац
_SOFT: Final = ("я", "ю", "ем", "и", "е")  # Май, Цой
_OTHER: Final = "ь й о ью им ым их ых ам ям ах ях ами ями ими ыми ый ий ого его ому ему ая яя ую юю"
_ALL: Final = frozenset({"", *_HARD_VOWEL, *_SOFT_VOWEL, *_HARD, *_SOFT, *_OTHER.split()})
_ADJECTIVE: Final = ("ый", "ий", "ой", "ая", "яя", "ую", "юю", "ого", "его", "ому", "ему")
_FLEETING: Final = (
    (re.compile(r"(.*[бвгджзклмнпрстфхцчшщ])[ео]([влкнрсц])"), r"\1\2", _HARD),  # Павел, Орел
    (re.compile(r"(.*л)[ео]([вкнц])"), r"\1ь\2", _HARD),  # Лев, Королек
    (re.compile(r"(.*[аеиоуыэ])[ея]ц"), r"\1йц", _HARD),  # Боец, Заяц
    (re.compile(r"(.*[бвгджзклмнпрстфхцчшщ])ей"), r"\1ь", _SOFT),  # Соловей
)
_ALWAYS_FLEETING: Final = re.compile(r"ле[бвгджзклмнпрстфхцчшщ]")  # Лев: of his cases none is like левом


def cases_of(word: str) -> frozenset[str]:
    """Of a name, in small letters with е for ё, whichever case it stands in: Мария, Марии, Марию; Павел, Павла."""
    forms = {word, *_without_vowel(word)}
    for stem, last in _stems(word):
        endings = _ALL if len(stem) >= _FULL_STEM else _endings_after(last)
        forms.update(stem + ending for ending in endings)
    if word.endswith("ия"):
        forms.discard(f"{word[:-1]}й")  # Мария is not of Марий Эл
    return frozenset(forms)


def _without_vowel(word: str) -> list[str]:
    """Cases in which the vowel of its last syllable is not there."""
    kept = ((pattern.fullmatch(word), stem, endings) for pattern, stem, endings in _FLEETING)
    return [match.expand(stem) + ending for match, stem, endings in kept if match is not None for ending in endings]


def _stems(word: str) -> list[tuple[str, str]]:
    """Each with the letter that was taken off it."""
    last = word[-1]
    if last not in "аяыиеуюйь":
        return [] if _ALWAYS_FLEETING.fullmatch(word) else [(word, last)]
    adjectives = [word[: -len(end)] for end in _ADJECTIVE if word.endswith(end)]
    return [(word[:-1], last), *((stem, last) for stem in adjectives if len(stem) >= _FULL_STEM)]


def _endings_after(last: str) -> tuple[str, ...]:
    """Of a short stem only the endings of its own declension; what ends in another vowel (Ли, Ле, Ву) has no cases."""
    match last:
        case "а":
            return _HARD_VOWEL
        case "я":
            return _SOFT_VOWEL
        case "й" | "ь":
            return _SOFT
        case "ы" | "и" | "е" | "у" | "ю":
            return ()
        case _:
            return _HARD
