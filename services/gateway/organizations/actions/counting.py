"""How many members and employees there were: a row for each organization at the beginning of each month."""

from datetime import date
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.gateway.organizations.actions.membership import Membership
from services.gateway.organizations.actions.read import REACH
from services.gateway.organizations.tables import Organization, OrganizationCount
from shared.app import PageQuery, paginate
from shared.clock import new_id
from shared.context import Context
from shared.db import table_of
from shared.errors import Forbidden
from shared.permissions import Permission


async def list_counts(
    context: Context, organization_id: UUID, page: PageQuery
) -> tuple[list[OrganizationCount], str | None]:
    """The newest month first. Raises NotFound, Forbidden; to partners always the latter."""
    await REACH.check(context, organization_id, Permission.SEE_ORGANIZATION)
    if context.caller.key is not None:
        raise Forbidden
    query = select(OrganizationCount).where(OrganizationCount.organization_id == organization_id)
    return await paginate(context, query, OrganizationCount.id, page)


async def member_count(context: Context, membership: Membership, organization_id: UUID) -> int | None:
    """Null for a partner, who never sees members nor small groups of them."""
    if context.caller.key is not None:
        return None
    return await membership.count_members(context, organization_id)


async def count_month(context: Context, membership: Membership, month: date) -> bool:
    """Keep the figures of all organizations for the month that begins on that day; False when they are there."""
    kept = select(OrganizationCount.id).where(OrganizationCount.month == month)
    if await context.store.first(kept) is not None:
        return False
    members = await membership.count_all_members(context)
    query = select(Organization.id, Organization.employee_count).order_by(col(Organization.id))
    rows = [
        {
            "tenant_id": context.tenant_id,
            "id": new_id(),
            "organization_id": row.id,
            "month": month,
            "members": members.get(row.id, 0),
            "employees": row.employee_count,
        }
        for row in await context.store.execute(query)
    ]
    if rows:
        await context.store.execute(insert(table_of(OrganizationCount)).on_conflict_do_nothing(), rows)
    return True
