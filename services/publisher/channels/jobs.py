"""Asking the networks for their updates, and for links into their communities."""

from services.publisher.channels.actions.inviting import make_invitation
from services.publisher.channels.actions.mailboxes import register_hook
from shared.consumers import Consumer, performs
from shared.contracts.publisher import ChannelHookDue, CommunityInvitationRequested


def consumers() -> list[Consumer]:
    return [performs(ChannelHookDue, register_hook), performs(CommunityInvitationRequested, make_invitation)]
