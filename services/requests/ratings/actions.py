"""Rating what was resolved: by a button in the request's chat or by a signed link."""

from uuid import UUID

from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.requests.desk.actions.finding import find_request, hold_request
from services.requests.desk.actions.recording import move, tell_requester
from services.requests.desk.rules.life import Action
from services.requests.desk.rules.rating_buttons import press_of
from services.requests.desk.tables import HelpRequest
from services.requests.ratings.rules import (
    LINK_PURPOSE,
    THANKS,
    RatedBy,
    RatingLink,
    link_of,
    refusal,
    token_of,
)
from services.requests.ratings.schemas import NewRating, RatingLinkView
from services.requests.ratings.tables import Rating
from shared.app import parse_public_id, public_id
from shared.context import Context
from shared.contracts.events import RatingEvent, occurred
from shared.contracts.publisher import ButtonPressed
from shared.errors import Conflict, NotFound
from shared.permissions import Permission


async def find_rating(context: Context, request_id: str) -> Rating:
    """The latest rating of a request. Raises NotFound."""
    request = await find_request(context, request_id)
    rating = await context.store.first(_ratings(context, request).order_by(col(Rating.resolution).desc()))
    if rating is None:
        raise NotFound
    return rating


async def make_rating_link(context: Context, request_id: str) -> RatingLinkView:
    """For whoever is told by phone or in person; the request's history keeps who took it.

    Raises NotFound, Forbidden; AlreadyRated, NotRatable.
    """
    request = await hold_request(context, request_id, Permission.ANSWER_REQUESTS)
    reason = await _refusal(context, request, request.resolutions)
    if reason is not None:
        raise reason
    move(context, request, Action.INVITE_RATING)
    link = RatingLink(context.tenant_id, request.id, request.resolutions)
    public_url = context.runtime.settings.public_url.rstrip("/")
    return RatingLinkView(url=f"{public_url}/v1/requests/{request_id}/rating", token=token_of(link, _link_key(context)))


async def rate_by_link(context: Context, request_id: str, body: NewRating) -> Rating:
    """A wrong token is NotFound before anything is looked up. Raises AlreadyRated, NotRatable."""
    parsed = parse_public_id(request_id)
    link = None if parsed is None else link_of(body.token, *parsed, _link_key(context))
    if link is None:
        raise NotFound
    request = await context.store.lock(HelpRequest, link.request_id)
    reason = await _refusal(context, request, link.resolution)
    if reason is not None:
        raise reason
    return await _keep(context, request, body.score, RatedBy.LINK, comment=body.comment)


async def rate_by_button(context: Context, message: ButtonPressed) -> None:
    """A press counts once, for the resolution that its button was sent with, from that request's own chat."""
    press = press_of(message.payload)
    if press is None:
        return
    request = await _hold_of_conversation(context, press.request_id, message.conversation_id)
    if request is None or await _refusal(context, request, press.resolution) is not None:
        return
    await _keep(context, request, press.score, RatedBy.BUTTON)
    await tell_requester(context, request, THANKS)


async def _keep(
    context: Context, request: HelpRequest, score: int, rated_by: RatedBy, *, comment: str | None = None
) -> Rating:
    told = RatingEvent(request_id=public_id(context.tenant_id, request.id), score=score)
    await context.emit(occurred("request.rated", request.organization_id, told, context.now))
    return context.store.add(
        Rating(
            request_id=request.id,
            resolution=request.resolutions,
            score=score,
            comment=comment,
            rated_by=rated_by,
            rated_at=context.now,
        )
    )


async def _refusal(context: Context, request: HelpRequest, resolution: int) -> type[Conflict] | None:
    rated = await context.store.first(_ratings(context, request).where(Rating.resolution == resolution))
    return refusal(request.life, resolution, rated=rated is not None)


def _ratings(context: Context, request: HelpRequest) -> SelectOfScalar[Rating]:
    return select(Rating).where(Rating.tenant_id == context.tenant_id, Rating.request_id == request.id)


async def _hold_of_conversation(context: Context, request_id: UUID, conversation_id: UUID) -> HelpRequest | None:
    query = select(HelpRequest).where(
        HelpRequest.tenant_id == context.tenant_id,
        HelpRequest.id == request_id,
        HelpRequest.conversation_id == conversation_id,
    )
    return await context.store.first(query.with_for_update())


def _link_key(context: Context) -> bytes:
    return context.runtime.cipher.derive(LINK_PURPOSE)
