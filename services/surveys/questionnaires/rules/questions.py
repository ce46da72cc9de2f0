"""Questions, and what counts as an answer to each."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from shared.errors import FieldError, Invalid, Text

NPS_LOWEST, NPS_HIGHEST = 0, 10
SCALE_LOWEST, SCALE_HIGHEST = 1, 5  # unless the question says otherwise
LONGEST_SCALE = 11  # points
MOST_OPTIONS = 50
MOST_QUESTIONS = 100

Answer = str | int | list[str]


class QuestionKind(StrEnum):
    """How a question is answered.

    `single`: one of its options; `multiple`: some of its options; `scale`: a number from `lowest` to `highest`;
    `nps`: a number from 0 to 10.
    """

    SINGLE = "single"
    MULTIPLE = "multiple"
    SCALE = "scale"
    NPS = "nps"


class Measure(StrEnum):
    """What a question's result feeds in the union's figures, with a ready wording for each.

    `trust`: trust in the union; `leader_trust`: trust in whoever leads it; `nps`: whether one would advise others
    to join, 0 to 10.
    """

    TRUST = "trust"
    LEADER_TRUST = "leader_trust"
    NPS = "nps"


@dataclass(frozen=True)
class Option:
    id: str
    text: str


@dataclass(frozen=True)
class Question:
    """`lowest` and `highest` bound a scale; `most` is how many options may be chosen in a `multiple`."""

    id: str
    kind: QuestionKind
    text: str
    options: tuple[Option, ...] = ()
    required: bool = True
    lowest: int | None = None
    highest: int | None = None
    most: int | None = None
    measure: Measure | None = None

    @property
    def points(self) -> range:
        """The values of a scale, empty for questions with options."""
        if self.kind is QuestionKind.NPS:
            return range(NPS_LOWEST, NPS_HIGHEST + 1)
        if self.kind is QuestionKind.SCALE:
            lowest = SCALE_LOWEST if self.lowest is None else self.lowest
            return range(lowest, (SCALE_HIGHEST if self.highest is None else self.highest) + 1)
        return range(0)


TRUST_OPTIONS = (
    Option("trust", "Доверяю"),
    Option("rather_trust", "Скорее доверяю"),
    Option("rather_distrust", "Скорее не доверяю"),
    Option("distrust", "Не доверяю"),
    Option("unsure", "Затрудняюсь ответить"),
)
READY: Mapping[Measure, Question] = {
    Measure.TRUST: Question(
        "trust",
        QuestionKind.SINGLE,
        "Доверяете ли вы нашей профсоюзной организации?",
        TRUST_OPTIONS,
        measure=Measure.TRUST,
    ),
    Measure.LEADER_TRUST: Question(
        "leader_trust",
        QuestionKind.SINGLE,
        "Доверяете ли вы председателю нашей профсоюзной организации?",
        TRUST_OPTIONS,
        measure=Measure.LEADER_TRUST,
    ),
    Measure.NPS: Question(
        "nps",
        QuestionKind.NPS,
        "Насколько вероятно, что вы посоветуете коллеге вступить в профсоюз? 0 - ни за что, 10 - обязательно",
        measure=Measure.NPS,
    ),
}


class InvalidQuestions(Invalid):
    code = "survey.invalid_questions"
    title = {"ru": "Вопросы составлены неверно", "en": "The questions are not valid"}


class InvalidAnswers(Invalid):
    code = "survey.invalid_answers"
    title = {"ru": "Ответы заполнены неверно", "en": "The answers are not valid"}


_QUESTION_FAULTS: Mapping[str, Text] = {
    "duplicate_id": {"ru": "Такой идентификатор уже есть", "en": "This id is used twice"},
    "options_needed": {"ru": "Нужно от 2 до 50 вариантов", "en": "2 to 50 options are needed"},
    "options_not_here": {"ru": "У шкалы нет вариантов", "en": "A scale has no options"},
    "scale_bounds": {"ru": "У шкалы от 2 до 11 делений", "en": "A scale has 2 to 11 points"},
    "bounds_not_here": {"ru": "Границы бывают только у шкалы", "en": "Only a scale has bounds"},
    "most_not_here": {"ru": "Здесь выбирают один вариант", "en": "Only `multiple` limits the number of choices"},
    "most_too_large": {"ru": "Больше, чем вариантов", "en": "More than there are options"},
    "measure_mismatch": {
        "ru": "Этот показатель считают только по готовым вариантам: опустите kind и options",
        "en": "This measure needs its ready options: leave out kind and options",
    },
}
_ANSWER_FAULTS: Mapping[str, Text] = {
    "required": {"ru": "Ответьте на этот вопрос", "en": "This question needs an answer"},
    "unknown_question": {"ru": "Такого вопроса нет", "en": "No such question"},
    "unknown_option": {"ru": "Такого варианта нет", "en": "No such option"},
    "out_of_range": {"ru": "Вне шкалы", "en": "Outside the scale"},
    "too_many": {"ru": "Выбрано слишком много", "en": "Too many options chosen"},
    "wrong_kind": {"ru": "Такой ответ к этому вопросу не подходит", "en": "Not the kind of answer that is asked for"},
}


def check_questions(questions: Sequence[Question]) -> None:
    """Raises InvalidQuestions, with every fault of every question."""
    faults: list[FieldError] = []
    known: set[str] = set()
    for place, question in enumerate(questions):
        found = list(_faults_of(question))
        if question.id in known:
            found.append("duplicate_id")
        known.add(question.id)
        faults += [FieldError(f"/questions/{place}", code, _QUESTION_FAULTS[code]) for code in found]
    if faults:
        raise InvalidQuestions(errors=tuple(faults))


def _faults_of(question: Question) -> Iterable[str]:
    has_options = question.kind in {QuestionKind.SINGLE, QuestionKind.MULTIPLE}
    if has_options:
        yield from _option_faults(question)
    elif question.options:
        yield "options_not_here"
    if question.kind is not QuestionKind.MULTIPLE and question.most is not None:
        yield "most_not_here"
    if question.kind is QuestionKind.SCALE:
        if not 2 <= len(question.points) <= LONGEST_SCALE:  # noqa: PLR2004 - a choice needs two
            yield "scale_bounds"
    elif question.lowest is not None or question.highest is not None:
        yield "bounds_not_here"
    if question.measure is not None and not _is_ready(question, READY[question.measure]):
        yield "measure_mismatch"


def _option_faults(question: Question) -> Iterable[str]:
    count = len(question.options)
    if not 2 <= count <= MOST_OPTIONS:  # noqa: PLR2004 - a choice needs two
        yield "options_needed"
    if len({option.id for option in question.options}) < count:
        yield "duplicate_id"
    if question.most is not None and question.most > count:
        yield "most_too_large"


def _is_ready(question: Question, ready: Question) -> bool:
    """Figures are comparable only where the same options were offered; the text may be the union's own."""
    return question.kind is ready.kind and [option.id for option in question.options] == [
        option.id for option in ready.options
    ]


def check_answers(questions: Sequence[Question], answers: Mapping[str, Answer]) -> dict[str, Answer]:
    """The answers as they are kept: in the order of the questions, choices in the order of the options.

    The order in which somebody ticked would be a mark of their own. Raises InvalidAnswers with every fault.
    """
    kept: dict[str, Answer] = {}
    faults: list[tuple[str, str]] = [
        (name, "unknown_question") for name in answers.keys() - {question.id for question in questions}
    ]
    for question in questions:
        answer = answers.get(question.id)
        if answer is None or answer == []:
            if question.required:
                faults.append((question.id, "required"))
            continue
        fault = _fault_in(question, answer)
        if fault is not None:
            faults.append((question.id, fault))
        elif isinstance(answer, list):
            kept[question.id] = [option.id for option in question.options if option.id in answer]
        else:
            kept[question.id] = answer
    if faults:
        # An unknown name is the sender's own text and is not echoed: it is told of the whole.
        raise InvalidAnswers(
            errors=tuple(
                FieldError("/answers" if code == "unknown_question" else f"/answers/{name}", code, _ANSWER_FAULTS[code])
                for name, code in faults
            )
        )
    return kept


def _fault_in(question: Question, answer: Answer) -> str | None:
    options = {option.id for option in question.options}
    if question.kind is QuestionKind.SINGLE and isinstance(answer, str):
        return None if answer in options else "unknown_option"
    if question.kind is QuestionKind.MULTIPLE and isinstance(answer, list):
        if not options.issuperset(answer):
            return "unknown_option"
        return "too_many" if len(set(answer)) > (question.most or len(options)) else None
    if question.points and isinstance(answer, int) and not isinstance(answer, bool):
        return None if answer in question.points else "out_of_range"
    return "wrong_kind"
