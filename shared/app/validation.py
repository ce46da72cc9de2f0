"""What is wrong with a field, in words: the rule that it broke, never the value that broke it."""

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import islice
from typing import Any

from shared.errors import BrokenRule, FieldError, Invalid, Text

_MAX_ERRORS = 50
_FIELD_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,49}")
_QUOTED = re.compile(r"'([^']*)'")
_OTHER: Text = {"ru": "Недопустимое значение", "en": "Not a valid value"}
_WHOLE: Text = {"ru": "Нужно целое число", "en": "A whole number is needed"}
_ID: Text = {"ru": "Это не идентификатор", "en": "Not an id"}
_CHOICE: Text = {"ru": "Одно из: {expected}", "en": "One of: {expected}"}
_DATE: Text = {"ru": "Дата вида 2031-05-20", "en": "A date like 2031-05-20"}
_WALL: Text = {"ru": "Время на часах вида 10:30", "en": "A time on the wall clock, like 10:30"}
_BODY: Text = {"ru": "Нужно тело запроса, в виде JSON", "en": "A body is needed, as JSON"}
_MOMENT: Text = {"ru": "Время вида 2031-05-20T18:30:00", "en": "A time like 2031-05-20T18:30:00"}

# By pydantic's types of errors. `{...}` is filled from the rule (`ctx`), which is the schema's own.
_TEXTS: Mapping[str, Text] = {
    "missing": {"ru": "Обязательное поле", "en": "Required"},
    "extra_forbidden": {"ru": "Такого поля нет", "en": "No such field"},
    "json_invalid": {
        "ru": "Это не JSON (нужен content-type: application/json)",
        "en": "Not JSON (sent as content-type: application/json)",
    },
    "string_type": {"ru": "Нужен текст", "en": "Text is needed"},
    "string_too_long": {"ru": "Не длиннее {max_length} знаков", "en": "At most {max_length} characters"},
    "string_too_short": {"ru": "Не короче {min_length} знаков", "en": "At least {min_length} characters"},
    "string_pattern_mismatch": {"ru": "Нужен вид {pattern}", "en": "It must look like {pattern}"},
    "too_long": {"ru": "Не больше {max_length} элементов", "en": "At most {max_length} items"},
    "too_short": {"ru": "Не меньше {min_length} элементов", "en": "At least {min_length} items"},
    "list_type": {"ru": "Нужен список", "en": "A list is needed"},
    "dict_type": {"ru": "Нужен объект", "en": "An object is needed"},
    "model_attributes_type": {"ru": "Нужен объект", "en": "An object is needed"},
    "bool_type": {"ru": "true или false", "en": "true or false"},
    "bool_parsing": {"ru": "true или false", "en": "true or false"},
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "greater_than": {"ru": "Больше {gt}", "en": "More than {gt}"},
    "greater_than_equal": {"ru": "Не меньше {ge}", "en": "At least {ge}"},
    "less_than": {"ru": "Меньше {lt}", "en": "Less than {lt}"},
    "less_than_equal": {"ru": "Не больше {le}", "en": "At most {le}"},
    "enum": _CHOICE,
    "literal_error": _CHOICE,
    "uuid_parsing": _ID,
    "uuid_type": _ID,
    "date_parsing": _DATE,
    "date_from_datetime_parsing": _DATE,
    "datetime_parsing": _MOMENT,
    "datetime_from_date_parsing": _MOMENT,
    "datetime_type": _MOMENT,
    "time_parsing": _WALL,
    "time_type": _WALL,
    "timezone_naive": {
        "ru": "Местное время без смещения, вида 2031-05-20T18:30:00",
        "en": "A local time without an offset, like 2031-05-20T18:30:00",
    },
    "timezone_aware": {
        "ru": "Время со смещением, вида 2031-05-20T18:30:00+03:00",
        "en": "A time with its offset, like 2031-05-20T18:30:00+03:00",
    },
}


def invalid(errors: Iterable[Any], known: Sequence[str] = ()) -> Invalid:
    """From pydantic's errors: where and why, never the value; the first fifty. `known` are the address's parameters."""
    return Invalid(errors=tuple(_field_error(error, known) for error in islice(errors, _MAX_ERRORS)))


def _field_error(error: Mapping[str, Any], known: Sequence[str]) -> FieldError:
    raised: object = error.get("ctx", {}).get("error")
    if isinstance(raised, BrokenRule):  # a validator of ours, in its own words
        location = error["loc"] or ("body",)
        return FieldError(
            _pointer(location if raised.field is None else (*location, raised.field)), raised.code, raised.detail
        )
    pointer = "" if error["type"] == "json_invalid" else _pointer(error["loc"])
    is_parameter = error["type"] == "extra_forbidden" and error["loc"][:1] == ("query",)
    return FieldError(pointer, error["type"], _among(known) if is_parameter and known else _words(error))


def _among(known: Sequence[str]) -> Text:
    names = ", ".join(known)
    return {"ru": f"Такого параметра нет; есть {names}", "en": f"No such parameter; there are {names}"}


def _words(error: Mapping[str, Any]) -> Text:
    is_body = error["type"] == "missing" and tuple(error["loc"]) == ("body",)
    text = _BODY if is_body else _TEXTS.get(error["type"], _OTHER)
    rule = dict(error.get("ctx", {}))
    if "expected" in rule:  # "'a', 'b' or 'c'"
        rule["expected"] = ", ".join(_QUOTED.findall(rule["expected"])) or rule["expected"]
    try:
        return {tongue: words.format_map(rule) for tongue, words in text.items()}
    except KeyError:
        return _OTHER


def _pointer(location: Sequence[int | str]) -> str:
    where, *path = location or ("body",)
    if where in {"query", "header", "path", "cookie"}:
        name = ".".join(_step(part) for part in path)
        return f"?{name}" if where == "query" else f"{where}:{name}"
    return "".join(f"/{_step(part)}" for part in path)


def _step(part: int | str) -> str:
    """A name that is none of ours is the sender's own text, and not echoed."""
    return str(part) if isinstance(part, int) or _FIELD_NAME.fullmatch(part) else "?"
