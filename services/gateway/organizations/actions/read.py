"""Reading the tree, as far as the caller reaches."""

from collections.abc import Collection
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from services.gateway.organizations.rules import OrganizationClosed
from services.gateway.organizations.schemas import OrganizationQuery, OrganizationView, Subtree, SubtreePart
from services.gateway.organizations.tables import Organization, OrganizationReach
from shared.app import paginate
from shared.context import Context
from shared.permissions import Permission
from shared.reach import Reach

REACH: Final = Reach(OrganizationReach)


async def read_organization(
    context: Context, organization_id: UUID, permission: Permission = Permission.SEE_ORGANIZATION
) -> Organization:
    """Raises NotFound, Forbidden."""
    await REACH.check(context, organization_id, permission)
    return await context.store.get(Organization, organization_id)


async def check_open(context: Context, organization_ids: Collection[UUID]) -> None:
    """Raises OrganizationClosed when any of them is: it takes nothing new."""
    query = select(Organization.id).where(col(Organization.id).in_(organization_ids), col(Organization.closed))
    if await context.store.first(query) is not None:
        raise OrganizationClosed


async def list_organizations(context: Context, query: OrganizationQuery) -> tuple[list[Organization], str | None]:
    statement = select(Organization).where(REACH.allowed(context, Organization.id, Permission.SEE_ORGANIZATION))
    if query.kind is not None:
        statement = statement.where(col(Organization.kind) == query.kind)
    if query.parent_id is not None:
        statement = statement.where(col(Organization.parent_id) == query.parent_id)
    return await paginate(context, statement, Organization.id, query, descending=False)


async def read_subtree(context: Context, organization_id: UUID) -> Subtree:
    """Raises NotFound, Forbidden."""
    await REACH.check(context, organization_id, Permission.SEE_ORGANIZATION)
    statement = (
        select(Organization, OrganizationReach.depth)
        .join(
            OrganizationReach,
            (col(OrganizationReach.tenant_id) == Organization.tenant_id)
            & (col(OrganizationReach.organization_id) == Organization.id),
        )
        .where(OrganizationReach.ancestor_id == organization_id)
        .order_by(col(OrganizationReach.depth), col(Organization.id))
    )
    rows = (await context.store.execute(statement)).mappings()
    return Subtree(
        items=[SubtreePart(depth=row["depth"], organization=OrganizationView.of(row["Organization"])) for row in rows]
    )
