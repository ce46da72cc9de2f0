"""The publisher's own due work about occasions, to itself."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Message, ServiceName


class OccasionDue(Message):
    """To the publisher itself: a greeting is to be drafted. Dropped when the occasion was planned anew since."""

    type: ClassVar[str] = "publisher.occasion_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    occasion_id: UUID
    schedule_version: int


class GreetingDrawn(Message):
    """To the publisher itself: an occasion's card is there, a publication is to be drafted with it."""

    type: ClassVar[str] = "publisher.greeting_drawn"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    greeting_id: UUID
