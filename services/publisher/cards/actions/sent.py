"""Cards that came out in public: the enterprise's history says so."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlmodel import col, select

from services.publisher.cards.tables import Card, CardPicture
from services.publisher.enterprises.actions.history import note_event
from services.publisher.enterprises.rules.relationship import EventKind
from shared.context import Context


async def note_cards_sent(
    context: Context, media_ids: Sequence[UUID], publication_id: UUID, published_at: datetime
) -> None:
    """For the room that publishes, as often as it likes: of each card's pictures the first that came out counts."""
    cards = (
        select(Card)
        .join(CardPicture, col(CardPicture.card_id) == col(Card.id))
        .where(
            col(CardPicture.tenant_id) == col(Card.tenant_id),
            col(CardPicture.media_id).in_(media_ids),
            col(Card.enterprise_id).is_not(None),
        )
        .distinct()
    )
    for card in await context.store.all(cards):
        if card.enterprise_id is not None:
            await note_event(
                context,
                card.enterprise_id,
                EventKind.CARD_SENT,
                source_key=f"card:{card.id}",
                happened_at=published_at,
                publication_id=publication_id,
            )
