"""Surveys: staff make and run them, members answer them."""

from typing import Annotated

from fastapi import Depends, Query, Request, Response

from services.surveys.questionnaires.actions.answering import AnswerTaker
from services.surveys.questionnaires.actions.drafting import change_survey, create_survey, list_surveys, read_survey
from services.surveys.questionnaires.actions.named import list_named_responses
from services.surveys.questionnaires.actions.opening import archive_survey, close_survey, open_survey
from services.surveys.questionnaires.rules.life import (
    AnswersAreAnonymous,
    ClosesInThePast,
    NobodyToAsk,
    NotDraft,
    SurveyClosed,
    WrongState,
)
from services.surveys.questionnaires.rules.questions import InvalidAnswers, InvalidQuestions
from services.surveys.questionnaires.rules.roster import AlreadyAnswered, NotOnRoster
from services.surveys.questionnaires.schemas import (
    NamedResponseView,
    NewResponse,
    NewSurvey,
    ResponseTaken,
    SurveyChange,
    SurveyQuery,
    SurveyView,
)
from services.surveys.questionnaires.tables import Survey
from shared.app import (
    ApiRouter,
    IfMatch,
    Page,
    Paging,
    PublicIdPath,
    allowed,
    caller,
    created,
    etag,
    problems,
    signed_in,
)
from shared.app.hot import answer, body_of, read_body
from shared.context import Context
from shared.errors import Forbidden, NotFound, Stale
from shared.identity import Caller
from shared.permissions import Permission

router = ApiRouter(tags=["surveys"])
Seeing = Annotated[Context, allowed(Permission.SEE_SURVEYS)]
Managing = Annotated[Context, allowed(Permission.MANAGE_SURVEYS)]
SignedIn = Annotated[Context, signed_in()]
Person = Annotated[Caller, caller()]


def private(request: Request) -> None:
    """Leave no access log line: the order of such lines is the order of answers."""
    request.scope["vmeste.private"] = True


Private = Depends(private)


def _shown(response: Response, survey: Survey) -> SurveyView:
    etag(response, survey.version)
    return SurveyView.of(survey)


@router.post(
    "/surveys",
    status_code=201,
    operation_id="surveys_create",
    responses=problems(NotFound, InvalidQuestions, ClosesInThePast),
)
async def surveys_create(body: NewSurvey, context: Managing, response: Response) -> SurveyView:
    """Draft a survey of an organization's members. Nobody is asked before it is opened."""
    view = _shown(response, await create_survey(context, body))
    created(response, f"/v1/surveys/{view.id}")
    return view


@router.get("/surveys", operation_id="surveys_list", responses=problems(NotFound))
async def surveys_list(context: Seeing, page: Annotated[SurveyQuery, Query()]) -> Page[SurveyView]:
    """List the surveys of the organizations that the caller reaches, newest first."""
    rows, following = await list_surveys(context, page)
    return Page(items=[SurveyView.of(row) for row in rows], next=following)


@router.get("/surveys/{survey_id}", operation_id="surveys_read", dependencies=[Private], responses=problems(NotFound))
async def surveys_read(survey_id: PublicIdPath, context: SignedIn, response: Response) -> SurveyView:
    """Read a survey: staff of its organization at any time, those who are asked from its opening on."""
    return _shown(response, await read_survey(context, survey_id))


@router.patch(
    "/surveys/{survey_id}",
    operation_id="surveys_update",
    responses=problems(NotFound, Stale, NotDraft, InvalidQuestions, ClosesInThePast),
)
async def surveys_update(
    survey_id: PublicIdPath, body: SurveyChange, context: Managing, response: Response, if_match: IfMatch = None
) -> SurveyView:
    """Change a draft. What was opened stays as it was when people answered it."""
    return _shown(response, await change_survey(context, survey_id, body, if_match))


@router.post(
    "/surveys/{survey_id}/open",
    operation_id="surveys_open",
    responses=problems(NotFound, Stale, WrongState, NobodyToAsk, ClosesInThePast),
)
async def surveys_open(
    survey_id: PublicIdPath, context: Managing, response: Response, if_match: IfMatch = None
) -> SurveyView:
    """Fix who is asked (the members at this moment), the questions and the anonymity, and take answers."""
    return _shown(response, await open_survey(context, survey_id, if_match))


@router.post(
    "/surveys/{survey_id}/close", operation_id="surveys_close", responses=problems(NotFound, Stale, WrongState)
)
async def surveys_close(
    survey_id: PublicIdPath, context: Managing, response: Response, if_match: IfMatch = None
) -> SurveyView:
    """Take no more answers. Anonymous ones are put in an order that is not that of their arrival."""
    return _shown(response, await close_survey(context, survey_id, if_match))


@router.post(
    "/surveys/{survey_id}/archive", operation_id="surveys_archive", responses=problems(NotFound, Stale, WrongState)
)
async def surveys_archive(
    survey_id: PublicIdPath, context: Managing, response: Response, if_match: IfMatch = None
) -> SurveyView:
    """Put away a draft that is not wanted, or a closed survey."""
    return _shown(response, await archive_survey(context, survey_id, if_match))


@router.post(
    "/surveys/{survey_id}/responses",
    status_code=201,
    operation_id="survey_responses_create",
    dependencies=[Private],
    responses=problems(NotOnRoster, NotFound, AlreadyAnswered, SurveyClosed, InvalidAnswers),
    response_model=ResponseTaken,
    openapi_extra=body_of(NewResponse),
)
async def survey_responses_create(survey_id: PublicIdPath, request: Request, person: Person) -> Response:
    """Answer, once. There is neither an id nor a `Location`: nothing leads back to an anonymous answer.

    A retry is safe without an Idempotency-Key, and none is kept: the second time is 409 `survey.already_answered`.
    """
    body = await read_body(request, NewResponse)
    taker: AnswerTaker = request.app.state.answer_taker
    await taker.take(person, survey_id, body.answers)
    return answer(ResponseTaken())


@router.get(
    "/surveys/{survey_id}/responses",
    operation_id="survey_responses_list",
    responses=problems(NotFound, Forbidden, AnswersAreAnonymous),
)
async def survey_responses_list(survey_id: PublicIdPath, context: Managing, page: Paging) -> Page[NamedResponseView]:
    """Read who answered what in a `named` survey, newest first. An anonymous one has nothing to show: 409."""
    rows, following = await list_named_responses(context, survey_id, page)
    return Page(items=[NamedResponseView.of(row) for row in rows], next=following)
