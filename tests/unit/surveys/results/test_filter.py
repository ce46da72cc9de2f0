"""The privacy filter: what a watcher may learn from any sequence of published figures."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.surveys.questionnaires.rules.questions import READY, Measure, Option, Question, QuestionKind
from services.surveys.results.rules import (
    DISSENT,
    FLOOR,
    NOTHING,
    Figures,
    K,
    Reason,
    Value,
    advance,
    advance_count,
    is_safe,
    mean,
    null,
    proportion,
    score,
    share,
)

OPTIONS = "abc"
ballots = st.lists(st.frozensets(st.sampled_from(OPTIONS), min_size=1), max_size=60)


def tally(given_ballots: list[frozenset[str]]) -> Figures:
    return Figures(len(given_ballots), Counter(option for ballot in given_ballots for option in ballot))


def watched(given_ballots: list[frozenset[str]], looks: set[int], k: int = K) -> list[Figures]:
    """What somebody sees who reads the results after each answer in `looks`; each different state once."""
    published = NOTHING
    seen: list[Figures] = []
    for count in range(1, len(given_ballots) + 1):
        if count in looks:
            following = advance(published, tally(given_ballots[:count]), k)
            if following != published:
                seen.append(following)
            published = following
    return seen


@given(given_ballots=ballots, looks=st.sets(st.integers(1, 60)), k=st.integers(0, 12))
def test_no_difference_of_two_published_figures_tells_of_few_or_of_all_alike(
    given_ballots: list[frozenset[str]], looks: set[int], k: int
) -> None:
    seen = [NOTHING, *watched(given_ballots, looks, k)]
    for earlier, older in enumerate(seen):
        for newer in seen[earlier + 1 :]:
            people = newer.n - older.n
            assert people >= max(k, FLOOR)
            for option in OPTIONS:
                chosen = newer.chosen.get(option, 0) - older.chosen.get(option, 0)
                assert 0 <= chosen <= people - DISSENT


@given(given_ballots=ballots, looks=st.sets(st.integers(1, 60)))
def test_published_figures_are_true_of_some_moment(given_ballots: list[frozenset[str]], looks: set[int]) -> None:
    for figures in watched(given_ballots, looks):
        assert figures == tally(given_ballots[: figures.n])


@given(count=st.integers(0, K - 1), option=st.sampled_from(OPTIONS))
def test_few_answers_and_equal_answers_look_like_none(count: int, option: str) -> None:
    few = advance(NOTHING, Figures(count, {option: count}))
    alike = advance(NOTHING, Figures(count + 10, {option: count + 10}))
    assert few == alike == NOTHING
    assert share(few, option) == share(NOTHING, option) == null(Reason.WITHHELD)


@pytest.mark.parametrize(("against", "safe"), [(0, False), (1, False), (2, True)])
def test_one_dissenter_does_not_make_it_safe(against: int, safe: bool) -> None:
    assert is_safe(Figures(10, {"a": 10 - against, "b": against})) is safe


def test_answers_that_were_taken_back_publish_nothing() -> None:
    published = Figures(10, {"a": 5, "b": 5})
    assert advance(published, Figures(16, {"a": 4, "b": 12})) == published
    assert advance(published, Figures(8, {"a": 4, "b": 4})) == published


@given(published=st.integers(0, 50), present=st.integers(0, 50), k=st.integers(0, 9))
def test_a_count_moves_by_whole_steps(published: int, present: int, k: int) -> None:
    moved = advance_count(published, present, k)
    assert moved == published or (moved == present and present - published >= max(k, FLOOR))


def test_shares_and_means() -> None:
    figures = Figures(8, {"1": 2, "5": 6})
    assert share(figures, "5") == Value(0.75, 6, 8, 8)
    assert share(figures, "3") == Value(0.0, 0, 8, 8)
    assert mean(figures) == Value(4.0, 32, 8, 8)
    assert proportion(8, 32) == Value(0.25, 8, 32, 8)
    assert proportion(0, 32) == mean(NOTHING) == null(Reason.WITHHELD)


def test_scores() -> None:
    nps = Question("n", QuestionKind.NPS, "?")
    trust = READY[Measure.TRUST]
    plain = Question("s", QuestionKind.SINGLE, "?", (Option("a", "А"), Option("b", "Б")))
    assert score(nps, Figures(10, {"10": 4, "9": 1, "8": 2, "6": 1, "0": 2})) == Value(20.0, 2, 10, 10)
    assert score(trust, Figures(8, {"trust": 2, "rather_trust": 1, "distrust": 4, "unsure": 1})) == Value(
        -12.5, -1, 8, 8
    )
    assert score(plain, Figures(8, {"a": 8})) is None
    assert score(nps, NOTHING) == null(Reason.WITHHELD)
