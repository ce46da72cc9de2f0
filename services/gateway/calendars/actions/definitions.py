"""Keeping calendars. Each change tells the services the calendar's whole definition."""

from collections.abc import Iterable, Sequence
from datetime import date
from uuid import UUID

from pydantic import JsonValue
from sqlmodel import col, select

from services.gateway.calendars.rules.definitions import (
    DEFAULT_NAME,
    OFFICE_WEEK,
    SHOWN_USERS,
    calendar_in_use,
    check_week,
    definition_of,
)
from services.gateway.calendars.rules.official import Country
from services.gateway.calendars.schemas import CalendarChange, CalendarQuery, NewCalendar, Override
from services.gateway.calendars.tables import Calendar
from services.gateway.organizations.actions import REACH, hold_tree, next_position, settle
from services.gateway.organizations.rules import Setting
from services.gateway.organizations.rules.settings import value_of
from services.gateway.organizations.tables import Organization
from shared.app import check_match, paginate
from shared.context import Context
from shared.contracts.gateway import CalendarChanged
from shared.local_time import zone_named
from shared.permissions import Permission
from shared.working_time import Hours, WorkingCalendar


async def found_calendar(context: Context, root: Organization) -> Calendar:
    """The calendar of a new tenant: the Russian five-day week, in force in the whole tree."""
    calendar = Calendar(
        organization_id=root.id,
        name=DEFAULT_NAME,
        country=Country.RUSSIA,
        week=_kept_week(OFFICE_WEEK),
        short_by=60,
        definition={},
    )
    define(calendar, context.now.date())
    await context.store.insert(calendar)
    await _tell(context, calendar)
    await settle(context, root, {**root.settings, Setting.CALENDAR: str(calendar.id)})
    return calendar


async def create_calendar(context: Context, body: NewCalendar) -> Calendar:
    """Raises NotFound, Forbidden, NoWorkingDay, UnknownTimezone."""
    await REACH.check(context, body.organization_id, Permission.MANAGE_ORGANIZATION)
    check_week(body.week.hours())
    if body.zone is not None:
        zone_named(body.zone, "/zone")
    calendar = Calendar(
        organization_id=body.organization_id,
        name=body.name,
        country=body.country,
        zone=body.zone,
        week=_kept_week(body.week.hours()),
        short_by=body.short_by,
        overrides=_kept_overrides(body.overrides),
        definition={},
    )
    define(calendar, context.now.date())
    await context.store.insert(calendar)
    await _tell(context, calendar)
    return calendar


async def list_calendars(context: Context, query: CalendarQuery) -> tuple[list[Calendar], str | None]:
    """Oldest first. Raises NotFound, Forbidden for the organization that is asked for."""
    statement = select(Calendar).where(REACH.allowed(context, Calendar.organization_id, Permission.SEE_ORGANIZATION))
    if query.organization_id is not None:
        await REACH.check(context, query.organization_id, Permission.SEE_ORGANIZATION)
        statement = statement.where(REACH.under(context, Calendar.organization_id, query.organization_id))
    return await paginate(context, statement, Calendar.id, query, descending=False)


async def read_calendar(
    context: Context, calendar_id: UUID, permission: Permission = Permission.SEE_ORGANIZATION
) -> Calendar:
    """Raises NotFound, Forbidden."""
    return await REACH.get(context, Calendar, calendar_id, permission)


async def change_calendar(context: Context, calendar_id: UUID, body: CalendarChange, if_match: str | None) -> Calendar:
    """Raises NotFound, Forbidden, Stale, NoWorkingDay, UnknownTimezone."""
    await read_calendar(context, calendar_id, Permission.MANAGE_ORGANIZATION)
    calendar = await context.store.lock(Calendar, calendar_id)
    check_match(if_match, calendar.entity_version)
    if body.name is not None:
        calendar.name = body.name
    if "country" in body.model_fields_set:
        calendar.country = body.country
    if "zone" in body.model_fields_set:
        if body.zone is not None:
            zone_named(body.zone, "/zone")
        calendar.zone = body.zone
    if body.week is not None:
        check_week(body.week.hours())
        calendar.week = _kept_week(body.week.hours())
    if body.short_by is not None:
        calendar.short_by = body.short_by
    if body.overrides is not None:
        calendar.overrides = _kept_overrides(body.overrides)
    define(calendar, context.now.date())
    calendar.entity_version += 1
    await context.store.flush()
    await _tell(context, calendar)
    return calendar


async def delete_calendar(context: Context, calendar_id: UUID, if_match: str | None) -> None:
    """Raises NotFound, Forbidden, Stale, CalendarInUse."""
    await read_calendar(context, calendar_id, Permission.MANAGE_ORGANIZATION)
    await hold_tree(context, alone=True)  # nobody chooses it meanwhile
    calendar = await context.store.lock(Calendar, calendar_id)
    check_match(if_match, calendar.entity_version)
    settings = col(Organization.settings)
    chosen = select(Organization.id).where(
        Organization.tenant_id == context.tenant_id,
        settings[Setting.CALENDAR.value].astext == str(calendar_id),
    )
    by = await context.store.all(chosen.order_by(col(Organization.id)).limit(SHOWN_USERS))
    if by:
        raise calendar_in_use(by)
    await context.store.delete(calendar)


async def refresh_calendars(context: Context) -> int:
    """Years go by and transfers are decreed: tell of the calendars that are other than they were. How many.

    A union that was founded before there were calendars gets its first.
    """
    root = await context.store.lock(Organization, context.tenant_id)
    if value_of(root.in_force, Setting.CALENDAR) is None and not await _has_any(context):
        await found_calendar(context, root)
        return 1
    calendars = await context.store.all(select(Calendar).order_by(col(Calendar.id)).with_for_update())
    changed = [calendar for calendar in calendars if define(calendar, context.now.date())]
    for calendar in changed:
        calendar.entity_version += 1
        await context.store.flush()
        await _tell(context, calendar)
    return len(changed)


async def _has_any(context: Context) -> bool:
    return await context.store.first(select(Calendar.id)) is not None


async def retell_calendars(context: Context) -> None:
    """Tell all of them as they are: a read model that was lost is made of it."""
    for calendar in await context.store.all(select(Calendar).order_by(col(Calendar.id))):
        await _tell(context, calendar)


def define(calendar: Calendar, today: date) -> bool:
    """Settle what follows from a calendar's columns; whether that is anything new."""
    kept = WorkingCalendar.model_validate({"week": calendar.week, "overrides": calendar.overrides})
    definition = definition_of(
        kept.week, calendar.country, calendar.short_by, kept.overrides, calendar.zone, today
    ).model_dump(mode="json")
    definition["short_days"] = sorted(definition["short_days"])  # a set has no order, and this is compared
    if definition == calendar.definition:
        return False
    calendar.definition = definition
    return True


def _kept_week(week: Iterable[Hours]) -> list[JsonValue]:
    return [[list(interval) for interval in hours] for hours in week]


def _kept_overrides(overrides: Sequence[Override]) -> dict[str, JsonValue]:
    return {one.day.isoformat(): [list(interval) for interval in one.hours] for one in overrides}


async def _tell(context: Context, calendar: Calendar) -> None:
    await context.emit(
        CalendarChanged(
            calendar_id=calendar.id,
            entity_version=calendar.entity_version,
            position=await next_position(context),
            name=calendar.name,
            definition=calendar.definition,
        )
    )
