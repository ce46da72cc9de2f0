"""Reading who answered what, where that was announced before anybody answered."""

from sqlmodel import select

from services.surveys.directory.tables import DIRECTORY
from services.surveys.questionnaires.actions.drafting import find_survey
from services.surveys.questionnaires.rules.life import Anonymity, AnswersAreAnonymous
from services.surveys.questionnaires.tables import NamedResponse
from shared.app import PageQuery, paginate
from shared.context import Context
from shared.permissions import Permission


async def list_named_responses(
    context: Context, survey_id: str, page: PageQuery
) -> tuple[list[NamedResponse], str | None]:
    """Newest first. Raises NotFound, Forbidden, AnswersAreAnonymous."""
    survey = await find_survey(context, survey_id)
    await DIRECTORY.reachable(context, survey.organization_id, Permission.MANAGE_SURVEYS)
    if survey.anonymity is Anonymity.ANONYMOUS:
        raise AnswersAreAnonymous
    query = select(NamedResponse).where(
        NamedResponse.tenant_id == context.tenant_id, NamedResponse.survey_id == survey.id
    )
    rows, after = await paginate(context, query, NamedResponse.id, page)
    context.has_read(*(row.person_id for row in rows))
    return rows, after
