"""People's accounts in networks: what staff wrote down, and what was proven. Only the latter lets anybody sign in."""

from uuid import UUID

from sqlalchemy.exc import IntegrityError
from sqlmodel import col, select

from services.gateway.people.actions.present import lock_present
from services.gateway.people.actions.telling import tell_person
from services.gateway.people.rules import IdentifierTaken, Network, Proof
from services.gateway.people.tables import Identifier, Person
from shared.context import Context


async def find_person_by_proven_identifier(context: Context, network: str, external_id: str) -> UUID | None:
    """Who proved that this account is theirs. What staff wrote down is no proof."""
    return await context.store.first(
        select(Identifier.person_id).where(
            Identifier.network == network, Identifier.external_id == external_id, Identifier.proof != Proof.STAFF
        )
    )


async def link_proven_identifier(
    context: Context, person_id: UUID, network: Network, external_id: str, proof: Proof
) -> None:
    """Keep an account whose owner has just proven it, and tell the services. `proof` is not `staff`.

    A proof outweighs what staff wrote down: their entry for somebody else goes. Repeating it changes nothing.
    Raises IdentifierTaken when somebody else proved it before, NotFound for nobody.
    """
    if proof is Proof.STAFF:
        raise ValueError(proof)
    person = await lock_present(context, person_id)
    present = await context.store.first(
        select(Identifier)
        .where(Identifier.network == network, Identifier.external_id == external_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    if present is not None and present.person_id != person_id:
        if present.proof is not Proof.STAFF:
            raise IdentifierTaken
        await _drop(context, present)
        present = None
    if present is not None and present.proof is not Proof.STAFF:
        return
    if present is None:
        present = Identifier(person_id=person_id, network=network, external_id=external_id)
        context.store.add(present)
    present.proof, present.proven_at = proof, context.now
    person.entity_version += 1
    try:
        await context.store.flush()
    except IntegrityError as error:  # proven for somebody else at the same moment
        raise IdentifierTaken from error
    await tell_person(context, person)


async def proven_identifiers(context: Context, person_id: UUID) -> list[Identifier]:
    """The accounts that a person may be written to, or sign in by."""
    query = select(Identifier).where(Identifier.person_id == person_id, Identifier.proof != Proof.STAFF)
    return await context.store.all(query.order_by(col(Identifier.id)))


async def _drop(context: Context, identifier: Identifier) -> None:
    """Take a mistaken entry from whoever it was written down for."""
    other = await context.store.lock(Person, identifier.person_id)
    await context.store.delete(identifier)
    other.entity_version += 1
    await context.store.flush()
    await tell_person(context, other)
