"""Showing people, as far as the caller reaches. Whose file is shown, the access log is told."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlmodel import col, or_, select

from services.gateway.organizations.actions import REACH
from services.gateway.organizations.tables import Organization
from services.gateway.people.actions.finding import Sought, find_people
from services.gateway.people.rules import display_name
from services.gateway.people.schemas import (
    ContactView,
    IdentifierView,
    MembershipView,
    PeopleQuery,
    PersonView,
    StatusChangeView,
)
from services.gateway.people.tables import Contact, Identifier, Membership, Person, StatusChange
from shared.app import after_id, paginate
from shared.context import Context
from shared.errors import Forbidden, NotFound
from shared.permissions import Permission
from shared.words import searched_words


async def check_person(context: Context, person_id: UUID, permission: Permission = Permission.SEE_PEOPLE) -> None:
    """One is reached through any organization one belongs to, until one is erased.

    Raises NotFound; Forbidden for seen but not allowed.
    """
    if not await _is_reached(context, person_id, Permission.SEE_PEOPLE):
        raise NotFound
    if permission is not Permission.SEE_PEOPLE and not await _is_reached(context, person_id, permission):
        raise Forbidden


async def check_wholly_managed(context: Context, person_id: UUID, more: Collection[UUID] = ()) -> None:
    """Raises Forbidden unless the caller manages the people of every organization of the person, and of all of `more`."""
    theirs = select(Membership.organization_id).where(Membership.person_id == person_id)
    elsewhere = select(Organization.id).where(
        or_(col(Organization.id).in_(theirs), col(Organization.id).in_(more)),
        ~REACH.allowed(context, Organization.id, Permission.MANAGE_PEOPLE),
    )
    if await context.store.first(elsewhere) is not None:
        raise Forbidden(
            {
                "ru": "Человек состоит и в других организациях: это решает тот, кто ведёт людей во всех них",
                "en": "They belong to other organizations too: it takes somebody who manages the people of all of them",
            }
        )


async def read_person(context: Context, person_id: UUID) -> PersonView:
    """Raises NotFound."""
    await check_person(context, person_id)
    context.has_read(person_id)
    return await view_of(context, await context.store.get(Person, person_id))


async def list_people(context: Context, query: PeopleQuery) -> tuple[list[PersonView], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    roots = context.caller.organizations_with(Permission.SEE_PEOPLE)
    if query.organization_id is not None:
        await REACH.check(context, query.organization_id, Permission.SEE_PEOPLE)
        roots = frozenset({query.organization_id})
    words = searched_words(query.search) if query.search is not None else ()
    if query.search is not None and not words:
        return [], None
    sought = Sought(roots, query.status, words, after_id(query), query.limit + 1)
    ids = await find_people(context, sought)
    rows, after = await paginate(context, select(Person).where(col(Person.id).in_(ids)), Person.id, query)
    views = await views_of(context, rows)
    context.has_read(*(view.id for view in views))
    return views, after


async def list_status_changes(context: Context, person_id: UUID) -> list[StatusChangeView]:
    """The oldest first; a life has few. Raises NotFound."""
    await check_person(context, person_id)
    context.has_read(person_id)
    query = select(StatusChange).where(StatusChange.person_id == person_id).order_by(col(StatusChange.id))
    return [
        StatusChangeView(before=change.before, after=change.after, changed_at=change.changed_at)
        for change in await context.store.all(query)
    ]


async def view_of(context: Context, person: Person) -> PersonView:
    return (await views_of(context, [person]))[0]


async def views_of(context: Context, people: Sequence[Person]) -> list[PersonView]:
    """Three more queries, however many people there are."""
    ids = [person.id for person in people]
    memberships = await _memberships(context, ids)
    identifiers = await _identifiers(context, ids)
    contacts = await _contacts(context, ids)
    return [
        PersonView(
            id=person.id,
            family_name=person.family_name,
            given_name=person.given_name,
            additional_name=person.additional_name,
            display_name=display_name(person.family_name, person.given_name, person.additional_name),
            status=person.status,
            membership_number=person.membership_number,
            birth_year=person.birth_year,
            birth_day=person.birth_day,
            gender=person.gender,
            profession=person.profession,
            workplace=person.workplace,
            joined_at=person.joined_at,
            organization_ids=[membership.organization_id for membership in memberships[person.id]],
            memberships=memberships[person.id],
            identifiers=identifiers[person.id],
            contacts=contacts[person.id],
            version=person.entity_version,
        )
        for person in people
    ]


async def _memberships(context: Context, ids: Collection[UUID]) -> defaultdict[UUID, list[MembershipView]]:
    found: defaultdict[UUID, list[MembershipView]] = defaultdict(list)
    query = select(Membership).where(col(Membership.person_id).in_(ids)).order_by(col(Membership.id))
    for one in await context.store.all(query):
        found[one.person_id].append(MembershipView(organization_id=one.organization_id, since=one.since))
    return found


async def _identifiers(context: Context, ids: Collection[UUID]) -> defaultdict[UUID, list[IdentifierView]]:
    found: defaultdict[UUID, list[IdentifierView]] = defaultdict(list)
    query = select(Identifier).where(col(Identifier.person_id).in_(ids)).order_by(col(Identifier.id))
    for one in await context.store.all(query):
        found[one.person_id].append(
            IdentifierView(network=one.network, external_id=one.external_id, proof=one.proof, proven_at=one.proven_at)
        )
    return found


async def _contacts(context: Context, ids: Collection[UUID]) -> defaultdict[UUID, list[ContactView]]:
    found: defaultdict[UUID, list[ContactView]] = defaultdict(list)
    query = select(Contact).where(col(Contact.person_id).in_(ids)).order_by(col(Contact.id))
    for one in await context.store.all(query):
        found[one.person_id].append(ContactView.of(one))
    return found


async def _is_reached(context: Context, person_id: UUID, permission: Permission) -> bool:
    query = (
        select(Membership.id)
        .join(Person, (col(Person.tenant_id) == Membership.tenant_id) & (col(Person.id) == Membership.person_id))
        .where(
            Membership.person_id == person_id,
            col(Person.erased_at).is_(None),
            REACH.allowed(context, Membership.organization_id, permission),
        )
    )
    return await context.store.first(query) is not None
