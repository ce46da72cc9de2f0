"""What of notifications is a person's own, and what is let go of when its time is over."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, exists
from sqlmodel import col, select

from services.gateway.notifications.tables import (
    Notification,
    NotificationOptOut,
    NotificationSettings,
    NotificationTelling,
)
from shared.context import Context
from shared.contracts.states import Kept, Subject
from shared.retention import Aged
from shared.subjects import Held, Holding


async def held_of(context: Context, subject: Subject) -> Held:  # noqa: ARG001 - asked like every room
    def theirs(person_id: Any) -> ColumnElement[bool]:
        return col(person_id).in_(subject.person_ids)

    return Held(
        [
            Holding.of(
                "notification_tellings",
                NotificationTelling,
                theirs(NotificationTelling.person_id),
                ("notification_id", "way", "state", "began_at"),
            ),
            Holding.of(
                "notifications",
                Notification,
                theirs(Notification.person_id),
                ("id", "kind", "title", "occurred_at", "read_at"),
            ),
            Holding.of(
                "notification_settings",
                NotificationSettings,
                theirs(NotificationSettings.person_id),
                ("ways", "quiet_from", "quiet_until", "most_a_day", "language"),
            ),
            Holding.of(
                "notification_opt_outs", NotificationOptOut, theirs(NotificationOptOut.person_id), ("kind", "way")
            ),
        ]
    )


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
