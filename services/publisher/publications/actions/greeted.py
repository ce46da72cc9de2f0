"""What a greeting means for the enterprise that it was drawn for."""

from typing import Final

from sqlalchemy import and_
from sqlmodel import col, select

from services.publisher.cards.tables import Card, CardPicture
from services.publisher.enterprises.actions.history import note_event
from services.publisher.enterprises.rules.relationship import EventKind
from services.publisher.publications.rules.states import PublicationKind, PublicationState
from services.publisher.publications.tables import Publication, PublicationMedia
from shared.context import Context

_OUT: Final = frozenset({PublicationState.PUBLISHED, PublicationState.PARTIALLY_PUBLISHED})


async def note_greeted(context: Context, publication: Publication) -> None:
    """A card for an enterprise is out, somewhere at least: the history of the relationship knows it, once."""
    if publication.kind is not PublicationKind.GREETING or publication.state not in _OUT:
        return
    query = (
        select(Card)
        .join(CardPicture, and_(col(CardPicture.tenant_id) == Card.tenant_id, col(CardPicture.card_id) == Card.id))
        .join(
            PublicationMedia,
            and_(
                col(PublicationMedia.tenant_id) == CardPicture.tenant_id,
                col(PublicationMedia.media_id) == CardPicture.media_id,
            ),
        )
        .where(col(PublicationMedia.publication_id) == publication.id, col(Card.enterprise_id).is_not(None))
    )
    for enterprise_id in {card.enterprise_id for card in await context.store.all(query)}:
        if enterprise_id is not None:
            await note_event(
                context,
                enterprise_id,
                EventKind.CARD_SENT,
                source_key=f"publication:{publication.id}",
                happened_at=publication.published_at or context.now,
                publication_id=publication.id,
            )
