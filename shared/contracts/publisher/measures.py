"""To the publisher itself: what the networks count is asked once a day."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Message, ServiceName


class ChannelMeasureDue(Message):
    """Ask a network what it counts of a channel on that day, then of its posts: those whose deliveries follow `after`."""

    type: ClassVar[str] = "publisher.channel_measure_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    channel_id: UUID
    day: date
    after: UUID | None = None  # None: the channel itself first
