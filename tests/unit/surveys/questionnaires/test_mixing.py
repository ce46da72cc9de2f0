"""Answers become rows only together with enough others, and lie in no order of arrival until then."""

from hypothesis import given
from hypothesis import strategies as st

from services.surveys.questionnaires.rules.mixing import MIXED, mix

groups_of_answers = st.lists(st.lists(st.text(max_size=2), min_size=1, max_size=90), max_size=12)


@given(groups=groups_of_answers)
def test_nothing_is_lost_and_rows_come_only_in_crowds(groups: list[list[str]]) -> None:
    waiting: list[str] = []
    rows: list[str] = []
    for group in groups:
        waiting, released = mix(waiting, group)
        assert len(waiting) < MIXED
        assert not released or len(released) >= MIXED
        rows += released
    assert sorted(waiting + rows) == sorted(answer for group in groups for answer in group)


@given(answers=st.lists(st.text(max_size=2), max_size=MIXED - 1), data=st.data())
def test_what_waits_does_not_tell_who_came_first(answers: list[str], data: st.DataObject) -> None:
    otherwise = data.draw(st.permutations(answers))
    one_by_one: list[str] = []
    for answer in otherwise:
        one_by_one, _ = mix(one_by_one, [answer])
    assert one_by_one == mix([], answers)[0]
