"""Notifications are asked for, come due, and are heard of."""

from services.gateway.notifications.actions.gathering import take_request
from services.gateway.notifications.actions.outcomes import hear_of_notice
from services.gateway.notifications.actions.telling import tell
from shared.consumers import Consumer, consumes, performs
from shared.contracts.gateway import NotificationDue, NotificationRequested
from shared.contracts.publisher import NoticeDelivery


def consumers() -> list[Consumer]:
    return [
        consumes(NotificationRequested, take_request),
        performs(NotificationDue, tell),
        consumes(NoticeDelivery, hear_of_notice),
    ]
