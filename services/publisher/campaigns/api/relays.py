"""What is attached to a campaign, who subscribes, and what each subscriber was given."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Response

from services.publisher.campaigns.actions.attaching import (
    attach_from_outside,
    attach_publication,
    attached_views,
    detach_publication,
    list_attached,
    read_attached,
)
from services.publisher.campaigns.actions.confirming import confirm_relay, list_relays, read_relay
from services.publisher.campaigns.actions.subscribing import (
    end_subscription,
    list_subscriptions,
    subscribe,
    subscription_for,
)
from services.publisher.campaigns.rules.states import (
    AlreadyAttached,
    AlreadySubscribed,
    CampaignStateForbids,
    PartnerTooLow,
    SubscriptionInvalid,
    SubscriptionOver,
    TooManyInCampaign,
    WasDropped,
)
from services.publisher.campaigns.schemas.relays import (
    AttachedView,
    CampaignSubscriptionView,
    NewAttached,
    NewCampaignSubscription,
    NewFromOutside,
    RelayConfirmation,
    RelayFilter,
    RelayView,
)
from services.publisher.campaigns.tables import CampaignPublication
from services.publisher.channels.rules.readiness import TestKey
from shared.app import ApiRouter, IfMatch, Page, Paging, allowed, created, etag, problems
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["campaigns"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Publishing = Annotated[Context, allowed(Permission.PUBLISH)]
AttachedId = Annotated[
    UUID, Path(description="the publication's id in the campaign: `id` there, `attached_id` in events")
]


@router.post(
    "/campaigns/{campaign_id}/publications",
    status_code=201,
    operation_id="campaign_publications_create",
    responses=problems(NotFound, TestKey, CampaignStateForbids, AlreadyAttached, TooManyInCampaign),
)
async def campaign_publications_create(
    campaign_id: UUID, body: NewAttached, context: Publishing, response: Response
) -> AttachedView:
    """Put one of the caller's own publications into an open campaign.

    It is given to all subscribers once some channel shows it, at once if one does.
    """
    return await _attached(context, response, await attach_publication(context, campaign_id, body.publication_id))


@router.post(
    "/campaigns/{campaign_id}/outside_publications",
    status_code=201,
    operation_id="campaign_outside_publications_create",
    responses=problems(NotFound, TestKey, CampaignStateForbids, TooManyInCampaign),
)
async def campaign_outside_publications_create(
    campaign_id: UUID, body: NewFromOutside, context: Publishing, response: Response
) -> AttachedView:
    """Put words into an open campaign that have no publication here: a partner its own, by its key.

    Those who run the campaign may enter what others sent them. It is given to all subscribers at once.
    """
    return await _attached(context, response, await attach_from_outside(context, campaign_id, body))


@router.get("/campaigns/{campaign_id}/publications", operation_id="campaign_publications_list")
async def campaign_publications_list(campaign_id: UUID, context: Seeing, page: Paging) -> Page[AttachedView]:
    """What is said in a campaign, what was attached last first."""
    found, following = await list_attached(context, campaign_id, page)
    return Page(items=found, next=following)


@router.get(
    "/campaigns/{campaign_id}/publications/{attached_id}",
    operation_id="campaign_publications_read",
    responses=problems(NotFound),
)
async def campaign_publications_read(campaign_id: UUID, attached_id: AttachedId, context: Seeing) -> AttachedView:
    """One publication of a campaign, as `campaign.published` names it by its `attached_id`: what it says, and whom to name."""
    return await read_attached(context, campaign_id, attached_id)


@router.delete(
    "/campaigns/{campaign_id}/publications/{attached_id}",
    status_code=204,
    operation_id="campaign_publications_delete",
    responses=problems(NotFound, TestKey),
)
async def campaign_publications_delete(campaign_id: UUID, attached_id: AttachedId, context: Publishing) -> None:
    """Take a publication out of a campaign: by whose it is, or by those who run the campaign. Who has not carried it yet no longer has to."""
    await detach_publication(context, campaign_id, attached_id)


@router.post(
    "/campaigns/{campaign_id}/subscriptions",
    status_code=201,
    operation_id="campaign_subscriptions_create",
    responses=problems(
        NotFound,
        TestKey,
        SubscriptionInvalid,
        PartnerTooLow,
        CampaignStateForbids,
        AlreadySubscribed,
        TooManyInCampaign,
    ),
)
async def campaign_subscriptions_create(
    campaign_id: UUID, body: NewCampaignSubscription, context: Seeing, response: Response
) -> CampaignSubscriptionView:
    """Subscribe to a campaign: be given every publication of it, from its first on, each once.

    A partner by its key, with a name: its webhooks hear `campaign.published`, its relays say what to carry. An
    organization of the tree with its channels: it gets copies, with credit.
    """
    subscription = await subscribe(context, campaign_id, body)
    created(response, f"/v1/campaigns/{campaign_id}/subscriptions/{subscription.id}")
    etag(response, subscription.version)
    return CampaignSubscriptionView.of(subscription)


@router.get("/campaigns/{campaign_id}/subscriptions", operation_id="campaign_subscriptions_list")
async def campaign_subscriptions_list(
    campaign_id: UUID, context: Seeing, page: Paging
) -> Page[CampaignSubscriptionView]:
    """Who subscribes, newest first; those who only take part see their own."""
    found, following = await list_subscriptions(context, campaign_id, page)
    return Page(items=[CampaignSubscriptionView.of(one) for one in found], next=following)


@router.get(
    "/campaigns/{campaign_id}/subscriptions/{subscription_id}",
    operation_id="campaign_subscriptions_read",
    responses=problems(NotFound),
)
async def campaign_subscriptions_read(
    campaign_id: UUID, subscription_id: UUID, context: Seeing, response: Response
) -> CampaignSubscriptionView:
    """One subscription."""
    subscription = await subscription_for(context, campaign_id, subscription_id)
    etag(response, subscription.version)
    return CampaignSubscriptionView.of(subscription)


@router.delete(
    "/campaigns/{campaign_id}/subscriptions/{subscription_id}",
    status_code=204,
    operation_id="campaign_subscriptions_delete",
    responses=problems(NotFound, TestKey, Stale, SubscriptionOver),
)
async def campaign_subscriptions_delete(
    campaign_id: UUID, subscription_id: UUID, context: Seeing, if_match: IfMatch = None
) -> None:
    """End a subscription. Whoever subscribes again goes on, and is given what came in between."""
    await end_subscription(context, campaign_id, subscription_id, if_match)


@router.get("/campaigns/{campaign_id}/relays", operation_id="campaign_relays_list")
async def campaign_relays_list(
    campaign_id: UUID, context: Seeing, page: Annotated[RelayFilter, Query()]
) -> Page[RelayView]:
    """What each subscriber was given, newest first; those who only take part see their own."""
    relays, following = await list_relays(context, campaign_id, page)
    return Page(items=relays, next=following)


@router.get(
    "/campaigns/{campaign_id}/relays/{relay_id}", operation_id="campaign_relays_read", responses=problems(NotFound)
)
async def campaign_relays_read(campaign_id: UUID, relay_id: UUID, context: Seeing, response: Response) -> RelayView:
    """One relay: what to carry, and whom to name."""
    return _relay(response, await read_relay(context, campaign_id, relay_id))


@router.post(
    "/campaigns/{campaign_id}/relays/{relay_id}/confirm",
    operation_id="campaign_relays_confirm",
    responses=problems(NotFound, Stale, TestKey, WasDropped),
)
async def campaign_relays_confirm(
    campaign_id: UUID,
    relay_id: UUID,
    body: RelayConfirmation,
    context: Seeing,
    response: Response,
    if_match: IfMatch = None,
) -> RelayView:
    """Say where a relay was carried: by the subscriber alone. Copies in the union's own channels need nobody's word."""
    return _relay(response, await confirm_relay(context, campaign_id, relay_id, body, if_match))


async def _attached(context: Context, response: Response, attached: CampaignPublication) -> AttachedView:
    created(response, f"/v1/campaigns/{attached.campaign_id}/publications/{attached.id}")
    return (await attached_views(context, [attached]))[0]


def _relay(response: Response, view: RelayView) -> RelayView:
    etag(response, view.version)
    return view
