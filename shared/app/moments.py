"""Times in bodies: moments with an offset, within what a calendar of UTC can hold; local times without one."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, Field, NaiveDatetime

from shared.errors import BrokenRule, Text

_MOMENT: Text = {
    "ru": "Время со смещением, вида 2031-05-20T18:30:00+03:00",
    "en": "A time with its offset, like 2031-05-20T18:30:00+03:00",
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


Moment = Annotated[AwareDatetime, BeforeValidator(_written), AfterValidator(_in_utc)]

# JSON Schema's date-time has an offset; this is the format that OpenAPI's registry has for one without.
LocalTime = Annotated[NaiveDatetime, Field(json_schema_extra={"format": "date-time-local"})]
