"""The publisher's own due work about plans that recur, to itself."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Message, ServiceName


class PlanDue(Message):
    """To the publisher itself: a plan's publication is to be made. Dropped when the plan was made anew since."""

    type: ClassVar[str] = "publisher.plan_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.PUBLISHER,)

    plan_id: UUID
    schedule_version: int
