"""Consents, and the words that people agree to."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.gateway.consents.actions.ledger import (
    add_consent_text,
    give_consent,
    list_consent_texts,
    list_consents,
    read_consent,
    read_consent_text,
    withdraw_consent,
)
from services.gateway.consents.rules.ledger import AlreadyWithdrawn, NotForGreetings, OutOfTime
from services.gateway.consents.schemas.ledger import (
    ConsentsQuery,
    ConsentTextsQuery,
    ConsentTextView,
    ConsentView,
    NewConsent,
    NewConsentText,
    Withdrawal,
)
from services.gateway.people.rules.people import InvalidBirthDay
from shared.app import ApiRouter, IfMatch, Page, allowed, created, etag, problems, signed_in
from shared.context import Context
from shared.errors import Forbidden, NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["consents"])
LookingAfter = Annotated[Context, allowed(Permission.MANAGE_PERSONAL_DATA)]
SignedIn = Annotated[Context, signed_in()]


@router.post("/consent_texts", status_code=201, operation_id="consent_texts_create", responses=problems(NotFound))
async def consent_texts_create(body: NewConsentText, context: LookingAfter, response: Response) -> ConsentTextView:
    """Put new words into use. Whoever agreed to earlier words agreed to those: they are never changed."""
    text = await add_consent_text(context, body)
    created(response, f"/v1/consent_texts/{text.id}")
    return ConsentTextView.of(text)


@router.get("/consent_texts", operation_id="consent_texts_list", responses=problems(NotFound))
async def consent_texts_list(context: SignedIn, query: Annotated[ConsentTextsQuery, Query()]) -> Page[ConsentTextView]:
    """The words of the organizations that the caller acts for or belongs to, all versions, newest first."""
    rows, after = await list_consent_texts(context, query)
    return Page(items=[ConsentTextView.of(row) for row in rows], next=after)


@router.get("/consent_texts/{consent_text_id}", operation_id="consent_texts_read", responses=problems(NotFound))
async def consent_texts_read(consent_text_id: UUID, context: SignedIn) -> ConsentTextView:
    """One version, for whoever is asked to agree to it and for the staff."""
    return ConsentTextView.of(await read_consent_text(context, consent_text_id))


@router.post(
    "/consents",
    status_code=201,
    operation_id="consents_create",
    responses=problems(NotFound, Forbidden, OutOfTime, NotForGreetings, InvalidBirthDay),
)
async def consents_create(body: NewConsent, context: SignedIn, response: Response) -> ConsentView:
    """Give one's own consent, or write down somebody's. The ledger is only ever added to."""
    consent = await give_consent(context, body)
    created(response, f"/v1/consents/{consent.id}")
    etag(response, consent.version)
    return consent


@router.get("/consents", operation_id="consents_list", responses=problems(NotFound, Forbidden))
async def consents_list(context: SignedIn, query: Annotated[ConsentsQuery, Query()]) -> Page[ConsentView]:
    """One's own consents and those of people whose data the caller looks after, newest first."""
    consents, after = await list_consents(context, query)
    return Page(items=consents, next=after)


@router.get("/consents/{consent_id}", operation_id="consents_read", responses=problems(NotFound, Forbidden))
async def consents_read(consent_id: UUID, context: SignedIn, response: Response) -> ConsentView:
    """One consent, and whether it still holds."""
    consent = await read_consent(context, consent_id)
    etag(response, consent.version)
    return consent


@router.post(
    "/consents/{consent_id}/withdraw",
    operation_id="consents_withdraw",
    responses=problems(NotFound, Forbidden, Stale, AlreadyWithdrawn, OutOfTime),
)
async def consents_withdraw(
    consent_id: UUID, body: Withdrawal, context: SignedIn, response: Response, if_match: IfMatch = None
) -> ConsentView:
    """Withdraw a consent: a new line in the ledger. What was done while it held stays lawful."""
    consent = await withdraw_consent(context, consent_id, body, if_match)
    etag(response, consent.version)
    return consent
