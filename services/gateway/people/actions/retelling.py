"""Telling everybody anew: a read model that was lost is made of it."""

from typing import Final
from uuid import UUID

from sqlmodel import col, select

from services.gateway.people.actions.telling import tell_people
from services.gateway.people.tables import Person
from shared.context import Context

_AT_ONCE: Final = 2000  # people in one transaction, which holds the tenant's position


async def retell_people(context: Context, after: UUID | None) -> UUID | None:
    """Tell the next people after that id as they are. Returns the last one told, None when there were no more."""
    query = select(Person.id).order_by(col(Person.id)).limit(_AT_ONCE)
    if after is not None:
        query = query.where(col(Person.id) > after)
    ids = await context.store.all(query)
    await tell_people(context, ids)
    return ids[-1] if ids else None
