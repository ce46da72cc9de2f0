"""JSON as the standard has it: no NaN, no duplicate keys, no NUL, no tower of brackets."""

import json
import re
from typing import Any, NoReturn

from fastapi import Request

from shared.errors import FieldError, Invalid

_MAX_DEPTH = 32
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*"')
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
        return json.loads(body, object_pairs_hook=_without_duplicates, parse_constant=_refuse)
    except (UnicodeDecodeError, RecursionError) as error:
        raise json.JSONDecodeError(type(error).__name__, "", 0) from error


def _too_deep(body: bytes) -> bool:
    if body.count(b"[") + body.count(b"{") <= _MAX_DEPTH:
        return False
    depth = 0
    for byte in _STRING.sub(b"", body):
        if byte in b"[{":
            depth += 1
            if depth > _MAX_DEPTH:
                return True
        elif byte in b"]}":
            depth -= 1
    return False


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        _refuse("duplicate_key")
    return found


def _refuse(kind: str) -> NoReturn:
    raise json.JSONDecodeError(kind, "", 0)
