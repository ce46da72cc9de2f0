"""For how long what is kept."""

from typing import Annotated

from fastapi import Response

from services.gateway.consents.actions.retention import choose_terms, read_terms
from services.gateway.consents.rules.retention import TermOutOfBounds
from services.gateway.consents.schemas.retention import ChosenTerms, TermsView
from shared.app import ApiRouter, IfMatch, allowed, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["personal_data"])
LookingAfter = Annotated[Context, allowed(Permission.MANAGE_PERSONAL_DATA)]
Auditing = Annotated[Context, allowed(Permission.MANAGE_PERSONAL_DATA, Permission.SEE_AUDIT)]


@router.get("/retention_policies", operation_id="retention_policies_read", responses=problems())
async def retention_policies_read(context: Auditing, response: Response) -> TermsView:
    """Every kind of data that is kept for a time: for how long, within which bounds, and why."""
    terms = await read_terms(context)
    etag(response, terms.version)
    return terms


@router.put(
    "/retention_policies",
    operation_id="retention_policies_update",
    responses=problems(NotFound, Stale, TermOutOfBounds),
)
async def retention_policies_update(
    body: ChosenTerms, context: LookingAfter, response: Response, if_match: IfMatch = None
) -> TermsView:
    """Choose terms for the whole union. What is older goes within a day, in all services."""
    terms = await choose_terms(context, body, if_match)
    etag(response, terms.version)
    return terms
