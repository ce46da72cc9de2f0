"""Closing an organization whose members belong to another one from now on."""

from uuid import UUID

from services.gateway.organizations.actions.branches import hold_tree
from services.gateway.organizations.actions.membership import Membership
from services.gateway.organizations.actions.read import REACH
from services.gateway.organizations.actions.telling import path_of, tell_organization
from services.gateway.organizations.actions.write import has_open_parts
from services.gateway.organizations.rules import OrganizationClosed, check_closing, check_successor
from services.gateway.organizations.tables import Organization
from shared.app import check_match
from shared.context import Context
from shared.permissions import Permission


async def close_organization(
    context: Context, membership: Membership, organization_id: UUID, successor_id: UUID, if_match: str | None
) -> Organization:
    """Whoever closes it manages it, and the people of both.

    Raises NotFound, Forbidden, Stale, RootStays, HasOpenParts, OrganizationClosed, WrongSuccessor.
    """
    for permission in (Permission.MANAGE_ORGANIZATION, Permission.MANAGE_PEOPLE):
        await REACH.check(context, organization_id, permission)
    await REACH.check(context, successor_id, Permission.MANAGE_PEOPLE)
    await hold_tree(context, alone=True)
    organization = await context.store.lock(Organization, organization_id, alone=True)  # nobody joins it meanwhile
    check_match(if_match, organization.entity_version)
    if organization.closed:
        raise OrganizationClosed
    check_closing(is_root=organization.parent_id is None, open_parts=await has_open_parts(context, organization_id))
    check_successor(organization_id, await path_of(context, successor_id))
    if (await context.store.lock(Organization, successor_id)).closed:
        raise OrganizationClosed
    await membership.hand_over(context, organization_id, successor_id)
    organization.closed = True
    organization.entity_version += 1
    await context.store.flush()
    await tell_organization(context, organization, await path_of(context, organization_id))
    return organization
