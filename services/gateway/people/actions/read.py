"""Finding people, as far as the caller reaches."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlmodel import col, select

from services.gateway.organizations.actions import REACH
from services.gateway.people.rules import display_name
from services.gateway.people.schemas import IdentifierBody, PeopleQuery, PersonView
from services.gateway.people.tables import Identifier, Membership, Person
from shared.app import paginate
from shared.context import Context
from shared.errors import Forbidden, NotFound
from shared.permissions import Permission


async def check_person(context: Context, person_id: UUID, permission: Permission = Permission.SEE_PEOPLE) -> None:
    """One is reached through any organization one belongs to. Raises NotFound; Forbidden for seen but not allowed."""
    if not await _is_reached(context, person_id, Permission.SEE_PEOPLE):
        raise NotFound
    if permission is not Permission.SEE_PEOPLE and not await _is_reached(context, person_id, permission):
        raise Forbidden


async def read_person(context: Context, person_id: UUID) -> PersonView:
    """Raises NotFound."""
    await check_person(context, person_id)
    return await view_of(context, await context.store.get(Person, person_id))


async def list_people(context: Context, query: PeopleQuery) -> tuple[list[PersonView], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    inside = select(Membership.person_id).where(
        REACH.allowed(context, Membership.organization_id, Permission.SEE_PEOPLE)
    )
    if query.organization_id is not None:
        await REACH.check(context, query.organization_id, Permission.SEE_PEOPLE)
        inside = inside.where(REACH.under(context, Membership.organization_id, query.organization_id))
    statement = select(Person).where(col(Person.id).in_(inside))
    if query.status is not None:
        statement = statement.where(Person.status == query.status)
    rows, after = await paginate(context, statement, Person.id, query)
    return await views_of(context, rows), after


async def view_of(context: Context, person: Person) -> PersonView:
    return (await views_of(context, [person]))[0]


async def views_of(context: Context, people: Sequence[Person]) -> list[PersonView]:
    """Two more queries, however many people there are."""
    ids = [person.id for person in people]
    organizations: defaultdict[UUID, list[UUID]] = defaultdict(list)
    identifiers: defaultdict[UUID, list[IdentifierBody]] = defaultdict(list)
    for membership in await context.store.all(
        select(Membership).where(col(Membership.person_id).in_(ids)).order_by(col(Membership.id))
    ):
        organizations[membership.person_id].append(membership.organization_id)
    for identifier in await context.store.all(
        select(Identifier).where(col(Identifier.person_id).in_(ids)).order_by(col(Identifier.id))
    ):
        body = IdentifierBody(network=identifier.network, external_id=identifier.external_id)
        identifiers[identifier.person_id].append(body)
    return [
        PersonView(
            id=person.id,
            family_name=person.family_name,
            given_name=person.given_name,
            additional_name=person.additional_name,
            display_name=display_name(person.family_name, person.given_name, person.additional_name),
            status=person.status,
            organization_ids=organizations[person.id],
            identifiers=identifiers[person.id],
            version=person.entity_version,
        )
        for person in people
    ]


async def _is_reached(context: Context, person_id: UUID, permission: Permission) -> bool:
    query = select(Membership.id).where(
        Membership.person_id == person_id, REACH.allowed(context, Membership.organization_id, permission)
    )
    return await context.store.first(query) is not None
