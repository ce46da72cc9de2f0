"""Who a person is to be told as: their settings, their zone, where they are found, whether they work for the union."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlmodel import col, select

from services.gateway.grants.actions import in_force
from services.gateway.grants.tables import RoleGrant
from services.gateway.notifications.actions.addresses import found_by
from services.gateway.notifications.rules.kinds import Kind, Way, ways_of
from services.gateway.notifications.rules.timing import Preferences
from services.gateway.notifications.tables import NotificationSettings
from services.gateway.organizations.tables import Organization
from services.gateway.people.tables import Membership, Person
from shared.context import Context
from shared.permissions import Role


@dataclass(frozen=True)
class Reader:
    """Somebody who may be told. Their own choices, or what is usual."""

    person_id: UUID
    settings: NotificationSettings
    is_staff: bool
    found_by: frozenset[Way]

    @property
    def chosen(self) -> dict[str, list[str]]:
        return chosen_in(self.settings)

    def ways(self, kind: Kind) -> frozenset[Way]:
        return ways_of(kind, self.chosen, is_staff=self.is_staff, found_by=self.found_by)


def chosen_in(settings: NotificationSettings) -> dict[str, list[str]]:
    return {kind: [str(way) for way in ways] for kind, ways in settings.ways.items() if isinstance(ways, list)}


async def present_among(context: Context, person_ids: Collection[UUID]) -> set[UUID]:
    """Those of them who are still there; in the place of who was merged into somebody, that somebody."""
    present: set[UUID] = set()
    asked = set(person_ids)
    while asked:  # each turn is one merge further
        columns = select(Person.id, Person.merged_into_id, Person.erased_at)
        found = (await context.store.execute(columns.where(col(Person.id).in_(asked)))).all()
        present |= {row.id for row in found if row.merged_into_id is None and row.erased_at is None}
        asked = {row.merged_into_id for row in found if row.merged_into_id is not None} - present
    return present


async def readers_among(context: Context, person_ids: Collection[UUID]) -> list[Reader]:
    """Those of them who are still there, in six questions."""
    present = select(Person.id).where(
        col(Person.id).in_(person_ids), col(Person.erased_at).is_(None), col(Person.merged_into_id).is_(None)
    )
    found = await context.store.all(present.order_by(col(Person.id)))
    working = select(RoleGrant.person_id).where(
        col(RoleGrant.person_id).in_(found), in_force(context.now), col(RoleGrant.role) != Role.MEMBER
    )
    staff = set(await context.store.all(working.distinct()))
    own = {
        settings.person_id: settings
        for settings in await context.store.all(
            select(NotificationSettings).where(col(NotificationSettings.person_id).in_(found))
        )
    }
    ways = await found_by(context, found)
    return [
        Reader(
            person_id,
            own.get(person_id) or NotificationSettings(person_id=person_id),
            person_id in staff,
            ways[person_id],
        )
        for person_id in found
    ]


async def reader_of(context: Context, person_id: UUID) -> Reader | None:
    """None for somebody who was erased or merged into somebody else."""
    return next(iter(await readers_among(context, [person_id])), None)


async def preferences_of(context: Context, reader: Reader) -> Preferences:
    settings = reader.settings
    zone = await zone_of(context, reader.person_id)
    return Preferences(zone, settings.quiet_from, settings.quiet_until, settings.most_a_day)


async def zone_of(context: Context, person_id: UUID) -> ZoneInfo:
    """Of the organization that they joined first; of the union for those who belong nowhere."""
    joined = select(Membership.organization_id).where(col(Membership.person_id) == person_id)
    organization_id = await context.store.first(joined.order_by(col(Membership.id)))
    organization = await context.store.get(Organization, organization_id or context.tenant_id)
    return ZoneInfo(organization.timezone)
