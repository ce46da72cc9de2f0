"""What an organization that subscribes carries: a copy in its own channels, with credit, and what became of it."""

from dataclasses import replace
from uuid import UUID

from sqlmodel import col, select

from services.publisher.campaigns.actions.attaching import SHOWN_SOMEWHERE, TOLD_FIRST, shown_of
from services.publisher.campaigns.actions.telling import publish_attached, withdraw_attached
from services.publisher.campaigns.rules.credits import with_credit
from services.publisher.campaigns.rules.states import (
    TO_BE_CARRIED,
    AttachedState,
    CampaignState,
    RelayState,
    goes_out_by_itself,
)
from services.publisher.campaigns.schemas.relays import CarriedImage
from services.publisher.campaigns.tables import (
    Campaign,
    CampaignPublication,
    CampaignRelay,
    CampaignSubscription,
)
from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import DIRECTORY
from services.publisher.media.actions.keeping import content_of, keep_picture
from services.publisher.media.actions.pictures import Picture
from services.publisher.media.tables import Media
from services.publisher.publications.actions.drafting import create_publication
from services.publisher.publications.actions.publishing import publish_now
from services.publisher.publications.rules.states import PublicationKind, PublicationState
from services.publisher.publications.schemas.contents import TEXT_LIMIT
from services.publisher.publications.schemas.publications import TITLE_LIMIT, NewPublication
from services.publisher.publications.tables import Delivery, Publication
from shared.context import Context
from shared.contracts.publisher import CampaignRelayDue, PublicationSettled
from shared.errors import Problem
from shared.identity import Grant
from shared.permissions import Role


async def carry_relay(context: Context, due: CampaignRelayDue) -> None:
    """Draft the copy once; publish it if the subscriber wants that. What cannot go out stays a draft."""
    if await context.store.find(CampaignRelay, due.relay_id) is None:
        return
    relay = await context.store.lock(CampaignRelay, due.relay_id)
    if relay.state is not RelayState.PENDING:
        return
    attached = await context.store.get(CampaignPublication, relay.attached_id)
    subscription = await context.store.get(CampaignSubscription, relay.subscription_id)
    if subscription.ended_at is not None or attached.state is not AttachedState.PUBLISHED:
        return  # due again when it goes on; what was withdrawn is nobody's to carry
    acting = _acting(context, subscription)
    publication = await _copy(acting, relay, attached, subscription)
    relay.publication_id = publication.id
    relay.state = RelayState.DRAFTED
    relay.version += 1
    await context.store.flush()
    is_late = attached.published_at is None or attached.published_at < subscription.created_at
    is_outside = attached.publication_id is None
    if goes_out_by_itself(automatic=subscription.automatic, is_from_outside=is_outside, is_late=is_late):
        await _let_go(acting, relay, publication.id)


async def hear_publication(context: Context, settled: PublicationSettled) -> None:
    """One that is attached to campaigns is given on, or taken back; a copy says what became of its relay."""
    publication = await context.store.find(Publication, settled.publication_id)
    if publication is None:
        return
    attached = select(CampaignPublication).where(col(CampaignPublication.publication_id) == publication.id)
    for each in await context.store.all(attached.order_by(col(CampaignPublication.campaign_id))):
        campaign = await context.store.lock(Campaign, each.campaign_id)
        if publication.state is PublicationState.WITHDRAWN:
            await withdraw_attached(context, each.id)
        elif publication.state in SHOWN_SOMEWHERE and campaign.state is CampaignState.OPEN:
            await publish_attached(context, campaign, each)
    copy_of = select(CampaignRelay.id).where(col(CampaignRelay.publication_id) == publication.id)
    relay_id = await context.store.first(copy_of)
    if relay_id is not None:
        await _hear_copy(context, await context.store.lock(CampaignRelay, relay_id), publication)


async def _hear_copy(context: Context, relay: CampaignRelay, publication: Publication) -> None:
    """Out: confirmed by that. Taken back before: nobody carries it."""
    if relay.state not in TO_BE_CARRIED:
        return
    if publication.state in SHOWN_SOMEWHERE:
        posts = select(Delivery).where(col(Delivery.publication_id) == publication.id, col(Delivery.url).is_not(None))
        post = await context.store.first(posts.order_by(*TOLD_FIRST))
        relay.url = None if post is None else post.url
        relay.state = RelayState.CONFIRMED
        relay.confirmed_at = context.now
        relay.version += 1
    elif publication.state is PublicationState.WITHDRAWN:
        relay.state = RelayState.DRAFTED
        relay.version += 1


async def _copy(
    context: Context, relay: CampaignRelay, attached: CampaignPublication, subscription: CampaignSubscription
) -> Publication:
    shown = (await shown_of(context, [attached]))[attached.id]
    campaign = await context.store.get(Campaign, relay.campaign_id)
    media_ids = [await _own_image(context, image, subscription.organization_id) for image in shown.images]
    body = NewPublication(
        organization_id=subscription.organization_id,
        kind=PublicationKind.CAMPAIGN,
        title=campaign.name[:TITLE_LIMIT],
        text=with_credit(shown.text, attached.credit, shown.url, TEXT_LIMIT),
        media_ids=media_ids,
        channel_ids=await _channels(context, subscription),
    )
    publication, _ = await create_publication(context, body)
    return publication


async def _own_image(context: Context, image: CarriedImage, organization_id: UUID) -> UUID:
    """The same picture as the subscriber's: theirs to describe, and theirs when the other is deleted."""
    media = await context.store.get(Media, image.id)
    content = await content_of(context, media)
    picture = Picture(content=content, format=media.format, width=media.width, height=media.height)
    return (await keep_picture(context, organization_id, picture, media.alt_text)).id


async def _channels(context: Context, subscription: CampaignSubscription) -> list[UUID]:
    """Those of its channels that are still there and still its own."""
    wanted = [UUID(channel_id) for channel_id in subscription.channel_ids]
    own = select(Channel.id).where(
        col(Channel.id).in_(wanted), DIRECTORY.under(context, Channel.organization_id, subscription.organization_id)
    )
    there = set(await context.store.all(own))
    return [channel_id for channel_id in wanted if channel_id in there]


async def _let_go(context: Context, relay: CampaignRelay, publication_id: UUID) -> None:
    """What keeps it is shown by the preview of the draft."""
    trial = await context.store.session.begin_nested()
    try:
        await publish_now(context, publication_id, None)
        await context.store.flush()
    except Problem:
        await trial.rollback()
    else:
        await trial.commit()
        relay.state = RelayState.CARRYING


def _acting(context: Context, subscription: CampaignSubscription) -> Context:
    """In the name of the organization that was let subscribe."""
    grants = (Grant(Role.INFORMATION_OFFICER, subscription.organization_id),)
    return replace(context, caller=replace(context.caller, grants=grants))
