"""What the requests service tells, to itself for now: the moments of its own clocks."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Message, ServiceName


class FirstAnswerDue(Message):
    """To itself: the first answer to a request is nearly due. Whoever answers it is told, if nobody has answered."""

    type: ClassVar[str] = "requests.first_answer_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.REQUESTS,)

    request_id: UUID
