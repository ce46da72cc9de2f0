"""The one filter that every figure of a survey passes, and the measures made of what it lets through.

Figures are published in steps. A step is the difference between what is published and what would be next, and it must
be safe by itself, as if it were a survey of its own:

- it holds at least K people, so that nobody can watch one person's answer arrive;
- for each option at least DISSENT of them did not choose it: figures in which all say the same, or all but one, would
  tell what particular people answered.

The sum of safe steps is safe. A question whose first step is not safe yet looks exactly like one that nobody answered.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from services.surveys.questionnaires.rules.questions import Measure, Question, QuestionKind

K = 5  # people behind any number
FLOOR = 3  # no setting may go below
DISSENT = 2

_PROMOTERS = frozenset({"9", "10"})
_DETRACTORS = frozenset(str(point) for point in range(7))
_TRUST = frozenset({"trust", "rather_trust"})
_DISTRUST = frozenset({"distrust", "rather_distrust"})


class Reason(StrEnum):
    """Why a value is null.

    `withheld`: too few answers, or figures that would tell what particular people answered; `hidden_until_close`:
    results are shown when it is closed.
    """

    WITHHELD = "withheld"
    HIDDEN_UNTIL_CLOSE = "hidden_until_close"


@dataclass(frozen=True)
class Figures:
    """Of one question: how many answered it, and how many of them chose each option (a point of a scale, as text)."""

    n: int = 0
    chosen: Mapping[str, int] = field(default_factory=dict[str, int])


NOTHING = Figures()


@dataclass(frozen=True)
class Value:
    """A measured value, or null with the reason. `n` is how many people stand behind it."""

    value: float | None = None
    numerator: int | None = None
    denominator: int | None = None
    n: int | None = None
    reason_if_null: Reason | None = None


def is_safe(step: Figures, k: int = K) -> bool:
    """Whether a step may be published by itself."""
    if step.n < max(k, FLOOR) or any(count < 0 for count in step.chosen.values()):
        return False
    return all(step.n - count >= DISSENT for count in step.chosen.values())


def advance(published: Figures, present: Figures, k: int = K) -> Figures:
    """What is published from now on: the present figures if the step to them is safe, else what was published."""
    step = Figures(
        present.n - published.n,
        {
            option: present.chosen.get(option, 0) - published.chosen.get(option, 0)
            for option in present.chosen.keys() | published.chosen.keys()
        },
    )
    return present if is_safe(step, k) else published


def advance_count(published: int, present: int, k: int = K) -> int:
    """The same for a bare count of people: it moves in steps of at least `k`."""
    return present if present - published >= max(k, FLOOR) else published


def null(reason: Reason) -> Value:
    return Value(reason_if_null=reason)


def share(figures: Figures, option: str) -> Value:
    """How many of those who answered chose `option`, from 0 to 1."""
    if figures.n == 0:
        return null(Reason.WITHHELD)
    count = figures.chosen.get(option, 0)
    return Value(round(count / figures.n, 4), count, figures.n, figures.n)


def proportion(count: int, whole: int) -> Value:
    """`count` of `whole`; a count of 0 is one that is withheld."""
    if count == 0:
        return null(Reason.WITHHELD)
    return Value(round(count / whole, 4), count, whole, count)


def mean(figures: Figures) -> Value:
    """The mean point of a scale."""
    if figures.n == 0:
        return null(Reason.WITHHELD)
    total = sum(int(point) * count for point, count in figures.chosen.items())
    return Value(round(total / figures.n, 4), total, figures.n, figures.n)


def score(question: Question, figures: Figures) -> Value | None:
    """NPS or net trust: percent in favour minus percent against, -100 to 100; None for other questions."""
    if question.kind is QuestionKind.NPS:
        return _balance(figures, _PROMOTERS, _DETRACTORS)
    if question.measure in {Measure.TRUST, Measure.LEADER_TRUST}:
        return _balance(figures, _TRUST, _DISTRUST)
    return None


def _balance(figures: Figures, favour: frozenset[str], against: frozenset[str]) -> Value:
    if figures.n == 0:
        return null(Reason.WITHHELD)
    balance = sum(
        count if option in favour else -count if option in against else 0 for option, count in figures.chosen.items()
    )
    return Value(round(100 * balance / figures.n, 1), balance, figures.n, figures.n)
