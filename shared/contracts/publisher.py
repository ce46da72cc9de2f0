"""What the publisher tells and is asked: messages with members in the networks, both ways, and its own due work."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from pydantic import BaseModel, ConfigDict

from shared.contracts.message import Message, Priority, ServiceName


class DirectMessageReceived(Message):
    """Somebody wrote to a channel's organization in a private chat. Told once per update of the network."""

    type: ClassVar[str] = "publisher.direct_message_received"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.REQUESTS,)
    priority: ClassVar[Priority] = Priority.URGENT
    quotes: ClassVar[bool] = True

    conversation_id: UUID  # the chat between the person and the channel; replies go to it
    message_id: UUID
    channel_id: UUID
    network: str
    organization_id: UUID
    external_user_id: str
    display_name: str
    person_id: UUID | None  # when the account is linked to somebody known
    text: str
    received_at: datetime


class ButtonPressed(Message):
    """Somebody pressed a button that came with a reply. `payload` is what the asker had put on the button."""

    type: ClassVar[str] = "publisher.button_pressed"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.REQUESTS,)
    priority: ClassVar[Priority] = Priority.URGENT
    quotes: ClassVar[bool] = True

    conversation_id: UUID
    external_user_id: str
    payload: str
    pressed_at: datetime


class Button(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")

    label: str
    payload: str  # at most 64 bytes, the smallest limit of the networks


class DirectMessageRequested(Message):
    """A service asks the publisher to write into a conversation. The answer is DirectMessageDelivery."""

    type: ClassVar[str] = "publisher.direct_message_requested"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)
    priority: ClassVar[Priority] = Priority.URGENT
    quotes: ClassVar[bool] = True

    reference_id: UUID  # the asker's own id of what is sent; comes back in DirectMessageDelivery
    conversation_id: UUID
    text: str
    buttons: tuple[Button, ...] = ()


class DirectMessageDelivery(Message):
    """What became of a DirectMessageRequested. `sequence` grows with each change; older news is dropped."""

    type: ClassVar[str] = "publisher.direct_message_delivery"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.REQUESTS,)

    reference_id: UUID
    state: str  # pending, sending, sent, retrying, rejected, failed, unknown
    sequence: int
    code: str | None = None  # the network's error code, when it said no


class DeliveryDue(Message):
    """To the publisher itself: a delivery's turn has come (first try or a later one)."""

    type: ClassVar[str] = "publisher.delivery_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    delivery_id: UUID
    attempt: int  # the attempt that is due; a message for an attempt already made is dropped


class DirectMessageDue(Message):
    """To the publisher itself: a direct message's turn has come."""

    type: ClassVar[str] = "publisher.direct_message_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)
    priority: ClassVar[Priority] = Priority.URGENT

    direct_message_id: UUID
    attempt: int


class PublicationDue(Message):
    """To the publisher itself: the moment of a scheduled publication. Dropped when it was rescheduled since."""

    type: ClassVar[str] = "publisher.publication_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    publication_id: UUID
    schedule_version: int


class ReconciliationDue(Message):
    """To the publisher itself: ask the network whether it took what we are not sure of."""

    type: ClassVar[str] = "publisher.reconciliation_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    delivery_id: UUID
    attempt: int


class ChannelHookDue(Message):
    """To the publisher itself: ask a channel's network to send its updates to us. Dropped when it was asked anew since."""

    type: ClassVar[str] = "publisher.channel_hook_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    channel_id: UUID
    hook_version: int


class NoticeRequested(Message):
    """The gateway asks to write to a person's own account: a code, a notification. The answer is NoticeDelivery.

    `sealed_text` stays sealed until it is sent, and is forgotten afterwards. After `expires_at` it is not sent.
    """

    type: ClassVar[str] = "publisher.notice_requested"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)
    priority: ClassVar[Priority] = Priority.URGENT
    quotes: ClassVar[bool] = True

    reference_id: UUID
    network: str
    external_user_id: str
    sealed_text: str
    expires_at: datetime


class NoticeDelivery(Message):
    """What became of a NoticeRequested. `code` says why not: `no_conversation`, `expired`, or the network's own."""

    type: ClassVar[str] = "publisher.notice_delivery"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.GATEWAY,)

    reference_id: UUID
    state: str  # sent, rejected, failed, unknown, dropped
    code: str | None = None


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


class LinkCodeReceived(Message):
    """Somebody sent a channel's bot the code that the gateway gave them: the account is theirs."""

    type: ClassVar[str] = "publisher.link_code_received"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.GATEWAY,)
    priority: ClassVar[Priority] = Priority.URGENT
    quotes: ClassVar[bool] = True

    channel_id: UUID
    network: str
    external_user_id: str
    display_name: str
    sealed_code: str
