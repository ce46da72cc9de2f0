"""Deliveries: exactly what happened in each channel."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from services.publisher.channels.rules.attempts import DeliveryStateForbids
from services.publisher.channels.rules.readiness import TestKey
from services.publisher.publications.actions.deliveries import (
    WithAttempts,
    confirm_delivery,
    list_deliveries,
    read_delivery,
    retry_delivery,
)
from services.publisher.publications.rules.states import PublicationStateForbids
from services.publisher.publications.schemas.deliveries import Confirmation, DeliveryView
from shared.app import ApiRouter, IfMatch, Page, Paging, allowed, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["publications"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Publishing = Annotated[Context, allowed(Permission.PUBLISH)]


def _seen_delivery(context: Context, found: WithAttempts) -> DeliveryView:
    """A partner does not learn who looked at the channel."""
    view = DeliveryView.of(*found)
    return view if context.caller.key is None else view.model_copy(update={"confirmed_by": None})


def _delivered(context: Context, response: Response, found: WithAttempts) -> DeliveryView:
    etag(response, found[0].version)
    return _seen_delivery(context, found)


@router.get("/publications/{publication_id}/deliveries", operation_id="publication_deliveries_list")
async def publication_deliveries_list(publication_id: UUID, context: Seeing, page: Paging) -> Page[DeliveryView]:
    """A publication's deliveries: exactly what happened in each channel, in the order of the channels."""
    found, following = await list_deliveries(context, publication_id, page)
    return Page(items=[_seen_delivery(context, each) for each in found], next=following)


@router.get(
    "/publications/{publication_id}/deliveries/{delivery_id}",
    operation_id="publication_deliveries_read",
    responses=problems(NotFound),
)
async def publication_deliveries_read(
    publication_id: UUID, delivery_id: UUID, context: Seeing, response: Response
) -> DeliveryView:
    """One delivery: what happened in one channel. Its `version` is what `retry` and `confirm` compare."""
    return _delivered(context, response, await read_delivery(context, publication_id, delivery_id))


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
