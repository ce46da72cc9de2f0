"""Changing the tree. Each change tells the services the organization's whole state."""

from collections.abc import Sequence
from uuid import UUID

from pydantic import JsonValue
from sqlmodel import col, select

from services.gateway.organizations.actions.branches import hold_tree, run_down
from services.gateway.organizations.actions.read import REACH
from services.gateway.organizations.actions.registry import enter_in_registry, rename_in_registry
from services.gateway.organizations.actions.telling import path_of, tell_organization
from services.gateway.organizations.actions.words import keep_words
from services.gateway.organizations.rules import (
    DEFAULT_TIMEZONE,
    OrganizationClosed,
    OrganizationKind,
    Setting,
    check_affiliations,
    check_closing,
    check_place,
    check_timezone,
)
from services.gateway.organizations.rules.settings import changed, in_force, platform_settings
from services.gateway.organizations.schemas import Affiliation, NewOrganization, OrganizationChange
from services.gateway.organizations.tables import Organization, OrganizationReach
from shared.app import check_match
from shared.context import Context
from shared.permissions import Permission


async def found_root(
    context: Context,
    name: str,
    kind: OrganizationKind,
    timezone: str = DEFAULT_TIMEZONE,
    founding_key: bytes | None = None,
) -> Organization:
    """The root of a new tenant, whose id is the tenant's; the tenant is in the platform's list from now on.

    Raises UnknownTimezone, and IdempotencyInProgress when a twin was faster under `founding_key`.
    """
    check_timezone(timezone)
    own: dict[str, JsonValue] = {Setting.TIMEZONE: timezone}
    root = Organization(
        id=context.tenant_id,
        kind=kind,
        name=name,
        settings=own,
        in_force=in_force(own, context.tenant_id, platform_settings()),
    )
    await context.store.insert(root)
    await enter_in_registry(context, name, founding_key)
    context.store.add(OrganizationReach(ancestor_id=root.id, organization_id=root.id, depth=0))
    await keep_words(context, root)
    await tell_organization(context, root, (root.id,))
    return root


async def create_organization(context: Context, body: NewOrganization) -> Organization:
    """Raises NotFound, Forbidden, OrganizationClosed, WrongKind, TooDeep, UnknownTimezone, EndsBeforeItBegan."""
    await REACH.check(context, body.parent_id, Permission.MANAGE_ORGANIZATION)
    await hold_tree(context, alone=False)
    parent = await context.store.lock(Organization, body.parent_id)
    above = await path_of(context, parent.id)
    check_place(body.kind, parent.kind, parent_closed=parent.closed, parent_depth=len(above))
    check_affiliations(body.affiliations)
    own = changed({}, _wanted_settings(body))
    organization = Organization(
        kind=body.kind,
        name=body.name,
        parent_id=parent.id,
        employee_count=body.employee_count,
        affiliations=_kept(body.affiliations),
        settings=own,
        in_force={},
    )
    organization.in_force = in_force(own, organization.id, parent.in_force)
    await context.store.insert(organization)
    path = (*above, organization.id)
    for depth, ancestor_id in enumerate(reversed(path)):
        context.store.add(OrganizationReach(ancestor_id=ancestor_id, organization_id=organization.id, depth=depth))
    await keep_words(context, organization)
    await tell_organization(context, organization, path)
    return organization


async def change_organization(
    context: Context, organization_id: UUID, body: OrganizationChange, if_match: str | None
) -> Organization:
    """Raises NotFound, Forbidden, Stale, OrganizationClosed, UnknownTimezone, RootStays, HasOpenParts, EndsBeforeItBegan."""
    await REACH.check(context, organization_id, Permission.MANAGE_ORGANIZATION)
    wanted = _wanted_settings(body)
    await hold_tree(context, alone=bool(wanted))
    organization = await context.store.lock(Organization, organization_id)
    check_match(if_match, organization.entity_version)
    await _check_change(context, organization, body)
    own = changed(organization.settings, wanted)
    changes = _changes(body)
    if own == organization.settings and all(getattr(organization, name) == value for name, value in changes.items()):
        return organization
    for name, value in changes.items():
        setattr(organization, name, value)
    if "name" in changes:
        await keep_words(context, organization)
        if organization.parent_id is None:
            await rename_in_registry(context, organization.name)
    if own != organization.settings:
        await settle(context, organization, own)
        return organization
    organization.entity_version += 1
    await context.store.flush()
    await tell_organization(context, organization, await path_of(context, organization_id))
    return organization


async def settle(context: Context, organization: Organization, own: dict[str, JsonValue]) -> None:
    """Give a locked organization other settings, which run down to every part that inherits them."""
    organization.settings = own
    await context.store.flush()
    await run_down(context, organization)


async def _check_change(context: Context, organization: Organization, body: OrganizationChange) -> None:
    if body.closed and not organization.closed:
        check_closing(is_root=organization.parent_id is None, open_parts=await has_open_parts(context, organization.id))
    if body.closed is False and organization.closed:
        await _check_open(context, organization.parent_id)
    check_affiliations(body.affiliations or [])


def _wanted_settings(body: NewOrganization | OrganizationChange) -> dict[str, JsonValue]:
    """By setting; null gives one back. Raises UnknownTimezone."""
    wanted: dict[str, JsonValue] = {} if body.settings is None else dict(body.settings.wanted())
    if body.timezone is not None:
        check_timezone(body.timezone)
    if "timezone" in body.model_fields_set:
        wanted[Setting.TIMEZONE] = body.timezone
    return wanted


def _changes(body: OrganizationChange) -> dict[str, object]:
    """Columns that are to have another value; of these, null means something for the employees alone."""
    changes: dict[str, object] = body.model_dump(include={"name", "closed"}, exclude_none=True)
    if "employee_count" in body.model_fields_set:
        changes["employee_count"] = body.employee_count
    if body.affiliations is not None:
        changes["affiliations"] = _kept(body.affiliations)
    return changes


def _kept(affiliations: Sequence[Affiliation]) -> list[JsonValue]:
    return [one.model_dump(mode="json") for one in affiliations]


async def _check_open(context: Context, parent_id: UUID | None) -> None:
    """A part of a closed organization cannot be opened."""
    if parent_id is not None and (await context.store.lock(Organization, parent_id)).closed:
        raise OrganizationClosed


async def has_open_parts(context: Context, organization_id: UUID) -> bool:
    query = select(Organization.id).where(
        Organization.parent_id == organization_id, col(Organization.closed).is_(False)
    )
    return await context.store.first(query) is not None
