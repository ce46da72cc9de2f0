"""What a letter says itself, without what it quotes below, as Mail.ru, Yandex, Outlook, Gmail and Apple write it. Pure.

Only what is surely a quotation goes: marked lines (`>`) under the line that names their author, and all that stands
below such a line or below a block of headers. When nothing would be left, everything stays.
"""

import re

_LONGEST_NAMING = 3  # lines over which mail programs break the one that names the author
_HEADERS_WITHIN = 6  # lines in which the headers of a quoted letter stand together

_ADDRESS = r"[^\s<>()\[\]\"]+@[\w.-]+\w"
_HOUR = r"\d{1,2}:\d{2}"
_DAY = (
    r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}\s+[а-яё]{3,9}\.?,?\s+\d{4}|[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+\d{4}|\d{1,2}\s+[A-Z][a-z]{2,8}\.?,?\s+\d{4})"
)
_SAYS = r"(?:пишет|писал(?:\(а\)|а)?|написал(?:\(а\)|а)?|wrote|writes)"
_NAMING = re.compile(  # a day, an hour, and then an address or a verb, up to the colon that ends it
    rf"^\W{{0,3}}(?:[\w.]{{1,20}},?\s+)?{_DAY}.{{0,20}}?{_HOUR}.{{0,200}}?(?:{_ADDRESS}[>)\]\"]*(?:\s+{_SAYS})?|\b{_SAYS})\s*:$",
    re.IGNORECASE,
)
_QUOTED = re.compile(r"^\s{0,3}>")
_RULE = re.compile(r"^\s*[_\-–—=]{5,}\s*$")
_ORIGINAL = re.compile(
    r"^\s*[-–—_]{2,}\s*(?:original message|исходное сообщение|исходное письмо|оригинальное сообщение)\s*[-–—_]{2,}\s*$",
    re.IGNORECASE,
)
_MARK = r"^\W{0,4}"  # bold in HTML may have left stars
_FROM = re.compile(rf"{_MARK}(?:от|от кого|from)\W{{0,3}}:\W{{0,3}}\s*\S", re.IGNORECASE)
_WHEN = re.compile(rf"{_MARK}(?:отправлено|дата|sent|date)\W{{0,3}}:\W{{0,3}}\s*\S", re.IGNORECASE)
_ABOUT = re.compile(rf"{_MARK}(?:кому|тема|to|subject)\W{{0,3}}:", re.IGNORECASE)


def without_quotes(text: str) -> str:
    """The lines of `text` that are the writer's own, in their order; all of it, when none would be left."""
    lines = text.split("\n")
    kept: list[str] = []
    place = 0
    while place < len(lines):
        after = _after_naming(lines, place)
        if after is not None:
            rest = lines[after:]
            if not any(_QUOTED.match(line) for line in rest):
                break  # the author is named and nothing is marked: all below is the quotation
            kept += _unmarked(rest)
            break
        if _begins_headers(lines, place):
            break
        kept.append(lines[place])
        place += 1
    own = "\n".join(_without_rule(kept)).strip()
    return own or text


def _after_naming(lines: list[str], place: int) -> int | None:
    """The line behind the one, perhaps broken, that names the author of a quotation; None when none begins here."""
    joined = ""
    for number, line in enumerate(lines[place : place + _LONGEST_NAMING], start=1):
        if not line.strip() or _QUOTED.match(line):
            return None
        joined = f"{joined} {line.strip()}".strip()
        if _NAMING.match(joined):
            return place + number
    return None


def _begins_headers(lines: list[str], place: int) -> bool:
    """Outlook repeats who wrote when to whom about what."""
    if _ORIGINAL.match(lines[place]):
        return True
    if not _FROM.match(lines[place]):
        return False
    following = lines[place + 1 : place + _HEADERS_WITHIN]
    return any(_WHEN.match(line) for line in following) and any(_ABOUT.match(line) for line in following)


def _unmarked(lines: list[str]) -> list[str]:
    """What somebody wrote between and below what they quote."""
    return [line for line in lines if not _QUOTED.match(line)]


def _without_rule(lines: list[str]) -> list[str]:
    """Without the rule that parts the answer from what it answers."""
    end = len(lines)
    while end and (not lines[end - 1].strip() or _RULE.match(lines[end - 1])):
        end -= 1
    return lines[:end]
