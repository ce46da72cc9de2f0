"""What of notifications is a person's own: shown to them, erased with them."""

from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from services.gateway.notifications.tables import (
    Notification,
    NotificationOptOut,
    NotificationSettings,
    NotificationTelling,
)
from shared.context import Context
from shared.contracts.states import Subject
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
