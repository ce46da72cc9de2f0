"""What single networks show instead: other words, other images."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

from sqlalchemy import delete
from sqlmodel import col, select

from services.publisher.media.tables import Media
from services.publisher.networks.accounts import Network
from services.publisher.publications.schemas.contents import VariantBody
from services.publisher.publications.tables import PublicationVariant, PublicationVariantMedia
from shared.context import Context

Variants = dict[Network, VariantBody]


async def variants_of(context: Context, publication_ids: Sequence[UUID]) -> Mapping[UUID, Variants]:
    """For many publications by two queries."""
    rows = await context.store.all(
        select(PublicationVariant)
        .where(col(PublicationVariant.publication_id).in_(publication_ids))
        .order_by(col(PublicationVariant.network))
    )
    if not rows:
        return {}
    images: defaultdict[UUID, list[UUID]] = defaultdict(list)
    for image in await context.store.all(
        select(PublicationVariantMedia)
        .where(col(PublicationVariantMedia.variant_id).in_([row.id for row in rows]))
        .order_by(col(PublicationVariantMedia.position))
    ):
        images[image.variant_id].append(image.media_id)
    found: defaultdict[UUID, Variants] = defaultdict(dict)
    for row in rows:
        own = images[row.id] if row.own_media else None
        found[row.publication_id][Network(row.network)] = VariantBody(text=row.text, media_ids=own)
    return found


def media_ids_in(variants: Variants) -> list[UUID]:
    """Each once."""
    return list(dict.fromkeys(media_id for variant in variants.values() for media_id in variant.media_ids or ()))


async def keep_variants(context: Context, publication_id: UUID, variants: Variants) -> None:
    """These instead of all that there were. The images are checked before."""
    mine = select(PublicationVariant.id).where(
        col(PublicationVariant.tenant_id) == context.tenant_id,
        col(PublicationVariant.publication_id) == publication_id,
    )
    await context.store.execute(
        delete(PublicationVariantMedia).where(col(PublicationVariantMedia.variant_id).in_(mine))
    )
    await context.store.execute(
        delete(PublicationVariant).where(col(PublicationVariant.publication_id) == publication_id)
    )
    for network, variant in variants.items():
        row = await context.store.insert(
            PublicationVariant(
                publication_id=publication_id,
                network=network,
                text=variant.text,
                own_media=variant.media_ids is not None,
            )
        )
        for position, media_id in enumerate(dict.fromkeys(variant.media_ids or ())):
            context.store.add(PublicationVariantMedia(variant_id=row.id, media_id=media_id, position=position))


def without_signed(variants: Variants, media: Sequence[Media]) -> Variants:
    """As a partner may copy them: without images that a person signed."""
    signed = {one.id for one in media if one.is_signed}
    return {
        network: variant
        if variant.media_ids is None
        else variant.model_copy(update={"media_ids": [one for one in variant.media_ids if one not in signed]})
        for network, variant in variants.items()
    }
