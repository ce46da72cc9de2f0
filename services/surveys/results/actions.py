"""Reading results: count, publish what may be published, show what is published."""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import JsonValue
from sqlalchemy import func, text
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.surveys.questionnaires.actions.drafting import find_survey
from services.surveys.questionnaires.rules.life import Anonymity, SurveyState
from services.surveys.questionnaires.tables import AnonymousResponse, NamedResponse, Survey
from services.surveys.results.rules import NOTHING, Figures, Reason, advance, advance_count
from services.surveys.results.tables import PublishedResults
from shared.context import Context
from shared.db import table_of

_TALLY = (
    "SELECT asked.key AS question, choice.value #>> '{{}}' AS option, "
    "count(*) AS chosen, count(*) FILTER (WHERE choice.ordinality = 1) AS people "
    "FROM surveys.{table} AS response "
    "CROSS JOIN LATERAL jsonb_each(response.answers) AS asked "
    "CROSS JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(asked.value) "
    "WHEN 'array' THEN asked.value ELSE jsonb_build_array(asked.value) END) WITH ORDINALITY AS choice "
    "WHERE response.tenant_id = :tenant_id AND response.survey_id = :survey_id GROUP BY 1, 2"
)
_TALLIES = {
    Anonymity.ANONYMOUS: text(_TALLY.format(table="anonymous_response")),
    Anonymity.NAMED: text(_TALLY.format(table="named_response")),
}


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
    table = table_of(AnonymousResponse if survey.anonymity is Anonymity.ANONYMOUS else NamedResponse)
    query = select(func.count()).where(table.c.tenant_id == context.tenant_id, table.c.survey_id == survey.id)
    return await context.store.first(query) or 0


async def _tally(context: Context, survey: Survey) -> dict[str, Figures]:
    keys = {"tenant_id": context.tenant_id, "survey_id": survey.id}
    rows = (await context.store.execute(_TALLIES[survey.anonymity], keys)).all()
    return {
        question: _figures(
            (str(row.option), int(row.chosen), int(row.people)) for row in rows if row.question == question
        )
        for question in {str(row.question) for row in rows}
    }


def _figures(rows: Iterable[tuple[str, int, int]]) -> Figures:
    kept = list(rows)
    return Figures(sum(people for _, _, people in kept), {option: chosen for option, chosen, _ in kept})
