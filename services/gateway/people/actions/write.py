"""Taking people in and changing them. Each change tells the services the person's whole state."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from services.gateway.organizations.actions import REACH, check_open
from services.gateway.people.actions.present import lock_present
from services.gateway.people.actions.read import check_person, view_of
from services.gateway.people.actions.telling import tell_person
from services.gateway.people.actions.words import keep_words
from services.gateway.people.rules import IdentifierTaken, MembershipNumberTaken, PersonStatus, Proof
from services.gateway.people.rules.contacts import normal_contact
from services.gateway.people.rules.people import check_birth_day
from services.gateway.people.schemas import ContactBody, IdentifierBody, NewPerson, PersonChange, PersonView
from services.gateway.people.tables import Contact, Identifier, Membership, Person, StatusChange
from shared.app import check_match
from shared.context import Context
from shared.permissions import Permission

_TRAITS = ("membership_number", "birth_year", "gender", "profession", "workplace", "joined_at")
_NAMES = ("family_name", "given_name", "additional_name")


async def create_person(context: Context, body: NewPerson) -> PersonView:
    """Raises NotFound, Forbidden, OrganizationClosed, IdentifierTaken, InvalidContact, MembershipNumberTaken."""
    for organization_id in body.organization_ids:
        await REACH.check(context, organization_id, Permission.MANAGE_PEOPLE)
    await check_open(context, body.organization_ids)
    return await add_person(context, body)


async def add_person(context: Context, body: NewPerson) -> PersonView:
    """Take a person in without asking who may. Raises IdentifierTaken, InvalidContact, MembershipNumberTaken."""
    person = Person(
        family_name=body.family_name,
        given_name=body.given_name,
        additional_name=body.additional_name,
        status=body.status,
        **{name: getattr(body, name) for name in _TRAITS},
    )
    context.store.add(person)
    await _flush_numbered(context)
    await keep_words(context, person)
    context.store.add(StatusChange(person_id=person.id, after=body.status, changed_at=context.now))
    for organization_id in body.organization_ids:
        context.store.add(
            Membership(person_id=person.id, organization_id=organization_id, since=body.since or _today(context))
        )
    await _keep_identifiers(context, person.id, body.identifiers)
    await _keep_contacts(context, person.id, body.contacts)
    await tell_person(context, person)
    return await view_of(context, person)


async def change_person(context: Context, person_id: UUID, body: PersonChange, if_match: str | None) -> PersonView:
    """Raises NotFound, Forbidden, Stale, OrganizationClosed, IdentifierTaken, InvalidContact, MembershipNumberTaken."""
    await check_person(context, person_id, Permission.MANAGE_PEOPLE)
    person = await lock_present(context, person_id)
    check_match(if_match, person.entity_version)
    if body.status is not None:
        set_status(context, person, body.status)
    for name in body.model_fields_set & {*_NAMES, *_TRAITS}:
        value = getattr(body, name)
        if value is not None or name not in {"family_name", "given_name"}:
            setattr(person, name, value)
    if body.organization_ids is not None:
        await _move(context, person_id, set(body.organization_ids), body.since)
    if body.identifiers is not None:
        await _keep_identifiers(context, person_id, body.identifiers)
    if body.contacts is not None:
        await _keep_contacts(context, person_id, body.contacts)
    person.entity_version += 1
    await _flush_numbered(context)
    if body.model_fields_set & {*_NAMES}:
        await keep_words(context, person)
    await tell_person(context, person)
    return await view_of(context, person)


def set_status(context: Context, person: Person, status: PersonStatus) -> None:
    """Make somebody a member, a former one: the history keeps it."""
    if status is not person.status:
        context.store.add(StatusChange(person_id=person.id, before=person.status, after=status, changed_at=context.now))
        person.status = status


async def keep_birth_day(context: Context, person_id: UUID, birth_day: str, consent_id: UUID) -> None:
    """Keep a birthday (`05-20`) under the consent that allows it; who calls has seen that consent.

    Raises NotFound, InvalidBirthDay.
    """
    person = await context.store.lock(Person, person_id)
    person.birth_day, person.birth_day_consent_id = check_birth_day(birth_day), consent_id
    person.entity_version += 1
    await context.store.flush()
    await tell_person(context, person)


async def forget_birth_day(context: Context, person_id: UUID) -> None:
    """When the consent is taken back. Raises NotFound."""
    person = await context.store.lock(Person, person_id)
    person.birth_day = person.birth_day_consent_id = None
    person.entity_version += 1
    await context.store.flush()
    await tell_person(context, person)


async def _flush_numbered(context: Context) -> None:
    try:
        await context.store.flush()
    except IntegrityError as error:
        raise MembershipNumberTaken from error


async def _move(context: Context, person_id: UUID, wanted: set[UUID], since: date | None) -> None:
    """Whoever joins a person to an organization or takes them out of it must manage the people there."""
    present = set(await context.store.all(select(Membership.organization_id).where(Membership.person_id == person_id)))
    for organization_id in sorted(wanted ^ present):
        await REACH.check(context, organization_id, Permission.MANAGE_PEOPLE)
    await check_open(context, wanted - present)
    for organization_id in sorted(wanted - present):
        context.store.add(
            Membership(person_id=person_id, organization_id=organization_id, since=since or _today(context))
        )
    await context.store.execute(
        delete(Membership).where(
            col(Membership.person_id) == person_id, col(Membership.organization_id).in_(present - wanted)
        )
    )


async def _keep_identifiers(context: Context, person_id: UUID, wanted: Sequence[IdentifierBody]) -> None:
    """What stays keeps its proof; what is new was written down by staff."""
    kept = {(body.network, body.external_id) for body in wanted}
    for present in await context.store.all(select(Identifier).where(Identifier.person_id == person_id)):
        key = (present.network, present.external_id)
        if key in kept:
            kept.discard(key)
        else:
            await context.store.delete(present)
    await context.store.flush()
    for network, external_id in sorted(kept):
        context.store.add(Identifier(person_id=person_id, network=network, external_id=external_id, proof=Proof.STAFF))
    try:
        await context.store.flush()
    except IntegrityError as error:
        raise IdentifierTaken from error


async def _keep_contacts(context: Context, person_id: UUID, wanted: Sequence[ContactBody]) -> None:
    """What stays keeps its verification."""
    kept = {
        (body.kind, normal_contact(body.kind, body.value, f"/contacts/{number}/value")): None
        for number, body in enumerate(wanted)
    }
    for present in await context.store.all(select(Contact).where(Contact.person_id == person_id)):
        key = (present.kind, present.value)
        if key in kept:
            del kept[key]
        else:
            await context.store.delete(present)
    for kind, value in kept:
        context.store.add(Contact(person_id=person_id, kind=kind, value=value))
    await context.store.flush()


def _today(context: Context) -> date:
    return context.now.date()
