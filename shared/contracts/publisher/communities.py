"""Channels, their hooks, and who comes into their communities."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Message, ServiceName


class ChannelChanged(Message):
    """A channel as the gateway must know it: to check who signs in through its bot, to invite into its community."""

    type: ClassVar[str] = "publisher.channel_changed"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.GATEWAY,)

    channel_id: UUID
    entity_version: int
    organization_id: UUID
    network: str
    name: str
    state: str  # active, needs_reauthorization, paused
    account_id: str | None = None  # the bot's or the community's own id in the network
    address: str | None = None  # where people find it, if it has a public address
    mailbox_address: str | None = None  # where they write to its bot or community


class ChannelHookDue(Message):
    """To the publisher itself: ask a channel's network to send its updates to us. Dropped when it was asked anew since."""

    type: ClassVar[str] = "publisher.channel_hook_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    channel_id: UUID
    hook_version: int


class CommunityInvitationRequested(Message):
    """The gateway asks for a link of one use into a channel's community."""

    type: ClassVar[str] = "publisher.community_invitation_requested"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    invitation_id: UUID
    channel_id: UUID
    expires_at: datetime


class CommunityInvitationMade(Message):
    """The link, sealed; or why there is none: `unsupported`, `not_allowed`, `unknown`, or the network's own code."""

    type: ClassVar[str] = "publisher.community_invitation_made"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.GATEWAY,)

    invitation_id: UUID
    sealed_url: str | None = None
    code: str | None = None


class CommunityJoined(Message):
    """The network says that somebody joined a community, and by which of our links if it tells."""

    type: ClassVar[str] = "publisher.community_joined"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.GATEWAY,)
    quotes: ClassVar[bool] = True

    channel_id: UUID
    network: str
    external_user_id: str
    invitation_id: UUID | None
    joined_at: datetime
