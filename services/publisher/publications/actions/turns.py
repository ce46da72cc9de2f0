"""When a delivery's turn comes."""

from datetime import datetime

from services.publisher.publications.rules.states import is_urgent
from services.publisher.publications.tables import Delivery, Publication
from shared.context import Context
from shared.contracts.publisher import DeliveryDue


async def make_due(context: Context, delivery: Delivery, at: datetime) -> None:
    """Its next attempt begins at `at`, and not before."""
    delivery.next_attempt_at = at
    publication = await context.store.get(Publication, delivery.publication_id)
    urgent = is_urgent(publication.kind)
    due = DeliveryDue(delivery_id=delivery.id, attempt=delivery.attempts + 1, urgent=urgent)
    await context.emit(due, available_at=at if at > context.now else None)
