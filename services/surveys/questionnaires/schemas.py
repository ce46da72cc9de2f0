"""Bodies of the surveys' routes."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StrictInt, StrictStr

from services.surveys.questionnaires.rules.life import Anonymity, Audience, SurveyKind, SurveyState
from services.surveys.questionnaires.rules.questions import (
    MOST_OPTIONS,
    MOST_QUESTIONS,
    READY,
    Answer,
    Measure,
    Option,
    Question,
    QuestionKind,
)
from services.surveys.questionnaires.tables import NamedResponse, Survey
from shared.app import ApiModel, Moment, PageQuery, example, public_id

_Key = Annotated[str, Field(min_length=1, max_length=40, pattern=r"^[a-z0-9_]+$")]
_Title = Annotated[str, Field(min_length=1, max_length=200, description="what people read first")]
_Point = Annotated[int, Field(ge=-100, le=100)]


class OptionBody(ApiModel):
    id: _Key | None = Field(default=None, description="stable within the question; `o1`, `o2`, ... if left out")
    text: str = Field(min_length=1, max_length=300, description="what people choose")


class QuestionBody(ApiModel):
    """A question. With `measure` and nothing else it is that measure's ready question, in Russian."""

    id: _Key | None = Field(default=None, description="stable within the survey; `q1`, `q2`, ... if left out")
    kind: QuestionKind | None = Field(
        default=None,
        description="`single`: one option; `multiple`: several; `scale`: a number; `nps`: 0 to 10. Needed unless "
        "`measure` is given",
    )
    text: str | None = Field(
        default=None, min_length=1, max_length=1000, description="what is asked; needed unless `measure` is given"
    )
    options: list[OptionBody] = Field(
        default_factory=list[OptionBody], max_length=MOST_OPTIONS, description="2 to 50, for `single` and `multiple`"
    )
    required: bool = Field(default=True, description="whether it must be answered")
    lowest: _Point | None = Field(default=None, description="a scale's lowest point; 1 if left out")
    highest: _Point | None = Field(default=None, description="a scale's highest point; 5 if left out")
    most: Annotated[int, Field(ge=1, le=MOST_OPTIONS)] | None = Field(
        default=None, description="how many options of a `multiple` may be chosen; all if left out"
    )
    measure: Measure | None = Field(
        default=None, description="the union's figure that the answers feed; its options are fixed"
    )

    def asked(self, place: int) -> Question:
        """As the rules know it. `place` counts from 1."""
        ready = READY.get(self.measure) if self.measure is not None else None
        options = tuple(Option(option.id or f"o{number}", option.text) for number, option in enumerate(self.options, 1))
        return Question(
            id=self.id or f"q{place}",
            kind=self.kind or (ready.kind if ready else QuestionKind.SINGLE),
            text=self.text or (ready.text if ready else ""),
            options=options or (ready.options if ready else ()),
            required=self.required,
            lowest=self.lowest,
            highest=self.highest,
            most=self.most,
            measure=self.measure,
        )


_Questions = Annotated[
    list[QuestionBody], Field(min_length=1, max_length=MOST_QUESTIONS, description="in the order of asking")
]
_ClosesAt = Annotated[Moment, Field(description="when it closes by itself; open until `close` if left out")]
_HIDDEN = "nobody sees any result before the close; results watched in between move in steps of several answers"


class NewSurvey(ApiModel):
    organization_id: UUID = Field(description="whose members are asked: those of its whole subtree")
    kind: SurveyKind = Field(default=SurveyKind.POLL, description="`poll`")
    title: _Title
    questions: _Questions
    audience: Audience = Field(default=Audience.MEMBERS, description="`members`: fixed at the opening")
    anonymity: Anonymity = Field(
        default=Anonymity.ANONYMOUS,
        description="`anonymous`: nothing joins a person to an answer; `named`: staff may read who answers what",
    )
    closes_at: _ClosesAt | None = None
    results_hidden_until_close: bool = Field(default=False, description=_HIDDEN)

    model_config = example(
        {
            "organization_id": "0192f0c1-a2b3-7c4d-8e5f-60718293a4b5",
            "title": "Чем профсоюз поможет в этом году?",
            "questions": [
                {
                    "kind": "single",
                    "text": "Что для вас важнее?",
                    "options": [
                        {"id": "pay", "text": "Зарплата"},
                        {"id": "safety", "text": "Охрана труда"},
                        {"id": "rest", "text": "Отдых и спорт"},
                    ],
                },
                {"measure": "trust"},
            ],
            "closes_at": "2031-12-01T18:00:00+03:00",
        }
    )


class SurveyChange(ApiModel):
    """Of a draft. What is left out stays."""

    title: _Title | None = None
    questions: _Questions | None = None
    anonymity: Anonymity | None = Field(default=None, description="fixed at the opening")
    closes_at: _ClosesAt | None = Field(default=None, description="null: open until `close`")
    results_hidden_until_close: bool | None = Field(default=None, description=_HIDDEN)

    model_config = example({"title": "Чем профсоюз поможет вам в этом году?"})


class SurveyQuery(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only surveys of this organization's subtree")
    state: SurveyState | None = Field(default=None, description="only surveys in this state")


class OptionView(ApiModel):
    id: str = Field(description="what an answer names")
    text: str = Field(description="what people choose")


class QuestionView(ApiModel):
    id: str = Field(description="what answers name")
    kind: QuestionKind = Field(description="`single`, `multiple`, `scale` or `nps`")
    text: str = Field(description="what is asked")
    options: list[OptionView] = Field(description="of `single` and `multiple`")
    required: bool = Field(description="whether it must be answered")
    lowest: int | None = Field(description="the lowest point of a scale or NPS")
    highest: int | None = Field(description="the highest point of a scale or NPS")
    most: int | None = Field(description="how many options may be chosen; null: no limit of its own")
    measure: Measure | None = Field(description="the union's figure that the answers feed")

    @classmethod
    def of(cls, question: Question) -> Self:
        points = question.points
        return cls(
            id=question.id,
            kind=question.kind,
            text=question.text,
            options=[OptionView(id=option.id, text=option.text) for option in question.options],
            required=question.required,
            lowest=points[0] if points else None,
            highest=points[-1] if points else None,
            most=question.most,
            measure=question.measure,
        )


class SurveyView(ApiModel):
    id: str = Field(description="opaque id")
    organization_id: UUID = Field(description="whose members are asked")
    kind: SurveyKind = Field(description="`poll`")
    title: str = Field(description="what people read first")
    questions: list[QuestionView] = Field(description="in the order of asking")
    audience: Audience = Field(description="who is asked")
    anonymity: Anonymity = Field(description="what is kept of who answers")
    results_hidden_until_close: bool = Field(description=_HIDDEN)
    state: SurveyState = Field(description="`draft`, `open`, `closed` or `archived`")
    closes_at: datetime | None = Field(description="when it closes by itself")
    opened_at: datetime | None = Field(description="when the list of those asked was fixed")
    closed_at: datetime | None = Field(description="when it was closed")
    roster_size: int = Field(description="how many people are asked; 0 before the opening")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, row: Survey) -> Self:
        return cls(
            id=public_id(row.tenant_id, row.id),
            organization_id=row.organization_id,
            kind=row.kind,
            title=row.title,
            questions=[QuestionView.of(question) for question in row.asked],
            audience=row.audience,
            anonymity=row.anonymity,
            results_hidden_until_close=row.results_hidden_until_close,
            state=row.state,
            closes_at=row.closes_at,
            opened_at=row.opened_at,
            closed_at=row.closed_at,
            roster_size=row.roster_size,
            version=row.version,
        )


_AnswerBody = (
    Annotated[StrictStr, Field(max_length=40)]
    | Annotated[StrictInt, Field(ge=-100, le=100)]
    | Annotated[list[Annotated[StrictStr, Field(max_length=40)]], Field(max_length=MOST_OPTIONS)]
)


class NewResponse(ApiModel):
    answers: dict[Annotated[str, Field(max_length=40)], _AnswerBody] = Field(
        max_length=MOST_QUESTIONS,
        description="by question: an option's id, a list of them for `multiple`, a number for `scale` and `nps`",
    )

    model_config = example({"answers": {"q1": "pay", "q2": "trust"}})


class ResponseTaken(ApiModel):
    """Nothing but that: an id would be a thread to the answer."""

    taken: bool = Field(default=True, description="the answer is kept")


class NamedResponseView(ApiModel):
    person_id: UUID = Field(description="who answered")
    answers: dict[str, Answer] = Field(description="by question, as they were given")
    answered_at: datetime = Field(description="when")

    @classmethod
    def of(cls, row: NamedResponse) -> Self:
        return cls.model_validate(row)
