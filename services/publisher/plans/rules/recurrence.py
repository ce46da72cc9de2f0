"""On which days a plan comes round: every so many weeks, on a day of the month, on its nth weekday."""

from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile
from zoneinfo import ZoneInfo

from services.publisher.cards.rules.occasions import NthWeekday
from services.publisher.publications.rules.plans import moment_now_meant
from shared.errors import FieldError, Invalid

FURTHEST_AHEAD = 60  # days: what is drafted earlier than that is no news any more
MOST_WEEKS = 26
TOO_LATE_AFTER = timedelta(days=1)  # what a worker that stood still did not make by then is not made up for
FURTHEST = timedelta(days=5 * 366)  # from the first day to the last
_MONTHS = 12
_WEEK = timedelta(weeks=1)


class Repeat(StrEnum):
    """How often.

    `week`: every so many weeks, on a weekday; `month`: each month, on a day; `nth_weekday`: each month, as on its
    second Tuesday.
    """

    WEEK = "week"
    MONTH = "month"
    NTH_WEEKDAY = "nth_weekday"


class OccurrenceState(StrEnum):
    """What came of one day of a plan.

    `drafted`: a draft was made, for somebody to publish; `scheduled`: a publication was made and goes out by
    itself; `skipped`: nothing, because somebody said so; `missed`: nothing could be made of it in time.
    """

    DRAFTED = "drafted"
    SCHEDULED = "scheduled"
    SKIPPED = "skipped"
    MISSED = "missed"


class BadPlan(Invalid):
    code = "plan.bad_rule"
    title = {"ru": "Дни плана заданы неверно", "en": "The plan's days are not given as its kind asks"}


class NotAnOccurrence(Invalid):
    code = "plan.no_occurrence"
    title = {
        "ru": "В этот день по плану ничего не предстоит",
        "en": "Nothing is to come of the plan on this day",
    }


@dataclass(frozen=True)
class Recurrence:
    """`weekday` 1 (Monday) to 7; `nth` 1 to 4 or -1 for the last; a `day` that a month does not have is its last."""

    repeat: Repeat
    starts_on: date
    ends_on: date | None = None
    every_weeks: int = 1
    weekday: int | None = None
    nth: int | None = None
    day: int | None = None

    def __post_init__(self) -> None:
        """Raises BadPlan at the field that is missing or is not its kind's."""
        asked = _FIELDS[self.repeat]
        for name in ("weekday", "nth", "day"):
            if (getattr(self, name) is not None) is not (name in asked):
                raise bad(f"/{name}")
        if self.every_weeks != 1 and self.repeat is not Repeat.WEEK:
            raise bad("/every_weeks")
        if self.nth == 0:
            raise bad("/nth")
        if self.ends_on is not None and not self.starts_on <= self.ends_on <= self.starts_on + FURTHEST:
            raise bad("/ends_on")


_FIELDS: dict[Repeat, frozenset[str]] = {
    Repeat.WEEK: frozenset({"weekday"}),
    Repeat.MONTH: frozenset({"day"}),
    Repeat.NTH_WEEKDAY: frozenset({"weekday", "nth"}),
}


def bad(pointer: str) -> BadPlan:
    return BadPlan(errors=(FieldError(pointer, BadPlan.code, BadPlan.title),))


def days_of(rule: Recurrence, after: date) -> Iterator[date]:
    """Its days later than `after`, in order; without an end when it has none."""
    days = _weekly(rule, after) if rule.repeat is Repeat.WEEK else _monthly(rule, after)
    return takewhile(lambda day: rule.ends_on is None or day <= rule.ends_on, days)


def next_on(rule: Recurrence, after: date) -> date | None:
    """None when none is left."""
    return next(days_of(rule, after), None)


def made_at(on: date, days_ahead: int, at: time, zone: ZoneInfo) -> datetime:
    """When the publication of that day is made: so many days before it, at the hour at which it is to go out."""
    return _instant(on - timedelta(days=days_ahead), at, zone)


def is_over(on: date, at: time, zone: ZoneInfo, now: datetime) -> bool:
    """Whether it had better not be made at all."""
    return now > _instant(on, at, zone) + TOO_LATE_AFTER


def goes_out_at(on: date, at: time, zone: ZoneInfo) -> datetime:
    """On the wall clock: the plan's hour, or, where the clocks skip it, as much later as they go forward."""
    return _instant(on, at, zone).astimezone(zone).replace(tzinfo=None)


def is_past(on: date, at: time, zone: ZoneInfo, now: datetime) -> bool:
    """Whether its hour has come: then it goes out at once."""
    return now >= _instant(on, at, zone)


def _instant(on: date, at: time, zone: ZoneInfo) -> datetime:
    """By the rules of the zone as they are; of an hour that the clocks skip, as much after midnight as it would be."""
    local_time = datetime.combine(on, at)
    return moment_now_meant(local_time, zone, 0, local_time.replace(tzinfo=zone).astimezone(UTC))


def _weekly(rule: Recurrence, after: date) -> Iterator[date]:
    weekday = rule.weekday or rule.starts_on.isoweekday()
    first = rule.starts_on + timedelta(days=(weekday - rule.starts_on.isoweekday()) % 7)
    step = rule.every_weeks * _WEEK
    passed = max(0, (after - first) // step + 1) if after >= first else 0
    day = first + passed * step
    while day.year < date.max.year:
        yield day
        day += step


def _monthly(rule: Recurrence, after: date) -> Iterator[date]:
    begin = max(after, rule.starts_on)
    month = begin.year * _MONTHS + begin.month - 1
    while month // _MONTHS < date.max.year:
        day = _in_month(rule, month // _MONTHS, month % _MONTHS + 1)
        if day > after and day >= rule.starts_on:
            yield day
        month += 1


def _in_month(rule: Recurrence, year: int, month: int) -> date:
    if rule.nth is not None and rule.weekday is not None:
        return NthWeekday(month, rule.weekday, rule.nth).in_year(year)
    return date(year, month, min(rule.day or 1, monthrange(year, month)[1]))
