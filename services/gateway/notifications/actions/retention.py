"""What is let go of when its time is over."""

from datetime import datetime

from sqlalchemy import ColumnElement, and_, exists
from sqlmodel import col, select

from services.gateway.notifications.tables import Notification, NotificationTelling
from shared.contracts.states import Kept
from shared.retention import Aged


def _is_carried_by_old(moment: datetime) -> ColumnElement[bool]:
    old = select(NotificationTelling.id).where(col(NotificationTelling.due_at) < moment)
    return col(NotificationTelling.carrier_id).in_(old)


def _is_old_and_told(moment: datetime) -> ColumnElement[bool]:
    telling = exists().where(
        col(NotificationTelling.tenant_id) == col(Notification.tenant_id),
        col(NotificationTelling.notification_id) == col(Notification.id),
    )
    return and_(col(Notification.occurred_at) < moment, ~telling)


AGED = (
    Aged.of(Kept.NOTIFICATIONS, NotificationTelling, _is_carried_by_old, {"carrier_id": None}),
    Aged.of(Kept.NOTIFICATIONS, NotificationTelling, lambda moment: col(NotificationTelling.due_at) < moment),
    Aged.of(Kept.NOTIFICATIONS, Notification, _is_old_and_told),
)
"""What was carried lets go of its carrier first, a notification waits for its tellings to go."""
