"""Changing the tree. Each change tells the services the organization's whole state."""

from uuid import UUID

from sqlmodel import col, select

from services.gateway.organizations.actions.positions import next_position
from services.gateway.organizations.actions.read import REACH
from services.gateway.organizations.rules import (
    DEFAULT_TIMEZONE,
    OrganizationClosed,
    OrganizationKind,
    check_closing,
    check_place,
    check_timezone,
)
from services.gateway.organizations.schemas import NewOrganization, OrganizationChange
from services.gateway.organizations.tables import Organization, OrganizationReach
from shared.app import check_match
from shared.context import Context
from shared.contracts.gateway import OrganizationChanged
from shared.permissions import Permission


async def found_root(
    context: Context, name: str, kind: OrganizationKind, timezone: str = DEFAULT_TIMEZONE
) -> Organization:
    """The root of a new tenant: its id is the tenant's."""
    check_timezone(timezone)
    root = Organization(id=context.tenant_id, kind=kind, name=name, timezone=timezone)
    await context.store.insert(root)
    context.store.add(OrganizationReach(ancestor_id=root.id, organization_id=root.id, depth=0))
    await _tell(context, root, (root.id,))
    return root


async def create_organization(context: Context, body: NewOrganization) -> Organization:
    """Raises NotFound, Forbidden, OrganizationClosed, WrongKind, TooDeep, UnknownTimezone."""
    await REACH.check(context, body.parent_id, Permission.MANAGE_ORGANIZATION)
    parent = await context.store.lock(Organization, body.parent_id)
    above = await _path(context, parent.id)
    check_place(body.kind, parent.kind, parent_closed=parent.closed, parent_depth=len(above))
    timezone = body.timezone or parent.timezone
    check_timezone(timezone)
    organization = Organization(kind=body.kind, name=body.name, parent_id=parent.id, timezone=timezone)
    await context.store.insert(organization)
    path = (*above, organization.id)
    for depth, ancestor_id in enumerate(reversed(path)):
        context.store.add(OrganizationReach(ancestor_id=ancestor_id, organization_id=organization.id, depth=depth))
    await _tell(context, organization, path)
    return organization


async def change_organization(
    context: Context, organization_id: UUID, body: OrganizationChange, if_match: str | None
) -> Organization:
    """Raises NotFound, Forbidden, Stale, OrganizationClosed, UnknownTimezone, RootStays, HasOpenParts."""
    await REACH.check(context, organization_id, Permission.MANAGE_ORGANIZATION)
    organization = await context.store.lock(Organization, organization_id)
    check_match(if_match, organization.entity_version)
    if body.closed and not organization.closed:
        check_closing(
            is_root=organization.parent_id is None, open_parts=await _has_open_parts(context, organization_id)
        )
    if body.closed is False and organization.closed:
        await _check_open(context, organization.parent_id)
    if body.timezone is not None:
        check_timezone(body.timezone)
    changes = body.model_dump(exclude_none=True)
    if all(getattr(organization, name) == value for name, value in changes.items()):
        return organization
    for name, value in changes.items():
        setattr(organization, name, value)
    organization.entity_version += 1
    await _tell(context, organization, await _path(context, organization_id))
    return organization


async def _check_open(context: Context, parent_id: UUID | None) -> None:
    """A part of a closed organization cannot be opened."""
    if parent_id is not None and (await context.store.lock(Organization, parent_id)).closed:
        raise OrganizationClosed


async def _path(context: Context, organization_id: UUID) -> tuple[UUID, ...]:
    """From the root to the organization itself."""
    query = (
        select(OrganizationReach.ancestor_id)
        .where(OrganizationReach.organization_id == organization_id)
        .order_by(col(OrganizationReach.depth).desc())
    )
    return tuple(await context.store.all(query))


async def _has_open_parts(context: Context, organization_id: UUID) -> bool:
    query = select(Organization.id).where(
        Organization.parent_id == organization_id, col(Organization.closed).is_(False)
    )
    return await context.store.first(query) is not None


async def _tell(context: Context, organization: Organization, path: tuple[UUID, ...]) -> None:
    await context.emit(
        OrganizationChanged(
            organization_id=organization.id,
            entity_version=organization.entity_version,
            position=await next_position(context),
            kind=organization.kind,
            name=organization.name,
            parent_id=organization.parent_id,
            path=path,
            timezone=organization.timezone,
            closed=organization.closed,
        )
    )
