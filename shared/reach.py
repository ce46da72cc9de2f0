"""How far a caller's grants reach: the closure of the organization tree, asked the same way in every service."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from shared.context import Context
from shared.db import TenantRow, table_of
from shared.errors import Forbidden, NotFound
from shared.permissions import Permission


@dataclass(frozen=True)
class Reach:
    """Over a table with `ancestor_id` and `organization_id`: every organization under every ancestor and itself."""

    model: type[TenantRow]

    async def check(self, context: Context, organization_id: UUID, permission: Permission) -> None:
        """Raises NotFound for what no grant of the caller reaches, Forbidden for what it reaches without permission."""
        ancestors = await self.ancestors_among(
            context, organization_id, {grant.organization_id for grant in context.caller.grants}
        )
        if not ancestors:
            raise NotFound
        if not ancestors & context.caller.organizations_with(permission):
            raise Forbidden

    async def ancestors_among(self, context: Context, organization_id: UUID, roots: set[UUID]) -> set[UUID]:
        """Which of `roots` stand above `organization_id` or are itself."""
        reach = table_of(self.model)
        query = select(reach.c.ancestor_id).where(
            reach.c.tenant_id == context.tenant_id,
            reach.c.organization_id == organization_id,
            reach.c.ancestor_id.in_(roots),
        )
        return set(await context.store.all(query))

    def allowed(self, context: Context, organization_id: UUID, permission: Permission) -> ColumnElement[bool]:
        """`organization_id` (a mapped column) lies in a subtree where the caller has `permission`."""
        reach = table_of(self.model)
        inside = select(reach.c.organization_id).where(
            reach.c.tenant_id == context.tenant_id,
            reach.c.ancestor_id.in_(context.caller.organizations_with(permission)),
        )
        return col(organization_id).in_(inside)

    def under(self, context: Context, organization_id: UUID, root: UUID) -> ColumnElement[bool]:
        """`organization_id` (a mapped column) lies in the subtree of `root`."""
        reach = table_of(self.model)
        inside = select(reach.c.organization_id).where(
            reach.c.tenant_id == context.tenant_id, reach.c.ancestor_id == root
        )
        return col(organization_id).in_(inside)
