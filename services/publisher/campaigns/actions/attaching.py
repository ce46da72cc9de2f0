"""Attach publications to a campaign, take them out again, read them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, func, select

from services.publisher.campaigns.actions.running import campaign_for, has_there
from services.publisher.campaigns.actions.telling import publish_attached, withdraw_attached
from services.publisher.campaigns.rules.states import (
    MOST_PUBLICATIONS,
    AlreadyAttached,
    AttachedState,
    TooManyInCampaign,
    Verb,
    check_allowed,
)
from services.publisher.campaigns.schemas.relays import AttachedView, CarriedImage, NewFromOutside, Shown
from services.publisher.campaigns.tables import Campaign, CampaignPublication, CampaignRelay
from services.publisher.channels.rules.attempts import DeliveryState
from services.publisher.directory.tables import DIRECTORY, Organization
from services.publisher.media.actions.keeping import may_be_shown
from services.publisher.media.tables import Media
from services.publisher.publications.actions.contents import check_real
from services.publisher.publications.actions.drafting import publication_for
from services.publisher.publications.rules.followups import Change
from services.publisher.publications.rules.states import PublicationState
from services.publisher.publications.tables import Delivery, Publication, PublicationMedia
from shared.app import PageQuery, paginate
from shared.clock import new_id
from shared.context import Context
from shared.db import table_of
from shared.errors import Forbidden, NotFound
from shared.permissions import Permission

SHOWN_SOMEWHERE = frozenset({PublicationState.PUBLISHED, PublicationState.PARTIALLY_PUBLISHED})
TOLD_FIRST = (  # whose address is told: a post that is there, with the words of now where one has them, the oldest
    col(Delivery.state) == DeliveryState.WITHDRAWN,
    col(Delivery.change).is_not_distinct_from(Change.NOT_CORRECTED),
    col(Delivery.sent_at),
    col(Delivery.id),
)
_NOTHING = Shown(text="", url=None, images=[])


async def attach_publication(context: Context, campaign_id: UUID, publication_id: UUID) -> CampaignPublication:
    """What is out already is given to the subscribers at once, the rest when it is out.

    Raises NotFound, Forbidden, TestKey, CampaignStateForbids, AlreadyAttached, TooManyInCampaign.
    """
    await campaign_for(context, campaign_id)
    check_real(context)
    attached, is_out = await _ours(context, campaign_id, publication_id)
    return await _keep(context, attached, is_out=is_out)


async def attach_from_outside(context: Context, campaign_id: UUID, body: NewFromOutside) -> CampaignPublication:
    """A partner's own words, or those that the ones who run the campaign were sent: given to the subscribers at once.

    Raises NotFound, Forbidden, TestKey, CampaignStateForbids, TooManyInCampaign.
    """
    campaign = await campaign_for(context, campaign_id)
    check_real(context)
    attached = await _from_outside(context, campaign, body)
    return await _keep(context, attached, is_out=True)


async def _keep(context: Context, attached: CampaignPublication, *, is_out: bool) -> CampaignPublication:
    """The campaign is held: no subscriber comes in between."""
    campaign = await context.store.lock(Campaign, attached.campaign_id)
    check_allowed(Verb.ATTACH, campaign.state)
    count = select(func.count()).where(col(CampaignPublication.campaign_id) == campaign.id)
    if (await context.store.first(count) or 0) >= MOST_PUBLICATIONS:
        raise TooManyInCampaign
    kept = insert(table_of(CampaignPublication)).values(attached.model_dump() | {"tenant_id": context.tenant_id})
    if await context.store.changed(kept.on_conflict_do_nothing()) == 0:
        raise AlreadyAttached
    attached = await context.store.get(CampaignPublication, attached.id)
    if is_out:
        await publish_attached(context, campaign, attached)
    return attached


async def read_attached(context: Context, campaign_id: UUID, attached_id: UUID) -> AttachedView:
    """Raises NotFound."""
    await campaign_for(context, campaign_id)
    return (await attached_views(context, [await _attached_of(context, campaign_id, attached_id)]))[0]


async def detach_publication(context: Context, campaign_id: UUID, attached_id: UUID) -> None:
    """By whose it is, or by those who run the campaign. What was carried stays. Raises NotFound, Forbidden, TestKey."""
    campaign = await campaign_for(context, campaign_id)
    attached = await _attached_of(context, campaign_id, attached_id)
    if not (await has_there(context, campaign, Permission.PUBLISH) or await _is_callers(context, attached)):
        raise Forbidden
    check_real(context)
    await context.store.lock(Campaign, campaign.id)  # nobody subscribes meanwhile
    await withdraw_attached(context, attached.id)


async def _attached_of(context: Context, campaign_id: UUID, attached_id: UUID) -> CampaignPublication:
    attached = await context.store.find(CampaignPublication, attached_id)
    if attached is None or attached.campaign_id != campaign_id:
        raise NotFound
    return attached


async def list_attached(context: Context, campaign_id: UUID, page: PageQuery) -> tuple[list[AttachedView], str | None]:
    """Newest first. Raises NotFound."""
    await campaign_for(context, campaign_id)
    query = select(CampaignPublication).where(col(CampaignPublication.campaign_id) == campaign_id)
    found, following = await paginate(context, query, CampaignPublication.id, page)
    return await attached_views(context, found), following


async def attached_views(context: Context, found: Sequence[CampaignPublication]) -> list[AttachedView]:
    """With what each says by now: by as many questions however many they are."""
    shown = await shown_of(context, found)
    return [AttachedView.of(attached, shown[attached.id]) for attached in found]


async def shown_of(context: Context, found: Sequence[CampaignPublication]) -> Mapping[UUID, Shown]:
    """Whose card is signed by a person is not shown: it names them."""
    out = [each for each in found if each.state is AttachedState.PUBLISHED]
    ids = {each.publication_id for each in out if each.publication_id is not None}
    publications = {
        row.id: row for row in await context.store.all(select(Publication).where(col(Publication.id).in_(ids)))
    }
    media_ids = await _media_ids(context, ids)
    addresses = await _addresses(context, ids)
    wanted = {media_id for each in media_ids.values() for media_id in each}
    wanted |= {UUID(media_id) for each in out for media_id in each.media_ids}
    unsigned = select(Media).where(col(Media.id).in_(wanted), col(Media.is_signed).is_(False))
    media = {row.id: row for row in await context.store.all(unsigned)}

    def view(attached: CampaignPublication) -> Shown:
        if attached.state is not AttachedState.PUBLISHED:
            return _NOTHING
        if attached.publication_id is None:
            own = [UUID(media_id) for media_id in attached.media_ids]
            return Shown(text=attached.text, url=attached.url, images=_images(own, media))
        return Shown(
            text=publications[attached.publication_id].text,
            url=addresses.get(attached.publication_id),
            images=_images(media_ids[attached.publication_id], media),
        )

    return {attached.id: view(attached) for attached in found}


def _images(media_ids: Sequence[UUID], media: Mapping[UUID, Media]) -> list[CarriedImage]:
    return [CarriedImage(id=one, alt_text=media[one].alt_text) for one in media_ids if one in media]


async def _media_ids(context: Context, publication_ids: set[UUID]) -> Mapping[UUID, list[UUID]]:
    query = (
        select(PublicationMedia)
        .where(col(PublicationMedia.publication_id).in_(publication_ids))
        .order_by(col(PublicationMedia.position))
    )
    found: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for row in await context.store.all(query):
        found[row.publication_id].append(row.media_id)
    return found


async def _addresses(context: Context, publication_ids: set[UUID]) -> Mapping[UUID, str]:
    """Of each, the post that is told first of those that have an address."""
    query = (
        select(Delivery)
        .where(col(Delivery.publication_id).in_(publication_ids), col(Delivery.url).is_not(None))
        .order_by(*TOLD_FIRST)
    )
    found: dict[UUID, str] = {}
    for row in await context.store.all(query):
        if row.url is not None:
            found.setdefault(row.publication_id, row.url)
    return found


async def _ours(context: Context, campaign_id: UUID, publication_id: UUID) -> tuple[CampaignPublication, bool]:
    """Held, so that it is either seen to be out here or tells that it is later. A copy is not relayed again."""
    await publication_for(context, publication_id, Permission.PUBLISH)
    publication = await context.store.lock(Publication, publication_id)
    copies = select(CampaignRelay.id).where(col(CampaignRelay.publication_id) == publication_id)
    if await context.store.first(copies) is not None:
        raise AlreadyAttached
    organization = await context.store.get(Organization, publication.organization_id)
    attached = CampaignPublication(
        id=new_id(),
        tenant_id=context.tenant_id,
        campaign_id=campaign_id,
        publication_id=publication_id,
        organization_id=publication.organization_id,
        credit=organization.name,
        state=AttachedState.WAITING,
        created_at=context.now,
    )
    return attached, publication.state in SHOWN_SOMEWHERE


async def _from_outside(context: Context, campaign: Campaign, body: NewFromOutside) -> CampaignPublication:
    """Raises NotFound, Forbidden."""
    key = context.caller.key
    if key is None and not await has_there(context, campaign, Permission.PUBLISH):
        raise Forbidden
    seen = select(Media.id).where(
        col(Media.id).in_(body.media_ids),
        DIRECTORY.reach_filter(context, Media.organization_id, Permission.SEE_PUBLICATIONS),
        may_be_shown(context),
    )
    if len(await context.store.all(seen)) != len(set(body.media_ids)):
        raise NotFound({"ru": "Нет такого изображения", "en": "There is no such image"})
    return CampaignPublication(
        id=new_id(),
        tenant_id=context.tenant_id,
        campaign_id=campaign.id,
        organization_id=campaign.organization_id if key is None else key.organization_id,
        partner_id=None if key is None else key.partner_id,
        text=body.text,
        url=body.url,
        media_ids=[str(media_id) for media_id in dict.fromkeys(body.media_ids)],
        credit=body.credit,
        state=AttachedState.WAITING,
        created_at=context.now,
    )


async def _is_callers(context: Context, attached: CampaignPublication) -> bool:
    """A partner's own is that partner's, whatever else its key reaches."""
    key = context.caller.key
    if attached.partner_id is not None:
        return key is not None and key.partner_id == attached.partner_id
    query = select(CampaignPublication.id).where(
        col(CampaignPublication.id) == attached.id,
        DIRECTORY.reach_filter(context, CampaignPublication.organization_id, Permission.PUBLISH),
    )
    return await context.store.first(query) is not None
