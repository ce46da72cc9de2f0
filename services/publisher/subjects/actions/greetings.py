"""The greetings made for a person: their occasion, their cards, the pictures, the publications that show them.

Names that somebody typed without saying whose they are cannot be found by anybody's id.
"""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import and_
from sqlmodel import col, select

from services.publisher.campaigns.tables import CampaignPublication, CampaignRelay
from services.publisher.cards.tables import Card, CardPicture, Occasion
from services.publisher.media.tables import Media
from services.publisher.publications.tables import (
    Delivery,
    Publication,
    PublicationMedia,
    PublicationVariant,
    PublicationVariantMedia,
)
from shared.context import Context
from shared.contracts.states import Subject
from shared.subjects import Holding


async def pictures_of(context: Context, subject: Subject) -> list[Media]:
    """Of the cards that name them."""
    cards = select(Card.id).where(col(Card.tenant_id) == context.tenant_id, col(Card.person_id).in_(subject.person_ids))
    pictures = select(CardPicture.media_id).where(
        col(CardPicture.tenant_id) == context.tenant_id, col(CardPicture.card_id).in_(cards)
    )
    return await context.store.all(select(Media).where(col(Media.id).in_(pictures)))


async def publications_with(context: Context, pictures: Sequence[Media]) -> list[UUID]:
    """Those that show one of them, in some network alone too, and the copies that a campaign's subscribers made of such."""
    media_ids = [picture.id for picture in pictures]
    everywhere = select(PublicationMedia.publication_id).where(
        col(PublicationMedia.tenant_id) == context.tenant_id, col(PublicationMedia.media_id).in_(media_ids)
    )
    instead = select(PublicationVariantMedia.variant_id).where(
        col(PublicationVariantMedia.tenant_id) == context.tenant_id,
        col(PublicationVariantMedia.media_id).in_(media_ids),
    )
    somewhere = select(PublicationVariant.publication_id).where(
        col(PublicationVariant.tenant_id) == context.tenant_id, col(PublicationVariant.id).in_(instead)
    )
    shown = {*await context.store.all(everywhere), *await context.store.all(somewhere)}
    attached = select(CampaignPublication.id).where(
        col(CampaignPublication.tenant_id) == context.tenant_id, col(CampaignPublication.publication_id).in_(shown)
    )
    carried = select(CampaignRelay).where(
        col(CampaignRelay.tenant_id) == context.tenant_id, col(CampaignRelay.attached_id).in_(attached)
    )
    copies = {relay.publication_id for relay in await context.store.all(carried)}
    return sorted({*shown, *(one for one in copies if one is not None)})


def greetings_of(subject: Subject, pictures: list[Media], shown_in: Sequence[UUID]) -> list[Holding]:
    """The rows stay, for figures and because publications point at them; no name and no picture does."""
    media_ids = [picture.id for picture in pictures]
    return [
        Holding.of(
            "occasions",
            Occasion,
            col(Occasion.person_id).in_(subject.person_ids),
            ("id", "title", "greeting", "text", "next_on", "created_at"),
            {"title": "", "greeting": "", "text": "", "enterprise": "", "heading": "", "next_on": None, "paused": True},
        ),
        Holding.of(
            "publications_about",
            Publication,
            col(Publication.id).in_(shown_in),
            ("id", "title", "text", "published_at"),
            {"title": "", "text": ""},
        ),
        Holding.of(
            "publication_variants_about",
            PublicationVariant,
            and_(col(PublicationVariant.text).is_not(None), col(PublicationVariant.publication_id).in_(shown_in)),
            ("id", "text"),
            {"text": ""},
        ),
        Holding.of(
            "publication_own_words_about",
            Delivery,
            and_(col(Delivery.own_text).is_not(None), col(Delivery.publication_id).in_(shown_in)),
            ("id", "own_text"),
            {"own_text": ""},
        ),
        Holding.of(
            "card_pictures",
            Media,
            col(Media.id).in_(media_ids),
            ("id", "alt_text", "created_at"),
            {"alt_text": "", "storage_key": ""},
        ),
        Holding.of(
            "cards",
            Card,
            col(Card.person_id).in_(subject.person_ids),
            ("id", "person", "enterprise", "greeting", "created_at"),
            {"person": "", "enterprise": "", "greeting": "", "heading": ""},
        ),
    ]
