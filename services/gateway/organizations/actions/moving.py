"""Moving a branch to another place in the tree, closure and settings and all."""

from typing import Final
from uuid import UUID

from sqlalchemy import text

from services.gateway.organizations.actions.branches import hold_tree, run_down
from services.gateway.organizations.actions.read import REACH
from services.gateway.organizations.actions.telling import path_of
from services.gateway.organizations.rules import RootStays, WouldBeCircle, check_move
from services.gateway.organizations.tables import Organization
from shared.app import check_match
from shared.context import Context
from shared.errors import Forbidden
from shared.permissions import Permission

_LEAVE: Final = text(
    "DELETE FROM gateway.organization_reach WHERE tenant_id = :tenant_id AND ancestor_id = ANY(:above) "
    "AND organization_id IN (SELECT organization_id FROM gateway.organization_reach "
    "WHERE tenant_id = :tenant_id AND ancestor_id = :root)"
)
_ARRIVE: Final = text(
    "INSERT INTO gateway.organization_reach (tenant_id, id, ancestor_id, organization_id, depth) "
    "SELECT :tenant_id, gen_random_uuid(), up.ancestor_id, down.organization_id, up.depth + down.depth + 1 "
    "FROM gateway.organization_reach up CROSS JOIN gateway.organization_reach down "
    "WHERE up.tenant_id = :tenant_id AND up.organization_id = :parent "
    "AND down.tenant_id = :tenant_id AND down.ancestor_id = :root"
)
_HEIGHT: Final = text(
    "SELECT max(depth) + 1 FROM gateway.organization_reach WHERE tenant_id = :tenant_id AND ancestor_id = :root"
)


async def move_organization(
    context: Context, organization_id: UUID, parent_id: UUID, if_match: str | None
) -> Organization:
    """Needs the right to manage both the place it leaves and the place it goes to.

    Raises NotFound, Forbidden, Stale, RootStays, WouldBeCircle, OrganizationClosed, WrongKind, TooDeep.
    """
    await REACH.check(context, organization_id, Permission.MANAGE_ORGANIZATION)
    await REACH.check(context, parent_id, Permission.MANAGE_ORGANIZATION)
    await hold_tree(context, alone=True)
    organization = await context.store.lock(Organization, organization_id)
    check_match(if_match, organization.entity_version)
    if organization.parent_id is None:
        raise RootStays
    managed = context.caller.organizations_with(Permission.MANAGE_ORGANIZATION)
    if not await REACH.ancestors_among(context, organization.parent_id, managed):
        raise Forbidden
    parent = await context.store.lock(Organization, parent_id)
    above = await path_of(context, parent_id)
    if organization_id in above:
        raise WouldBeCircle
    if parent_id == organization.parent_id:
        return organization
    keys = {"tenant_id": context.tenant_id, "root": organization_id}
    height = int((await context.store.execute(_HEIGHT, keys)).scalar_one())
    check_move(organization.kind, parent.kind, parent_closed=parent.closed, parent_depth=len(above), height=height)
    left = [one for one in await path_of(context, organization_id) if one != organization_id]
    await context.store.execute(_LEAVE, keys | {"above": left})
    await context.store.execute(_ARRIVE, keys | {"parent": parent_id})
    organization.parent_id = parent_id
    await context.store.flush()
    await run_down(context, organization, everything=True)
    return organization
