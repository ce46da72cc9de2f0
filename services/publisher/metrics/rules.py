"""Figures of channels, publications and influence: what cannot be told is null with its reason, never 0."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

from shared.errors import Invalid

LONGEST: Final = timedelta(days=2 * 366)
USUAL: Final = timedelta(days=30)
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)  # beyond them a zone's midnight may be no moment at all


class Why(StrEnum):
    """Why there is no figure.

    `not_told`: the network does not tell it; `not_measured`: nobody has asked the network yet; `no_publications`:
    nothing was published in the period; `no_mentions`: nobody spoke of anybody in the period; `no_comparison`:
    nobody was named to compare with; `no_followers`: the channels have no followers, or none that are known.
    """

    NOT_TOLD = "not_told"
    NOT_MEASURED = "not_measured"
    NO_PUBLICATIONS = "no_publications"
    NO_MENTIONS = "no_mentions"
    NO_COMPARISON = "no_comparison"
    NO_FOLLOWERS = "no_followers"


class PeriodOutOfRange(Invalid):
    code = "metrics.period_out_of_range"
    title = {
        "ru": "Период: с первого дня по последний, не длиннее двух лет, в пределах 2000-2100 годов",
        "en": "The period goes from its first day to its last, two years at most, between the years 2000 and 2100",
    }


@dataclass(frozen=True)
class Period:
    """Whole days, the last one too."""

    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1


def period_of(since: date | None, until: date | None, today: date) -> Period:
    """The last thirty days unless said otherwise. Raises PeriodOutOfRange."""
    last = until or today
    try:
        first = since or last - USUAL + timedelta(days=1)
    except OverflowError as error:
        raise PeriodOutOfRange from error
    if not (EARLIEST <= first <= last <= LATEST and last - first < LONGEST):
        raise PeriodOutOfRange
    return Period(first, last)


@dataclass(frozen=True)
class Figure:
    """A value, or why there is none; `n` is how much stands behind it."""

    value: float | None
    numerator: float | None = None
    denominator: float | None = None
    n: int | None = None
    reason_if_null: Why | None = None


def untold(why: Why) -> Figure:
    return Figure(None, reason_if_null=why)


def ratio(numerator: float, denominator: float, n: int, why: Why) -> Figure:
    """`why` says what it means that there is nothing to divide by."""
    if denominator == 0:
        return Figure(None, numerator, denominator, n, why)
    return Figure(numerator / denominator, numerator, denominator, n)


def summed(told: Collection[int | None], measured: int, of: int) -> Figure:
    """The sum of what was told, of `of` posts of which `measured` were asked. None of it told: no figure."""
    values = [value for value in told if value is not None]
    if not values:
        return Figure(None, None, of, 0, Why.NOT_TOLD if measured else Why.NOT_MEASURED)
    return Figure(sum(values), sum(values), of, len(values))


def mention_coefficient(mentions: int, publications: int) -> Figure:
    """Unique mentions by others for each publication of one's own."""
    return ratio(mentions, publications, mentions, Why.NO_PUBLICATIONS)


def mention_rate(mentions: int, period: Period) -> Figure:
    """Unique mentions in thirty days."""
    return ratio(mentions * USUAL.days, period.days, mentions, Why.NO_MENTIONS)


def share_of_voice(own: int, of_others: Mapping[str, int]) -> Figure:
    """Own mentions among those of everybody who is compared, 0 to 1."""
    if not of_others:
        return untold(Why.NO_COMPARISON)
    everybody = own + sum(of_others.values())
    return ratio(own, everybody, everybody, Why.NO_MENTIONS)


def regularity(posts: Mapping[date, int], period: Period) -> Figure:
    """Calendar weeks, from Monday, with at least one post, among those that the period touches.

    `posts` is how many there were on each day.
    """
    weeks = len({_week(period.since + timedelta(days=number)) for number in range(period.days)})
    with_post = {_week(day) for day in posts if period.since <= day <= period.until}
    return ratio(len(with_post), weeks, sum(posts.values()), Why.NO_PUBLICATIONS)


def growth(first: int | None, last: int | None, measured_on: Collection[date]) -> Figure:
    """Followers won between the first and the last day that was measured."""
    if first is None or last is None:
        return untold(Why.NOT_TOLD if measured_on else Why.NOT_MEASURED)
    return Figure(last - first, last, first, len(measured_on))


def _week(day: date) -> tuple[int, int]:
    year, week, _ = day.isocalendar()
    return year, week
