"""What webhooks, streams and an enterprise's history hear of publications: ids and states."""

from typing import Final

from sqlmodel import col, select

from services.publisher.cards.actions.sent import note_cards_sent
from services.publisher.publications.rules.states import PublicationState
from services.publisher.publications.tables import Delivery, Publication, PublicationMedia
from shared.context import Context
from shared.contracts.events import DeliveryEvent, FailoverEvent, PublicationEvent, occurred
from shared.contracts.publisher import PublicationSettled

_TOLD: Final = frozenset(
    {
        PublicationState.PUBLISHED,
        PublicationState.PARTIALLY_PUBLISHED,
        PublicationState.UNCONFIRMED,
        PublicationState.FAILED,
        PublicationState.WITHDRAWN,
    }
)
_OUT: Final = frozenset({PublicationState.PUBLISHED, PublicationState.PARTIALLY_PUBLISHED})


async def tell_state(context: Context, publication: Publication) -> None:
    """What the publication is now, if it is something that others wait for."""
    if publication.state in _TOLD:
        data = PublicationEvent(publication_id=publication.id, kind=publication.kind, state=publication.state)
        name = f"publication.{publication.state}"
        await context.emit(occurred(name, publication.organization_id, data, context.now))
        await context.emit(PublicationSettled(publication_id=publication.id))
    if publication.state in _OUT:
        media = select(PublicationMedia.media_id).where(col(PublicationMedia.publication_id) == publication.id)
        shown, published_at = await context.store.all(media), publication.published_at or context.now
        await note_cards_sent(context, shown, publication.id, published_at)


async def tell_correction(context: Context, publication: Publication) -> None:
    """Other words are put where it is out: whoever carried it further reads them anew."""
    data = PublicationEvent(publication_id=publication.id, kind=publication.kind, state=publication.state)
    await context.emit(occurred("publication.corrected", publication.organization_id, data, context.now))


async def tell_doubt(context: Context, publication: Publication, delivery: Delivery) -> None:
    """Somebody should look at the channel."""
    data = DeliveryEvent(
        publication_id=publication.id,
        delivery_id=delivery.id,
        channel_id=delivery.channel_id,
        state=delivery.state,
    )
    await context.emit(occurred("delivery.unknown", publication.organization_id, data, context.now))


async def tell_failover(context: Context, publication: Publication, first: Delivery, second: Delivery) -> None:
    """It goes out by another channel."""
    data = FailoverEvent(
        publication_id=publication.id,
        delivery_id=first.id,
        channel_id=first.channel_id,
        second_delivery_id=second.id,
        second_channel_id=second.channel_id,
    )
    await context.emit(occurred("delivery.failed_over", publication.organization_id, data, context.now))
