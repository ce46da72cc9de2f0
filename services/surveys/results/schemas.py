"""Results as they are shown."""

from typing import Self

from pydantic import Field

from services.surveys.questionnaires.rules.life import SurveyState
from services.surveys.questionnaires.rules.questions import Measure, Question, QuestionKind
from services.surveys.questionnaires.tables import Survey
from services.surveys.results.rules import Figures, K, Reason, Value, mean, null, proportion, score, share
from shared.app import ApiModel, public_id


class ValueView(ApiModel):
    """A measured value. Unmeasurable is null with its reason, never 0."""

    value: float | None = Field(description="the figure")
    numerator: int | None = Field(description="what was counted")
    denominator: int | None = Field(description="of how many")
    n: int | None = Field(description="how many people stand behind it")
    reason_if_null: Reason | None = Field(
        description="`withheld`: too few answers, or figures that would tell what particular people answered; "
        "`hidden_until_close`: as promised to those who answer"
    )

    @classmethod
    def of(cls, value: Value) -> Self:
        return cls.model_validate(value)


class OptionResults(ApiModel):
    id: str = Field(description="the option's id, or the point of a scale")
    text: str = Field(description="the option's text, or the point")
    share: ValueView = Field(description="of those who answered the question, 0 to 1; the numerator is the count")


class QuestionResults(ApiModel):
    id: str = Field(description="the question's id")
    kind: QuestionKind = Field(description="`single`, `multiple`, `scale` or `nps`")
    text: str = Field(description="what was asked")
    measure: Measure | None = Field(description="the union's figure that it feeds")
    options: list[OptionResults] = Field(description="in the order of asking")
    mean: ValueView | None = Field(description="of a scale or NPS: the mean point; null for other kinds")
    score: ValueView | None = Field(
        description="-100 to 100: NPS (9-10 minus 0-6) or net trust (trust minus distrust); null for other questions"
    )

    @classmethod
    def of(cls, question: Question, figures: Figures, hidden: Reason | None) -> Self:
        """`hidden` overrides every value."""

        def shown(value: Value | None) -> ValueView | None:
            return None if value is None else ValueView.of(value if hidden is None else null(hidden))

        named = [(option.id, option.text) for option in question.options] or [
            (str(point), str(point)) for point in question.points
        ]
        return cls(
            id=question.id,
            kind=question.kind,
            text=question.text,
            measure=question.measure,
            options=[
                OptionResults(
                    id=option, text=text, share=ValueView.of(null(hidden) if hidden else share(figures, option))
                )
                for option, text in named
            ],
            mean=shown(mean(figures) if question.points else None),
            score=shown(score(question, figures)),
        )


class ResultsView(ApiModel):
    survey_id: str = Field(description="whose results these are")
    state: SurveyState = Field(description="results of an open survey move on")
    step: int = Field(default=K, description="figures move only when at least so many more people have answered")
    participation: ValueView = Field(description="those who took part, of those who were asked")
    questions: list[QuestionResults] = Field(description="in the order of asking")

    @classmethod
    def of(cls, survey: Survey, people: int, figures: dict[str, Figures], hidden: Reason | None) -> Self:
        """`hidden` overrides every value."""
        participation = null(hidden) if hidden else proportion(people, survey.roster_size)
        return cls(
            survey_id=public_id(survey.tenant_id, survey.id),
            state=survey.state,
            participation=ValueView.of(participation),
            questions=[QuestionResults.of(question, figures[question.id], hidden) for question in survey.asked],
        )
