"""Publications whose moment has come, deliveries whose turn it is, and doubts to be cleared up."""

from services.publisher.publications.actions.changing_posts import change_post
from services.publisher.publications.actions.greetings import draft_greeting
from services.publisher.publications.actions.publishing import publish_due
from services.publisher.publications.actions.reconciling import reconcile_delivery
from services.publisher.publications.actions.sending import send_delivery
from shared.consumers import Consumer, consumes, performs
from shared.contracts.publisher import DeliveryChangeDue, DeliveryDue, GreetingDrawn, PublicationDue, ReconciliationDue


def consumers() -> list[Consumer]:
    return [
        consumes(PublicationDue, publish_due),
        consumes(GreetingDrawn, draft_greeting),
        performs(DeliveryDue, send_delivery),
        performs(DeliveryChangeDue, change_post),
        performs(ReconciliationDue, reconcile_delivery),
    ]
