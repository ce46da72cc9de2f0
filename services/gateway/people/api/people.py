"""The people of the union, and one's own accounts in networks."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.gateway.organizations.rules import OrganizationClosed
from services.gateway.people.actions import (
    change_person,
    create_person,
    list_people,
    list_status_changes,
    make_link_code,
    read_person,
)
from services.gateway.people.rules import IdentifierTaken, MembershipNumberTaken
from services.gateway.people.rules.contacts import InvalidContact
from services.gateway.people.rules.link_codes import ChannelUnusable
from services.gateway.people.schemas import (
    LinkCodeView,
    NewLinkCode,
    NewPerson,
    PeopleQuery,
    PersonChange,
    PersonView,
    StatusHistory,
)
from shared.app import ApiRouter, IdempotencyShownOnce, IfMatch, Page, allowed, created, etag, problems, signed_in
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["people"])
Seeing = Annotated[Context, allowed(Permission.SEE_PEOPLE)]
Managing = Annotated[Context, allowed(Permission.MANAGE_PEOPLE)]
SignedIn = Annotated[Context, signed_in()]


@router.post(
    "/people",
    status_code=201,
    operation_id="people_create",
    responses=problems(NotFound, OrganizationClosed, IdentifierTaken, MembershipNumberTaken, InvalidContact),
)
async def people_create(body: NewPerson, context: Managing, response: Response) -> PersonView:
    """Take a person in. The caller must manage the people of every organization named."""
    person = await create_person(context, body)
    created(response, f"/v1/people/{person.id}")
    etag(response, person.version)
    return person


@router.get("/people", operation_id="people_list", responses=problems(NotFound))
async def people_list(context: Seeing, query: Annotated[PeopleQuery, Query()]) -> Page[PersonView]:
    """The people of the organizations that the caller may look into, newest first.

    `search` finds people by the beginnings of words of their name, in any order; ё is е, and case does not matter.
    """
    people, after = await list_people(context, query)
    return Page(items=people, next=after)


@router.get("/people/{person_id}", operation_id="people_read")
async def people_read(person_id: UUID, context: Seeing, response: Response) -> PersonView:
    """One person."""
    person = await read_person(context, person_id)
    etag(response, person.version)
    return person


@router.get("/people/{person_id}/status_changes", operation_id="people_history_read")
async def people_history_read(person_id: UUID, context: Seeing) -> StatusHistory:
    """When the person became prospective, a member, a former one."""
    return StatusHistory(items=await list_status_changes(context, person_id))


@router.patch(
    "/people/{person_id}",
    operation_id="people_update",
    responses=problems(Stale, OrganizationClosed, IdentifierTaken, MembershipNumberTaken, InvalidContact),
)
async def people_update(
    person_id: UUID, body: PersonChange, context: Managing, response: Response, if_match: IfMatch = None
) -> PersonView:
    """Change a person: names, status, organizations, contacts, traits, accounts that staff knows of."""
    person = await change_person(context, person_id, body, if_match)
    etag(response, person.version)
    return person


@router.post(
    "/me/identifiers/link_code",
    status_code=201,
    operation_id="me_link_code_create",
    responses=problems(NotFound, ChannelUnusable, IdempotencyShownOnce),
)
async def me_link_code_create(
    body: NewLinkCode, context: SignedIn, request: Request, response: Response
) -> LinkCodeView:
    """Get a code that proves an account: send it to the channel's bot from the account that is to be linked.

    It is good once, for ten minutes; a newer one ends it.
    """
    request.scope["vmeste.shown_once"] = True
    view = await make_link_code(context, body.channel_id)
    created(response, "/v1/me")
    return view
