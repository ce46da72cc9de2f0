"""Telling the services whole states of people, one at a time or many at once."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Final
from uuid import UUID

from sqlmodel import col, select

from services.gateway.organizations.actions import next_position
from services.gateway.people.rules import PersonStatus, display_name
from services.gateway.people.tables import Identifier, Membership, Person
from shared.context import Context
from shared.contracts import gateway as contracts

BATCH: Final = 500  # states in one message


async def tell_person(context: Context, person: Person) -> None:
    """Tell the services the person as they are now; changes must have been flushed."""
    (state,) = await _states(context, [person])
    await context.emit(contracts.PersonChanged(position=await next_position(context), **dict(state)))


async def tell_people(context: Context, people: Sequence[Person]) -> None:
    """As `tell_person`, in batches that take one position each."""
    for start in range(0, len(people), BATCH):
        states = await _states(context, people[start : start + BATCH])
        await context.emit(contracts.PeopleChanged(position=await next_position(context), people=tuple(states)))


async def _states(context: Context, people: Sequence[Person]) -> list[contracts.PersonState]:
    ids = [person.id for person in people]
    organizations: defaultdict[UUID, list[UUID]] = defaultdict(list)
    identifiers: defaultdict[UUID, list[contracts.Identifier]] = defaultdict(list)
    for membership in await context.store.all(
        select(Membership).where(col(Membership.person_id).in_(ids)).order_by(col(Membership.id))
    ):
        organizations[membership.person_id].append(membership.organization_id)
    for one in await context.store.all(
        select(Identifier).where(col(Identifier.person_id).in_(ids)).order_by(col(Identifier.id))
    ):
        identifiers[one.person_id].append(contracts.Identifier(network=one.network, external_id=one.external_id))
    return [
        contracts.PersonState(
            person_id=person.id,
            entity_version=person.entity_version,
            display_name=display_name(person.family_name, person.given_name, person.additional_name),
            status=PersonStatus.FORMER if person.merged_into_id is not None else person.status,
            organization_ids=tuple(organizations[person.id]),
            identifiers=tuple(identifiers[person.id]),
            erased=person.erased_at is not None,
        )
        for person in people
    ]
