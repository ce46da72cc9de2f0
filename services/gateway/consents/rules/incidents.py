"""Leaks: what must be told to Roskomnadzor by when, and when staff are reminded.

152-FZ, article 21, part 3.1: within 24 hours of noticing, that it happened, the supposed causes, the harm, what was
done, and whom to ask; within 72 hours, the outcome of the inquiry and who was responsible.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.errors import Conflict, Invalid, Text


class DataKind(StrEnum):
    """What got out.

    `names`: who people are; `contacts`: how they are reached; `membership`: that they are in a union: a special
    category; `accounts`: their accounts in networks; `requests`: what they asked for help with; `answers`: what
    they answered with their name; `credentials`: what signs them in; `other`: anything else.
    """

    NAMES = "names"
    CONTACTS = "contacts"
    MEMBERSHIP = "membership"
    ACCOUNTS = "accounts"
    REQUESTS = "requests"
    ANSWERS = "answers"
    CREDENTIALS = "credentials"
    OTHER = "other"


class IncidentState(StrEnum):
    """Whether a breach is being dealt with.

    `open`: its clocks run; `closed`: all was told, and what was done is written down.
    """

    OPEN = "open"
    CLOSED = "closed"


class Notice(StrEnum):
    """What the law wants Roskomnadzor to be told of a breach.

    `first_notice`: within 24 hours, what happened; `report`: within 72 hours, what the inquiry found.
    """

    FIRST_NOTICE = "first_notice"
    REPORT = "report"


DEADLINES: Final[Mapping[Notice, timedelta]] = {
    Notice.FIRST_NOTICE: timedelta(hours=24),
    Notice.REPORT: timedelta(hours=72),
}
AHEAD: Final[Mapping[Notice, timedelta]] = {
    Notice.FIRST_NOTICE: timedelta(hours=4),
    Notice.REPORT: timedelta(hours=12),
}
"""How long before its deadline staff are reminded."""
SKEW: Final = timedelta(minutes=5)
_WORDS: Final[Mapping[Notice, Text]] = {
    Notice.FIRST_NOTICE: {"ru": "первичное уведомление Роскомнадзора", "en": "the first notice to Roskomnadzor"},
    Notice.REPORT: {"ru": "отчёт о расследовании для Роскомнадзора", "en": "the report to Roskomnadzor"},
}


class IncidentClosed(Conflict):
    code = "incident.closed"
    title = {"ru": "Инцидент уже закрыт", "en": "The incident is closed"}


class AlreadyTold(Conflict):
    code = "incident.already_told"
    title = {"ru": "Об этом уже сообщено", "en": "That has been told already"}


class NotTold(Conflict):
    code = "incident.not_told"
    title = {"ru": "Сначала сообщите Роскомнадзору", "en": "Tell Roskomnadzor first"}


class OutOfTime(Invalid):
    code = "incident.out_of_time"
    title = {"ru": "Такого момента быть не может", "en": "It cannot have been then"}


@dataclass(frozen=True)
class Clock:
    """One notice of one incident."""

    notice: Notice
    noticed_at: datetime
    told_at: datetime | None

    @property
    def due_at(self) -> datetime:
        return self.noticed_at + DEADLINES[self.notice]

    def is_overdue(self, now: datetime) -> bool:
        """Also when it was told, but too late."""
        return (self.told_at or now) > self.due_at

    def reminders(self) -> Iterator[datetime]:
        """At once, before the deadline, and when it has passed."""
        yield self.noticed_at
        yield self.due_at - AHEAD[self.notice]
        yield self.due_at


@dataclass(frozen=True)
class Reminder:
    """`number` tells the reminders of one notice apart: each is given once."""

    notice: Notice
    number: int
    at: datetime
    title: Text


def reminders_due(clocks: list[Clock], now: datetime) -> list[Reminder]:
    """Of what is not told yet, the latest reminder whose time has come."""
    return [max(come, key=lambda one: one.number) for clock in clocks if (come := list(_come(clock, now)))]


def next_reminder(clocks: list[Clock], now: datetime) -> datetime | None:
    """When to look again; None when all is told or nothing is left to remind of."""
    return min((at for clock in clocks if clock.told_at is None for at in clock.reminders() if at > now), default=None)


def _come(clock: Clock, now: datetime) -> Iterator[Reminder]:
    if clock.told_at is None:
        for number, at in enumerate(clock.reminders()):
            if at <= now:
                yield Reminder(clock.notice, number, at, _title(clock, now))


def _title(clock: Clock, now: datetime) -> Text:
    words = _WORDS[clock.notice]
    if now >= clock.due_at:
        return {"ru": f"Просрочено: {words['ru']}", "en": f"Overdue: {words['en']}"}
    hours = max(1, int((clock.due_at - now) / timedelta(hours=1)))
    return {"ru": f"Осталось {hours} ч: {words['ru']}", "en": f"{hours} h left: {words['en']}"}


def check_told(told_at: datetime, noticed_at: datetime, now: datetime) -> None:
    """Raises OutOfTime for what lies ahead or before it was noticed."""
    if not noticed_at <= told_at <= now + SKEW:
        raise OutOfTime


def check_noticed(noticed_at: datetime, now: datetime) -> None:
    """Raises OutOfTime for what lies ahead."""
    if noticed_at > now + SKEW:
        raise OutOfTime
