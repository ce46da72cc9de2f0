"""JSON as the standard has it, in UTF-8: no NaN, no number without bounds, no duplicate keys, no NUL, no tower."""

import json
import math
import re
from typing import Any, NoReturn

from fastapi import Request

from shared.errors import FieldError, Invalid

_MAX_DEPTH = 32
_SQUARE = bytes.maketrans(b"{}", b"[]")
_NO_BRACKETS = bytes(byte for byte in range(256) if byte not in b"[]{}")
_LONGEST_INTEGER = 19  # digits; a bigint of PostgreSQL has no more
# Possessive, and a string that does not end matches to the end: no body makes it look at a byte twice.
_STRING = re.compile(rb'"[^"\\]*+(?:\\(?:.|\Z)[^"\\]*+)*+(?:"|\Z)', re.DOTALL)
_NUL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")


class StrictRequest(Request):
    async def json(self) -> Any:
        return _parse(await self.body())


def strict_json(body: bytes) -> None:
    """The same checks for a route that parses its body itself. Raises Invalid."""
    try:
        _parse(body)
    except json.JSONDecodeError as error:
        raise Invalid(errors=(FieldError("", "json_invalid", {"ru": "Это не JSON", "en": "Not JSON"}),)) from error


def _parse(body: bytes) -> Any:
    if _too_deep(body):
        _refuse("too_deep")
    if _NUL.search(body):
        _refuse("nul")
    try:
        return json.loads(
            body.decode(),
            object_pairs_hook=_without_duplicates,
            parse_constant=_refuse,
            parse_float=_finite,
            parse_int=_integer,
        )
    except (UnicodeDecodeError, RecursionError) as error:
        raise json.JSONDecodeError(type(error).__name__, "", 0) from error


def _too_deep(body: bytes) -> bool:
    """Take the innermost pairs of brackets away, level by level. A bracket without its pair stays, and is refused too."""
    if body.count(b"[") + body.count(b"{") <= _MAX_DEPTH:
        return False
    brackets = _STRING.sub(b"", body).translate(_SQUARE, _NO_BRACKETS)
    for _ in range(_MAX_DEPTH):
        brackets = brackets.replace(b"[]", b"")
    return bool(brackets)


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("duplicate_key")
    return found


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):  # 1e400
        _refuse("number_too_large")
    return number


def _integer(text: str) -> int:
    if len(text.removeprefix("-")) > _LONGEST_INTEGER:
        _refuse("number_too_large")
    return int(text)


def _refuse(kind: str) -> NoReturn:
    raise json.JSONDecodeError(kind, "", 0)
