"""Moments at the ends of the calendar, and hours on the wall."""

from datetime import time

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.app import Moment, WallTime

MOMENT: TypeAdapter[Moment] = TypeAdapter(Moment)
HOUR: TypeAdapter[WallTime] = TypeAdapter(WallTime)


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2031-05-20T18:30:00"])
def test_what_utc_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        MOMENT.validate_python(text)


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_the_ends_themselves_are_moments(text: str) -> None:
    assert MOMENT.validate_python(text).isoformat().replace("+00:00", "Z") == text


@pytest.mark.parametrize("said", ["10:30+03:00", "10:30:15", "24:00", "37800", 37800, None])
def test_an_hour_on_the_wall_has_no_offset_and_no_seconds(said: object) -> None:
    with pytest.raises(ValidationError):
        HOUR.validate_python(said)


@pytest.mark.parametrize("said", ["10:30", "10:30:00", time(10, 30)])
def test_an_hour_on_the_wall_is_to_the_minute(said: object) -> None:
    assert HOUR.validate_python(said) == time(10, 30)
