"""Publications whose moment has come, deliveries whose turn it is, and doubts to be cleared up."""

from functools import partial

from services.publisher.publications.actions.changing_posts import change_post
from services.publisher.publications.actions.greetings import draft_greeting
from services.publisher.publications.actions.publishing import publish_due
from services.publisher.publications.actions.reconciling import reconcile_delivery
from services.publisher.publications.actions.returning import note_returned
from services.publisher.publications.actions.rounds import Rounds
from services.publisher.publications.actions.sending import channel_of, send_deliveries
from services.publisher.runtime import publisher_of
from shared.consumers import Consumer, Work, consumes, performs, wakes
from shared.contracts.publisher import (
    DeliveryChangeDue,
    DeliveryDue,
    GreetingDrawn,
    PostReturned,
    PublicationDue,
    ReconciliationDue,
)


def consumers() -> list[Consumer]:
    rounds = Rounds()
    return [
        _few_at_once(consumes(PublicationDue, publish_due)),
        consumes(GreetingDrawn, draft_greeting),
        wakes(DeliveryDue, channel_of, partial(send_deliveries, rounds)),
        performs(DeliveryChangeDue, change_post),
        performs(ReconciliationDue, reconcile_delivery),
        consumes(PostReturned, note_returned),
    ]


def _few_at_once(consumer: Consumer) -> Consumer:
    """Hundreds of publications may be planned for nine o'clock: the first of them goes out while the others begin."""

    async def run(work: Work) -> None:
        async with publisher_of(work.runtime).beginnings:
            await consumer.run(work)

    return Consumer(consumer.message, run)
