"""Break Russian texts into lines of a given width, as a typesetter would.

Short words stay with the next one, dashes with the one before; a word that is wider than a whole line is
divided with a hyphen, between syllables where that is possible.
"""

import re
from collections.abc import Callable, Iterator

Measure = Callable[[str], float]  # the width of a text; the width of two texts together is the sum of theirs

TIE = "\N{NO-BREAK SPACE}"
_AFTER_SHORT_WORD = re.compile(r"(?<![\w-])([А-ЯЁа-яё]{1,2}|для|без|при|про|над|под|№|§) (?=\S)")
_AROUND_NUMBER = re.compile(r"(?<=\d) (?=(?:лет|год|года|году|г\.|%|тыс|млн))")
_BEFORE_DASH = re.compile(r" (?=[—–](?:\s|$))")
_AFTER_HYPHEN = re.compile(r"(?<=\w-)(?=\w)")
_VOWEL = re.compile(r"[аеёиоуыэюяaeiouy]", re.IGNORECASE)
_OPEN = re.compile(r"[аеёиоуыэюяьъйaeiouy]", re.IGNORECASE)  # a syllable may end here whatever follows
_SYLLABLE_SEARCH = 5  # letters to go back for a syllable's end: further back the line would look torn
_BALANCING_ROUNDS = 10  # halvings: to within a thousandth of the width


def break_lines(text: str, measure: Measure, width: float) -> tuple[str, ...]:
    """As few lines as fit: none wider than `width`, unless a single character is."""
    lines: list[str] = []
    line, taken = "", 0.0
    for space, unit in _units(text, measure, width):
        rest = unit
        needed = measure(space + rest)
        if line and taken + needed <= width:
            line, taken = line + space + rest, taken + needed
            continue
        if line:
            lines.append(line)
        while measure(rest) > width and len(rest) > 1:
            part, rest = _divide(rest, measure, width)
            lines.append(part)
        line, taken = rest, measure(rest)
    return (*lines, line) if line else tuple(lines)


def balance_lines(text: str, measure: Measure, width: float) -> tuple[str, ...]:
    """As `break_lines`, and of these the most even: a centred block without a lonely last word."""
    best = break_lines(text, measure, width)
    narrow, wide = max(measure(unit) for unit in tied(text).split(" ")), width
    if len(best) <= 1 or narrow > width:
        return best
    for _ in range(_BALANCING_ROUNDS):
        middle = (narrow + wide) / 2
        attempt = break_lines(text, measure, middle)
        if len(attempt) > len(best):
            narrow = middle
        else:
            best, wide = attempt, middle
    return best


def tied(text: str) -> str:
    """`text` with the spaces at which no line may end made no-break spaces."""
    for pattern, replacement in ((_AFTER_SHORT_WORD, rf"\1{TIE}"), (_AROUND_NUMBER, TIE), (_BEFORE_DASH, TIE)):
        text = pattern.sub(replacement, text)
    return text


def _units(text: str, measure: Measure, width: float) -> Iterator[tuple[str, str]]:
    """What must not be broken, each with the space before it; ties that are too wide for a line are loosened."""
    for chunk in tied(text).split(" "):
        for word in [chunk] if measure(chunk) <= width else chunk.split(TIE):
            space = " "
            for part in _AFTER_HYPHEN.split(word):
                yield space, part
                space = ""


def _divide(word: str, measure: Measure, width: float) -> tuple[str, str]:
    """The longest beginning of `word` that fits with its hyphen, and the rest."""
    longest = 1
    while longest + 1 < len(word) and measure(word[: longest + 1] + "-") <= width:
        longest += 1
    earliest = max(longest - _SYLLABLE_SEARCH, 1)
    end = next((at for at in range(longest, earliest, -1) if _ends_syllable(word, at)), longest)
    return word[:end] + "-", word[end:]


def _ends_syllable(word: str, at: int) -> bool:
    """Two letters with a vowel on both sides, and no sign or short i left to begin a line."""
    before, after = word[:at], word[at:]
    if min(len(before), len(after)) <= 1 or after[0].lower() in "ьъй" or not (before[-1] + after[0]).isalpha():
        return False
    open_or_consonants = _OPEN.match(before[-1]) is not None or _VOWEL.match(after[0]) is None
    return open_or_consonants and _VOWEL.search(before) is not None and _VOWEL.search(after) is not None
