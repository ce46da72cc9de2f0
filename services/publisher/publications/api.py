"""Publications: written, published and followed by those who publish."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.publisher.channels.rules.attempts import DeliveryStateForbids
from services.publisher.publications.actions.contents import contents_of
from services.publisher.publications.actions.deliveries import (
    WithAttempts,
    confirm_delivery,
    list_deliveries,
    retry_delivery,
)
from services.publisher.publications.actions.drafting import (
    WithParts,
    change_publication,
    copy_publication,
    create_publication,
    list_publications,
    publication_for,
    with_parts,
)
from services.publisher.publications.actions.previewing import preview
from services.publisher.publications.actions.publishing import (
    publish_now,
    schedule_publication,
    withdraw_publication,
)
from services.publisher.publications.rules.plans import TimeOutOfRange
from services.publisher.publications.rules.states import AlreadyOut, NotPublishable, PublicationStateForbids, TestKey
from services.publisher.publications.schemas.deliveries import Confirmation, DeliveryView
from services.publisher.publications.schemas.previews import PreviewView
from services.publisher.publications.schemas.publications import (
    NewPublication,
    Plan,
    PublicationChange,
    PublicationFilter,
    PublicationView,
)
from shared.app import ApiRouter, IfMatch, Page, Paging, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.local_time import LocalTimeDoesNotExist, UnknownTimezone
from shared.permissions import Permission

router = ApiRouter(tags=["publications"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Publishing = Annotated[Context, allowed(Permission.PUBLISH)]


def _seen(context: Context, found: WithParts) -> PublicationView:
    """A partner does not learn who stands behind it."""
    view = PublicationView.of(*found)
    return view if context.caller.key is None else view.model_copy(update={"author_id": None})


def _seen_delivery(context: Context, found: WithAttempts) -> DeliveryView:
    view = DeliveryView.of(*found)
    return view if context.caller.key is None else view.model_copy(update={"confirmed_by": None})


def _answer(context: Context, response: Response, found: WithParts) -> PublicationView:
    etag(response, found[0].version)
    return _seen(context, found)


def _delivered(context: Context, response: Response, found: WithAttempts) -> DeliveryView:
    etag(response, found[0].version)
    return _seen_delivery(context, found)


@router.post("/publications", status_code=201, operation_id="publications_create", responses=problems(NotFound))
async def publications_create(body: NewPublication, context: Publishing, response: Response) -> PublicationView:
    """Write a draft. Nothing is sent before `publish` or `schedule`."""
    found = await create_publication(context, body)
    created(response, f"/v1/publications/{found[0].id}")
    return _answer(context, response, found)


@router.get("/publications", operation_id="publications_list", responses=problems(NotFound))
async def publications_list(context: Seeing, page: Annotated[PublicationFilter, Query()]) -> Page[PublicationView]:
    """Publications of all organizations that the caller may see, newest first."""
    found, following = await list_publications(context, page)
    return Page(items=[_seen(context, each) for each in found], next=following)


@router.get("/publications/{publication_id}", operation_id="publications_read")
async def publications_read(publication_id: UUID, context: Seeing, response: Response) -> PublicationView:
    """One publication."""
    publication = await publication_for(context, publication_id, Permission.SEE_PUBLICATIONS)
    return _answer(context, response, await with_parts(context, publication))


@router.patch(
    "/publications/{publication_id}",
    operation_id="publications_update",
    responses=problems(NotFound, Stale, TestKey, PublicationStateForbids, NotPublishable),
)
async def publications_update(
    publication_id: UUID,
    body: PublicationChange,
    context: Publishing,
    response: Response,
    if_match: IfMatch = None,
) -> PublicationView:
    """Change a draft, or a scheduled publication as long as it can still be sent."""
    return _answer(context, response, await change_publication(context, publication_id, body, if_match))


@router.get("/publications/{publication_id}/preview", operation_id="publications_preview")
async def publications_preview(publication_id: UUID, context: Seeing) -> PreviewView:
    """What each channel would show, and every problem, before anything is sent."""
    publication = await publication_for(context, publication_id, Permission.SEE_PUBLICATIONS)
    contents = await contents_of(context, publication.id)
    return preview(publication, contents, for_partner=context.caller.key is not None)


@router.post(
    "/publications/{publication_id}/publish",
    operation_id="publications_publish",
    responses=problems(NotFound, Stale, TestKey, PublicationStateForbids, NotPublishable),
)
async def publications_publish(
    publication_id: UUID, context: Publishing, response: Response, if_match: IfMatch = None
) -> PublicationView:
    """Send it to all its channels now. It answers `publishing`; the deliveries say what becomes of it."""
    return _answer(context, response, await publish_now(context, publication_id, if_match))


@router.post(
    "/publications/{publication_id}/schedule",
    operation_id="publications_schedule",
    responses=problems(
        NotFound,
        Stale,
        TestKey,
        PublicationStateForbids,
        NotPublishable,
        UnknownTimezone,
        LocalTimeDoesNotExist,
        TimeOutOfRange,
    ),
)
async def publications_schedule(
    publication_id: UUID, body: Plan, context: Publishing, response: Response, if_match: IfMatch = None
) -> PublicationView:
    """Send it at a local time; again with another time moves it. A time that the clocks skip is refused."""
    return _answer(context, response, await schedule_publication(context, publication_id, body, if_match))


@router.post(
    "/publications/{publication_id}/withdraw",
    operation_id="publications_withdraw",
    responses=problems(NotFound, Stale, TestKey, PublicationStateForbids, AlreadyOut),
)
async def publications_withdraw(
    publication_id: UUID, context: Publishing, response: Response, if_match: IfMatch = None
) -> PublicationView:
    """Keep it from the public for good. Only while no channel shows it, or may show it."""
    return _answer(context, response, await withdraw_publication(context, publication_id, if_match))


@router.post(
    "/publications/{publication_id}/copy",
    status_code=201,
    operation_id="publications_copy",
    responses=problems(NotFound),
)
async def publications_copy(publication_id: UUID, context: Publishing, response: Response) -> PublicationView:
    """A new draft with the same text, images and channels."""
    found = await copy_publication(context, publication_id)
    created(response, f"/v1/publications/{found[0].id}")
    return _answer(context, response, found)


@router.get("/publications/{publication_id}/deliveries", operation_id="publication_deliveries_list")
async def publication_deliveries_list(publication_id: UUID, context: Seeing, page: Paging) -> Page[DeliveryView]:
    """Exactly what happened in each channel, in the order of the channels."""
    found, following = await list_deliveries(context, publication_id, page)
    return Page(items=[_seen_delivery(context, each) for each in found], next=following)


@router.post(
    "/publications/{publication_id}/deliveries/{delivery_id}/retry",
    operation_id="publication_deliveries_retry",
    responses=problems(NotFound, Stale, TestKey, DeliveryStateForbids, PublicationStateForbids),
)
async def publication_deliveries_retry(
    publication_id: UUID, delivery_id: UUID, context: Publishing, response: Response, if_match: IfMatch = None
) -> DeliveryView:
    """Send a `rejected` or `failed` delivery again, once what stood in its way is mended."""
    return _delivered(context, response, await retry_delivery(context, publication_id, delivery_id, if_match))


@router.post(
    "/publications/{publication_id}/deliveries/{delivery_id}/confirm",
    operation_id="publication_deliveries_confirm",
    responses=problems(NotFound, Stale, TestKey, DeliveryStateForbids, PublicationStateForbids),
)
async def publication_deliveries_confirm(
    publication_id: UUID,
    delivery_id: UUID,
    body: Confirmation,
    context: Publishing,
    response: Response,
    if_match: IfMatch = None,
) -> DeliveryView:
    """Say of an `unknown` delivery what you saw in the channel. `sent: false` sends it again."""
    return _delivered(context, response, await confirm_delivery(context, publication_id, delivery_id, body, if_match))
