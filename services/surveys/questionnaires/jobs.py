"""The moment at which a survey closes by itself."""

from services.surveys.questionnaires.actions.opening import close_when_due
from shared.consumers import Consumer, consumes
from shared.context import Context
from shared.contracts.surveys import SurveyCloseDue


async def close(context: Context, message: SurveyCloseDue) -> None:
    await close_when_due(context, message.survey_id, message.closing_version)


def consumers() -> list[Consumer]:
    return [consumes(SurveyCloseDue, close)]
