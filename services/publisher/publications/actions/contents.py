"""What a publication points at: images and channels, in their order."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from services.publisher.channels.rules.readiness import TestKey
from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import DIRECTORY, Person
from services.publisher.media.actions.keeping import may_be_shown
from services.publisher.media.tables import Media
from services.publisher.publications.actions.counting import CountedLinks, counted_links
from services.publisher.publications.actions.variants import Variants, keep_variants, media_ids_in, variants_of
from services.publisher.publications.rules.problems import check_texts
from services.publisher.publications.schemas.publications import Parts
from services.publisher.publications.tables import Publication, PublicationMedia, PublicationTarget
from services.publisher.runtime import is_rehearsal
from shared.context import Context
from shared.errors import Forbidden, NotFound
from shared.permissions import Permission


@dataclass(frozen=True)
class Contents:
    media: Sequence[Media]
    channels: Sequence[Channel]
    variants: Variants
    all_media: Mapping[UUID, Media]  # those of the variants too, the publication's own first
    links: CountedLinks | None = None  # None: they stay as they are written


async def contents_of(context: Context, publication_id: UUID) -> Contents:
    images = select(PublicationMedia.media_id).where(col(PublicationMedia.publication_id) == publication_id)
    targets = select(PublicationTarget.channel_id).where(col(PublicationTarget.publication_id) == publication_id)
    media_ids = await context.store.all(images.order_by(col(PublicationMedia.position)))
    channel_ids = await context.store.all(targets.order_by(col(PublicationTarget.position)))
    variants = (await variants_of(context, [publication_id])).get(publication_id, {})
    wanted = list(dict.fromkeys([*media_ids, *media_ids_in(variants)]))
    found_media = await context.store.all(select(Media).where(col(Media.id).in_(wanted))) if wanted else []
    media = {row.id: row for row in found_media}
    found = await context.store.all(select(Channel).where(col(Channel.id).in_(channel_ids)))
    channels = {row.id: row for row in found}
    return Contents(
        media=[media[row_id] for row_id in media_ids],
        channels=[channels[row_id] for row_id in channel_ids],
        variants=variants,
        all_media={row_id: media[row_id] for row_id in wanted},
        links=await _links_of(context, publication_id, variants),
    )


async def _links_of(context: Context, publication_id: UUID, variants: Variants) -> CountedLinks | None:
    publication = await context.store.get(Publication, publication_id)
    texts = [publication.text, publication.repost_of or "", *(variant.text or "" for variant in variants.values())]
    return await counted_links(context, publication.organization_id, texts, wanted=publication.count_clicks)


async def parts_of(context: Context, publications: Sequence[Publication]) -> Mapping[UUID, Parts]:
    """Ids and the words of variants, for many publications by four queries."""
    ids = [publication.id for publication in publications]
    media: defaultdict[UUID, list[UUID]] = defaultdict(list)
    channels: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for row in await context.store.all(
        select(PublicationMedia)
        .where(col(PublicationMedia.publication_id).in_(ids))
        .order_by(col(PublicationMedia.position))
    ):
        media[row.publication_id].append(row.media_id)
    targets = select(PublicationTarget.publication_id, PublicationTarget.channel_id).where(
        col(PublicationTarget.publication_id).in_(ids)
    )
    for target in await context.store.execute(targets.order_by(col(PublicationTarget.position))):
        channels[target.publication_id].append(target.channel_id)
    variants = await variants_of(context, ids)
    return {
        row_id: Parts(media_ids=media[row_id], channel_ids=channels[row_id], variants=variants.get(row_id, {}))
        for row_id in ids
    }


async def set_media(context: Context, publication_id: UUID, media_ids: Sequence[UUID]) -> None:
    """Raises NotFound for an image that the caller may not see."""
    wanted = list(dict.fromkeys(media_ids))
    await _check_media(context, wanted)
    await context.store.execute(delete(PublicationMedia).where(col(PublicationMedia.publication_id) == publication_id))
    for position, media_id in enumerate(wanted):
        context.store.add(PublicationMedia(publication_id=publication_id, media_id=media_id, position=position))


async def set_variants(context: Context, publication_id: UUID, variants: Variants) -> None:
    """Raises NotFound for an image that the caller may not see, NotPublishable for what its network never takes."""
    texts = {network: variant.text for network, variant in variants.items() if variant.text is not None}
    links = await _links_of(context, publication_id, variants)
    check_texts(texts if links is None else {network: links.shown(text, network) for network, text in texts.items()})
    await _check_media(context, media_ids_in(variants))
    await keep_variants(context, publication_id, variants)


async def set_channels(context: Context, publication_id: UUID, channel_ids: Sequence[UUID]) -> None:
    """Raises NotFound for a channel through which the caller may not publish."""
    wanted = list(dict.fromkeys(channel_ids))
    if len(await _own_channels(context, wanted)) != len(wanted):
        raise NotFound({"ru": "Нет такого канала", "en": "There is no such channel"})
    times = await _let_go_of_targets(context, publication_id)
    for position, channel_id in enumerate(wanted):
        target = PublicationTarget(publication_id=publication_id, channel_id=channel_id, position=position)
        if channel_id in times:
            target.local_time, target.timezone, target.publish_at = times[channel_id]
        context.store.add(target)


async def _let_go_of_targets(
    context: Context, publication_id: UUID
) -> Mapping[UUID, tuple[datetime | None, str | None, datetime | None]]:
    """The own times of channels that had some."""
    let_go = (
        delete(PublicationTarget)
        .where(col(PublicationTarget.publication_id) == publication_id)
        .returning(
            col(PublicationTarget.channel_id),
            col(PublicationTarget.local_time),
            col(PublicationTarget.timezone),
            col(PublicationTarget.publish_at),
        )
    )
    rows = (await context.store.execute(let_go)).all()
    return {row.channel_id: (row.local_time, row.timezone, row.publish_at) for row in rows}


def check_real(context: Context) -> None:
    """Before anything that the public may see of it. Raises TestKey for a test key that would reach real networks."""
    if context.caller.is_test and not is_rehearsal(context.runtime):
        raise TestKey


async def check_may_use(context: Context, channels: Sequence[Channel]) -> None:
    """Somebody else may have chosen the channels. Raises Forbidden unless the caller could have; TestKey."""
    check_real(context)
    ids = [channel.id for channel in channels]
    if len(await _own_channels(context, ids)) != len(ids):
        raise Forbidden(
            {"ru": "В одном из каналов вы не можете публиковать", "en": "You may not publish in one of its channels"}
        )


async def check_author(context: Context, author_id: UUID | None) -> None:
    """Raises NotFound; for a partner nobody is there."""
    if author_id is None:
        return
    if context.caller.key is not None or await context.store.find(Person, author_id) is None:
        raise NotFound({"ru": "Нет такого человека", "en": "There is no such person"})


async def _check_media(context: Context, wanted: Sequence[UUID]) -> None:
    """Raises NotFound."""
    seen = select(Media.id).where(
        col(Media.id).in_(wanted),
        DIRECTORY.reach_filter(context, Media.organization_id, Permission.SEE_PUBLICATIONS),
        may_be_shown(context),
    )
    if len(await context.store.all(seen)) != len(wanted):
        raise NotFound({"ru": "Нет такого изображения", "en": "There is no such image"})


async def _own_channels(context: Context, ids: Sequence[UUID]) -> list[UUID]:
    query = select(Channel.id).where(
        col(Channel.id).in_(ids), DIRECTORY.reach_filter(context, Channel.organization_id, Permission.PUBLISH)
    )
    return await context.store.all(query)
