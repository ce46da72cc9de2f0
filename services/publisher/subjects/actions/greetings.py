"""The greetings made for a person: their occasion, their cards, the pictures, the publications that show them.

Names that somebody typed without saying whose they are cannot be found by anybody's id.
"""

from sqlmodel import col, select

from services.publisher.cards.tables import Card, CardPicture, Occasion
from services.publisher.media.tables import Media
from services.publisher.publications.tables import Publication, PublicationMedia
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


def greetings_of(subject: Subject, pictures: list[Media]) -> list[Holding]:
    """The rows stay, for figures and because publications point at them; no name and no picture does."""
    media_ids = [picture.id for picture in pictures]
    shown_in = select(PublicationMedia.publication_id).where(
        col(PublicationMedia.tenant_id) == col(Publication.tenant_id), col(PublicationMedia.media_id).in_(media_ids)
    )
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
