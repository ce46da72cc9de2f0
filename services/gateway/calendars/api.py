"""Working calendars: hours by weekday, official days, dates with hours of their own."""

from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.gateway.calendars.actions import (
    change_calendar,
    choose_calendar,
    create_calendar,
    delete_calendar,
    list_calendars,
    read_calendar,
    read_chosen,
)
from services.gateway.calendars.rules.definitions import CalendarInUse, NoWorkingDay, TooManyDays, check_period
from services.gateway.calendars.schemas import (
    CalendarChange,
    CalendarQuery,
    CalendarView,
    ChosenCalendar,
    Days,
    DaysQuery,
    DayView,
    DueAnswer,
    DueQuestion,
    NewCalendar,
    OrganizationCalendar,
)
from services.gateway.calendars.tables import Calendar
from services.gateway.organizations.actions import read_organization
from shared.app import ApiRouter, IfMatch, Page, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.local_time import UnknownTimezone
from shared.permissions import Permission
from shared.working_time import NoWorkingTime, WorkingCalendar, WrongSpan, due

router = ApiRouter(tags=["calendars"])
Seeing = Annotated[Context, allowed(Permission.SEE_ORGANIZATION)]
Managing = Annotated[Context, allowed(Permission.MANAGE_ORGANIZATION)]


@router.post(
    "/calendars",
    status_code=201,
    operation_id="calendars_create",
    responses=problems(NotFound, NoWorkingDay, UnknownTimezone),
)
async def calendars_create(body: NewCalendar, context: Managing, response: Response) -> CalendarView:
    """Make a calendar that the organization and all under it may choose."""
    calendar = await create_calendar(context, body)
    created(response, f"/v1/calendars/{calendar.id}")
    return _view(context, calendar, response)


@router.get("/calendars", operation_id="calendars_list", responses=problems(NotFound))
async def calendars_list(context: Seeing, query: Annotated[CalendarQuery, Query()]) -> Page[CalendarView]:
    """The calendars of the organizations that the caller reaches, oldest first."""
    rows, after = await list_calendars(context, query)
    today = context.now.date()
    return Page(items=[CalendarView.of(row, today) for row in rows], next=after)


@router.get("/calendars/{calendar_id}", operation_id="calendars_read")
async def calendars_read(calendar_id: UUID, context: Seeing, response: Response) -> CalendarView:
    """One calendar."""
    return _view(context, await read_calendar(context, calendar_id), response)


@router.patch(
    "/calendars/{calendar_id}",
    operation_id="calendars_update",
    responses=problems(Stale, NoWorkingDay, UnknownTimezone),
)
async def calendars_update(
    calendar_id: UUID, body: CalendarChange, context: Managing, response: Response, if_match: IfMatch = None
) -> CalendarView:
    """Change a calendar, for all who work by it. Deadlines that are set already stay."""
    return _view(context, await change_calendar(context, calendar_id, body, if_match), response)


@router.delete(
    "/calendars/{calendar_id}",
    status_code=204,
    operation_id="calendars_delete",
    responses=problems(Stale, CalendarInUse),
)
async def calendars_delete(calendar_id: UUID, context: Managing, if_match: IfMatch = None) -> None:
    """Remove a calendar that no organization has chosen."""
    await delete_calendar(context, calendar_id, if_match)


@router.get("/calendars/{calendar_id}/days", operation_id="calendar_days_list", responses=problems(TooManyDays))
async def calendar_days_list(calendar_id: UUID, context: Seeing, query: Annotated[DaysQuery, Query()]) -> Days:
    """Each day's hours, and what decides them."""
    calendar = WorkingCalendar.model_validate((await read_calendar(context, calendar_id)).definition)
    first, last = query.period(context.now.date())
    check_period(first, last)
    days = range((last - first).days + 1)
    return Days(items=[DayView.of(calendar, first + timedelta(days=number)) for number in days])


@router.post(
    "/calendars/{calendar_id}/due",
    operation_id="calendars_count",
    responses=problems(NoWorkingTime, WrongSpan, UnknownTimezone),
)
async def calendars_count(calendar_id: UUID, body: DueQuestion, context: Seeing) -> DueAnswer:
    """When so many minutes of working time are over. Changes nothing."""
    row = await read_calendar(context, calendar_id)
    calendar = WorkingCalendar.model_validate(row.definition)
    zone = body.timezone or calendar.zone or (await read_organization(context, row.organization_id)).timezone
    pauses = [(pause.begin, pause.end) for pause in body.pauses]
    return DueAnswer(due=due(body.start, body.minutes, calendar, zone, pauses), timezone=zone)


@router.get("/organizations/{organization_id}/calendar", operation_id="organization_calendar_read")
async def organization_calendar_read(
    organization_id: UUID, context: Seeing, response: Response
) -> OrganizationCalendar:
    """The calendar that the organization works by, its own choice or that of an organization above."""
    chosen = await read_chosen(context, organization_id)
    etag(response, chosen.version)
    return chosen


@router.put(
    "/organizations/{organization_id}/calendar",
    operation_id="organization_calendar_set",
    responses=problems(NotFound, Stale),
)
async def organization_calendar_set(
    organization_id: UUID, body: ChosenCalendar, context: Managing, response: Response, if_match: IfMatch = None
) -> OrganizationCalendar:
    """Choose a calendar of the organization's own or of one above it, for it and all that inherit it."""
    chosen = await choose_calendar(context, organization_id, body.calendar_id, if_match)
    etag(response, chosen.version)
    return chosen


def _view(context: Context, calendar: Calendar, response: Response) -> CalendarView:
    etag(response, calendar.entity_version)
    return CalendarView.of(calendar, context.now.date())
