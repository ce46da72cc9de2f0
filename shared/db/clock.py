"""One time for all processes: the database's, looked up now and then and carried on by this machine in between.

Machines disagree about the time; a lease, a due time, a token or a signature of one must mean the same to the others.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import structlog

from shared.clock import Clock, SystemClock

_log = structlog.get_logger()

LOOK_SECONDS: Final = 60.0
SET_SECONDS: Final = 1.0  # this machine's clock against its steady one: it slept, or its clock was set
APART: Final = timedelta(seconds=30)  # more than tokens forgive; `vmeste doctor` says the same


@dataclass(frozen=True)
class _Look:
    """What three clocks showed at one moment."""

    there: datetime
    here: datetime
    steady: float


class DatabaseClock:
    """Before its first look it shows this machine's time."""

    def __init__(self, own: Clock | None = None, steady: Callable[[], float] = time.monotonic) -> None:
        self._own = own or SystemClock()
        self._steady = steady
        self._last: _Look | None = None

    def now(self) -> datetime:
        if self._last is None:
            return self._own.now()
        return self._last.there + timedelta(seconds=self._steady() - self._last.steady)

    @property
    def is_due(self) -> bool:
        """Whether it is to look again."""
        if self._last is None:
            return True
        passed = self._steady() - self._last.steady
        passed_here = (self._own.now() - self._last.here).total_seconds()
        return passed >= LOOK_SECONDS or abs(passed_here - passed) > SET_SECONDS

    async def look(self, ask: Callable[[], Awaitable[datetime]]) -> None:
        """`ask` reads the database's clock. Its answer is as exact as half of the way there and back took."""
        asked = self._steady()
        there = await ask()
        answered = self._steady()
        doubt = timedelta(seconds=(answered - asked) / 2)
        there += doubt
        if self._last is not None and abs(there - self.now()) <= doubt:
            there = self.now()  # nothing new: time does not jump by what may be the way's
        self._last = _Look(there, self._own.now(), answered)
        apart = self._last.here - there
        if abs(apart) > APART:
            _log.warning("clock.apart", seconds=round(apart.total_seconds()))
