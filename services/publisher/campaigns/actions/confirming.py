"""Relays: what each subscriber was given, and where they say that they carried it."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import Select, and_
from sqlmodel import col, select

from services.publisher.campaigns.actions.attaching import attached_views
from services.publisher.campaigns.actions.running import campaign_for
from services.publisher.campaigns.actions.subscribing import is_callers, subscriptions_seen
from services.publisher.campaigns.rules.states import RelayState, WasDropped
from services.publisher.campaigns.schemas.relays import RelayConfirmation, RelayFilter, RelayView
from services.publisher.campaigns.tables import Campaign, CampaignPublication, CampaignRelay, CampaignSubscription
from services.publisher.publications.actions.contents import check_real
from shared.app import check_match, paginate
from shared.context import Context
from shared.errors import Forbidden, NotFound
from shared.permissions import Permission


async def list_relays(context: Context, campaign_id: UUID, page: RelayFilter) -> tuple[list[RelayView], str | None]:
    """Newest first: the caller's own, or all of a campaign that they run. Raises NotFound."""
    query = await _seen(context, await campaign_for(context, campaign_id))
    if page.subscription_id is not None:
        query = query.where(col(CampaignRelay.subscription_id) == page.subscription_id)
    if page.attached_id is not None:
        query = query.where(col(CampaignRelay.attached_id) == page.attached_id)
    if page.state is not None:
        query = query.where(col(CampaignRelay.state) == page.state)
    relays, following = await paginate(context, query, CampaignRelay.id, page)
    return await _views(context, relays), following


async def read_relay(context: Context, campaign_id: UUID, relay_id: UUID) -> RelayView:
    """Raises NotFound."""
    return (await _views(context, [await _found(context, campaign_id, relay_id)]))[0]


async def confirm_relay(
    context: Context, campaign_id: UUID, relay_id: UUID, body: RelayConfirmation, if_match: str | None
) -> RelayView:
    """By the subscriber alone; said again, the address is the new one. Raises NotFound, Forbidden, Stale, WasDropped."""
    relay = await _found(context, campaign_id, relay_id)
    permission = Permission.PUBLISH if context.caller.key is None else Permission.SEE_PUBLICATIONS
    own = select(CampaignSubscription.id).where(
        col(CampaignSubscription.id) == relay.subscription_id, is_callers(context, permission)
    )
    if await context.store.first(own) is None:
        raise Forbidden({"ru": "Подтверждает только сам подписчик", "en": "The subscriber alone confirms"})
    check_real(context)
    relay = await context.store.lock(CampaignRelay, relay.id)
    check_match(if_match, relay.version)
    if relay.state is RelayState.DROPPED:
        raise WasDropped
    relay.state = RelayState.CONFIRMED
    relay.url = body.url
    relay.confirmed_at = relay.confirmed_at or context.now
    relay.version += 1
    return (await _views(context, [relay]))[0]


async def _found(context: Context, campaign_id: UUID, relay_id: UUID) -> CampaignRelay:
    query = await _seen(context, await campaign_for(context, campaign_id))
    relay = await context.store.first(query.where(col(CampaignRelay.id) == relay_id))
    if relay is None:
        raise NotFound
    return relay


async def _seen(context: Context, campaign: Campaign) -> Select[CampaignRelay]:
    of_subscription = and_(
        col(CampaignSubscription.tenant_id) == col(CampaignRelay.tenant_id),
        col(CampaignSubscription.id) == col(CampaignRelay.subscription_id),
    )
    return (
        select(CampaignRelay)
        .join(CampaignSubscription, of_subscription)
        .where(col(CampaignRelay.campaign_id) == campaign.id, await subscriptions_seen(context, campaign))
    )


async def _views(context: Context, relays: Sequence[CampaignRelay]) -> list[RelayView]:
    """By as many questions however many they are."""
    ids = {relay.attached_id for relay in relays}
    found = await context.store.all(select(CampaignPublication).where(col(CampaignPublication.id).in_(ids)))
    attached = {view.id: view for view in await attached_views(context, found)}
    return [RelayView.of(relay, attached[relay.attached_id]) for relay in relays]
