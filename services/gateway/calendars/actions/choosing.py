"""Which calendar an organization works by: its own choice, or that of the nearest organization above."""

from uuid import UUID

from sqlmodel import col, select

from services.gateway.calendars.schemas import CalendarView, OrganizationCalendar
from services.gateway.calendars.tables import Calendar
from services.gateway.organizations.actions import REACH, hold_tree, settle
from services.gateway.organizations.rules import Setting
from services.gateway.organizations.rules.settings import changed
from services.gateway.organizations.tables import Organization, OrganizationReach
from shared.app import check_match
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission


async def read_chosen(context: Context, organization_id: UUID) -> OrganizationCalendar:
    """What is in force there. Raises NotFound, Forbidden."""
    await REACH.check(context, organization_id, Permission.SEE_ORGANIZATION)
    return await _view(context, await context.store.get(Organization, organization_id))


async def choose_calendar(
    context: Context, organization_id: UUID, calendar_id: UUID | None, if_match: str | None
) -> OrganizationCalendar:
    """One of the organization's own calendars or of those above it. Raises NotFound, Forbidden, Stale."""
    await REACH.check(context, organization_id, Permission.MANAGE_ORGANIZATION)
    await hold_tree(context, alone=True)
    if calendar_id is not None:
        above = select(OrganizationReach.ancestor_id).where(OrganizationReach.organization_id == organization_id)
        offered = select(Calendar.id).where(Calendar.id == calendar_id, col(Calendar.organization_id).in_(above))
        if await context.store.first(offered) is None:
            raise NotFound
    organization = await context.store.lock(Organization, organization_id)
    check_match(if_match, organization.entity_version)
    wanted = str(calendar_id) if calendar_id is not None else None
    own = changed(organization.settings, {Setting.CALENDAR: wanted})
    if own != organization.settings:
        await settle(context, organization, own)
    return await _view(context, organization)


async def _view(context: Context, organization: Organization) -> OrganizationCalendar:
    entry = organization.in_force[Setting.CALENDAR]
    if not isinstance(entry, dict):
        raise TypeError(Setting.CALENDAR)
    calendar = None
    if entry["value"] is not None:
        found = await context.store.find(Calendar, UUID(str(entry["value"])))
        calendar = CalendarView.of(found, context.now.date()) if found is not None else None
    return OrganizationCalendar(
        organization_id=organization.id,
        from_organization_id=UUID(str(entry["from"])) if entry["from"] is not None else None,
        calendar=calendar,
        version=organization.entity_version,
    )
