"""From what people say of a calendar to the data that deadlines are counted with."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final
from uuid import UUID

from services.gateway.calendars.rules.official import Country, OfficialDays, official_days, years_around
from shared.errors import Conflict, FieldError, Invalid
from shared.working_time import Hours, WorkingCalendar

OFFICE_HOURS: Final[Hours] = (("09:00", "18:00"),)
OFFICE_WEEK: Final[tuple[Hours, ...]] = (OFFICE_HOURS,) * 5 + ((), ())
DEFAULT_NAME: Final = "Пятидневка, производственный календарь России"
SHOWN_USERS: Final = 10  # organizations, in a refusal to remove a calendar
LONGEST_VIEW: Final = 400  # days in one answer


class CalendarInUse(Conflict):
    code = "calendar.in_use"
    title = {"ru": "По этому календарю работают", "en": "The calendar is in use"}


class NoWorkingDay(Invalid):
    code = "calendar.no_working_day"
    title = {"ru": "В неделе нет ни одного рабочего часа", "en": "The week has no working hour"}


class TooManyDays(Invalid):
    code = "calendar.too_many_days"
    title = {
        "ru": "Покажем не больше 400 дней, начало не позже конца",
        "en": "At most 400 days, the first before the last",
    }


def check_week(week: Sequence[Hours]) -> None:
    """Raise NoWorkingDay: no deadline would ever come."""
    if not any(week):
        raise NoWorkingDay(errors=(FieldError("/week", NoWorkingDay.code, NoWorkingDay.title),))


def calendar_in_use(organization_ids: Sequence[UUID]) -> CalendarInUse:
    """By whom it was chosen: the ids of organizations that the reader reaches, the first few."""
    return CalendarInUse(
        errors=tuple(
            FieldError(
                "",
                CalendarInUse.code,
                {
                    "ru": f"Его выбрала организация {organization_id}",
                    "en": f"The organization {organization_id} has chosen it",
                },
            )
            for organization_id in organization_ids
        )
    )


def check_period(first: date, last: date) -> None:
    """Raise TooManyDays."""
    if not 0 <= (last - first).days < LONGEST_VIEW:
        raise TooManyDays(errors=(FieldError("?to", TooManyDays.code, TooManyDays.title),))


def definition_of(
    week: Sequence[Hours],
    country: Country | None,
    short_by: int,
    overrides: Mapping[date, Hours],
    zone: str | None,
    today: date,
) -> WorkingCalendar:
    years = years_around(today)
    days = official_days(years[0], years[-1]) if country is not None else OfficialDays()
    return WorkingCalendar(
        week=tuple(week),
        holidays=days.holidays,
        moved=days.moved,
        short_days=days.short_days,
        short_by=short_by,
        overrides=overrides,
        zone=zone,
    )


def why(calendar: WorkingCalendar, day: date) -> str:
    """What decides a day's hours: `override`, `holiday`, `moved`, `short`, `week`."""
    if day in calendar.overrides:
        return "override"
    if day in calendar.holidays:
        return "holiday"
    if day in calendar.short_days:
        return "short"
    return "moved" if day in calendar.moved else "week"
