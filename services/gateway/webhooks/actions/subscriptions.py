"""Webhooks themselves: made, changed, given a new secret, removed. Their addresses are checked before the transaction."""

from uuid import UUID

from sqlalchemy import delete, func
from sqlmodel import col, select

from services.gateway.organizations.actions import REACH, check_open
from services.gateway.partners.actions import read_partner
from services.gateway.webhooks.actions.outcomes import disable
from services.gateway.webhooks.rules import (
    MOST_WEBHOOKS,
    OLD_SECRET_LIVES,
    SECRET_BYTES,
    DisabledBecause,
    TooManyWebhooks,
    WebhookState,
    all_at_once,
    check_events,
    new_secret,
    wrong_events,
)
from services.gateway.webhooks.schemas import NewWebhook, WebhookChange, WebhookQuery
from services.gateway.webhooks.tables import Webhook, WebhookAttempt, WebhookDelivery
from shared.app import check_match, paginate
from shared.context import Context
from shared.contracts.events import EVENTS
from shared.errors import Problem
from shared.http import OutboundClient, UnsafeUrl
from shared.permissions import Permission


async def check_body(outbound: OutboundClient, url: str | None, events: list[str] | None, *, for_partner: bool) -> None:
    """Before the transaction, because a name is resolved. Every mistake is told, not the first alone.

    Raises UnsafeUrl, UnknownEvent, EventNotForPartners; Invalid for several of them.
    """
    wrong: list[Problem] = []
    if url is not None:
        try:
            await outbound.check(url)
        except UnsafeUrl:
            wrong.append(UnsafeUrl("/url"))
    if events is not None and (problem := wrong_events(events, for_partner=for_partner)) is not None:
        wrong.append(problem)
    if wrong:
        raise all_at_once(wrong)


async def create_webhook(context: Context, body: NewWebhook) -> tuple[Webhook, str]:
    """The webhook and its secret, which is shown once.

    The body was checked before. Raises NotFound, Forbidden, OrganizationClosed, EventNotYours, TooManyWebhooks.
    """
    await REACH.check(context, body.organization_id, Permission.MANAGE_PARTNERS)
    await check_open(context, [body.organization_id])
    if body.partner_id is not None:
        await read_partner(context, body.partner_id)
    await _check_events(context, body.organization_id, body.events)
    if (await context.store.first(select(func.count()).select_from(Webhook)) or 0) >= MOST_WEBHOOKS:
        raise TooManyWebhooks
    secret = new_secret(context.chance.token(SECRET_BYTES))
    webhook = Webhook(
        organization_id=body.organization_id,
        partner_id=body.partner_id,
        url=body.url,
        description=body.description,
        events=sorted(set(body.events)),
        state=WebhookState.ACTIVE,
        sealed_secret=context.runtime.cipher.encrypt(secret),
        created_at=context.now,
    )
    return await context.store.insert(webhook), secret


async def read_webhook(context: Context, webhook_id: UUID) -> Webhook:
    """Raises NotFound, Forbidden."""
    return await REACH.get(context, Webhook, webhook_id, Permission.MANAGE_PARTNERS)


async def hold_webhook(context: Context, webhook_id: UUID, if_match: str | None = None) -> Webhook:
    """Raises NotFound, Forbidden, Stale."""
    await read_webhook(context, webhook_id)
    webhook = await context.store.lock(Webhook, webhook_id)
    check_match(if_match, webhook.version)
    return webhook


async def check_hears(context: Context, webhook: Webhook) -> None:
    """Raises EventNotYours unless the caller may hear of everything that the webhook hears."""
    known = [name for name in webhook.events if name in EVENTS]
    await _check_events(context, webhook.organization_id, known, sent=False)


async def change_webhook(context: Context, webhook_id: UUID, body: WebhookChange, if_match: str | None) -> Webhook:
    """The body was checked before. Raises NotFound, Forbidden, Stale, EventNotYours."""
    webhook = await hold_webhook(context, webhook_id, if_match)
    if body.events is not None or body.url is not None:  # whoever says where it is called, hears what it hears
        await check_hears(context, webhook)
    if body.events is not None:
        await _check_events(context, webhook.organization_id, body.events)
        webhook.events = sorted(set(body.events))
    webhook.url = body.url or webhook.url
    if body.description is not None:
        webhook.description = body.description
    webhook.version += 1
    if body.state is WebhookState.DISABLED and webhook.state is not WebhookState.DISABLED:
        await disable(context, webhook, DisabledBecause.ASKED)
    elif body.state is WebhookState.ACTIVE and webhook.state is WebhookState.DISABLED:
        webhook.state = WebhookState.ACTIVE
        webhook.disabled_because = webhook.failing_since = webhook.lease_until = None
        webhook.failures = 0
    return webhook


async def rotate_secret(context: Context, webhook_id: UUID, if_match: str | None) -> tuple[Webhook, str]:
    """A new secret; the one before signs beside it for a day. Raises NotFound, Forbidden, Stale, EventNotYours."""
    webhook = await hold_webhook(context, webhook_id, if_match)
    await check_hears(context, webhook)
    secret = new_secret(context.chance.token(SECRET_BYTES))
    webhook.sealed_old_secret = webhook.sealed_secret
    webhook.old_secret_until = context.now + OLD_SECRET_LIVES
    webhook.sealed_secret = context.runtime.cipher.encrypt(secret)
    webhook.version += 1
    return webhook, secret


async def delete_webhook(context: Context, webhook_id: UUID, if_match: str | None) -> None:
    """With its delivery log. Raises NotFound, Forbidden, Stale."""
    webhook = await hold_webhook(context, webhook_id, if_match)
    mine = select(WebhookDelivery.id).where(WebhookDelivery.webhook_id == webhook_id)
    await context.store.execute(delete(WebhookAttempt).where(col(WebhookAttempt.delivery_id).in_(mine)))
    await context.store.execute(delete(WebhookDelivery).where(col(WebhookDelivery.webhook_id) == webhook_id))
    await context.store.delete(webhook)


async def list_webhooks(context: Context, query: WebhookQuery) -> tuple[list[Webhook], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    statement = select(Webhook).where(REACH.allowed(context, Webhook.organization_id, Permission.MANAGE_PARTNERS))
    if query.organization_id is not None:
        await REACH.check(context, query.organization_id, Permission.MANAGE_PARTNERS)
        statement = statement.where(REACH.under(context, Webhook.organization_id, query.organization_id))
    return await paginate(context, statement, Webhook.id, query)


async def _check_events(context: Context, organization_id: UUID, events: list[str], *, sent: bool = True) -> None:
    above = await REACH.ancestors_among(context, organization_id, context.caller.organizations)
    held = [one for one in Permission if above & context.caller.organizations_with(one)]
    check_events(events, held, sent=sent)
