"""Feeds of others that are watched."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Message, ServiceName


class WatchedFeedDue(Message):
    """To the publisher itself: ask a feed what is new in it. `asked` counts how often that was done before."""

    type: ClassVar[str] = "publisher.watched_feed_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    feed_id: UUID
    asked: int
