"""Asking the networks for their updates."""

from services.publisher.channels.actions.mailboxes import register_hook
from shared.consumers import Consumer, performs
from shared.contracts.publisher import ChannelHookDue


def consumers() -> list[Consumer]:
    return [performs(ChannelHookDue, register_hook)]
