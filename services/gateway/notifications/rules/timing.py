"""When a person is told: not at night, not too often a day; what was held back comes together the next morning."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

MOST_A_DAY: Final = 50
USUAL_A_DAY: Final = 10
QUIET_FROM: Final = time(22)
QUIET_UNTIL: Final = time(8)
_MORNING: Final = time(9)  # local: when what was held back is told, unless the night lasts longer


@dataclass(frozen=True)
class Preferences:
    """When one person wants to be told, in their own zone. Equal ends mean that there are no quiet hours."""

    zone: ZoneInfo
    quiet_from: time = QUIET_FROM
    quiet_until: time = QUIET_UNTIL
    most_a_day: int = USUAL_A_DAY  # by each way; 0: everything comes together in the morning


class Turn(StrEnum):
    TELL = "tell"
    WAIT = "wait"  # until the night is over
    HOLD = "hold"  # there was enough today: with what else is held back


@dataclass(frozen=True)
class Decision:
    turn: Turn
    at: datetime  # UTC


def decide(now: datetime, wanted: Preferences, told_today: int, *, urgent: bool, held: bool) -> Decision:
    """What to do now with something whose turn has come. `held` is what was held back before: it has waited enough."""
    if urgent:
        return Decision(Turn.TELL, now)
    night_ends = end_of_night(now, wanted)
    if night_ends is not None:
        return Decision(Turn.WAIT, night_ends)
    if not held and told_today >= wanted.most_a_day:
        return Decision(Turn.HOLD, next_morning(now, wanted.zone))
    return Decision(Turn.TELL, now)


def end_of_night(now: datetime, wanted: Preferences) -> datetime | None:
    """When the quiet hours end in which `now` lies; None outside of them."""
    local = now.astimezone(wanted.zone)
    start, end, clock = wanted.quiet_from, wanted.quiet_until, local.time()
    if start == end:
        return None
    over_midnight = start > end
    inside = (clock >= start or clock < end) if over_midnight else start <= clock < end
    if not inside:
        return None
    day = local.date() + timedelta(days=1) if over_midnight and clock >= start else local.date()
    return _after(now, datetime.combine(day, end), wanted.zone)


def next_morning(now: datetime, zone: ZoneInfo) -> datetime:
    """Nine o'clock of the next local day."""
    tomorrow = now.astimezone(zone).date() + timedelta(days=1)
    return _after(now, datetime.combine(tomorrow, _MORNING), zone)


def start_of_day(now: datetime, zone: ZoneInfo) -> datetime:
    """The local midnight before `now`."""
    return datetime.combine(now.astimezone(zone).date(), time(), tzinfo=zone).astimezone(UTC)


def _after(now: datetime, local: datetime, zone: ZoneInfo) -> datetime:
    """A local time as a moment after `now`: of one that comes twice the later, if the earlier is past."""
    moments = [local.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1)]
    return next((moment for moment in moments if moment > now), now + timedelta(minutes=1))
