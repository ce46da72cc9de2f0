"""Mailboxes of networks that call no hook."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Message, ServiceName


class MailboxAskDue(Message):
    """To the publisher itself: ask a network what came into a mailbox. `asked` counts how often that was done before."""

    type: ClassVar[str] = "publisher.mailbox_ask_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    mailbox_id: UUID
    asked: int
