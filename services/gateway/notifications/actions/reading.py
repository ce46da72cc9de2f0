"""A person's own list of notifications."""

from collections import defaultdict
from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import func
from sqlmodel import col, select

from services.gateway.notifications.schemas import NotificationsQuery, NotificationView
from services.gateway.notifications.tables import Notification, NotificationTelling
from shared.app import check_match, paginate
from shared.context import Context
from shared.errors import NotFound


async def list_notifications(
    context: Context, query: NotificationsQuery
) -> tuple[list[NotificationView], str | None, int]:
    """Newest first, and how many are unread in all."""
    own = _own(context)
    listed = own.where(col(Notification.read_at).is_(None)) if query.unread else own
    rows, after = await paginate(context, listed, Notification.id, query)
    unread = select(func.count()).select_from(own.where(col(Notification.read_at).is_(None)).subquery())
    return await _views(context, rows), after, (await context.store.execute(unread)).scalar_one()


async def read_notification(context: Context, notification_id: UUID) -> NotificationView:
    """Raises NotFound, for somebody else's too."""
    notification = await context.store.first(_own(context).where(col(Notification.id) == notification_id))
    if notification is None:
        raise NotFound
    return (await _views(context, [notification]))[0]


async def mark_as_read(context: Context, notification_id: UUID, if_match: str | None) -> NotificationView:
    """Again, it stays as it was. Raises NotFound, Stale."""
    query = _own(context).where(col(Notification.id) == notification_id).with_for_update()
    notification = await context.store.first(query)
    if notification is None:
        raise NotFound
    check_match(if_match, notification.version)
    if notification.read_at is None:
        notification.read_at = context.now
        notification.version += 1
    return (await _views(context, [notification]))[0]


def _own(context: Context):  # noqa: ANN202 - a Select of Notification, as sqlmodel spells it
    return select(Notification).where(
        col(Notification.person_id) == context.caller.person_id, col(Notification.listed).is_(True)
    )


async def _views(context: Context, rows: Sequence[Notification]) -> list[NotificationView]:
    """One more question, however many there are."""
    tellings: defaultdict[UUID, list[NotificationTelling]] = defaultdict(list)
    query = select(NotificationTelling).where(col(NotificationTelling.notification_id).in_([row.id for row in rows]))
    for telling in await context.store.all(query.order_by(col(NotificationTelling.way))):
        tellings[telling.notification_id].append(telling)
    return [NotificationView.of(row, tellings[row.id]) for row in rows]
