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


def test_members_are_told_only_what_they_asked_for() -> None:
    for each in KINDS.values():
        assert ways_of(each, {}, is_staff=False) == frozenset()
        assert ways_of(each, {each.name: ["mail"]}, is_staff=False) == {Way.MAIL}
        assert Way.CLIENT in ways_of(each, {}, is_staff=True)


@given(chosen=CHOSEN, kind=st.sampled_from([*KINDS, EVERYTHING]), way=st.sampled_from(Way), is_staff=st.booleans())
def test_what_was_ended_comes_no_more_and_all_else_stays(
    chosen: dict[str, list[str]], kind: str, way: Way, *, is_staff: bool
) -> None:
    left = without(way, kind, chosen, is_staff=is_staff)
    for each in KINDS.values():
        before = ways_of(each, chosen, is_staff=is_staff)
        after = ways_of(each, left, is_staff=is_staff)
        ended = {way} if kind in {each.name, EVERYTHING} else set[Way]()
        assert after == before - ended


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
