"""Ratings: given by requesters, read by staff."""

from typing import Annotated

from fastapi import Request, Response

from services.requests.ratings.actions import find_rating, make_rating_link, rate_by_link
from services.requests.ratings.rules import AlreadyRated, NotRatable
from services.requests.ratings.schemas import NewRating, RatingLinkView, RatingView
from shared.app import ApiRouter, IdempotencyShownOnce, PublicIdPath, allowed, anyone, created, problems
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission

router = ApiRouter(tags=["requests"])
Seeing = Annotated[Context, allowed(Permission.SEE_REQUESTS)]
Answering = Annotated[Context, allowed(Permission.ANSWER_REQUESTS)]
Public = Annotated[Context, anyone(tenant_of="request_id")]


@router.get("/requests/{request_id}/rating", operation_id="request_ratings_read", responses=problems(NotFound))
async def request_ratings_read(request_id: PublicIdPath, context: Seeing) -> RatingView:
    """Read what the requester thought of the latest resolution that was rated."""
    return RatingView.of(await find_rating(context, request_id))


@router.post(
    "/requests/{request_id}/rating",
    status_code=201,
    operation_id="request_ratings_create",
    responses=problems(NotFound, AlreadyRated, NotRatable),
)
async def request_ratings_create(
    request_id: PublicIdPath, body: NewRating, context: Public, response: Response
) -> RatingView:
    """Rate a resolution by its link, once. Open to whoever holds the link's token; a wrong token is 404."""
    rating = await rate_by_link(context, request_id, body)
    created(response, f"/v1/requests/{request_id}/rating")
    return RatingView.of(rating)


@router.post(
    "/requests/{request_id}/rating_link",
    status_code=201,
    operation_id="request_ratings_invite",
    responses=problems(NotFound, AlreadyRated, NotRatable, IdempotencyShownOnce),
)
async def request_ratings_invite(
    request_id: PublicIdPath, context: Answering, request: Request, response: Response
) -> RatingLinkView:
    """Make the link by which a requester without a chat rates the resolution. The request's history keeps who took it."""
    link = await make_rating_link(context, request_id)
    request.scope["vmeste.shown_once"] = True
    created(response, f"/v1/requests/{request_id}/rating")
    return link
