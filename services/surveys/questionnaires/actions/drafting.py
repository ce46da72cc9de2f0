"""Making surveys, changing drafts, finding them again."""

from uuid import UUID

from sqlalchemy import BigInteger, func, literal
from sqlmodel import col, select
from sqlmodel.sql.expression import SelectOfScalar

from services.surveys.directory.tables import DIRECTORY
from services.surveys.questionnaires.rules.life import check_closing_time, check_draft
from services.surveys.questionnaires.rules.questions import InvalidQuestions, Question, check_questions
from services.surveys.questionnaires.rules.roster import tail_of
from services.surveys.questionnaires.schemas import NewSurvey, QuestionBody, SurveyChange, SurveyQuery
from services.surveys.questionnaires.tables import RosterShard, Survey
from shared.app import check_match, id_within, paginate
from shared.context import Context
from shared.errors import FieldError, NotFound
from shared.permissions import Permission

NO_PERSON = UUID(int=0)  # on no roster


async def create_survey(context: Context, body: NewSurvey) -> Survey:
    """Raises NotFound, Forbidden, InvalidQuestions, ClosesInThePast."""
    await DIRECTORY.reachable(context, body.organization_id, Permission.MANAGE_SURVEYS)
    check_closing_time(body.closes_at, context.now)
    survey = Survey(
        organization_id=body.organization_id,
        kind=body.kind,
        title=body.title,
        questions=[],
        audience=body.audience,
        anonymity=body.anonymity,
        closes_at=body.closes_at,
        results_hidden_until_close=body.results_hidden_until_close,
        created_by=context.caller.person_id,
        created_at=context.now,
    )
    survey.ask(_asked(body.questions))
    return await context.store.insert(survey)


async def change_survey(context: Context, survey_id: str, body: SurveyChange, if_match: str | None) -> Survey:
    """Raises NotFound, Forbidden, Stale, NotDraft, InvalidQuestions, ClosesInThePast."""
    survey = await hold_survey(context, survey_id, if_match)
    check_draft(survey.state)
    given = body.model_dump(exclude_unset=True, exclude={"questions"})
    for name, value in given.items():
        if value is not None or name == "closes_at":
            setattr(survey, name, value)
    check_closing_time(body.closes_at, context.now)
    if body.questions is not None:
        survey.ask(_asked(body.questions))
    survey.version += 1
    return survey


async def hold_survey(context: Context, survey_id: str, if_match: str | None = None) -> Survey:
    """The survey as it is now, held until the end of the transaction, for one who may manage it.

    Raises NotFound; Forbidden for what the caller only sees; Stale.
    """
    query = _visible(context).where(Survey.id == id_within(context.tenant_id, survey_id))
    survey = await context.store.first(query.with_for_update(of=Survey).execution_options(populate_existing=True))
    if survey is None:
        raise NotFound
    await DIRECTORY.reachable(context, survey.organization_id, Permission.MANAGE_SURVEYS)
    check_match(if_match, survey.version)
    return survey


async def find_survey(context: Context, survey_id: str) -> Survey:
    """For staff who see the organization's surveys. Raises NotFound."""
    query = _visible(context).where(Survey.id == id_within(context.tenant_id, survey_id))
    survey = await context.store.first(query)
    if survey is None:
        raise NotFound
    return survey


async def read_survey(context: Context, survey_id: str) -> Survey:
    """For staff, and for those who are asked. Raises NotFound."""
    try:
        return await find_survey(context, survey_id)
    except NotFound:
        survey = await context.store.first(_asks_caller(context, id_within(context.tenant_id, survey_id)))
        if survey is None:
            raise
        return survey


async def list_surveys(context: Context, page: SurveyQuery) -> tuple[list[Survey], str | None]:
    """Newest first. Raises NotFound for an organization that the caller does not reach."""
    query = _visible(context)
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_SURVEYS)
        query = query.where(DIRECTORY.under(context, Survey.organization_id, page.organization_id))
    if page.state is not None:
        query = query.where(col(Survey.state) == page.state)
    return await paginate(context, query, Survey.id, page)


def _visible(context: Context) -> SelectOfScalar[Survey]:
    return select(Survey).where(
        Survey.tenant_id == context.tenant_id,
        DIRECTORY.reach_filter(context, Survey.organization_id, Permission.SEE_SURVEYS),
    )


def _asks_caller(context: Context, survey_id: UUID) -> SelectOfScalar[Survey]:
    person_id = context.caller.person_id or NO_PERSON
    return (
        select(Survey)
        .join(RosterShard, (col(RosterShard.tenant_id) == Survey.tenant_id) & (col(RosterShard.survey_id) == Survey.id))
        .where(
            Survey.tenant_id == context.tenant_id,
            Survey.id == survey_id,
            col(RosterShard.number) == literal(tail_of(person_id), BigInteger) % func.nullif(Survey.roster_shards, 0),
            literal(person_id) == func.any(RosterShard.person_ids),
        )
    )


def _asked(bodies: list[QuestionBody]) -> tuple[Question, ...]:
    """Raises InvalidQuestions."""
    lacking = [
        place for place, body in enumerate(bodies) if body.measure is None and (body.kind is None or body.text is None)
    ]
    if lacking:
        needed = {"ru": "Нужны kind и text", "en": "`kind` and `text` are needed"}
        raise InvalidQuestions(errors=tuple(FieldError(f"/questions/{place}", "missing", needed) for place in lacking))
    questions = tuple(body.asked(place) for place, body in enumerate(bodies, 1))
    check_questions(questions)
    return questions
