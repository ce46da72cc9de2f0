"""News of what the publisher delivers for the desk."""

from services.requests.desk.rules.messages import Delivery, DeliveryState, delivery_after
from services.requests.desk.tables import RequestMessage
from shared.context import Context
from shared.contracts.publisher import DirectMessageDelivery


async def record_delivery(context: Context, news: DirectMessageDelivery) -> None:
    """Keep the latest of what is known of an outbound message; the publisher also writes some of its own accord."""
    if await context.store.find(RequestMessage, news.reference_id) is None:
        return
    message = await context.store.lock(RequestMessage, news.reference_id)
    if message.delivery is not None:
        message.delivery = delivery_after(
            message.delivery, Delivery(DeliveryState(news.state), news.sequence, news.code)
        )
