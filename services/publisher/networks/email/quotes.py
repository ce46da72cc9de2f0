"""What a letter says itself, without what it quotes below, as Mail.ru, Yandex, Outlook, Gmail and Apple write it. Pure.

Only what is surely a quotation goes: marked lines (`>`) under the line that names their author, and all that stands
below such a line or below a block of headers. When nothing would be left, everything stays.
"""

import re

_LONGEST_NAMING = 3  # lines over which mail programs break the one that names the author
_MOST_LINES = 2_000  # nobody answers at such length
_LONGEST_LINE = 500  # no program names an author at such length
_HEADERS_WITHIN = 6  # lines in which the headers of a quoted letter stand together

_ADDRESS = r"[^\s<>()\[\]\"]+@[\w.-]+\w"
_HOUR = r"\d{1,2}:\d{2}"
_DAY = (
    r"(?:\d{1,2}[./-]\d{1,2}[./-]\d{2,4}|\d{4}-\d{2}-\d{2}"
    r"|\d{1,2}\s+[а-яё]{3,9}\.?,?\s+\d{4}|[A-Z][a-z]{2,8}\.?\s+\d{1,2},?\s+\d{4}|\d{1,2}\s+[A-Z][a-z]{2,8}\.?,?\s+\d{4})"
)
_SAYS = r"(?:пишет|писал(?:\(а\)|а)?|написал(?:\(а\)|а)?|wrote|writes)"
_DAY_FIRST = rf"^\W{{0,3}}(?:[\w.]{{1,20}},?\s+){{0,3}}?{_DAY}"
_BEGINS_NAMING = re.compile(_DAY_FIRST, re.IGNORECASE)
_NAMING = re.compile(  # a day, an hour, and then an address or a verb, up to the colon that ends it
    rf"{_DAY_FIRST}.{{0,20}}?{_HOUR}.{{0,200}}?(?:[<(\[]{_ADDRESS}[>)\]]+(?:\s+{_SAYS})?|\b{_SAYS})\s*:$",
    re.IGNORECASE,
)
_MARKS = re.compile(r"^[\s>]+")
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
    for place in range(min(len(lines), _MOST_LINES)):
        after = _after_naming(lines, place)
        if after is not None:
            own = [*_above(lines[:place]), *_own_among(lines[place:after], lines[after:])]
        elif _begins_headers(lines, place):
            own = _above(lines[:place])
        else:
            continue
        return "\n".join(own).strip() or text
    return text


def _after_naming(lines: list[str], place: int) -> int | None:
    """The line behind the one, perhaps broken, that names the author of a quotation; None when none begins here.

    In HTML it may stand within the quotation, so it is marked as well.
    """
    if not _BEGINS_NAMING.match(_MARKS.sub("", lines[place][:_LONGEST_LINE])):
        return None
    joined = ""
    for number, line in enumerate(lines[place : place + _LONGEST_NAMING], start=1):
        bare = _MARKS.sub("", line).strip()
        if not bare or _is_quoted(line) is not _is_quoted(lines[place]):
            return None
        joined = f"{joined} {bare}".strip()
        if len(joined) > _LONGEST_LINE:
            return None
        if _NAMING.match(joined):
            return place + number
    return None


def _own_among(naming: list[str], below: list[str]) -> list[str]:
    """What somebody wrote between and below what they quote. Where nothing is marked, all is the quotation."""
    is_marked = any(map(_is_quoted, [*naming, *below]))
    return [line for line in below if not _is_quoted(line)] if is_marked else []


def _begins_headers(lines: list[str], place: int) -> bool:
    """Outlook repeats who wrote when to whom about what."""
    if len(lines[place]) > _LONGEST_LINE:
        return False
    if _ORIGINAL.match(lines[place]):
        return True
    if not _FROM.match(lines[place]):
        return False
    following = lines[place + 1 : place + _HEADERS_WITHIN]
    return any(_WHEN.match(line) for line in following) and any(_ABOUT.match(line) for line in following)


def _above(lines: list[str]) -> list[str]:
    """Without the rule, and Yandex's headers below it, that part the answer from what it answers."""
    end = _last_said(lines)
    headers = end
    while headers and _ABOUT.match(lines[headers - 1]):
        headers -= 1
    if headers and _RULE.match(lines[headers - 1]):
        end = _last_said(lines[: headers - 1])
    return lines[:end]


def _last_said(lines: list[str]) -> int:
    """How many lines there are without the empty ones at the end."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return end


def _is_quoted(line: str) -> bool:
    return _QUOTED.match(line) is not None
