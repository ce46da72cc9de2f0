"""A calendar as a file (RFC 5545) that phones and mail programs open."""

from datetime import datetime, time, timedelta
from uuid import UUID

from icalendar import STATUS, Calendar
from icalendar import Event as Entry

from services.publisher.plans.actions.calendars import occasions_in, period_of, plans_in, publications_in
from services.publisher.plans.schemas.calendars import (
    CalendarOccasion,
    CalendarPlan,
    CalendarPublication,
    CalendarQuery,
)
from services.publisher.publications.rules.states import OUT, PublicationState
from shared.app import public_id
from shared.context import Context

_LASTS = timedelta(minutes=15)  # shown as a block, though it is a moment


async def calendar_file(context: Context, asked: CalendarQuery) -> bytes:
    """The same bytes as long as nothing changes. Raises NotFound, Forbidden, PeriodOutOfCalendar, CalendarTooFull."""
    period = await period_of(context, asked)
    entries = [
        *(_publication(context, each) for each in await publications_in(context, period)),
        *(_plan(context, each) for each in await plans_in(context, period)),
        *(_occasion(context, each) for each in await occasions_in(context, period)),
    ]
    calendar = Calendar.new(
        uid=_uid(context, period.organization_id or context.tenant_id),
        prodid="-//Vmeste//Publications//RU",
        version="2.0",
        method="PUBLISH",
        subcomponents=entries,
    )
    return calendar.to_ical()


def _publication(context: Context, publication: CalendarPublication) -> Entry:
    return Entry.new(
        uid=_uid(context, publication.id),
        stamp=publication.at,
        start=publication.at,
        end=publication.at + _LASTS,
        summary=publication.title or publication.kind.value,
        status=_status_of(publication.state),
    )


def _status_of(state: PublicationState) -> STATUS:
    if state is PublicationState.WITHDRAWN:
        return STATUS.CANCELLED
    return STATUS.CONFIRMED if state in OUT else STATUS.TENTATIVE


def _plan(context: Context, plan: CalendarPlan) -> Entry:
    return Entry.new(
        uid=_uid(context, plan.plan_id, f"{plan.on_day:%Y%m%d}."),
        stamp=plan.at,
        start=plan.at,
        end=plan.at + _LASTS,
        summary=plan.title,
        status=STATUS.TENTATIVE,
    )


def _occasion(context: Context, occasion: CalendarOccasion) -> Entry:
    return Entry.new(
        uid=_uid(context, occasion.occasion_id, f"{occasion.on_day:%Y%m%d}."),
        stamp=datetime.combine(occasion.on_day, time(), context.now.tzinfo),
        start=occasion.on_day,
        end=occasion.on_day + timedelta(days=1),
        summary=occasion.title,
    )


def _uid(context: Context, row_id: UUID, day: str = "") -> str:
    return f"{day}{public_id(context.tenant_id, row_id)}@vmeste"
