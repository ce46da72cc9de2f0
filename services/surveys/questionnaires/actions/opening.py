"""Opening a survey, which fixes who is asked; closing it, which forgets in what order the answers came; archiving it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import text

from services.surveys.directory.tables import DIRECTORY
from services.surveys.questionnaires.actions.drafting import hold_survey
from services.surveys.questionnaires.actions.notifying import plan_tellings
from services.surveys.questionnaires.rules.life import (
    Anonymity,
    NobodyToAsk,
    SurveyState,
    check_closing_time,
    check_move,
)
from services.surveys.questionnaires.rules.roster import no_bits, shards_of
from services.surveys.questionnaires.tables import RosterShard, Survey
from shared.app import public_id
from shared.context import Context
from shared.contracts.events import SurveyEvent, occurred
from shared.contracts.surveys import SurveyCloseDue

# The rows go and come back in one statement, with what was still mixing, in the order of random ids.
_IN_ORDER_OF_IDS = text(
    "WITH taken AS (DELETE FROM surveys.anonymous_response "
    "WHERE tenant_id = :tenant_id AND survey_id = :survey_id RETURNING id, answers), "
    "mixed AS (SELECT gen_random_uuid() AS id, CAST(unnest(mixing) AS jsonb) AS answers FROM surveys.roster_shard "
    "WHERE tenant_id = :tenant_id AND survey_id = :survey_id) "
    "INSERT INTO surveys.anonymous_response (tenant_id, id, survey_id, answers) "
    "SELECT :tenant_id, id, :survey_id, answers FROM (SELECT * FROM taken UNION ALL SELECT * FROM mixed) AS answered "
    "ORDER BY id"
)
_NOTHING_MIXES = text(
    "UPDATE surveys.roster_shard SET mixing = '{}' WHERE tenant_id = :tenant_id AND survey_id = :survey_id"
)


async def open_survey(context: Context, survey_id: str, if_match: str | None) -> Survey:
    """Fix the roster and begin. Raises NotFound, Forbidden, Stale, WrongState, NobodyToAsk, ClosesInThePast."""
    survey = await hold_survey(context, survey_id, if_match)
    check_move(survey.state, SurveyState.OPEN)
    check_closing_time(survey.closes_at, context.now)
    people = await DIRECTORY.members_of(context, survey.organization_id)
    if not people:
        raise NobodyToAsk
    shards = shards_of(people)
    for number, members in enumerate(shards):
        context.store.add(
            RosterShard(survey_id=survey.id, number=number, person_ids=members, taken_part=no_bits(len(members)))
        )
    survey.roster_size = len(people)
    survey.roster_shards = len(shards)
    survey.opened_at = context.now
    _enter(survey, SurveyState.OPEN)
    if survey.closes_at is not None:
        due = SurveyCloseDue(survey_id=survey.id, closing_version=survey.version)
        await context.emit(due, available_at=survey.closes_at)
    await _tell(context, survey, "survey.opened")
    await plan_tellings(context, survey)
    return survey


async def close_survey(context: Context, survey_id: str, if_match: str | None) -> Survey:
    """Raises NotFound, Forbidden, Stale, WrongState."""
    survey = await hold_survey(context, survey_id, if_match)
    check_move(survey.state, SurveyState.CLOSED)
    await _close(context, survey, context.now)
    return survey


async def close_when_due(context: Context, survey_id: UUID, closing_version: int) -> None:
    """Close what is open since the version that asked for it; anything else has been closed already."""
    survey = await context.store.lock(Survey, survey_id, alone=True)
    if survey.state is SurveyState.OPEN and survey.version == closing_version:
        await _close(context, survey, survey.closes_at or context.now)


async def archive_survey(context: Context, survey_id: str, if_match: str | None) -> Survey:
    """Raises NotFound, Forbidden, Stale, WrongState."""
    survey = await hold_survey(context, survey_id, if_match)
    check_move(survey.state, SurveyState.ARCHIVED)
    _enter(survey, SurveyState.ARCHIVED)
    return survey


async def _close(context: Context, survey: Survey, at: datetime) -> None:
    """No answer can come between: whoever writes one holds the survey's row first, in a mode that this excludes."""
    survey.closed_at = at
    _enter(survey, SurveyState.CLOSED)
    if survey.anonymity is Anonymity.ANONYMOUS:
        keys = {"tenant_id": context.tenant_id, "survey_id": survey.id}
        await context.store.execute(_IN_ORDER_OF_IDS, keys)
        await context.store.execute(_NOTHING_MIXES, keys)
    await _tell(context, survey, "survey.closed")


async def _tell(context: Context, survey: Survey, name: str) -> None:
    told = SurveyEvent(survey_id=public_id(context.tenant_id, survey.id), state=survey.state)
    await context.emit(occurred(name, survey.organization_id, told, context.now))


def _enter(survey: Survey, state: SurveyState) -> None:
    survey.state = state
    survey.version += 1
