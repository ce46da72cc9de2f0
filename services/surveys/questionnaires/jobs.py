"""The moments of a survey: those whom it asks are told, it closes by itself."""

from services.surveys.questionnaires.actions.notifying import tell_next
from services.surveys.questionnaires.actions.opening import close_when_due
from shared.consumers import Consumer, consumes
from shared.context import Context
from shared.contracts.surveys import SurveyCloseDue, SurveyTellingDue


async def close(context: Context, message: SurveyCloseDue) -> None:
    await close_when_due(context, message.survey_id, message.closing_version)


def consumers() -> list[Consumer]:
    return [consumes(SurveyCloseDue, close), consumes(SurveyTellingDue, tell_next)]
