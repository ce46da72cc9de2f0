"""Partner organizations outside the union, and the keys with which their programs call the API."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.gateway.organizations.rules import OrganizationClosed
from services.gateway.partners.actions import (
    change_partner,
    create_partner,
    list_keys,
    list_partners,
    make_key,
    read_key,
    read_partner,
    revoke_key,
)
from services.gateway.partners.rules import KeyLifeInvalid, ScopeExceedsYours, ScopeNotForPartners, TooManyKeys
from services.gateway.partners.schemas import (
    KeyMade,
    KeyView,
    NewKey,
    NewPartner,
    PartnerChange,
    PartnerQuery,
    PartnerView,
)
from shared.app import ApiRouter, IdempotencyShownOnce, IfMatch, Page, Paging, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["partners"])
Managing = Annotated[Context, allowed(Permission.MANAGE_PARTNERS)]


@router.post("/partners", status_code=201, operation_id="partners_create", responses=problems(NotFound))
async def partners_create(body: NewPartner, context: Managing, response: Response) -> PartnerView:
    """Add a partner. It can do nothing before it has a key."""
    partner = await create_partner(context, body)
    created(response, f"/v1/partners/{partner.id}")
    etag(response, partner.version)
    return PartnerView.of(partner)


@router.get("/partners", operation_id="partners_list", responses=problems(NotFound))
async def partners_list(context: Managing, query: Annotated[PartnerQuery, Query()]) -> Page[PartnerView]:
    """The partners of the organizations that the caller looks after, newest first."""
    rows, after = await list_partners(context, query)
    return Page(items=[PartnerView.of(row) for row in rows], next=after)


@router.get("/partners/{partner_id}", operation_id="partners_read")
async def partners_read(partner_id: UUID, context: Managing, response: Response) -> PartnerView:
    """One partner."""
    partner = await read_partner(context, partner_id)
    etag(response, partner.version)
    return PartnerView.of(partner)


@router.patch("/partners/{partner_id}", operation_id="partners_update", responses=problems(Stale))
async def partners_update(
    partner_id: UUID, body: PartnerChange, context: Managing, response: Response, if_match: IfMatch = None
) -> PartnerView:
    """Rename a partner, change its contact or its quota. A new quota counts within seconds."""
    partner = await change_partner(context, partner_id, body, if_match)
    etag(response, partner.version)
    return PartnerView.of(partner)


@router.post(
    "/partners/{partner_id}/keys",
    status_code=201,
    operation_id="partner_keys_create",
    responses=problems(
        NotFound,
        OrganizationClosed,
        ScopeNotForPartners,
        ScopeExceedsYours,
        KeyLifeInvalid,
        TooManyKeys,
        IdempotencyShownOnce,
    ),
)
async def partner_keys_create(
    partner_id: UUID, body: NewKey, context: Managing, request: Request, response: Response
) -> KeyMade:
    """Make a key. It is shown in this answer alone: a repetition under the same Idempotency-Key is answered 409.

    The partner sends it as `Authorization: Bearer vmk_...`. It never has more rights than its creator still holds.
    """
    request.scope["vmeste.shown_once"] = True
    key, text = await make_key(context, partner_id, body)
    created(response, f"/v1/partners/{partner_id}/keys/{key.id}")
    return KeyMade.made(key, text)


@router.get("/partners/{partner_id}/keys", operation_id="partner_keys_list")
async def partner_keys_list(partner_id: UUID, context: Managing, page: Paging) -> Page[KeyView]:
    """A partner's keys, newest first, those that are over too."""
    rows, after = await list_keys(context, partner_id, page)
    return Page(items=[KeyView.of(row) for row in rows], next=after)


@router.get("/partners/{partner_id}/keys/{key_id}", operation_id="partner_keys_read")
async def partner_keys_read(partner_id: UUID, key_id: UUID, context: Managing) -> KeyView:
    """One key, without its secret."""
    return KeyView.of(await read_key(context, partner_id, key_id))


@router.delete(
    "/partners/{partner_id}/keys/{key_id}", status_code=204, operation_id="partner_keys_delete", responses=problems()
)
async def partner_keys_delete(partner_id: UUID, key_id: UUID, context: Managing) -> None:
    """Revoke a key. It stops working within seconds, and stays in the list as revoked."""
    await revoke_key(context, partner_id, key_id)
