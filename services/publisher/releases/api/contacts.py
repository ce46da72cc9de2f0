"""The press list: kept by those who work with partners outside."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.publisher.enterprises.rules.relationship import AccountTaken
from services.publisher.releases.actions.contacts import (
    change_contact,
    contact_for,
    contact_views,
    create_contact,
    delete_contact,
    list_contacts,
)
from services.publisher.releases.rules.contacts import ContactExists
from services.publisher.releases.schemas.contacts import ContactChange, ContactFilter, ContactView, NewContact
from services.publisher.releases.tables import Contact
from shared.app import ApiRouter, IfMatch, Page, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["contacts"])

Keeping = Annotated[Context, allowed(Permission.MANAGE_PARTNERS)]


async def _answer(context: Context, response: Response, contact: Contact) -> ContactView:
    etag(response, contact.version)
    return (await contact_views(context, [contact]))[0]


@router.post(
    "/contacts",
    status_code=201,
    operation_id="contacts_create",
    responses=problems(NotFound, ContactExists, AccountTaken),
)
async def contacts_create(body: NewContact, context: Keeping, response: Response) -> ContactView:
    """Enter somebody into the press list. Whoever asked for no more letters is `opted_out` here too."""
    contact = await create_contact(context, body)
    created(response, f"/v1/contacts/{contact.id}")
    return await _answer(context, response, contact)


@router.get("/contacts", operation_id="contacts_list", responses=problems(NotFound))
async def contacts_list(context: Keeping, page: Annotated[ContactFilter, Query()]) -> Page[ContactView]:
    """The press lists of all organizations that the caller works for, newest first."""
    contacts, following = await list_contacts(context, page)
    return Page(items=await contact_views(context, contacts), next=following)


@router.get("/contacts/{contact_id}", operation_id="contacts_read")
async def contacts_read(contact_id: UUID, context: Keeping, response: Response) -> ContactView:
    """One contact."""
    return await _answer(context, response, await contact_for(context, contact_id))


@router.patch(
    "/contacts/{contact_id}",
    operation_id="contacts_update",
    responses=problems(NotFound, Stale, ContactExists, AccountTaken),
)
async def contacts_update(
    contact_id: UUID, body: ContactChange, context: Keeping, response: Response, if_match: IfMatch = None
) -> ContactView:
    """Change what is known of a contact. That they want no letters, nobody can take back for them."""
    return await _answer(context, response, await change_contact(context, contact_id, body, if_match))


@router.delete(
    "/contacts/{contact_id}", status_code=204, operation_id="contacts_delete", responses=problems(NotFound, Stale)
)
async def contacts_delete(contact_id: UUID, context: Keeping, if_match: IfMatch = None) -> None:
    """Forget a contact and their accounts. The figures of releases stay; so does that they wanted no letters."""
    await delete_contact(context, contact_id, if_match)
