"""The official days of a country as data: holidays, working days that were moved, days that end an hour earlier.

They come from the `holidays` package, which has the Russian government's transfers year by year. A year for which the
government has decreed nothing yet has the holidays of the law alone: its calendar is a guess, and says so.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from typing import Any, Final

import holidays

FIRST_YEAR: Final = 2024  # what lies before is in no report
YEARS_AHEAD: Final = 3
_SATURDAY: Final = 5
# Article 112 of the Labour Code. The day before such a day ends an hour earlier (article 95), whatever it stands for.
_BY_LAW: Final = frozenset({*((1, day) for day in range(1, 9)), (2, 23), (3, 8), (5, 1), (5, 9), (6, 12), (11, 4)})


class Country(StrEnum):
    """Whose official holidays are known.

    `RU`: Russia.
    """

    RUSSIA = "RU"


@dataclass(frozen=True)
class OfficialDays:
    holidays: dict[date, str] = field(default_factory=dict[date, str])
    moved: dict[date, date] = field(default_factory=dict[date, date])  # a working day, and the day off it stands for
    short_days: frozenset[date] = frozenset()


def years_around(today: date) -> range:
    """Those that a calendar knows: reports look back, deadlines lie near."""
    return range(FIRST_YEAR, max(today.year, FIRST_YEAR) + YEARS_AHEAD + 1)


def without_official_data(years: Iterable[int]) -> list[int]:
    """The years for which nothing has been decreed."""
    return [year for year in years if year not in _decreed()]


@cache
def official_days(first: int, last: int) -> OfficialDays:
    """Of the years from `first` to `last`, both included."""
    days: Any = holidays.country_holidays(Country.RUSSIA, years=range(first, last + 1), language="ru")
    free: dict[date, str] = {day: str(days[day]) for day in sorted(days)}
    moved = {
        day: off for year in range(first, last + 1) for off, day in _transfers(year) if day in days.weekend_workdays
    }
    length = (date(last, 12, 31) - date(first, 1, 1)).days + 1
    all_days = (date(first, 1, 1) + timedelta(days=number) for number in range(length))
    working = [day for day in all_days if day in moved or (day.weekday() < _SATURDAY and day not in free)]
    short = frozenset(day for day in working if _before_a_holiday(day) or _before_a_holiday(moved.get(day, day)))
    return OfficialDays(free, moved, short)


def _before_a_holiday(day: date) -> bool:
    following = day + timedelta(days=1)
    return (following.month, following.day) in _BY_LAW


def _transfers(year: int) -> list[tuple[date, date]]:
    """The day that became free, and the day it was moved from."""
    entries: Any = _decreed().get(year, ())
    if entries and isinstance(entries[0], int):
        entries = (entries,)
    return [(date(year, entry[0], entry[1]), date(year, entry[2], entry[3])) for entry in entries]


@cache
def _decreed() -> dict[int, Any]:
    russia: Any = holidays.country_holidays(Country.RUSSIA)  # its table of transfers is not typed
    return dict(russia.special_public_holidays)
