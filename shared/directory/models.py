"""One service's tables of the directory: kept by its consumers, asked by its rooms."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import select

from shared.consumers import Consumer, consumes
from shared.context import Context
from shared.contracts.gateway import (
    CalendarChanged,
    OrganizationChanged,
    OrganizationsChanged,
    PeopleChanged,
    PersonChanged,
)
from shared.db import TenantRow, table_of
from shared.directory.positions import advance, wait_for_position
from shared.directory.states import keep_calendar, keep_organizations, keep_people
from shared.permissions import Permission
from shared.reach import Reach, Row
from shared.runtime import Runtime
from shared.tenant_life import tenant_consumers


@dataclass(frozen=True)
class Directory:
    """The row of `position` has the tenant's id as its id."""

    organization: type[TenantRow]
    reach: type[TenantRow]
    person: type[TenantRow]
    membership: type[TenantRow]
    identifier: type[TenantRow]
    calendar: type[TenantRow]
    position: type[TenantRow]

    def consumers(self) -> list[Consumer]:
        return [
            consumes(OrganizationChanged, self.apply_organization),
            consumes(OrganizationsChanged, self.apply_organizations),
            consumes(PersonChanged, self.apply_person),
            consumes(PeopleChanged, self.apply_people),
            consumes(CalendarChanged, self.apply_calendar),
            *tenant_consumers(table_of(self.position).metadata),
        ]

    async def apply_organization(self, context: Context, message: OrganizationChanged) -> None:
        await keep_organizations(context, self, [message])
        await advance(context, self.position, message.position)

    async def apply_organizations(self, context: Context, message: OrganizationsChanged) -> None:
        await keep_organizations(context, self, message.organizations)
        await advance(context, self.position, message.position, whole=message.whole)

    async def apply_person(self, context: Context, message: PersonChanged) -> None:
        await keep_people(context, self, [message])
        await advance(context, self.position, message.position)

    async def apply_people(self, context: Context, message: PeopleChanged) -> None:
        await keep_people(context, self, message.people)
        await advance(context, self.position, message.position)

    async def apply_calendar(self, context: Context, message: CalendarChanged) -> None:
        values = {"name": message.name, "definition": message.definition}
        await keep_calendar(context, self.calendar, message.calendar_id, message.entity_version, values)
        await advance(context, self.position, message.position)

    async def reachable(self, context: Context, organization_id: UUID, permission: Permission) -> None:
        """Raises NotFound for what no grant of the caller reaches, Forbidden for what it reaches without permission."""
        await Reach(self.reach).check(context, organization_id, permission)

    async def get(self, context: Context, model: type[Row], row_id: UUID, permission: Permission) -> Row:
        """A row of an organization (`organization_id`). Raises as `reachable` does, NotFound also for an absent one."""
        return await Reach(self.reach).get(context, model, row_id, permission)

    def reach_filter(self, context: Context, organization_id: UUID, permission: Permission) -> ColumnElement[bool]:
        """`organization_id` (a mapped column) lies in a subtree where the caller has `permission`."""
        return Reach(self.reach).allowed(context, organization_id, permission)

    def under(self, context: Context, organization_id: UUID, root: UUID) -> ColumnElement[bool]:
        """`organization_id` (a mapped column) lies in the subtree of `root`."""
        return Reach(self.reach).under(context, organization_id, root)

    async def find_person(self, context: Context, network: str, external_id: str) -> UUID | None:
        """Who has that proven account in that network."""
        identifier = table_of(self.identifier)
        return await context.store.first(
            select(identifier.c.person_id).where(
                identifier.c.tenant_id == context.tenant_id,
                identifier.c.network == network,
                identifier.c.external_id == external_id,
            )
        )

    async def members_of(self, context: Context, organization_id: UUID) -> list[UUID]:
        """The members of the whole subtree, each once, in the order of their ids."""
        membership, reach, person = table_of(self.membership), table_of(self.reach), table_of(self.person)
        query = (
            select(person.c.id)
            .distinct()
            .join(membership, (membership.c.tenant_id == person.c.tenant_id) & (membership.c.person_id == person.c.id))
            .join(
                reach,
                (reach.c.tenant_id == membership.c.tenant_id)
                & (reach.c.organization_id == membership.c.organization_id),
            )
            .where(
                person.c.tenant_id == context.tenant_id,
                reach.c.ancestor_id == organization_id,
                person.c.status == "member",
            )
            .order_by(person.c.id)
        )
        return await context.store.all(query)

    async def wait_for_position(self, runtime: Runtime, tenant_id: UUID, position: int) -> None:
        """Wait until the directory here has seen `position`. Raises Unavailable after a second."""
        await wait_for_position(self.position, runtime, tenant_id, position)
