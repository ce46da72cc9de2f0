"""When an occasion comes round: by a date, by a weekday of a month, by the years since a founding, by a birthday."""

from calendar import isleap, monthrange
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import ClassVar
from zoneinfo import ZoneInfo

from services.publisher.cards.rules.templates import YEARS_LIMIT, CardField, CardTemplate
from shared.errors import FieldError, Invalid, Text

LAST = -1  # of a month's Sundays: the fourth or the fifth
FURTHEST_AHEAD = 60  # days: a card that is drawn earlier than that is not of this year's words any more
DRAFTED_AT = time(6)  # local: before those who look at drafts come to work


class OccasionKind(StrEnum):
    """How its day is found each year.

    `fixed_date`: the same `month` and `day`; `nth_weekday`: as the third Sunday of March; `anniversary`: of an
    enterprise's founding; `personal`: somebody's birthday, by their consent.
    """

    FIXED_DATE = "fixed_date"
    NTH_WEEKDAY = "nth_weekday"
    ANNIVERSARY = "anniversary"
    PERSONAL = "personal"


class BadOccasion(Invalid):
    code = "occasion.bad_rule"
    title: ClassVar[Text] = {
        "ru": "День повода задан неверно",
        "en": "The occasion's day is not given as its kind asks",
    }


@dataclass(frozen=True)
class EveryYear:
    """The same day each year; the 29th of February is kept on the 28th in common years."""

    month: int
    day: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12 or not 1 <= self.day <= monthrange(2024, self.month)[1]:  # noqa: PLR2004 - a leap year's months
            raise bad("/day")

    def in_year(self, year: int) -> date:
        if (self.month, self.day) == (2, 29) and not isleap(year):
            return date(year, 2, 28)
        return date(year, self.month, self.day)


@dataclass(frozen=True)
class NthWeekday:
    """`weekday` 1 (Monday) to 7 (Sunday), `nth` 1 to 4 or LAST: the last Sunday of August."""

    month: int
    weekday: int
    nth: int

    def __post_init__(self) -> None:
        if not 1 <= self.month <= 12 or not 1 <= self.weekday <= 7 or self.nth not in {1, 2, 3, 4, LAST}:  # noqa: PLR2004 - of calendars
            raise bad("/nth")

    def in_year(self, year: int) -> date:
        first, days = monthrange(year, self.month)
        day = 1 + (self.weekday - 1 - first) % 7 + 7 * (self.nth - 1)
        if self.nth == LAST:
            day = days - (date(year, self.month, days).isoweekday() - self.weekday) % 7
        return date(year, self.month, day)


@dataclass(frozen=True)
class Anniversary:
    """Each `every` years after a founding."""

    founded_on: date
    every: int

    def __post_init__(self) -> None:
        if self.every < 1:
            raise bad("/every_years")

    def in_year(self, year: int) -> date | None:
        years = self.years_in(year)
        if not 1 <= years <= YEARS_LIMIT or years % self.every:
            return None
        return EveryYear(self.founded_on.month, self.founded_on.day).in_year(year)

    def years_in(self, year: int) -> int:
        return year - self.founded_on.year


Rule = EveryYear | NthWeekday | Anniversary


@dataclass(frozen=True)
class RuleFields:
    """A rule as it is written down: of these, the ones that its kind asks for."""

    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    nth: int | None = None
    founded_on: date | None = None
    every_years: int | None = None


_FIELDS: dict[OccasionKind, frozenset[str]] = {
    OccasionKind.FIXED_DATE: frozenset({"month", "day"}),
    OccasionKind.NTH_WEEKDAY: frozenset({"month", "weekday", "nth"}),
    OccasionKind.ANNIVERSARY: frozenset({"founded_on", "every_years"}),
    OccasionKind.PERSONAL: frozenset({"month", "day"}),
}

TEMPLATE_OF: dict[OccasionKind, CardTemplate] = {
    OccasionKind.FIXED_DATE: CardTemplate.HOLIDAY,
    OccasionKind.NTH_WEEKDAY: CardTemplate.HOLIDAY,
    OccasionKind.ANNIVERSARY: CardTemplate.JUBILEE,
    OccasionKind.PERSONAL: CardTemplate.PERSONAL,
}
NAMED_BY: dict[OccasionKind, CardField] = {
    OccasionKind.FIXED_DATE: CardField.TITLE,
    OccasionKind.NTH_WEEKDAY: CardField.TITLE,
    OccasionKind.ANNIVERSARY: CardField.ENTERPRISE,
    OccasionKind.PERSONAL: CardField.PERSON,
}


def bad(pointer: str) -> BadOccasion:
    return BadOccasion(errors=(FieldError(pointer, BadOccasion.code, BadOccasion.title),))


def rule_of(kind: OccasionKind, fields: RuleFields) -> Rule:
    """Raises BadOccasion, at the field that is missing, is not its kind's, or makes no day."""
    for name in RuleFields.__dataclass_fields__:
        if (getattr(fields, name) is not None) is not (name in _FIELDS[kind]):
            raise bad(f"/{name}")
    match fields:
        case RuleFields(founded_on=date() as founded_on, every_years=int() as every):
            return Anniversary(founded_on, every)
        case RuleFields(month=int() as month, weekday=int() as weekday, nth=int() as nth):
            return NthWeekday(month, weekday, nth)
        case RuleFields(month=int() as month, day=int() as day):
            return EveryYear(month, day)
        case _:
            raise bad("/kind")


def next_on(rule: Rule, after: date) -> date | None:
    """The first day of the occasion that is later than `after`; None when it never comes again."""
    furthest = after.year + (rule.every if isinstance(rule, Anniversary) else 1)
    if isinstance(rule, Anniversary):
        furthest = max(furthest, rule.founded_on.year + rule.every)
    for year in range(after.year, min(furthest, date.max.year) + 1):
        day = rule.in_year(year)
        if day is not None and day > after:
            return day
    return None


def drafted_at(on: date, days_ahead: int, zone: ZoneInfo) -> datetime:
    """The moment when the greeting for that day is drafted. `DRAFTED_AT` is a time that no zone's clocks skip."""
    return datetime.combine(on - timedelta(days=days_ahead), DRAFTED_AT, zone).astimezone(UTC)


def today_in(zone: ZoneInfo, now: datetime) -> date:
    return now.astimezone(zone).date()
