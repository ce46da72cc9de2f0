"""Events taken in and told on: to streams, and to webhooks one turn at a time."""

from services.gateway.webhooks.actions.deliveries import list_deliveries, read_delivery, replay, send_test
from services.gateway.webhooks.actions.sending import Lanes, send_due
from services.gateway.webhooks.actions.subscriptions import (
    change_webhook,
    check_body,
    create_webhook,
    delete_webhook,
    list_webhooks,
    read_webhook,
    rotate_secret,
)
from services.gateway.webhooks.actions.telling import (
    EVENTS_CHANNEL,
    events_after,
    forget_old_events,
    latest_sequence,
    take_event,
    tell_here,
)

__all__ = [
    "EVENTS_CHANNEL",
    "Lanes",
    "change_webhook",
    "check_body",
    "create_webhook",
    "delete_webhook",
    "events_after",
    "forget_old_events",
    "latest_sequence",
    "list_deliveries",
    "list_webhooks",
    "read_delivery",
    "read_webhook",
    "replay",
    "rotate_secret",
    "send_due",
    "send_test",
    "take_event",
    "tell_here",
]
