"""The life of a survey: draft -> open -> closed -> archived, and what each state allows.

Opening freezes the questions, the anonymity and the roster. None of it can be taken back: who answers must be able to
rely on what was promised when they answered.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from shared.errors import Conflict, FieldError, Gone, Invalid, NotFound, Text
from shared.steps import possible_now


class SurveyKind(StrEnum):
    """What it is.

    `poll`: a few questions, asked at once.
    """

    POLL = "poll"


class SurveyState(StrEnum):
    """How far a survey came.

    `draft`: it can be changed; `open`: it takes answers; `closed`: it takes no more, its results are final;
    `archived`: put away.
    """

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    ARCHIVED = "archived"


class Anonymity(StrEnum):
    """Who can know who answered what.

    `anonymous`: nobody, not even by a dump of the database; `named`: staff: it is kept.
    """

    ANONYMOUS = "anonymous"
    NAMED = "named"


class Audience(StrEnum):
    """Who may answer.

    `members`: those who are members of the organization's subtree when the survey opens.
    """

    MEMBERS = "members"


NEXT: Mapping[SurveyState, frozenset[SurveyState]] = {
    SurveyState.DRAFT: frozenset({SurveyState.OPEN, SurveyState.ARCHIVED}),
    SurveyState.OPEN: frozenset({SurveyState.CLOSED}),
    SurveyState.CLOSED: frozenset({SurveyState.ARCHIVED}),
    SurveyState.ARCHIVED: frozenset(),
}


_VERBS: Mapping[SurveyState, str] = {
    SurveyState.OPEN: "open",
    SurveyState.CLOSED: "close",
    SurveyState.ARCHIVED: "archive",
}
_NEW_ONE: Text = {"ru": "составьте новый опрос", "en": "make a new survey"}


class WrongState(Conflict):
    code = "survey.wrong_state"
    title = {"ru": "В этом состоянии опроса так нельзя", "en": "The survey's state does not allow this"}


class NotDraft(Conflict):
    code = "survey.not_draft"
    title = {
        "ru": "Опрос уже открыт: вопросы и обещанное участникам не меняются",
        "en": "The survey was opened: its questions and promises stay as they are",
    }


class NobodyToAsk(Conflict):
    code = "survey.nobody_to_ask"
    title = {"ru": "В организации нет ни одного члена профсоюза", "en": "The organization has no members to ask"}


class AnswersAreAnonymous(Conflict):
    code = "survey.anonymous"
    title = {
        "ru": "Опрос анонимный: ответов по людям нет",
        "en": "The survey is anonymous: nobody's answers can be read",
    }


class SurveyClosed(Gone):
    code = "survey.closed"
    title = {"ru": "Опрос закрыт", "en": "The survey is closed"}


class ClosesInThePast(Invalid):
    code = "survey.closes_in_the_past"
    title = {"ru": "Время закрытия уже прошло", "en": "The closing time is in the past"}


def check_move(state: SurveyState, to: SurveyState) -> None:
    """Raises WrongState."""
    if to not in NEXT[state]:
        raise WrongState(_possible_in(state))


def check_draft(state: SurveyState) -> None:
    """Raises NotDraft: only a draft may be changed."""
    if state is not SurveyState.DRAFT:
        raise NotDraft(_possible_in(state))


def _possible_in(state: SurveyState) -> Text:
    return possible_now(state, [verb for to, verb in _VERBS.items() if to in NEXT[state]], _NEW_ONE)


def check_closing_time(closes_at: datetime | None, now: datetime) -> None:
    """Raises ClosesInThePast."""
    if closes_at is not None and closes_at <= now:
        detail = {"ru": "Укажите время в будущем", "en": "Give a time in the future"}
        raise ClosesInThePast(errors=(FieldError("/closes_at", "past", detail),))


def check_accepts_answers(state: SurveyState, closes_at: datetime | None, now: datetime) -> None:
    """Raises NotFound for a draft, SurveyClosed after the end; the clock decides even if nobody has closed it yet."""
    if state is SurveyState.DRAFT:
        raise NotFound
    if state is not SurveyState.OPEN or (closes_at is not None and closes_at <= now):
        raise SurveyClosed
