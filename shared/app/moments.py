"""Moments in bodies: with an offset, and within what a calendar of UTC can hold."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime


def _in_utc(moment: datetime) -> datetime:
    """31 December 9999 west of Greenwich is already the year 10000 in UTC, which no database driver can write."""
    try:
        return moment.astimezone(UTC)
    except OverflowError as error:
        raise ValueError from error


Moment = Annotated[AwareDatetime, AfterValidator(_in_utc)]
