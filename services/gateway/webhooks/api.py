"""Webhooks: addresses outside that are told what happens, signed as Standard Webhooks."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.gateway.organizations.rules import OrganizationClosed
from services.gateway.runtime import gateway_of
from services.gateway.webhooks.actions import (
    change_webhook,
    check_body,
    create_webhook,
    delete_webhook,
    list_deliveries,
    list_webhooks,
    read_delivery,
    read_webhook,
    replay,
    rotate_secret,
    send_test,
)
from services.gateway.webhooks.rules import (
    EventNotForPartners,
    EventNotYours,
    PeriodInvalid,
    TooManyWebhooks,
    UnknownEvent,
    WebhookDisabled,
)
from services.gateway.webhooks.schemas import (
    DeliveryQuery,
    DeliveryView,
    NewWebhook,
    Replay,
    Replayed,
    WebhookChange,
    WebhookQuery,
    WebhookSecret,
    WebhookView,
)
from shared.app import (
    ApiRouter,
    IdempotencyShownOnce,
    IfMatch,
    Outside,
    Page,
    allowed,
    created,
    etag,
    outside,
    problems,
)
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.http import UnsafeUrl
from shared.permissions import Permission

router = ApiRouter(tags=["webhooks"])
Managing = Annotated[Context, allowed(Permission.MANAGE_PARTNERS)]
ManagingOutside = Annotated[Outside, outside(Permission.MANAGE_PARTNERS)]  # a name is resolved before the transaction
_EVENTS = (UnknownEvent, EventNotForPartners, EventNotYours)


@router.post(
    "/webhooks",
    status_code=201,
    operation_id="webhooks_create",
    responses=problems(NotFound, OrganizationClosed, UnsafeUrl, TooManyWebhooks, IdempotencyShownOnce, *_EVENTS),
)
async def webhooks_create(
    body: NewWebhook, managing: ManagingOutside, request: Request, response: Response
) -> WebhookSecret:
    """Have an address told of events. Its secret is shown in this answer alone.

    Every delivery carries `webhook-id`, `webhook-timestamp` and `webhook-signature` (https://www.standardwebhooks.com).
    Answer with 2xx within 15 seconds; drop a `webhook-id` that you have seen. Anything else is tried again for three
    days, in order for each subject; 410 disables the webhook.
    """
    outbound = gateway_of(managing.runtime).outbound
    await check_body(outbound, body.url, body.events, for_partner=body.partner_id is not None)
    context = await managing.writing()
    request.scope["vmeste.shown_once"] = True
    webhook, secret = await create_webhook(context, body)
    created(response, f"/v1/webhooks/{webhook.id}")
    etag(response, webhook.version)
    return WebhookSecret.shown(webhook, secret)


@router.get("/webhooks", operation_id="webhooks_list", responses=problems(NotFound))
async def webhooks_list(context: Managing, query: Annotated[WebhookQuery, Query()]) -> Page[WebhookView]:
    """The webhooks of the organizations that the caller looks after, newest first."""
    rows, after = await list_webhooks(context, query)
    return Page(items=[WebhookView.of(row) for row in rows], next=after)


@router.get("/webhooks/{webhook_id}", operation_id="webhooks_read")
async def webhooks_read(webhook_id: UUID, context: Managing, response: Response) -> WebhookView:
    """One webhook."""
    webhook = await read_webhook(context, webhook_id)
    etag(response, webhook.version)
    return WebhookView.of(webhook)


@router.patch("/webhooks/{webhook_id}", operation_id="webhooks_update", responses=problems(Stale, UnsafeUrl, *_EVENTS))
async def webhooks_update(
    webhook_id: UUID,
    body: WebhookChange,
    managing: ManagingOutside,
    response: Response,
    if_match: IfMatch = None,
) -> WebhookView:
    """Change what a webhook hears or where it is called; disable it, or enable it again."""
    if body.url is not None or body.events is not None:
        async with managing.reading() as before:
            of_partner = (await read_webhook(before, webhook_id)).partner_id is not None
        outbound = gateway_of(managing.runtime).outbound
        await check_body(outbound, body.url, body.events, for_partner=of_partner)
    webhook = await change_webhook(await managing.writing(), webhook_id, body, if_match)
    etag(response, webhook.version)
    return WebhookView.of(webhook)


@router.delete("/webhooks/{webhook_id}", status_code=204, operation_id="webhooks_delete", responses=problems(Stale))
async def webhooks_delete(webhook_id: UUID, context: Managing, if_match: IfMatch = None) -> None:
    """Remove a webhook with its delivery log. What is being sent at the moment may still arrive."""
    await delete_webhook(context, webhook_id, if_match)


@router.post(
    "/webhooks/{webhook_id}/rotate",
    operation_id="webhooks_rotate",
    responses=problems(Stale, EventNotYours, IdempotencyShownOnce),
)
async def webhooks_rotate(
    webhook_id: UUID, context: Managing, request: Request, response: Response, if_match: IfMatch = None
) -> WebhookSecret:
    """Get a new secret, shown in this answer alone. For a day the one before signs too: both signatures are sent."""
    request.scope["vmeste.shown_once"] = True
    webhook, secret = await rotate_secret(context, webhook_id, if_match)
    etag(response, webhook.version)
    return WebhookSecret.shown(webhook, secret)


@router.get(
    "/webhooks/{webhook_id}/deliveries", operation_id="webhook_deliveries_list", responses=problems(EventNotYours)
)
async def webhook_deliveries_list(
    webhook_id: UUID, context: Managing, query: Annotated[DeliveryQuery, Query()]
) -> Page[DeliveryView]:
    """What became of each event at this webhook, newest first, for thirty days."""
    items, after = await list_deliveries(context, webhook_id, query)
    return Page(items=items, next=after)


@router.get(
    "/webhooks/{webhook_id}/deliveries/{delivery_id}",
    operation_id="webhook_deliveries_read",
    responses=problems(EventNotYours),
)
async def webhook_deliveries_read(webhook_id: UUID, delivery_id: UUID, context: Managing) -> DeliveryView:
    """One delivery with all its tries."""
    return await read_delivery(context, webhook_id, delivery_id)


@router.post(
    "/webhooks/{webhook_id}/replay",
    operation_id="webhooks_replay",
    responses=problems(EventNotYours, WebhookDisabled, PeriodInvalid),
)
async def webhooks_replay(webhook_id: UUID, body: Replay, context: Managing) -> Replayed:
    """Send events again, by period or by id, whether they were taken before or not. They keep their `webhook-id`."""
    return Replayed(deliveries=await replay(context, webhook_id, body))


@router.post(
    "/webhooks/{webhook_id}/test",
    status_code=201,
    operation_id="webhooks_test",
    responses=problems(WebhookDisabled),
)
async def webhooks_test(webhook_id: UUID, context: Managing, response: Response) -> DeliveryView:
    """Send `webhook.test`, whatever the webhook hears otherwise. The delivery tells what the address answered."""
    delivery = await send_test(context, webhook_id)
    created(response, f"/v1/webhooks/{webhook_id}/deliveries/{delivery.id}")
    return delivery
