"""People who are there to be changed."""

from uuid import UUID

from services.gateway.people.tables import Person
from shared.context import Context
from shared.errors import NotFound


async def lock_present(context: Context, person_id: UUID) -> Person:
    """Held until the transaction ends. Raises NotFound, also for who was erased, or merged into somebody else."""
    person = await context.store.lock(Person, person_id)
    if person.erased_at is not None or person.merged_into_id is not None:
        raise NotFound
    return person
