"""Subscribe to a campaign: a partner by its key, an organization of the tree with its channels."""

from uuid import UUID

from sqlalchemy import ColumnElement, and_, false, or_
from sqlmodel import col, func, select

from services.publisher.campaigns.actions.running import campaign_for, has_there
from services.publisher.campaigns.actions.telling import give_all
from services.publisher.campaigns.rules.states import (
    MOST_SUBSCRIPTIONS,
    AlreadySubscribed,
    PartnerTooLow,
    SubscriberKind,
    SubscriptionInvalid,
    SubscriptionOver,
    TooManyInCampaign,
    Verb,
    check_allowed,
    check_subscriber,
)
from services.publisher.campaigns.schemas.relays import NewCampaignSubscription
from services.publisher.campaigns.tables import Campaign, CampaignSubscription
from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import DIRECTORY, Organization
from services.publisher.publications.actions.contents import check_real
from shared.app import PageQuery, check_match, paginate
from shared.context import Context
from shared.errors import Forbidden, NotFound
from shared.permissions import Permission


async def subscribe(context: Context, campaign_id: UUID, body: NewCampaignSubscription) -> CampaignSubscription:
    """From the first publication on. One that was ended goes on where it was.

    Raises NotFound, Forbidden, TestKey, SubscriptionInvalid, PartnerTooLow, CampaignStateForbids, AlreadySubscribed,
    TooManyInCampaign.
    """
    campaign = await campaign_for(context, campaign_id)
    check_real(context)
    wanted = await _wanted(context, campaign, body)
    campaign = await context.store.lock(Campaign, campaign.id)
    check_allowed(Verb.SUBSCRIBE, campaign.state)
    standing = await _of_subscriber(context, campaign_id, wanted.subscriber_id)
    if standing is not None and standing.ended_at is None:
        raise AlreadySubscribed
    in_force = select(func.count()).where(
        col(CampaignSubscription.campaign_id) == campaign_id, col(CampaignSubscription.ended_at).is_(None)
    )
    if (await context.store.first(in_force) or 0) >= MOST_SUBSCRIPTIONS:
        raise TooManyInCampaign
    if standing is None:
        standing = await context.store.insert(wanted)
    else:
        standing.name, standing.channel_ids, standing.automatic = wanted.name, wanted.channel_ids, wanted.automatic
        standing.ended_at = None
        standing.version += 1
    await give_all(context, standing)
    return standing


async def end_subscription(context: Context, campaign_id: UUID, subscription_id: UUID, if_match: str | None) -> None:
    """By the subscriber, or by those who run the campaign.

    Raises NotFound, Forbidden, TestKey, Stale, SubscriptionOver.
    """
    subscription = await subscription_for(context, campaign_id, subscription_id)
    if not await _may_end(context, subscription):
        raise Forbidden
    check_real(context)
    subscription = await context.store.lock(CampaignSubscription, subscription_id)
    check_match(if_match, subscription.version)
    if subscription.ended_at is not None:
        raise SubscriptionOver
    subscription.ended_at = context.now
    subscription.version += 1


async def subscription_for(context: Context, campaign_id: UUID, subscription_id: UUID) -> CampaignSubscription:
    """One that the caller sees: their own, or one of a campaign that they run. Raises NotFound."""
    campaign = await campaign_for(context, campaign_id)
    query = select(CampaignSubscription).where(
        col(CampaignSubscription.id) == subscription_id, await subscriptions_seen(context, campaign)
    )
    subscription = await context.store.first(query)
    if subscription is None:
        raise NotFound
    return subscription


async def list_subscriptions(
    context: Context, campaign_id: UUID, page: PageQuery
) -> tuple[list[CampaignSubscription], str | None]:
    """Newest first. Raises NotFound."""
    campaign = await campaign_for(context, campaign_id)
    query = select(CampaignSubscription).where(await subscriptions_seen(context, campaign))
    return await paginate(context, query, CampaignSubscription.id, page)


async def subscriptions_seen(context: Context, campaign: Campaign) -> ColumnElement[bool]:
    """Those who run the campaign see all of it, a partner and everybody else their own."""
    of_campaign = col(CampaignSubscription.campaign_id) == campaign.id
    if context.caller.key is None and await has_there(context, campaign, Permission.SEE_PUBLICATIONS):
        return of_campaign
    return and_(of_campaign, is_callers(context, Permission.SEE_PUBLICATIONS))


def is_callers(context: Context, permission: Permission) -> ColumnElement[bool]:
    """A subscription of the caller's own: of their partner, or of an organization where they have `permission`."""
    key = context.caller.key
    partner = col(CampaignSubscription.kind) == SubscriberKind.PARTNER
    own = false() if key is None else and_(partner, col(CampaignSubscription.subscriber_id) == key.partner_id)
    reached = DIRECTORY.reach_filter(context, CampaignSubscription.organization_id, permission)
    return or_(own, and_(col(CampaignSubscription.kind) == SubscriberKind.ORGANIZATION, reached))


async def _of_subscriber(context: Context, campaign_id: UUID, subscriber_id: UUID) -> CampaignSubscription | None:
    query = select(CampaignSubscription).where(
        col(CampaignSubscription.campaign_id) == campaign_id,
        col(CampaignSubscription.subscriber_id) == subscriber_id,
    )
    return await context.store.first(query)


async def _wanted(context: Context, campaign: Campaign, body: NewCampaignSubscription) -> CampaignSubscription:
    key = context.caller.key
    check_subscriber(
        SubscriberKind.ORGANIZATION if key is None else SubscriberKind.PARTNER,
        has_organization=body.organization_id is not None,
        has_name=body.name is not None,
        channels=body.channel_ids,
    )
    if key is not None:
        if not await has_there(context, campaign, Permission.SEE_PUBLICATIONS):
            raise PartnerTooLow
        return CampaignSubscription(
            campaign_id=campaign.id,
            kind=SubscriberKind.PARTNER,
            subscriber_id=key.partner_id,
            organization_id=key.organization_id,
            name=body.name or "",
            created_at=context.now,
        )
    return await _of_organization(context, campaign, body)


async def _of_organization(context: Context, campaign: Campaign, body: NewCampaignSubscription) -> CampaignSubscription:
    if body.organization_id is None:
        raise SubscriptionInvalid
    await DIRECTORY.reachable(context, body.organization_id, Permission.PUBLISH)
    await _check_channels(context, body.organization_id, body.channel_ids)
    return CampaignSubscription(
        campaign_id=campaign.id,
        kind=SubscriberKind.ORGANIZATION,
        subscriber_id=body.organization_id,
        organization_id=body.organization_id,
        name=(await context.store.get(Organization, body.organization_id)).name,
        channel_ids=[str(channel_id) for channel_id in dict.fromkeys(body.channel_ids)],
        automatic=body.automatic,
        created_at=context.now,
    )


async def _check_channels(context: Context, organization_id: UUID, channel_ids: list[UUID]) -> None:
    """Its own channels, or of its subtree. Raises NotFound."""
    own = select(Channel.id).where(
        col(Channel.id).in_(channel_ids), DIRECTORY.under(context, Channel.organization_id, organization_id)
    )
    if len(await context.store.all(own)) != len(set(channel_ids)):
        raise NotFound({"ru": "Нет такого канала", "en": "There is no such channel"})


async def _may_end(context: Context, subscription: CampaignSubscription) -> bool:
    """A partner ends its own with the scope that it needs to subscribe; of the tree, whoever publishes there."""
    if context.caller.key is not None:
        return subscription.subscriber_id == context.caller.key.partner_id
    campaign = await context.store.get(Campaign, subscription.campaign_id)
    own = select(CampaignSubscription.id).where(
        col(CampaignSubscription.id) == subscription.id, is_callers(context, Permission.PUBLISH)
    )
    return await has_there(context, campaign, Permission.PUBLISH) or await context.store.first(own) is not None
