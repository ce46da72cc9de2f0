"""Moments at the ends of the calendar."""

import pytest
from pydantic import TypeAdapter, ValidationError

from shared.app import Moment

MOMENT: TypeAdapter[Moment] = TypeAdapter(Moment)


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00", "2031-05-20T18:30:00"])
def test_what_utc_cannot_hold_is_refused(text: str) -> None:
    with pytest.raises(ValidationError):
        MOMENT.validate_python(text)


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59Z", "0001-01-01T00:00:00Z"])
def test_the_ends_themselves_are_moments(text: str) -> None:
    assert MOMENT.validate_python(text).isoformat().replace("+00:00", "Z") == text
