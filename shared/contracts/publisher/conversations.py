"""What people write to the union's mailboxes in the networks, and what is written to them."""

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


class DirectMessageDue(Message):
    """To the publisher itself: a direct message's turn has come."""

    type: ClassVar[str] = "publisher.direct_message_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)
    priority: ClassVar[Priority] = Priority.URGENT

    direct_message_id: UUID
    attempt: int


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
