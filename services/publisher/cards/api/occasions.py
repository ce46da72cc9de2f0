"""Occasions: days that come round, and the greetings that are drafted for them by themselves."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.publisher.cards.actions.occasions import (
    approve_occasion,
    change_occasion,
    channels_of,
    create_occasion,
    delete_occasion,
    list_greetings,
    list_occasions,
    occasion_for,
)
from services.publisher.cards.rules.holidays import HOLIDAYS
from services.publisher.cards.rules.occasions import BadOccasion
from services.publisher.cards.rules.texts import (
    CharacterNotDrawable,
    SignedByPartner,
    TextMissing,
    TextTooLong,
    YearsOutOfRange,
)
from services.publisher.cards.schemas.occasions import (
    GreetingView,
    HolidayQuery,
    HolidayView,
    NewOccasion,
    OccasionChange,
    OccasionFilter,
    OccasionView,
)
from services.publisher.channels.rules.readiness import TestKey
from shared.app import ApiRouter, IfMatch, Page, Paging, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["cards"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Publishing = Annotated[Context, allowed(Permission.PUBLISH)]
_OF_TEXTS = (TextMissing, TextTooLong, CharacterNotDrawable, YearsOutOfRange, SignedByPartner)


@router.get("/professional_holidays", operation_id="professional_holidays_list")
async def professional_holidays_list(context: Seeing, page: Annotated[HolidayQuery, Query()]) -> Page[HolidayView]:
    """Professional holidays of Russia, in the order of the year: what an occasion may be made of."""
    year = page.year or context.now.year
    holidays = sorted((HolidayView.of(holiday, year) for holiday in HOLIDAYS), key=lambda view: view.on_day)
    return Page(items=holidays, next=None)


@router.post(
    "/occasions",
    status_code=201,
    operation_id="occasions_create",
    responses=problems(NotFound, BadOccasion, *_OF_TEXTS),
)
async def occasions_create(body: NewOccasion, context: Publishing, response: Response) -> OccasionView:
    """Write down a day that comes round. Its greeting is drafted so many days before it, each time.

    Of a person the day is known by their consent to greetings alone; without it nothing is drafted.
    """
    occasion, channel_ids = await create_occasion(context, body)
    created(response, f"/v1/occasions/{occasion.id}")
    etag(response, occasion.version)
    return OccasionView.of(occasion, channel_ids)


@router.get("/occasions", operation_id="occasions_list", responses=problems(NotFound))
async def occasions_list(context: Seeing, page: Annotated[OccasionFilter, Query()]) -> Page[OccasionView]:
    """Occasions of all organizations whose publications the caller may see, newest first.

    Partners do not see those that name a person.
    """
    occasions, following = await list_occasions(context, page)
    return Page(items=[OccasionView.of(occasion, channels) for occasion, channels in occasions], next=following)


@router.get("/occasions/{occasion_id}", operation_id="occasions_read")
async def occasions_read(occasion_id: UUID, context: Seeing, response: Response) -> OccasionView:
    """One occasion, and when it comes next."""
    occasion = await occasion_for(context, occasion_id, Permission.SEE_PUBLICATIONS)
    etag(response, occasion.version)
    return OccasionView.of(occasion, await channels_of(context, occasion.id))


@router.patch(
    "/occasions/{occasion_id}", operation_id="occasions_update", responses=problems(NotFound, Stale, *_OF_TEXTS)
)
async def occasions_update(
    occasion_id: UUID, body: OccasionChange, context: Publishing, response: Response, if_match: IfMatch = None
) -> OccasionView:
    """Change an occasion: what is said, where and when; or pause it. Other words or channels need a new approval."""
    occasion, channel_ids = await change_occasion(context, occasion_id, body, if_match)
    etag(response, occasion.version)
    return OccasionView.of(occasion, channel_ids)


@router.post(
    "/occasions/{occasion_id}/approve", operation_id="occasions_approve", responses=problems(NotFound, TestKey, Stale)
)
async def occasions_approve(
    occasion_id: UUID, context: Publishing, response: Response, if_match: IfMatch = None
) -> OccasionView:
    """Let an occasion's greetings go out by themselves on their day.

    Where the organization publishes by the leave of levels, they wait for that leave all the same.
    """
    occasion, channel_ids = await approve_occasion(context, occasion_id, if_match)
    etag(response, occasion.version)
    return OccasionView.of(occasion, channel_ids)


@router.delete(
    "/occasions/{occasion_id}", status_code=204, operation_id="occasions_delete", responses=problems(NotFound, Stale)
)
async def occasions_delete(occasion_id: UUID, context: Publishing, if_match: IfMatch = None) -> None:
    """Delete an occasion: nothing is drafted for it any more. Cards and publications that came of it stay."""
    await delete_occasion(context, occasion_id, if_match)


@router.get("/occasions/{occasion_id}/greetings", operation_id="occasion_greetings_list")
async def occasion_greetings_list(occasion_id: UUID, context: Seeing, page: Paging) -> Page[GreetingView]:
    """What came of an occasion each time: a card and a publication, or why there is none; the last first."""
    occasion = await occasion_for(context, occasion_id, Permission.SEE_PUBLICATIONS)
    greetings, following = await list_greetings(context, occasion, page)
    return Page(items=[GreetingView.of(greeting) for greeting in greetings], next=following)
