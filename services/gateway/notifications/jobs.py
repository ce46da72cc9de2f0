"""Notifications are asked for, come due, and are heard of."""

from collections.abc import Sequence

from services.gateway.notifications.actions.gathering import take_request
from services.gateway.notifications.actions.holdings import held_of
from services.gateway.notifications.actions.outcomes import hear_of_notice
from services.gateway.notifications.actions.retention import AGED
from services.gateway.notifications.actions.telling import tell
from shared.consumers import Consumer, consumes, performs
from shared.context import Context
from shared.contracts.gateway import NotificationDue, NotificationRequested
from shared.contracts.publisher import NoticeDelivery
from shared.contracts.states import Subject
from shared.retention import Aged
from shared.subjects import Held


def consumers() -> list[Consumer]:
    return [
        consumes(NotificationRequested, take_request),
        performs(NotificationDue, tell),
        consumes(NoticeDelivery, hear_of_notice),
    ]


def aged() -> Sequence[Aged]:
    """What this room lets go of."""
    return AGED


async def held(context: Context, subject: Subject) -> Held:
    """What this room holds of a person."""
    return await held_of(context, subject)
