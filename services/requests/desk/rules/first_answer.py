"""When somebody must have answered a request for the first time, and who hears that this is near.

One working day, for every kind of request alike. What was said so far decides, not who opened the request to look.
"""

from datetime import UTC, datetime
from typing import Final
from uuid import UUID
from zoneinfo import ZoneInfo

from services.requests.desk.rules.life import RequestState
from shared.working_time import NoWorkingTime, WorkingCalendar, due

FIRST_ANSWER_MINUTES: Final = 8 * 60  # of working time, after the request came
NEAR_MINUTES: Final = 2 * 60  # before that moment

_STAFFS_TURN: Final = frozenset({RequestState.NEW, RequestState.OPEN, RequestState.ON_HOLD})


def remind_at(came_at: datetime, calendar: WorkingCalendar, zone: str) -> datetime | None:
    """When the first answer is nearly due (UTC); None where the calendar has no such time in years."""
    moment = _worked_until(came_at, FIRST_ANSWER_MINUTES - NEAR_MINUTES, calendar, zone)
    return None if moment is None else moment.astimezone(UTC)


def due_at(came_at: datetime, calendar: WorkingCalendar, zone: str) -> datetime | None:
    """When the first answer is due, in local time; None where the calendar has no such time in years."""
    moment = _worked_until(came_at, FIRST_ANSWER_MINUTES, calendar, zone)
    return None if moment is None else moment.astimezone(ZoneInfo(zone))


def _worked_until(came_at: datetime, minutes: int, calendar: WorkingCalendar, zone: str) -> datetime | None:
    try:
        return due(came_at, minutes, calendar, zone)
    except NoWorkingTime:  # a request is taken in all the same
        return None


def is_unanswered(state: RequestState, *, was_answered: bool) -> bool:
    """Whether staff still owe the first answer."""
    return state in _STAFFS_TURN and not was_answered


def hears_of_assignment(before: UUID | None, assignee: UUID, assigned_by: UUID | None) -> bool:
    """Who takes a request themselves, or had it already, knows."""
    return assignee not in {before, assigned_by}
