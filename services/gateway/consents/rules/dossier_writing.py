"""Values of a person's file as a person writes them: moments in the union's zone, states in words, ids by their names."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Final
from zoneinfo import ZoneInfo

from pydantic import JsonValue

from services.gateway.consents.rules.dossier_columns import Column, Form
from services.gateway.consents.rules.dossier_values import Values, operation_in_words
from services.gateway.consents.rules.dossier_words import NAMED_BY
from services.gateway.organizations.rules.settings import DEFAULT_TIMEZONE

Row = Mapping[str, JsonValue]
Kinds = Mapping[str, Sequence[Row]]

LANGUAGE: Final = "ru"
ABSENT: Final = "—"
_BILINGUAL: Final = frozenset({"ru", "en"})
_YES_OR_NO: Final = {True: "да", False: "нет", None: ABSENT}
_LEAP_YEAR: Final = 2000
_MONTHS: Final = (
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
)
_ZONES: Final[Mapping[str, str]] = {
    "Europe/Kaliningrad": "Калининград",
    "Europe/Moscow": "Москва",
    "Europe/Samara": "Самара",
    "Asia/Yekaterinburg": "Екатеринбург",
    "Asia/Omsk": "Омск",
    "Asia/Novosibirsk": "Новосибирск",
    "Asia/Krasnoyarsk": "Красноярск",
    "Asia/Irkutsk": "Иркутск",
    "Asia/Yakutsk": "Якутск",
    "Asia/Vladivostok": "Владивосток",
    "Asia/Magadan": "Магадан",
    "Asia/Kamchatka": "Камчатка",
}


@dataclass(frozen=True)
class Surroundings:
    """What a value is read by: the union's zone, and what the rows of the file are called."""

    zone: ZoneInfo
    names: Mapping[str, str]  # by id

    @classmethod
    def of(cls, kinds: Kinds) -> "Surroundings":
        names = {
            str(row["id"]): _plain(row[column], {})
            for kind, column in NAMED_BY.items()
            for row in kinds.get(kind, ())
            if "id" in row and row.get(column)
        }
        return cls(_zone_in(kinds.get("organizations", ())), names)


def written(value: JsonValue, column: Column, surroundings: Surroundings) -> str:
    """Plain text, not yet escaped. What does not have the column's form is written as it is."""
    if value is None or value in ("", [], {}):
        return ABSENT
    if not isinstance(value, str):
        return _plain(value, column.values)
    try:
        return _FORMS[column.form](value, column, surroundings)
    except ValueError:
        return value


def _moment(value: str, surroundings: Surroundings) -> str:
    """Raises ValueError, also for a time of no zone."""
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    local = moment.astimezone(surroundings.zone)
    offset = f"{local:%z}"
    where = _ZONES.get(surroundings.zone.key) or f"UTC{offset[:3]}:{offset[3:]}"
    return f"{_day(local.date())}, {local:%H:%M} ({where})"


def _day_of_year(value: str) -> str:
    """Raises ValueError."""
    day = date.fromisoformat(f"{_LEAP_YEAR}-{value}")
    return f"{day.day} {_MONTHS[day.month - 1]}"


def _day(day: date) -> str:
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _plain(value: JsonValue, values: Values) -> str:
    """Of what is in two languages, the page's; of a mapping, a line for each key."""
    match value:
        case str():
            return values.get(value, value)
        case bool() | None:
            return _YES_OR_NO[value]
        case list():
            return ", ".join(_plain(one, values) for one in value) or ABSENT
        case dict() if value and value.keys() <= _BILINGUAL:
            return _plain(value.get(LANGUAGE) or next(iter(value.values())), values)
        case dict():
            return "\n".join(f"{values.get(name, name)}: {_plain(one, values)}" for name, one in value.items())
        case _:
            return str(value)


def _zone_in(organizations: Sequence[Row]) -> ZoneInfo:
    """That of the organization above all others."""
    for row in organizations:
        in_force = row.get("in_force")
        if row.get("parent_id") is None and isinstance(in_force, dict):
            entry = in_force.get("timezone")
            if isinstance(entry, dict) and isinstance(name := entry.get("value"), str):
                return ZoneInfo(name)
    return ZoneInfo(DEFAULT_TIMEZONE)


_FORMS: Final[Mapping[Form, Callable[[str, Column, Surroundings], str]]] = {
    Form.PLAIN: lambda value, column, _: column.values.get(value, value),
    Form.MOMENT: lambda value, _, surroundings: _moment(value, surroundings),
    Form.DAY: lambda value, _, __: _day(date.fromisoformat(value)),
    Form.DAY_OF_YEAR: lambda value, _, __: _day_of_year(value),
    Form.CLOCK: lambda value, _, __: f"{time.fromisoformat(value):%H:%M}",
    Form.NAME: lambda value, _, surroundings: surroundings.names.get(value, value),
    Form.OPERATION: lambda value, _, __: operation_in_words(value),
}
