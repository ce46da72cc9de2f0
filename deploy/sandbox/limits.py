"""The networks' limits on the rate of calls, as buckets that refill."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from math import ceil


@dataclass(frozen=True)
class Rate:
    """`burst` calls at once, then `per_second` more."""

    per_second: float
    burst: int


class Limits:
    def __init__(self, now: Callable[[], datetime], *, enforced: bool) -> None:
        self._now = now
        self.enforced = enforced
        self._buckets: dict[str, tuple[float, datetime]] = {}

    def take(self, key: str, rate: Rate) -> int | None:
        """Count one call under `key`. Returns None, or the seconds to wait when it is one too many."""
        if not self.enforced:
            return None
        now = self._now()
        level, since = self._buckets.get(key, (float(rate.burst), now))
        level = min(float(rate.burst), level + (now - since).total_seconds() * rate.per_second)
        if level < 1:
            self._buckets[key] = (level, now)
            return max(1, ceil((1 - level) / rate.per_second))
        self._buckets[key] = (level - 1, now)
        return None

    def clear(self) -> None:
        self._buckets.clear()
