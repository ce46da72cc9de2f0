"""The people of the union."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.gateway.organizations.rules import OrganizationClosed
from services.gateway.people.actions import change_person, create_person, list_people, read_person
from services.gateway.people.rules import IdentifierTaken
from services.gateway.people.schemas import NewPerson, PeopleQuery, PersonChange, PersonView
from shared.app import ApiRouter, IfMatch, Page, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["people"])
Seeing = Annotated[Context, allowed(Permission.SEE_PEOPLE)]
Managing = Annotated[Context, allowed(Permission.MANAGE_PEOPLE)]


@router.post(
    "/people",
    status_code=201,
    operation_id="people_create",
    responses=problems(NotFound, OrganizationClosed, IdentifierTaken),
)
async def people_create(body: NewPerson, context: Managing, response: Response) -> PersonView:
    """Take a person in. The caller must manage the people of every organization named."""
    person = await create_person(context, body)
    created(response, f"/v1/people/{person.id}")
    etag(response, person.version)
    return person


@router.get("/people", operation_id="people_list", responses=problems(NotFound))
async def people_list(context: Seeing, query: Annotated[PeopleQuery, Query()]) -> Page[PersonView]:
    """The people of the organizations that the caller may look into, newest first."""
    people, after = await list_people(context, query)
    return Page(items=people, next=after)


@router.get("/people/{person_id}", operation_id="people_read")
async def people_read(person_id: UUID, context: Seeing, response: Response) -> PersonView:
    """One person."""
    person = await read_person(context, person_id)
    etag(response, person.version)
    return person


@router.patch(
    "/people/{person_id}", operation_id="people_update", responses=problems(Stale, OrganizationClosed, IdentifierTaken)
)
async def people_update(
    person_id: UUID, body: PersonChange, context: Managing, response: Response, if_match: IfMatch = None
) -> PersonView:
    """Change a person: names, status, organizations, accounts."""
    person = await change_person(context, person_id, body, if_match)
    etag(response, person.version)
    return person
