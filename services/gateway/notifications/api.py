"""Notifications: everybody's own list and settings, and the links that end them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.gateway.notifications.actions.opting_out import opt_out, read_opt_out
from services.gateway.notifications.actions.reading import list_notifications, mark_as_read, read_notification
from services.gateway.notifications.actions.settings import change_settings, own_reader, settings_view
from services.gateway.notifications.rules.kinds import UnknownKind
from services.gateway.notifications.schemas import (
    NotificationsPage,
    NotificationsQuery,
    NotificationView,
    OptOutView,
    SettingsChange,
    SettingsView,
)
from shared.app import ApiRouter, IfMatch, anyone, etag, problems, public_id_path, signed_in
from shared.context import Context
from shared.errors import NotFound, Stale

router = ApiRouter(tags=["notifications"])

Reading = Annotated[Context, signed_in()]
Token = Annotated[str, public_id_path("the last part of the link under the mail")]
Following = Annotated[Context, anyone(tenant_of="token")]


@router.get("/notifications", operation_id="notifications_list")
async def notifications_list(context: Reading, page: Annotated[NotificationsQuery, Query()]) -> NotificationsPage:
    """Your own notifications, newest first, and how many of them you have not read."""
    items, following, unread = await list_notifications(context, page)
    return NotificationsPage(items=items, next=following, unread=unread)


@router.get("/notifications/{notification_id}", operation_id="notifications_read", responses=problems(NotFound))
async def notifications_read(notification_id: UUID, context: Reading, response: Response) -> NotificationView:
    """One of your own notifications. To read it here does not mark it as read."""
    notification = await read_notification(context, notification_id)
    etag(response, notification.version)
    return notification


@router.post(
    "/notifications/{notification_id}/read",
    operation_id="notifications_mark_read",
    responses=problems(NotFound, Stale),
)
async def notifications_mark_read(
    notification_id: UUID, context: Reading, response: Response, if_match: IfMatch = None
) -> NotificationView:
    """Mark one of your own notifications as read."""
    notification = await mark_as_read(context, notification_id, if_match)
    etag(response, notification.version)
    return notification


@router.get(
    "/notifications/unsubscribe/{token}", operation_id="notification_opt_outs_read", responses=problems(NotFound)
)
async def notification_opt_outs_read(token: Token, context: Following) -> OptOutView:
    """What the link under a mail or a message ends. To look at it changes nothing."""
    opted_out, comes = await read_opt_out(context, token)
    return OptOutView.shown(opted_out.kind, opted_out.way, comes=comes)


@router.post(
    "/notifications/unsubscribe/{token}", operation_id="notification_opt_outs_follow", responses=problems(NotFound)
)
async def notification_opt_outs_follow(token: Token, context: Following) -> OptOutView:
    """Hear no more of it, without signing in. Mail programs call this by themselves, with one click (RFC 8058)."""
    opted_out, comes = await opt_out(context, token)
    return OptOutView.shown(opted_out.kind, opted_out.way, comes=comes)


@router.get("/notification_settings", operation_id="notification_settings_read", responses=problems(NotFound))
async def notification_settings_read(context: Reading, response: Response) -> SettingsView:
    """How you are told: every kind of notification and its ways, quiet hours, how much a day."""
    settings = await settings_view(context, await own_reader(context))
    etag(response, settings.version)
    return settings


@router.patch(
    "/notification_settings",
    operation_id="notification_settings_update",
    responses=problems(NotFound, Stale, UnknownKind),
)
async def notification_settings_update(
    body: SettingsChange, context: Reading, response: Response, if_match: IfMatch = None
) -> SettingsView:
    """Change how you are told. What is urgent comes at night too, by the ways that you chose for it."""
    settings = await settings_view(context, await change_settings(context, body, if_match))
    etag(response, settings.version)
    return settings
