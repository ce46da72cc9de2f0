"""What an organization decides for itself, and what it takes over from the organization above it.

A setting is its own or absent: then the nearest organization above decides, and above the root the platform. Branding is
inherited piece by piece: a primary organization with a short name of its own keeps the union's colours.
"""

from collections.abc import Mapping
from enum import StrEnum
from functools import cache
from typing import Final
from uuid import UUID
from zoneinfo import available_timezones

from pydantic import JsonValue

from shared.errors import FieldError, Invalid

DEFAULT_TIMEZONE: Final = "Europe/Moscow"
LEAST_FLOOR: Final = 3  # people behind a published figure: below it, somebody would be recognised


class Setting(StrEnum):
    TIMEZONE = "timezone"
    CALENDAR = "calendar_id"
    LEAST_NUMBERS = "least_numbers"
    LEAST_TEXTS = "least_texts"
    PRIMARY_COLOUR = "primary_colour"
    ACCENT_COLOUR = "accent_colour"
    SHORT_NAME = "short_name"
    LOGO = "logo_media_id"


BRANDING: Final = (Setting.PRIMARY_COLOUR, Setting.ACCENT_COLOUR, Setting.SHORT_NAME, Setting.LOGO)
_DEFAULTS: Final[Mapping[Setting, JsonValue]] = {
    Setting.TIMEZONE: DEFAULT_TIMEZONE,
    Setting.LEAST_NUMBERS: 5,
    Setting.LEAST_TEXTS: 10,
}

Own = Mapping[str, JsonValue]
InForce = dict[str, JsonValue]  # by setting: {"value": ..., "from": an organization's id or null for the platform}


class UnknownTimezone(Invalid):
    code = "organization.unknown_timezone"
    title = {"ru": "Неизвестный часовой пояс", "en": "Unknown time zone"}


def check_timezone(name: str) -> None:
    """Raise UnknownTimezone unless the zone data knows `name`."""
    if name not in _zones():
        raise UnknownTimezone(errors=(FieldError("/timezone", UnknownTimezone.code, UnknownTimezone.title),))


@cache
def _zones() -> frozenset[str]:
    """Some 600 file names, read once."""
    return frozenset(available_timezones())


def platform_settings() -> InForce:
    """What is in force above a root."""
    return {name: {"value": _DEFAULTS.get(name), "from": None} for name in Setting}


def in_force(own: Own, organization_id: UUID, above: InForce) -> InForce:
    """What is in force in an organization with these settings of its own."""
    decided: InForce = {name: {"value": value, "from": str(organization_id)} for name, value in own.items()}
    return above | decided


def changed(own: Own, wanted: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """The settings of its own after a change; a wanted null gives one back to the organization above."""
    return {name: value for name, value in {**own, **wanted}.items() if value is not None}


def value_of(settings: InForce, name: Setting) -> JsonValue:
    """What is in force of one setting."""
    entry = settings[name]
    return entry["value"] if isinstance(entry, dict) else None
