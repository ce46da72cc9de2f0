"""Weeks of a calendar, Monday to Sunday: how many posts each was to have, and had."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from shared.errors import Conflict, Invalid

MOST_WEEKS = 26
MOST_DAYS = 62  # of one calendar
MOST_TURNS = 5000  # of slots in one calendar
MOST_ENTRIES = 1000  # of publications in one calendar


class PeriodOutOfCalendar(Invalid):
    code = "calendar.period"
    title = {
        "ru": f"Календарь показывает от 1 до {MOST_DAYS} дней в пределах 2000-2100 годов",
        "en": f"A calendar shows 1 to {MOST_DAYS} days, between the years 2000 and 2100",
    }


class CalendarTooFull(Conflict):
    code = "calendar.too_full"
    title = {
        "ru": "Слишком много для одного календаря: назовите организацию, канал или меньше дней",
        "en": "Too much for one calendar: name an organization, a channel or fewer days",
    }


@dataclass(frozen=True)
class Week:
    begins_on: date
    slots: int  # that are over, or to come
    posts: int
    missed: int


def monday_of(day: date) -> date:
    return day - timedelta(days=day.isoweekday() - 1)


def mondays(today: date, weeks: int) -> list[date]:
    """Of the last `weeks` weeks with this one, the earliest first."""
    this = monday_of(today)
    return [this - timedelta(weeks=back) for back in reversed(range(weeks))]


def cadence(
    begin: Sequence[date],
    zone: ZoneInfo,
    turns: Collection[datetime],
    posts: Collection[datetime],
    missed: Collection[datetime],
) -> list[Week]:
    """Moments counted by the local weeks that begin on these Mondays."""
    planned, sent, lost = (_by_week(moments, zone) for moments in (turns, posts, missed))
    return [Week(monday, planned[monday], sent[monday], lost[monday]) for monday in begin]


def check_period(since: date, until: date) -> None:
    """Raises PeriodOutOfCalendar."""
    in_range = date(2000, 1, 1) <= since <= until <= date(2100, 12, 31)
    if not in_range or (until - since).days >= MOST_DAYS:
        raise PeriodOutOfCalendar


def _by_week(moments: Collection[datetime], zone: ZoneInfo) -> Counter[date]:
    return Counter(monday_of(moment.astimezone(zone).date()) for moment in moments)
