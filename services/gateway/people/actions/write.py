"""Taking people in and changing them. Each change tells the services the person's whole state."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from services.gateway.organizations.actions import REACH, check_open, next_position
from services.gateway.people.actions.read import check_person, view_of
from services.gateway.people.rules import IdentifierTaken
from services.gateway.people.schemas import IdentifierBody, NewPerson, PersonChange, PersonView
from services.gateway.people.tables import Identifier, Membership, Person
from shared.app import check_match
from shared.context import Context
from shared.contracts import gateway as contracts
from shared.permissions import Permission


async def create_person(context: Context, body: NewPerson) -> PersonView:
    """Raises NotFound, Forbidden, OrganizationClosed, IdentifierTaken."""
    for organization_id in body.organization_ids:
        await REACH.check(context, organization_id, Permission.MANAGE_PEOPLE)
    await check_open(context, body.organization_ids)
    return await add_person(context, body)


async def add_person(context: Context, body: NewPerson) -> PersonView:
    """Take a person in without asking who may. Raises IdentifierTaken."""
    person = Person(
        family_name=body.family_name,
        given_name=body.given_name,
        additional_name=body.additional_name,
        status=body.status,
    )
    await context.store.insert(person)
    for organization_id in body.organization_ids:
        context.store.add(Membership(person_id=person.id, organization_id=organization_id))
    await _add_identifiers(context, person.id, body.identifiers)
    return await _told(context, person)


async def change_person(context: Context, person_id: UUID, body: PersonChange, if_match: str | None) -> PersonView:
    """Raises NotFound, Forbidden, Stale, OrganizationClosed, IdentifierTaken."""
    await check_person(context, person_id, Permission.MANAGE_PEOPLE)
    person = await context.store.lock(Person, person_id)
    check_match(if_match, person.entity_version)
    for name in body.model_fields_set & {"family_name", "given_name", "additional_name", "status"}:
        value = getattr(body, name)
        if value is not None or name == "additional_name":
            setattr(person, name, value)
    if body.organization_ids is not None:
        await _move(context, person_id, set(body.organization_ids))
    if body.identifiers is not None:
        await context.store.execute(delete(Identifier).where(col(Identifier.person_id) == person_id))
        await _add_identifiers(context, person_id, body.identifiers)
    person.entity_version += 1
    return await _told(context, person)


async def _move(context: Context, person_id: UUID, wanted: set[UUID]) -> None:
    """Whoever joins a person to an organization or takes them out of it must manage the people there."""
    present = set(await context.store.all(select(Membership.organization_id).where(Membership.person_id == person_id)))
    for organization_id in sorted(wanted ^ present):
        await REACH.check(context, organization_id, Permission.MANAGE_PEOPLE)
    await check_open(context, wanted - present)
    for organization_id in sorted(wanted - present):
        context.store.add(Membership(person_id=person_id, organization_id=organization_id))
    await context.store.execute(
        delete(Membership).where(
            col(Membership.person_id) == person_id, col(Membership.organization_id).in_(present - wanted)
        )
    )


async def _add_identifiers(context: Context, person_id: UUID, identifiers: Sequence[IdentifierBody]) -> None:
    for body in identifiers:
        context.store.add(Identifier(person_id=person_id, network=body.network, external_id=body.external_id))
    try:
        await context.store.flush()
    except IntegrityError as error:
        raise IdentifierTaken from error


async def _told(context: Context, person: Person) -> PersonView:
    await context.store.flush()
    view = await view_of(context, person)
    await context.emit(
        contracts.PersonChanged(
            person_id=person.id,
            entity_version=person.entity_version,
            position=await next_position(context),
            display_name=view.display_name,
            status=person.status,
            organization_ids=tuple(view.organization_ids),
            identifiers=tuple(
                contracts.Identifier(network=body.network, external_id=body.external_id) for body in view.identifiers
            ),
        )
    )
    return view
