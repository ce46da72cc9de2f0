"""Read models of what the gateway owns: the organization tree and the people, as each service keeps them.

A service makes its own tables of these columns (`services/<name>/directory/tables.py`), names them in one `Directory`,
and consumes OrganizationChanged and PersonChanged by it. No service asks the gateway during a request.
"""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import BigInteger, ColumnElement, Index, UniqueConstraint, delete, text
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlmodel import Field, SQLModel, select

from shared.clock import new_id
from shared.consumers import Consumer, consumes
from shared.context import Context
from shared.contracts.gateway import OrganizationChanged, PersonChanged
from shared.db import TenantRow, table_of
from shared.db.engine import Database
from shared.errors import Unavailable
from shared.permissions import Permission
from shared.reach import Reach, Row
from shared.runtime import Runtime

_WAIT_SECONDS = 1.0
_WAIT_STEP = 0.03


class OrganizationColumns(SQLModel):
    kind: str
    name: str
    parent_id: UUID | None = None
    timezone: str
    closed: bool = False
    entity_version: int


class ReachColumns(SQLModel):
    """The closure of the tree: every organization under every ancestor, itself included."""

    ancestor_id: UUID
    organization_id: UUID


REACH_CONSTRAINTS = (
    UniqueConstraint("tenant_id", "ancestor_id", "organization_id"),
    Index(None, "tenant_id", "organization_id"),
)


class PersonColumns(SQLModel):
    display_name: str
    status: str
    entity_version: int


class MembershipColumns(SQLModel):
    person_id: UUID
    organization_id: UUID


MEMBERSHIP_CONSTRAINTS = (
    UniqueConstraint("tenant_id", "organization_id", "person_id"),
    Index(None, "tenant_id", "person_id"),
)


class IdentifierColumns(SQLModel):
    person_id: UUID
    network: str
    external_id: str


IDENTIFIER_CONSTRAINTS = (
    UniqueConstraint("tenant_id", "network", "external_id"),
    Index(None, "tenant_id", "person_id"),
)


class PositionColumns(SQLModel):
    """How many of the tenant's directory writes are applied here without a gap, and which came before their turn."""

    applied: int = Field(default=0, sa_type=BigInteger)
    ahead: list[int] = Field(default_factory=list[int], sa_type=ARRAY(BigInteger))  # pyright: ignore[reportArgumentType, reportCallIssue] - SQLModel takes an instance, its stub wants a class


@dataclass(frozen=True)
class Directory:
    """One service's tables of the directory. The row of `position` has the tenant's id as its id."""

    organization: type[TenantRow]
    reach: type[TenantRow]
    person: type[TenantRow]
    membership: type[TenantRow]
    identifier: type[TenantRow]
    position: type[TenantRow]

    def consumers(self) -> list[Consumer]:
        return [
            consumes(OrganizationChanged, self.apply_organization),
            consumes(PersonChanged, self.apply_person),
        ]

    async def apply_organization(self, context: Context, message: OrganizationChanged) -> None:
        values = {
            "kind": message.kind,
            "name": message.name,
            "parent_id": message.parent_id,
            "timezone": message.timezone,
            "closed": message.closed,
        }
        if await self._upsert(context, self.organization, message.organization_id, message.entity_version, values):
            await self._replace_reach(context, message.organization_id, message.path)
        await self._advance(context, message.position)

    async def apply_person(self, context: Context, message: PersonChanged) -> None:
        values = {"display_name": message.display_name, "status": message.status}
        if await self._upsert(context, self.person, message.person_id, message.entity_version, values):
            await self._replace_children(context, message)
        await self._advance(context, message.position)

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
        table = table_of(self.position)
        query = select(table.c.applied).where(table.c.tenant_id == tenant_id, table.c.id == tenant_id)
        for _ in range(round(_WAIT_SECONDS / _WAIT_STEP)):
            if await _applied(runtime.database, tenant_id, query) >= position:
                return
            await asyncio.sleep(_WAIT_STEP)
        raise Unavailable(
            {
                "ru": "Сервис ещё не получил ваши последние изменения, повторите через секунду",
                "en": "The service has not received your last changes yet, try again in a second",
            },
            retry_after=1,
        )

    async def _upsert(
        self, context: Context, model: type[TenantRow], row_id: UUID, version: int, values: dict[str, Any]
    ) -> bool:
        """Keep a state that is newer than what is here; False for an older one."""
        table = table_of(model)
        row = {**values, "tenant_id": context.tenant_id, "id": row_id, "entity_version": version}
        statement = insert(table).values(row)
        statement = statement.on_conflict_do_update(
            index_elements=["tenant_id", "id"],
            set_={**values, "entity_version": version},
            where=table.c.entity_version < version,
        )
        return await context.store.changed(statement) == 1

    async def _replace_reach(self, context: Context, organization_id: UUID, path: tuple[UUID, ...]) -> None:
        reach = table_of(self.reach)
        await context.store.execute(
            delete(reach).where(reach.c.tenant_id == context.tenant_id, reach.c.organization_id == organization_id)
        )
        await _insert(
            context,
            self.reach,
            [{"ancestor_id": ancestor_id, "organization_id": organization_id} for ancestor_id in path],
        )

    async def _replace_children(self, context: Context, message: PersonChanged) -> None:
        for model in (self.membership, self.identifier):
            table = table_of(model)
            await context.store.execute(
                delete(table).where(table.c.tenant_id == context.tenant_id, table.c.person_id == message.person_id)
            )
        person = {"person_id": message.person_id}
        await _insert(
            context, self.membership, [{**person, "organization_id": one} for one in message.organization_ids]
        )
        await _insert(context, self.identifier, [{**person, **one.model_dump()} for one in message.identifiers])

    async def _advance(self, context: Context, position: int) -> None:
        """Count one applied write; those that came early are counted when the gap before them closes."""
        name = table_of(self.position).fullname
        keys = {"tenant": context.tenant_id, "position": position}
        await context.store.execute(
            text(
                f"INSERT INTO {name} AS p (tenant_id, id, applied, ahead) VALUES (:tenant, :tenant, 0, ARRAY[CAST(:position AS bigint)]) "  # noqa: S608 - a table's own name
                "ON CONFLICT (tenant_id, id) DO UPDATE SET ahead = array_append(p.ahead, CAST(:position AS bigint))"
            ),
            keys,
        )
        await context.store.execute(
            text(
                f"WITH RECURSIVE chain(n) AS (SELECT applied FROM {name} WHERE tenant_id = :tenant AND id = :tenant "  # noqa: S608 - as above
                f"UNION SELECT n + 1 FROM chain, {name} p WHERE p.tenant_id = :tenant AND p.id = :tenant "
                "AND n + 1 = ANY(p.ahead)), reached AS (SELECT max(n) AS n FROM chain) "
                f"UPDATE {name} p SET applied = reached.n, "
                "ahead = ARRAY(SELECT a FROM unnest(p.ahead) a WHERE a > reached.n) "
                "FROM reached WHERE p.tenant_id = :tenant AND p.id = :tenant"
            ),
            keys,
        )


async def _insert(context: Context, model: type[TenantRow], rows: list[dict[str, Any]]) -> None:
    if rows:
        keys = [{"tenant_id": context.tenant_id, "id": new_id()} for _ in rows]
        await context.store.execute(insert(table_of(model)), [key | row for key, row in zip(keys, rows, strict=True)])


async def _applied(database: Database, tenant_id: UUID, query: Any) -> int:
    async with database.transaction(tenant_id) as session:
        return (await session.execute(query)).scalar() or 0


WaitForPosition = Callable[[Runtime, UUID, int], Awaitable[None]]
