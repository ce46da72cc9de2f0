"""The tone of a text by a list of words: a first guess, said to be one. What a person says of it stands.

Russian words are known by their beginnings. A word behind "не" or "без" counts for the other side.
"""

import re
from enum import StrEnum
from typing import Final


class Tone(StrEnum):
    """How the union is spoken of.

    `positive`: well; `neutral`: neither well nor ill, or both; `negative`: ill.
    """

    POSITIVE = "positive"
    NEUTRAL = "neutral"
    NEGATIVE = "negative"


class ToneSource(StrEnum):
    """Who says so.

    `person`: somebody who read it; `words`: a list of good and bad words: to be checked.
    """

    PERSON = "person"
    WORDS = "words"


_WORD: Final = re.compile(r"[а-яёa-z]+")
_TURNS: Final = frozenset({"не", "без", "нет", "никакой", "никакого", "нисколько"})
_THANKS: Final = ("спасибо", "благодар", "признательн", "признателен", "спс")
_GOOD: Final = (
    *_THANKS, "молодц", "молодец", "отличн", "прекрасн", "замечательн", "хорош", "поздравля", "рад", "рады", "горд", "успех", "успешн",
    "побед", "поддержива", "помогл", "помог", "лучш", "достойн", "справедлив", "ура", "здорово", "супер", "класс", "любим",
)  # fmt: skip
_BAD: Final = (
    "плох", "позор", "стыд", "обман", "врань", "врут", "врёт", "врет", "лож", "ужас", "кошмар", "бездейств", "бесполезн", "бессмыслен",
    "наруш", "незаконн", "жалоб", "недоволь", "возмущ", "скандал", "провал", "хамств", "безобраз", "издев", "развал", "хуже", "худш",
    "долг", "задолж", "увол", "сокращен", "забастов",
)  # fmt: skip
_WHOLE: Final = frozenset({"рад", "рады", "ура", "супер", "класс", "лож", "спс"})  # too short to be a beginning


def tone_of(text: str) -> Tone:
    """More good words than bad ones, or the other way round; as many of both is neutral."""
    balance, turned = 0, False
    for word in _WORD.findall(text.lower()):
        if word in _TURNS:
            turned = True
            continue
        weight = _begins(word, _GOOD) - _begins(word, _BAD)
        balance += -weight if turned else weight
        turned = False
    if balance == 0:
        return Tone.NEUTRAL
    return Tone.POSITIVE if balance > 0 else Tone.NEGATIVE


def is_thanks(text: str) -> bool:
    """Whether somebody says thank you, and not that there is nothing to thank for."""
    words = _WORD.findall(text.lower())
    return any(
        _begins(word, _THANKS) and (number == 0 or words[number - 1] not in _TURNS) for number, word in enumerate(words)
    )


def _begins(word: str, beginnings: tuple[str, ...]) -> bool:
    return any(word == one if one in _WHOLE else word.startswith(one) for one in beginnings)
