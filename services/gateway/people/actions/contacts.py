"""Contacts that their owner proved: somebody typed in what was sent there."""

from uuid import UUID

from sqlmodel import col, select

from services.gateway.people.actions.present import lock_present
from services.gateway.people.rules.contacts import ContactKind, ContactUnprovable
from services.gateway.people.tables import Contact, Person
from shared.context import Context
from shared.errors import NotFound


async def provable_contact(context: Context, person_id: UUID, contact_id: UUID) -> Contact:
    """A person's own address. Raises NotFound, ContactUnprovable for a telephone."""
    contact = await context.store.find(Contact, contact_id)
    if contact is None or contact.person_id != person_id:
        raise NotFound
    if contact.kind is not ContactKind.EMAIL:
        raise ContactUnprovable
    return contact


async def prove_contact(context: Context, person_id: UUID, contact_id: UUID) -> Contact:
    """The person reads what comes to it: a later proof counts for more. Raises NotFound, ContactUnprovable."""
    person = await lock_present(context, person_id)
    contact = await provable_contact(context, person_id, contact_id)
    _note_proof(context, person, contact)
    return contact


async def prove_address(context: Context, person_id: UUID, address: str) -> None:
    """The same for the contact that is this address, if the person has it and never proved it."""
    query = select(Contact).where(
        Contact.person_id == person_id,
        Contact.kind == ContactKind.EMAIL,
        Contact.value == address.lower(),
        col(Contact.verified_at).is_(None),
    )
    contact = await context.store.first(query)
    if contact is not None:
        _note_proof(context, await context.store.lock(Person, person_id), contact)


def _note_proof(context: Context, person: Person, contact: Contact) -> None:
    contact.verified_at = context.now
    person.entity_version += 1
