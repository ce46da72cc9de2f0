"""Working time: when a span of it is over, and how much of it passed. Pure arithmetic over calendars that are data.

A day's hours are decided by the first of these that knows the day: an override (hours of its own, or none), a holiday
(none), a working day that was moved (the hours of the day it was moved from), the week. A short day ends earlier.
Hours are local times of a zone; what is counted between them is real time, so that the days on which clocks change are
as long as they are.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from typing import Annotated, Final, Self
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from shared.errors import BrokenRule, Invalid
from shared.local_time import zone_named

MOST_INTERVALS: Final = 8  # in one day
MOST_DAYS: Final = 3700  # ten years ahead: who waits longer is told so
LONGEST_MINUTES: Final = 5_000_000
_DAY_MINUTES: Final = 24 * 60
_WEEK: Final = 7
_MINUTE: Final = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]|24:00")

Span = tuple[datetime, datetime]


class NoWorkingTime(Invalid):
    code = "working_time.none"
    title = {
        "ru": "В календаре не хватает рабочего времени на этот срок",
        "en": "The calendar does not have that much working time",
    }


class WrongSpan(Invalid):
    code = "working_time.wrong_span"
    title = {
        "ru": "Срок должен быть больше нуля, а начало не позже конца",
        "en": "A span is greater than zero, and begins before it ends",
    }


def _minute(text: str) -> str:
    """Raises BrokenRule."""
    if _MINUTE.fullmatch(text) is None:
        detail = {"ru": "Время вида HH:MM, от 00:00 до 24:00", "en": "A time like HH:MM, from 00:00 to 24:00"}
        raise BrokenRule("minute", detail)
    return text


def minute_of(text: str) -> int:
    """Minutes since midnight."""
    return int(text[:2]) * 60 + int(text[3:])


Minute = Annotated[str, Field(json_schema_extra={"pattern": f"^({_MINUTE.pattern})$"}), AfterValidator(_minute)]
Interval = tuple[Minute, Minute]


def _ordered(hours: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """Each ends after it begins and before the next one does."""
    bounds = [minute_of(bound) for interval in hours for bound in interval]
    for place, (first, second) in enumerate(pairwise(bounds)):
        if first > second or (first == second and place % 2 == 0):
            detail = {
                "ru": "Промежутки идут по порядку, не пересекаются и кончаются позже, чем начинаются",
                "en": "Intervals are in order, do not overlap, and end after they begin",
            }
            raise BrokenRule("hours", detail)
    return hours


Hours = Annotated[tuple[Interval, ...], Field(max_length=MOST_INTERVALS), AfterValidator(_ordered)]


class WorkingCalendar(BaseModel):
    """`week` begins with Monday. `moved` has the working days that stand for another day, and that day."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    week: Annotated[tuple[Hours, ...], Field(min_length=_WEEK, max_length=_WEEK)]
    holidays: Mapping[date, str] = {}  # with their names
    moved: Mapping[date, date] = {}
    short_days: frozenset[date] = frozenset()
    short_by: int = Field(default=60, ge=0, le=_DAY_MINUTES)  # minutes, article 95 of the Labour Code
    overrides: Mapping[date, Hours] = {}
    zone: str | None = None  # where the hours are meant; that of the organization when absent

    @model_validator(mode="after")
    def _zone_is_known(self) -> Self:
        if self.zone is not None:
            try:
                zone_named(self.zone)
            except Invalid as error:
                raise ValueError("zone") from error
        return self

    def hours(self, day: date) -> tuple[Interval, ...]:
        """Of one day, in order."""
        if day in self.overrides:
            return self.overrides[day]
        if day in self.holidays:
            return ()
        hours = self.week[self.moved.get(day, day).weekday()]
        return _shortened(hours, self.short_by) if day in self.short_days else hours

    def spans(self, day: date, zone: ZoneInfo) -> Iterator[Span]:
        """The same as moments in UTC. Nothing is counted twice or backwards where clocks change."""
        last: datetime | None = None
        for begin, end in self.hours(day):
            first = _moment(day, minute_of(begin), zone)
            first = first if last is None else max(first, last)
            last = max(first, _moment(day, minute_of(end), zone))
            if first < last:
                yield first, last


def due(start: datetime, minutes: float, calendar: WorkingCalendar, zone: str, pauses: Sequence[Span] = ()) -> datetime:
    """When `minutes` of working time after `start` are over, in `zone`; what falls into `pauses` does not count.

    A span that ends at closing time ends then. Raises WrongSpan, NoWorkingTime, UnknownTimezone.
    """
    where = zone_named(zone)
    if not 0 < minutes <= LONGEST_MINUTES:
        raise WrongSpan
    left = timedelta(minutes=minutes)
    for begin, end in _open(start.astimezone(UTC), calendar, where, pauses):
        if end - begin >= left:
            return (begin + left).astimezone(where)
        left -= end - begin
    raise NoWorkingTime


def worked(
    start: datetime, end: datetime, calendar: WorkingCalendar, zone: str, pauses: Sequence[Span] = ()
) -> timedelta:
    """The working time from `start` to `end` without `pauses`. Raises WrongSpan, UnknownTimezone."""
    where = zone_named(zone)
    first, last = start.astimezone(UTC), end.astimezone(UTC)
    if first > last or last - first > timedelta(days=MOST_DAYS):
        raise WrongSpan
    total = timedelta()
    for begin, stop in _open(first, calendar, where, pauses):
        if begin >= last:
            break
        total += min(stop, last) - begin
    return total


def _open(start: datetime, calendar: WorkingCalendar, zone: ZoneInfo, pauses: Sequence[Span]) -> Iterator[Span]:
    """The working time from `start` on, in order, without the pauses."""
    closed = sorted((begin.astimezone(UTC), end.astimezone(UTC)) for begin, end in pauses)
    if any(begin > end for begin, end in closed):
        raise WrongSpan
    first = start.astimezone(zone).date()
    for number in range(MOST_DAYS):
        try:
            day = first + timedelta(days=number)
            spans = list(calendar.spans(day, zone))
        except OverflowError:
            return
        for begin, end in spans:
            if end > start:
                yield from _without(max(begin, start), end, closed)


def _without(begin: datetime, end: datetime, closed: Sequence[Span]) -> Iterator[Span]:
    """What the sorted pauses leave of one span."""
    for pause_begin, pause_end in closed:
        if pause_end <= begin:
            continue
        if pause_begin >= end:
            break
        if pause_begin > begin:
            yield begin, pause_begin
        begin = pause_end
        if begin >= end:
            return
    yield begin, end


def _shortened(hours: tuple[Interval, ...], minutes: int) -> tuple[Interval, ...]:
    """Without the last `minutes` of the working day."""
    kept = list(hours)
    while kept and minutes > 0:
        begin, end = kept.pop()
        length = minute_of(end) - minute_of(begin)
        if length > minutes:
            stop = minute_of(end) - minutes
            kept.append((begin, f"{stop // 60:02}:{stop % 60:02}"))
        minutes -= length
    return tuple(kept)


def _moment(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """A local time in UTC. Of one that comes twice the earlier; for one that is skipped, when it is skipped."""
    local = datetime.combine(day, time()) + timedelta(minutes=minute)
    moment = local.replace(tzinfo=zone).astimezone(UTC)
    if moment.astimezone(zone).replace(tzinfo=None) == local:
        return moment
    earlier = local.replace(tzinfo=zone, fold=1).astimezone(UTC)
    before = earlier.astimezone(zone).utcoffset()
    while moment - earlier > timedelta(seconds=1):  # the clocks change in between
        middle = earlier + (moment - earlier) // 2
        middle = middle.replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == before:
            earlier = middle
        else:
            moment = middle
    return moment
