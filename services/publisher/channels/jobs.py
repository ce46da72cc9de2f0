"""Asking the networks for their updates and for links into their communities; telling all channels anew."""

from services.publisher.channels.actions.inviting import make_invitation
from services.publisher.channels.actions.mailboxes import register_hook
from services.publisher.channels.actions.telling import tell_channels
from shared.consumers import Consumer, consumes, performs
from shared.contracts.gateway import ChannelsWanted
from shared.contracts.publisher import ChannelHookDue, CommunityInvitationRequested


def consumers() -> list[Consumer]:
    return [
        performs(ChannelHookDue, register_hook),
        performs(CommunityInvitationRequested, make_invitation),
        consumes(ChannelsWanted, tell_channels),
    ]
