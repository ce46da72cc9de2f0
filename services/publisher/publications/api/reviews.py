"""The way through the levels of approval."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.publisher.channels.rules.readiness import TestKey
from services.publisher.publications.actions.reviewing import (
    approve_publication,
    list_reviews,
    return_publication,
    submit_publication,
)
from services.publisher.publications.api.answers import answer
from services.publisher.publications.rules.reviews import NoLevels, NotYourLevel, OwnWork
from services.publisher.publications.rules.states import NotPublishable, PublicationStateForbids
from services.publisher.publications.schemas.publications import PublicationView
from services.publisher.publications.schemas.reviews import Remark, ReturnRemark, ReviewView
from shared.app import ApiRouter, IfMatch, Page, Paging, allowed, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["publications"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Publishing = Annotated[Context, allowed(Permission.PUBLISH)]
Approving = Annotated[Context, allowed(Permission.APPROVE_PUBLICATIONS)]
_NOTHING_SAID = Remark()  # the body may be left out


@router.post(
    "/publications/{publication_id}/submit",
    operation_id="publications_submit",
    responses=problems(NotFound, Stale, TestKey, PublicationStateForbids, NoLevels, NotPublishable),
)
async def publications_submit(
    publication_id: UUID,
    context: Publishing,
    response: Response,
    body: Remark = _NOTHING_SAID,
    if_match: IfMatch = None,
) -> PublicationView:
    """Submit a publication for approval, where the editorial policy has levels. It must be such that it could be sent."""
    return answer(context, response, await submit_publication(context, publication_id, body.comment, if_match))


@router.post(
    "/publications/{publication_id}/approve",
    operation_id="publications_approve",
    responses=problems(NotFound, Stale, PublicationStateForbids, NotYourLevel, OwnWork, NotPublishable),
)
async def publications_approve(
    publication_id: UUID,
    context: Approving,
    response: Response,
    body: Remark = _NOTHING_SAID,
    if_match: IfMatch = None,
) -> PublicationView:
    """Approve a publication, for the level whose turn it is. After the last it is `approved`, for exactly what it is now."""
    return answer(context, response, await approve_publication(context, publication_id, body.comment, if_match))


@router.post(
    "/publications/{publication_id}/return",
    operation_id="publications_return",
    responses=problems(NotFound, Stale, PublicationStateForbids, NotYourLevel),
)
async def publications_return(
    publication_id: UUID, body: ReturnRemark, context: Approving, response: Response, if_match: IfMatch = None
) -> PublicationView:
    """Send a publication back to whoever wrote it, with what is to be mended."""
    return answer(context, response, await return_publication(context, publication_id, body.comment, if_match))


@router.get("/publications/{publication_id}/reviews", operation_id="publication_reviews_list")
async def publication_reviews_list(publication_id: UUID, context: Seeing, page: Paging) -> Page[ReviewView]:
    """A publication's way through the levels, and its corrections, oldest step first."""
    reviews, following, now = await list_reviews(context, publication_id, page)
    for_partner = context.caller.key is not None
    return Page(items=[ReviewView.of(each, now, for_partner=for_partner) for each in reviews], next=following)
