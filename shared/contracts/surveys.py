"""What the surveys service tells, to itself for now: the moments of its own calendar."""

from typing import ClassVar
from uuid import UUID

from shared.contracts.message import Message, ServiceName


class SurveyCloseDue(Message):
    """To itself: the moment at which a survey closes. Dropped when the moment was changed since."""

    type: ClassVar[str] = "surveys.survey_close_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.SURVEYS,)

    survey_id: UUID
    closing_version: int


class SurveyTellingDue(Message):
    """To itself: the next of those whom a survey asks are to be told of it. `start` is their place within the shard."""

    type: ClassVar[str] = "surveys.survey_telling_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.SURVEYS,)

    survey_id: UUID
    occasion: str  # opened, closing
    shard: int = 0
    start: int = 0
