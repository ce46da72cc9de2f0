"""The calendar of publications and slots, and the cadence of channels."""

from typing import Annotated

from fastapi import Query, Response

from services.publisher.plans.actions.cadences import list_cadences
from services.publisher.plans.actions.calendars import read_calendar
from services.publisher.plans.actions.files import calendar_file
from services.publisher.plans.rules.weeks import CalendarTooFull, PeriodOutOfCalendar
from services.publisher.plans.schemas.calendars import CadenceFilter, CadenceView, CalendarQuery, CalendarView
from shared.app import ApiRouter, Page, allowed, problems
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission

router = ApiRouter(tags=["calendar"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]


@router.get(
    "/calendar",
    operation_id="calendar_read",
    responses=problems(NotFound, PeriodOutOfCalendar, CalendarTooFull),
)
async def calendar_read(context: Seeing, asked: Annotated[CalendarQuery, Query()]) -> CalendarView:
    """Publications planned and out, slots free, taken and missed, what plans are to make, occasions. Up to 62 days."""
    return await read_calendar(context, asked)


@router.get(
    "/calendar.ics",
    operation_id="calendar_file_read",
    response_class=Response,
    responses={200: {"description": "a calendar file", "content": {"text/calendar": {"schema": {"type": "string"}}}}}
    | problems(NotFound, PeriodOutOfCalendar, CalendarTooFull),
)
async def calendar_file_read(context: Seeing, asked: Annotated[CalendarQuery, Query()]) -> Response:
    """The calendar without the slots, as a file for calendars."""
    content = await calendar_file(context, asked)
    headers = {"content-disposition": 'attachment; filename="publications.ics"'}
    return Response(content, media_type="text/calendar; charset=utf-8", headers=headers)


@router.get("/calendar/cadence", operation_id="cadences_list", responses=problems(NotFound))
async def cadences_list(context: Seeing, page: Annotated[CadenceFilter, Query()]) -> Page[CadenceView]:
    """Posts by the week of each channel against its slots, and how many slots were missed; newest channel first."""
    cadences, following = await list_cadences(context, page)
    return Page(items=cadences, next=following)
