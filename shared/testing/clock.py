"""Time and chance that a test sets."""

from datetime import UTC, datetime, timedelta
from random import Random

START = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)  # a Monday, later than any real clock: what is due by one is due by both


class FakeClock:
    def __init__(self, start: datetime = START) -> None:
        self._now = start

    def now(self) -> datetime:
        return self._now

    def advance(self, span: timedelta) -> None:
        self._now += span

    def set(self, moment: datetime) -> None:
        self._now = moment


class SeededChance:
    """The same for the same seed."""

    def __init__(self, seed: int = 0) -> None:
        self._random = Random(seed)  # noqa: S311 - a test wants to know what comes

    def token(self, size: int) -> bytes:
        return self._random.randbytes(size)

    def below(self, limit: int) -> int:
        return self._random.randrange(limit)
