"""Times in bodies: moments with an offset, within what a calendar of UTC can hold; local times and hours without one."""

from datetime import UTC, datetime, time
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, NaiveDatetime

from shared.errors import BrokenRule, Text

_MOMENT: Text = {
    "ru": "Время со смещением, вида 2031-05-20T18:30:00+03:00",
    "en": "A time with its offset, like 2031-05-20T18:30:00+03:00",
}
_ON_THE_WALL: Text = {
    "ru": "Местное время до минуты, без смещения, вида 10:30",
    "en": "A local time to the minute, without an offset, like 10:30",
}


def _in_utc(moment: datetime) -> datetime:
    """31 December 9999 west of Greenwich is already the year 10000 in UTC, which no database driver can write."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise BrokenRule("moment", _MOMENT) from error


def _written(moment: object) -> object:
    """A bare number is no date-time, though seconds since 1970 could be read into it; in an address all is text."""
    if isinstance(moment, datetime) or (isinstance(moment, str) and "-" in moment.lstrip("-")):
        return moment
    raise BrokenRule("moment", _MOMENT)


def _on_the_wall(at: object) -> object:
    """A bare number is no time of the day either, though seconds since midnight could be read into it."""
    if isinstance(at, time) or (isinstance(at, str) and ":" in at):
        return at
    raise BrokenRule("local_time", _ON_THE_WALL)


def _to_the_minute(at: time) -> time:
    if at.tzinfo is not None or at.second or at.microsecond:
        raise BrokenRule("local_time", _ON_THE_WALL)
    return at


Moment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_utc)]

# JSON Schema's date-time and time have an offset; these are the formats that OpenAPI's registry has for those without.
LocalTime = Annotated[NaiveDatetime, Field(json_schema_extra={"format": "date-time-local"})]
WallTime = Annotated[
    time,
    BeforeValidator(_on_the_wall),
    AfterValidator(_to_the_minute),
    Field(json_schema_extra={"format": "time-local"}),
]
