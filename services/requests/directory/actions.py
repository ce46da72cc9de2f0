"""What the rooms ask of the directory."""

from uuid import UUID

from services.requests.directory.tables import Person
from shared.context import Context
from shared.errors import FieldError, Invalid


class UnknownPerson(Invalid):
    code = "request.unknown_person"
    title = {"ru": "Такого человека здесь нет", "en": "There is no such person here"}


async def check_person(context: Context, person_id: UUID, pointer: str) -> None:
    """`pointer` names the field that holds the id. Raises UnknownPerson."""
    if await context.store.find(Person, person_id) is None:
        raise UnknownPerson(errors=(FieldError(pointer, UnknownPerson.code, UnknownPerson.title),))
