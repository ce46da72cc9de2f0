"""Read an organization's feed: what was sent to it and not taken down, in the words that it has by now."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlmodel import col, select

from services.publisher.channels.rules.attempts import DeliveryState
from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import Organization
from services.publisher.feeds.rules import MOST_ITEMS, Feed, FeedImage, FeedItem
from services.publisher.media.actions.keeping import content_of
from services.publisher.media.tables import Media
from services.publisher.networks.accounts import Network
from services.publisher.publications.actions.composing import compose
from services.publisher.publications.actions.contents import Contents, parts_of
from services.publisher.publications.actions.variants import media_ids_in
from services.publisher.publications.schemas.publications import Parts
from services.publisher.publications.tables import (
    Delivery,
    Publication,
    PublicationMedia,
    PublicationVariant,
    PublicationVariantMedia,
)
from shared.app.public_id import public_id
from shared.context import Context
from shared.errors import NotFound

_LOOK_BACK = 2 * MOST_ITEMS  # some of the newest may have been taken down


async def feed_of(context: Context, organization_id: UUID) -> Feed:
    """Newest first. Raises NotFound for an organization that has connected no feed."""
    channel = await _feed_channel(context, organization_id)
    organization = await context.store.get(Organization, organization_id)
    rows = await _newest(context, channel)
    shown = [(sent, publication) for sent, publication in rows if sent.state is DeliveryState.SENT][:MOST_ITEMS]
    contents = await _contents(context, [publication for _, publication in shown])
    address = f"{context.runtime.settings.public_url.rstrip('/')}/feeds/{channel.external_id}"
    return Feed(
        title=organization.name,
        address=address,
        items=[_item(address, sent, publication, contents[publication.id]) for sent, publication in shown],
        changed_at=max((publication.updated_at for _, publication in rows), default=None),
    )


async def image_of(context: Context, organization_id: UUID, media_id: UUID) -> tuple[Media, bytes]:
    """An image that the feed shows. Raises NotFound for every other."""
    channel = await _feed_channel(context, organization_id)
    if not await _is_shown(context, channel, media_id):
        raise NotFound
    media = await context.store.get(Media, media_id)
    return media, await content_of(context, media)


async def _feed_channel(context: Context, organization_id: UUID) -> Channel:
    target = public_id(context.tenant_id, organization_id)
    query = select(Channel).where(col(Channel.network) == Network.FEED, col(Channel.external_id) == target)
    channel = await context.store.first(query)
    if channel is None:
        raise NotFound
    return channel


async def _newest(context: Context, channel: Channel) -> list[tuple[Delivery, Publication]]:
    """What went out last, with what was taken down since: that is a change too."""
    newest = (
        select(Delivery)
        .where(col(Delivery.channel_id) == channel.id, col(Delivery.sent_at).is_not(None))
        .order_by(col(Delivery.sent_at).desc(), col(Delivery.id).desc())
        .limit(_LOOK_BACK)
    )
    deliveries = await context.store.all(newest)
    ids = [delivery.publication_id for delivery in deliveries]
    publications = {
        row.id: row for row in await context.store.all(select(Publication).where(col(Publication.id).in_(ids)))
    }
    return [(delivery, publications[delivery.publication_id]) for delivery in deliveries]


async def _contents(context: Context, publications: Sequence[Publication]) -> Mapping[UUID, Contents]:
    """For all of them by as many queries as for one."""
    parts = await parts_of(context, publications)
    wanted = {media_id for one in parts.values() for media_id in (*one.media_ids, *media_ids_in(one.variants))}
    media = {row.id: row for row in await context.store.all(select(Media).where(col(Media.id).in_(wanted)))}
    return {row_id: _contents_from(one, media) for row_id, one in parts.items()}


def _contents_from(parts: Parts, media: Mapping[UUID, Media]) -> Contents:
    return Contents(
        media=[media[media_id] for media_id in parts.media_ids], channels=(), variants=parts.variants, all_media=media
    )


def _item(address: str, delivery: Delivery, publication: Publication, contents: Contents) -> FeedItem:
    made = compose(publication, contents, Network.FEED, own_text=delivery.own_text, format_=delivery.format)
    return FeedItem(
        id=delivery.id,
        text=made.text,
        images=[
            FeedImage(f"{address}/images/{media.id}", media.format, media.size, media.alt_text) for media in made.media
        ],
        published_at=delivery.sent_at or publication.updated_at,
    )


async def _is_shown(context: Context, channel: Channel, media_id: UUID) -> bool:
    """As an image of a publication, or of what the feed shows instead of it."""
    sent = select(Delivery.publication_id).where(
        col(Delivery.tenant_id) == context.tenant_id,
        col(Delivery.channel_id) == channel.id,
        col(Delivery.state) == DeliveryState.SENT,
    )
    own = select(PublicationMedia.id).where(
        col(PublicationMedia.media_id) == media_id, col(PublicationMedia.publication_id).in_(sent)
    )
    variants = select(PublicationVariant.id).where(
        col(PublicationVariant.tenant_id) == context.tenant_id,
        col(PublicationVariant.network) == Network.FEED,
        col(PublicationVariant.publication_id).in_(sent),
    )
    instead = select(PublicationVariantMedia.id).where(
        col(PublicationVariantMedia.media_id) == media_id, col(PublicationVariantMedia.variant_id).in_(variants)
    )
    return await context.store.first(own) is not None or await context.store.first(instead) is not None
