"""Which questions may be asked, and what answers them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.questionnaires.rules.questions import (
    READY,
    Answer,
    InvalidAnswers,
    InvalidQuestions,
    Measure,
    Option,
    Question,
    QuestionKind,
    check_answers,
    check_questions,
)

OPTIONS = (Option("a", "А"), Option("b", "Б"), Option("c", "В"))
SINGLE = Question("s", QuestionKind.SINGLE, "?", OPTIONS)
MULTIPLE = Question("m", QuestionKind.MULTIPLE, "?", OPTIONS, required=False, most=2)
SCALE = Question("k", QuestionKind.SCALE, "?", required=False)
NPS = Question("n", QuestionKind.NPS, "?", required=False)
ALL = (SINGLE, MULTIPLE, SCALE, NPS)


@st.composite
def right_answers(draw: st.DrawFn) -> dict[str, Answer]:
    answers: dict[str, Answer] = {"s": draw(st.sampled_from("abc"))}
    chosen = draw(st.lists(st.sampled_from("abc"), max_size=2, unique=True))
    if chosen:
        answers["m"] = chosen
    if draw(st.booleans()):
        answers["k"] = draw(st.integers(1, 5))
    if draw(st.booleans()):
        answers["n"] = draw(st.integers(0, 10))
    return answers


@given(answers=right_answers(), data=st.data())
def test_answers_are_kept_without_the_order_of_ticking(answers: dict[str, Answer], data: st.DataObject) -> None:
    kept = check_answers(ALL, answers)
    shuffled = dict(data.draw(st.permutations(list(answers.items()))))
    chosen = shuffled.get("m")
    if isinstance(chosen, list):
        shuffled["m"] = list(reversed(chosen))
    assert list(check_answers(ALL, shuffled).items()) == list(kept.items())
    assert kept.keys() == answers.keys()


@given(answer=st.one_of(st.booleans(), st.text(max_size=3), st.integers(), st.lists(st.text(max_size=2), max_size=4)))
@pytest.mark.parametrize("question", ALL, ids=lambda question: question.kind)
def test_whatever_is_kept_is_one_of_what_was_offered(question: Question, answer: Any) -> None:
    try:
        kept = check_answers([question], {question.id: answer})
    except InvalidAnswers:
        return
    match kept.get(question.id):
        case None:
            assert not question.required
        case str() as option:
            assert option in {"a", "b", "c"}
        case list() as options:
            assert 0 < len(options) <= 2
            assert options == sorted(set(options))
        case point:
            assert type(point) is int
            assert point in question.points


def test_every_fault_is_told_at_once_and_nothing_is_echoed() -> None:
    with pytest.raises(InvalidAnswers) as raised:
        check_answers(ALL, {"m": ["a", "z"], "k": 9, "n": "a", "very secret": "x"})
    found = {(error.pointer, error.code) for error in raised.value.errors}
    assert found == {
        ("/answers", "unknown_question"),
        ("/answers/s", "required"),
        ("/answers/m", "unknown_option"),
        ("/answers/k", "out_of_range"),
        ("/answers/n", "wrong_kind"),
    }


@pytest.mark.parametrize(
    ("question", "code"),
    [
        (Question("q", QuestionKind.SINGLE, "?", OPTIONS[:1]), "options_needed"),
        (Question("q", QuestionKind.MULTIPLE, "?", (OPTIONS[0], OPTIONS[0])), "duplicate_id"),
        (Question("q", QuestionKind.MULTIPLE, "?", OPTIONS, most=4), "most_too_large"),
        (Question("q", QuestionKind.SINGLE, "?", OPTIONS, most=1), "most_not_here"),
        (Question("q", QuestionKind.NPS, "?", OPTIONS), "options_not_here"),
        (Question("q", QuestionKind.NPS, "?", lowest=1), "bounds_not_here"),
        (Question("q", QuestionKind.SCALE, "?", lowest=3, highest=3), "scale_bounds"),
        (Question("q", QuestionKind.SCALE, "?", lowest=0, highest=11), "scale_bounds"),
        (Question("q", QuestionKind.SCALE, "?", lowest=9), "scale_bounds"),
        (Question("q", QuestionKind.SINGLE, "?", OPTIONS, measure=Measure.TRUST), "measure_mismatch"),
    ],
)
def test_a_wrong_question_is_named(question: Question, code: str) -> None:
    with pytest.raises(InvalidQuestions) as raised:
        check_questions([SINGLE, question])
    assert [(error.pointer, error.code) for error in raised.value.errors] == [("/questions/1", code)]


def test_an_id_is_used_once() -> None:
    with pytest.raises(InvalidQuestions) as raised:
        check_questions([SINGLE, SINGLE])
    assert raised.value.errors[0].code == "duplicate_id"


def test_right_questions_and_the_ready_ones_pass() -> None:
    check_questions([*ALL, *(ready for ready in READY.values())])
