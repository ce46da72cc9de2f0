"""By which ways somebody is told, before they choose and after."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.notifications.rules.kinds import (
    EVERYTHING,
    KINDS,
    OTHER,
    UnknownKind,
    Way,
    check_kinds,
    kind_named,
    ways_of,
    without,
)
from services.gateway.notifications.rules.tellings import WORDS, TellingState, pause_after, state_after_notice

WAYS = st.lists(st.sampled_from(Way), unique=True).map(lambda ways: [str(way) for way in ways])
CHOSEN = st.dictionaries(st.sampled_from(sorted(KINDS)), WAYS)


def test_every_kind_and_state_has_words_in_both_languages() -> None:
    assert all(kind.title.keys() == {"ru", "en"} for kind in KINDS.values())
    assert WORDS.keys() == set(TellingState)
    assert all(words.keys() == {"ru", "en"} for words in WORDS.values())


def test_what_the_catalogue_does_not_know_is_told_all_the_same() -> None:
    assert kind_named("from_a_newer_service").name == OTHER


@given(found_by=st.frozensets(st.sampled_from(Way)))
def test_of_staffs_work_members_are_told_only_what_they_asked_for(found_by: frozenset[Way]) -> None:
    for each in (kind for kind in KINDS.values() if not kind.for_members):
        assert ways_of(each, {}, is_staff=False, found_by=found_by) == frozenset()
        assert ways_of(each, {each.name: ["mail"]}, is_staff=False, found_by=found_by) == {Way.MAIL}
        assert Way.CLIENT in ways_of(each, {}, is_staff=True, found_by=found_by)


@given(chosen=CHOSEN, found_by=st.frozensets(st.sampled_from(Way)), is_staff=st.booleans())
def test_what_is_for_members_comes_to_anybody_only_by_ways_that_lead_to_them(
    chosen: dict[str, list[str]], found_by: frozenset[Way], *, is_staff: bool
) -> None:
    kinds = [kind for kind in KINDS.values() if kind.for_members]
    assert kinds
    for each in kinds:
        ways = ways_of(each, chosen, is_staff=is_staff, found_by=found_by)
        assert ways == set(chosen.get(each.name, each.ways)) & found_by


@given(
    chosen=CHOSEN,
    kind=st.sampled_from([*KINDS, EVERYTHING]),
    way=st.sampled_from(Way),
    is_staff=st.booleans(),
    found_by=st.frozensets(st.sampled_from(Way)),
)
def test_what_was_ended_comes_no_more_and_all_else_stays(
    chosen: dict[str, list[str]], kind: str, way: Way, *, is_staff: bool, found_by: frozenset[Way]
) -> None:
    left = without(way, kind, chosen, is_staff=is_staff)
    for each in KINDS.values():
        ended = {way} if kind in {each.name, EVERYTHING} else set[Way]()
        for later in (found_by, frozenset(Way)):  # what is proved later brings nothing back and ends nothing else
            before = ways_of(each, chosen, is_staff=is_staff, found_by=later)
            assert ways_of(each, left, is_staff=is_staff, found_by=later) == before - ended


@given(chosen=CHOSEN, way=st.sampled_from(Way), is_staff=st.booleans())
def test_to_end_what_has_ended_changes_nothing(chosen: dict[str, list[str]], way: Way, *, is_staff: bool) -> None:
    left = without(way, EVERYTHING, chosen, is_staff=is_staff)
    assert without(way, EVERYTHING, left, is_staff=is_staff) == left


def test_only_known_kinds_are_chosen() -> None:
    check_kinds(KINDS.keys())
    with pytest.raises(UnknownKind):
        check_kinds(["publication_failed", "horoscope"])


def test_pauses_grow_and_end() -> None:
    pauses = [pause_after(tries) for tries in range(1, 8)]
    assert all(pauses)
    assert pauses == sorted(pause for pause in pauses if pause is not None)
    assert pause_after(8) is None


def test_what_the_publisher_dropped_has_failed() -> None:
    assert state_after_notice("dropped") is TellingState.FAILED
    assert state_after_notice("unknown") is TellingState.UNKNOWN
