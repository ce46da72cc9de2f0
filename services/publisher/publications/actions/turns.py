"""When a delivery's turn comes."""

from datetime import datetime

from services.publisher.publications.tables import Delivery
from shared.context import Context
from shared.contracts.publisher import DeliveryDue


async def make_due(context: Context, delivery: Delivery, at: datetime) -> None:
    """Its next attempt begins no earlier than `at`, when the line of its channel comes to it.

    A message of its own looks at the line then, whoever looks at it already: what a publication begins with joins by
    `wakes.join_lines`, which asks for as few as can be.
    """
    delivery.next_attempt_at = at
    due = DeliveryDue(delivery_id=delivery.id, attempt=delivery.attempts + 1, urgent=delivery.is_urgent)
    await context.emit(due, available_at=at if at > context.now else None)
