"""Results of surveys, for staff, through the one privacy filter."""

from typing import Annotated

from services.surveys.results.actions import read_results
from services.surveys.results.schemas import ResultsView
from shared.app import ApiRouter, PublicIdPath, allowed, problems
from shared.context import Context
from shared.errors import NotFound
from shared.permissions import Permission

router = ApiRouter(tags=["results"])
Seeing = Annotated[Context, allowed(Permission.SEE_SURVEYS)]


@router.get("/surveys/{survey_id}/results", operation_id="survey_results_read", responses=problems(NotFound))
async def survey_results_read(survey_id: PublicIdPath, context: Seeing) -> ResultsView:
    """Read what the answers say, as far as it tells of nobody in particular.

    A figure needs at least `step` people behind it and moves only by steps of at least as many; figures in which all
    (or all but one) answered the same are withheld, and look like those of a question that nobody answered. A survey
    that is watched while it is open may therefore end a few answers short of all; one with
    `results_hidden_until_close` does not.
    """
    results = await read_results(context, survey_id)
    return ResultsView.of(results.survey, results.people, results.figures, results.hidden)
