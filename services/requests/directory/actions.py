"""What the rooms ask of the directory."""

from dataclasses import dataclass
from uuid import UUID

from services.requests.directory.tables import Calendar, Organization, Person
from shared.context import Context
from shared.errors import FieldError, Invalid
from shared.working_time import WorkingCalendar


@dataclass(frozen=True)
class WorkingHours:
    """When an organization works, in a zone."""

    calendar: WorkingCalendar
    zone: str


class UnknownPerson(Invalid):
    code = "request.unknown_person"
    title = {"ru": "Такого человека здесь нет", "en": "There is no such person here"}


async def check_person(context: Context, person_id: UUID, pointer: str) -> None:
    """`pointer` names the field that holds the id. Raises UnknownPerson."""
    if await context.store.find(Person, person_id) is None:
        raise UnknownPerson(errors=(FieldError(pointer, UnknownPerson.code, UnknownPerson.title),))


async def is_erased(context: Context, person_id: UUID) -> bool:
    """Whether nobody stands behind the id any more."""
    person = await context.store.find(Person, person_id)
    return person is not None and person.erased


async def working_hours_of(context: Context, organization_id: UUID) -> WorkingHours | None:
    """None as long as the organization or its calendar is not known here."""
    organization = await context.store.find(Organization, organization_id)
    if organization is None or organization.calendar_id is None:
        return None
    row = await context.store.find(Calendar, organization.calendar_id)
    if row is None:
        return None
    calendar = WorkingCalendar.model_validate(row.definition)
    return WorkingHours(calendar, calendar.zone or organization.timezone)
