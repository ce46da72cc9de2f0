"""Telling the services whole states of people, one at a time or many at once."""

from collections.abc import Sequence
from typing import Any, Final
from uuid import UUID

from sqlalchemy import RowMapping, text

from services.gateway.organizations.actions import next_position
from services.gateway.people.rules import PersonStatus, display_name
from services.gateway.people.tables import Person
from shared.context import Context
from shared.contracts import gateway as contracts
from shared.contracts import states

BATCH: Final = 500  # states in one message

_STATES: Final = text(
    "SELECT p.id, p.entity_version, p.family_name, p.given_name, p.additional_name, p.status, p.birth_day, "
    "p.merged_into_id IS NOT NULL AS merged, p.erased_at IS NOT NULL AS erased, "
    "ARRAY(SELECT m.organization_id FROM gateway.membership m "
    "WHERE m.tenant_id = p.tenant_id AND m.person_id = p.id ORDER BY m.id) AS organizations, "
    "ARRAY(SELECT i.network FROM gateway.identifier i "
    "WHERE i.tenant_id = p.tenant_id AND i.person_id = p.id ORDER BY i.id) AS networks, "
    "ARRAY(SELECT i.external_id FROM gateway.identifier i "
    "WHERE i.tenant_id = p.tenant_id AND i.person_id = p.id ORDER BY i.id) AS accounts "
    "FROM gateway.person p WHERE p.tenant_id = :tenant AND p.id = ANY(CAST(:ids AS uuid[])) ORDER BY p.id"
)


async def tell_person(context: Context, person: Person) -> None:
    """Tell the services the person as they are now; changes must have been flushed."""
    (state,) = await _states(context, [person.id])
    await context.emit(contracts.PersonChanged(position=await next_position(context), **dict(state)))


async def tell_people(context: Context, person_ids: Sequence[UUID]) -> None:
    """As `tell_person`, in batches that take one position each."""
    for start in range(0, len(person_ids), BATCH):
        states = await _states(context, person_ids[start : start + BATCH])
        await context.emit(contracts.PeopleChanged(position=await next_position(context), people=tuple(states)))


async def _states(context: Context, person_ids: Sequence[UUID]) -> list[states.PersonState]:
    values: dict[str, Any] = {"tenant": context.tenant_id, "ids": list(person_ids)}
    return [_state(row) for row in (await context.store.execute(_STATES, values)).mappings()]


def _state(row: RowMapping) -> states.PersonState:
    return states.PersonState(
        person_id=row["id"],
        entity_version=row["entity_version"],
        display_name=display_name(row["family_name"], row["given_name"], row["additional_name"]),
        status=PersonStatus.FORMER if row["merged"] else row["status"],
        organization_ids=tuple(row["organizations"]),
        identifiers=tuple(
            states.Identifier(network=network, external_id=account)
            for network, account in zip(row["networks"], row["accounts"], strict=True)
        ),
        erased=row["erased"],
        birth_day=None if row["merged"] else row["birth_day"],
    )
