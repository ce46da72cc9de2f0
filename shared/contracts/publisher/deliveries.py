"""The publisher's own due work: publications and their deliveries, to itself."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Message, Priority, ServiceName


class PublicationDue(Message):
    """To the publisher itself: the moment of a scheduled publication. Dropped when it was rescheduled since."""

    type: ClassVar[str] = "publisher.publication_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    publication_id: UUID
    schedule_version: int
    urgent: bool = False

    @property
    def precedence(self) -> Priority:
        return Priority.URGENT if self.urgent else self.priority


class DeliveryDue(Message):
    """To the publisher itself: a delivery's turn has come, and that of others behind it in its channel's line."""

    type: ClassVar[str] = "publisher.delivery_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    delivery_id: UUID
    attempt: int  # the attempt that was due when it was told; what is due now is what the line says
    urgent: bool = False  # a change in the law goes before what is published in bulk

    @property
    def precedence(self) -> Priority:
        return Priority.URGENT if self.urgent else self.priority


class ReconciliationDue(Message):
    """To the publisher itself: ask the network whether it took what we are not sure of."""

    type: ClassVar[str] = "publisher.reconciliation_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    delivery_id: UUID
    attempt: int


class DeliveryChangeDue(Message):
    """To the publisher itself: edit a post that is out, or take it down, as its delivery says: it is read meanwhile."""

    type: ClassVar[str] = "publisher.delivery_change_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)
    priority: ClassVar[Priority] = Priority.URGENT

    delivery_id: UUID
    tries: int = 0  # used up


class PostReturned(Message):
    """To the publisher itself: what it had handed over came back. Whoever hears it sees whether it was that delivery's."""

    type: ClassVar[str] = "publisher.post_returned"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    mailbox_id: UUID
    delivery_id: UUID
    post_id: str
    recipients: tuple[str, ...]  # addresses, in lower case
    code: str  # of the reason, known to `networks.reasons`
    network_code: str | None = None  # what the network itself said
