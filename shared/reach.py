"""How far a caller's grants reach: the closure of the organization tree, asked the same way in every service."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Protocol, TypeVar
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, select

from shared.context import Context
from shared.db import TenantRow, table_of
from shared.errors import Forbidden, NotFound
from shared.permissions import Permission


class _OfOrganization(Protocol):
    tenant_id: UUID
    id: UUID
    organization_id: UUID


Row = TypeVar("Row", bound=_OfOrganization)


@dataclass(frozen=True)
class Reach:
    """Over a table with `ancestor_id` and `organization_id`: every organization under every ancestor and itself."""

    model: type[TenantRow]

    async def check(self, context: Context, organization_id: UUID, permission: Permission) -> None:
        """Raises NotFound for what no grant of the caller reaches, Forbidden for what it reaches without permission."""
        ancestors = await self.ancestors_among(context, organization_id, context.caller.organizations)
        if not ancestors:
            raise NotFound
        if not ancestors & context.caller.organizations_with(permission):
            raise Forbidden

    async def get(self, context: Context, model: type[Row], row_id: UUID, permission: Permission) -> Row:
        """A row of an organization. Raises as `check` does, NotFound also for what is not there.

        One question finds both what is absent and what is out of reach, so that not even its time tells them apart.
        """
        row = await context.store.first(
            select(model).where(
                model.tenant_id == context.tenant_id,
                model.id == row_id,
                self._within(context, model.organization_id, context.caller.organizations),
            )
        )
        if row is None:
            raise NotFound
        await self.check(context, row.organization_id, permission)
        return row

    async def ancestors_among(self, context: Context, organization_id: UUID, roots: AbstractSet[UUID]) -> set[UUID]:
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
        return self._within(context, organization_id, context.caller.organizations_with(permission))

    def under(self, context: Context, organization_id: UUID, root: UUID) -> ColumnElement[bool]:
        """`organization_id` (a mapped column) lies in the subtree of `root`."""
        return self._within(context, organization_id, {root})

    def _within(self, context: Context, organization_id: UUID, roots: AbstractSet[UUID]) -> ColumnElement[bool]:
        reach = table_of(self.model)
        inside = select(reach.c.organization_id).where(
            reach.c.tenant_id == context.tenant_id, reach.c.ancestor_id.in_(roots)
        )
        return col(organization_id).in_(inside)
