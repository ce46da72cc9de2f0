"""What the tree asks of the people who belong to it: `services.gateway.organizations.actions.Membership`."""

from collections.abc import Collection, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import text
from sqlmodel import col, select

from services.gateway.organizations.actions import REACH
from services.gateway.people.actions.telling import tell_people
from services.gateway.people.tables import Membership
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission

_IS_MEMBER: Final = "p.status = 'member' AND p.merged_into_id IS NULL"  # an erasure changes no figure: it is counted on
_COUNT: Final = text(
    f"SELECT count(*) FROM gateway.person p WHERE p.tenant_id = :tenant_id AND {_IS_MEMBER} AND p.id IN "  # noqa: S608 - from this file alone
    "(SELECT m.person_id FROM gateway.organization_reach r JOIN gateway.membership m "
    "ON m.tenant_id = r.tenant_id AND m.organization_id = r.organization_id "
    "WHERE r.tenant_id = :tenant_id AND r.ancestor_id = :root)"
)
_COUNT_EVERYBODY: Final = text(
    f"SELECT count(*) FROM gateway.person p WHERE p.tenant_id = :tenant_id AND {_IS_MEMBER}"  # noqa: S608 - as above
)
_COUNT_ALL: Final = text(
    "SELECT r.ancestor_id AS id, count(DISTINCT m.person_id) AS members FROM gateway.organization_reach r "  # noqa: S608 - from this file alone
    "JOIN gateway.membership m ON m.tenant_id = r.tenant_id AND m.organization_id = r.organization_id "
    "JOIN gateway.person p ON p.tenant_id = m.tenant_id AND p.id = m.person_id "
    f"WHERE r.tenant_id = :tenant_id AND {_IS_MEMBER} GROUP BY r.ancestor_id"
)
_JOIN: Final = text(
    "INSERT INTO gateway.membership (tenant_id, id, person_id, organization_id, since) "
    "SELECT m.tenant_id, gen_random_uuid(), m.person_id, CAST(:successor AS uuid), min(m.since) "
    "FROM gateway.membership m JOIN gateway.organization_reach r "
    "ON r.tenant_id = m.tenant_id AND r.organization_id = m.organization_id "
    "WHERE m.tenant_id = :tenant_id AND r.ancestor_id = :root GROUP BY m.tenant_id, m.person_id "
    "ON CONFLICT DO NOTHING"
)
_LEAVE: Final = text(
    "DELETE FROM gateway.membership m USING gateway.organization_reach r WHERE m.tenant_id = :tenant_id "
    "AND r.tenant_id = m.tenant_id AND r.organization_id = m.organization_id AND r.ancestor_id = :root "
    "RETURNING m.person_id"
)
_GROW_OLDER: Final = text(
    "UPDATE gateway.person SET entity_version = entity_version + 1 WHERE tenant_id = :tenant_id AND id = ANY(:ids)"
)


class Belonging:
    """Without state: the application holds one."""

    async def count_members(self, context: Context, organization_id: UUID) -> int:
        """At the root everybody: nobody has to be sought in the tree."""
        if organization_id == context.tenant_id:
            counted = await context.store.execute(_COUNT_EVERYBODY, {"tenant_id": context.tenant_id})
        else:
            counted = await context.store.execute(_COUNT, {"tenant_id": context.tenant_id, "root": organization_id})
        return int(counted.scalar_one())

    async def count_all_members(self, context: Context) -> Mapping[UUID, int]:
        found = await context.store.execute(_COUNT_ALL, {"tenant_id": context.tenant_id})
        return {row.id: row.members for row in found}

    async def hand_over(self, context: Context, from_id: UUID, to_id: UUID) -> int:
        """The services are told of everybody who moved, in batches."""
        keys = {"tenant_id": context.tenant_id, "root": from_id}
        await context.store.execute(_JOIN, keys | {"successor": to_id})
        moved = sorted(set((await context.store.execute(_LEAVE, keys)).scalars()))
        await context.store.execute(_GROW_OLDER, {"tenant_id": context.tenant_id, "ids": moved})
        await tell_people(context, moved)
        return len(moved)

    async def check_people(self, context: Context, person_ids: Collection[UUID]) -> None:
        """Raises NotFound."""
        query = (
            select(Membership.person_id)
            .where(
                col(Membership.person_id).in_(person_ids),
                REACH.allowed(context, Membership.organization_id, Permission.SEE_PEOPLE),
            )
            .distinct()
        )
        if set(await context.store.all(query)) != set(person_ids):
            raise NotFound
