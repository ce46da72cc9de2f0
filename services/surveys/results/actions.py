"""Reading results: count, publish what may be published, show what is published."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from pydantic import JsonValue
from sqlalchemy import text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.engine import Result

from services.surveys.questionnaires.actions.drafting import find_survey
from services.surveys.questionnaires.rules.life import Anonymity, SurveyState
from services.surveys.questionnaires.tables import Survey
from services.surveys.results.rules import NOTHING, Figures, Reason, advance, advance_count
from services.surveys.results.tables import PublishedResults
from shared.context import Context
from shared.db import table_of

_ANSWERED = {
    Anonymity.ANONYMOUS: (
        "SELECT answers FROM surveys.anonymous_response WHERE tenant_id = :tenant_id AND survey_id = :survey_id "
        "UNION ALL SELECT CAST(unnest(mixing) AS jsonb) FROM surveys.roster_shard "
        "WHERE tenant_id = :tenant_id AND survey_id = :survey_id"
    ),
    Anonymity.NAMED: (
        "SELECT answers FROM surveys.named_response WHERE tenant_id = :tenant_id AND survey_id = :survey_id"
    ),
}
_COUNT = "SELECT count(*) FROM ({answered}) AS response"
_TALLY = (
    "SELECT asked.key AS question, choice.value #>> '{{}}' AS option, "
    "count(*) AS chosen, count(*) FILTER (WHERE choice.ordinality = 1) AS people "
    "FROM ({answered}) AS response "
    "CROSS JOIN LATERAL jsonb_each(response.answers) AS asked "
    "CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(asked.value) "
    "WHEN 'array' THEN asked.value ELSE jsonb_build_array(asked.value) END) WITH ORDINALITY AS choice "
    "GROUP BY 1, 2"
)


@dataclass(frozen=True)
class Results:
    """What may be shown now. `hidden` is why nothing is."""

    survey: Survey
    people: int
    figures: dict[str, Figures]
    hidden: Reason | None = None


async def read_results(context: Context, survey_id: str) -> Results:
    """Raises NotFound. Readers of one survey take turns, so that no two see figures one answer apart."""
    survey = await find_survey(context, survey_id)
    if survey.results_hidden_until_close and survey.state in {SurveyState.DRAFT, SurveyState.OPEN}:
        nothing = dict.fromkeys((question.id for question in survey.asked), NOTHING)
        return Results(survey, 0, nothing, Reason.HIDDEN_UNTIL_CLOSE)
    published = await _hold_published(context, survey)
    figures = {question.id: published.figures_of(question.id) for question in survey.asked}
    people = advance_count(published.people, await _count(context, survey))
    if people != published.people:
        present = await _tally(context, survey)
        figures = {name: advance(kept, present.get(name, NOTHING)) for name, kept in figures.items()}
        published.publish(people, figures)
    return Results(survey, people, figures)


async def _hold_published(context: Context, survey: Survey) -> PublishedResults:
    nothing = insert(table_of(PublishedResults)).values(
        tenant_id=context.tenant_id, id=survey.id, people=0, figures=dict[str, JsonValue]()
    )
    await context.store.execute(nothing.on_conflict_do_nothing())
    return await context.store.lock(PublishedResults, survey.id)


async def _count(context: Context, survey: Survey) -> int:
    return (await _ask(context, survey, _COUNT)).scalar_one()


async def _tally(context: Context, survey: Survey) -> dict[str, Figures]:
    rows = (await _ask(context, survey, _TALLY)).all()
    return {
        question: _figures(
            (str(row.option), int(row.chosen), int(row.people)) for row in rows if row.question == question
        )
        for question in {str(row.question) for row in rows}
    }


async def _ask(context: Context, survey: Survey, query: str) -> Result[Any]:
    statement = text(query.format(answered=_ANSWERED[survey.anonymity]))
    return await context.store.execute(statement, {"tenant_id": context.tenant_id, "survey_id": survey.id})


def _figures(rows: Iterable[tuple[str, int, int]]) -> Figures:
    kept = list(rows)
    return Figures(sum(people for _, _, people in kept), {option: chosen for option, chosen, _ in kept})
