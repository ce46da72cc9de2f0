"""What the webhooks' room hears: events of all services, and its own turns."""

from services.gateway.webhooks.actions import Lanes, send_due, take_event
from shared.consumers import Consumer, Work, consumes, performs
from shared.contracts.gateway import EventOccurred, WebhookDue


def consumers() -> list[Consumer]:
    """The lanes are those of the process that asked."""
    lanes = Lanes()

    async def take_turn(work: Work, due: WebhookDue) -> None:
        await send_due(work, due, lanes)

    return [consumes(EventOccurred, take_event), performs(WebhookDue, take_turn)]
