"""Clocks of incidents, terms of keeping, the ledger's hash, the file that a person gets."""

import hashlib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.consents.rules.erasure import Certificate, ErasureReason, certificate_hash, holds
from services.gateway.consents.rules.incidents import Clock, Notice, next_reminder, reminders_due
from services.gateway.consents.rules.ledger import OutOfTime, check_moment, hash_of
from services.gateway.consents.rules.retention import TERMS, TermOutOfBounds, check_terms, days_in_force
from shared.contracts.states import Kept
from shared.retention import first_id

NOTICED = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
spans = st.timedeltas(min_value=timedelta(0), max_value=timedelta(days=10))
notices = st.sampled_from(Notice)


@given(notice=notices, after=spans)
def test_a_notice_is_overdue_exactly_after_its_deadline(notice: Notice, after: timedelta) -> None:
    clock = Clock(notice, NOTICED, None)
    hours = {Notice.FIRST_NOTICE: 24, Notice.REPORT: 72}[notice]
    assert clock.is_overdue(NOTICED + after) == (after > timedelta(hours=hours))
    told = Clock(notice, NOTICED, NOTICED + after)
    assert told.is_overdue(NOTICED + timedelta(days=99)) == (after > timedelta(hours=hours)), "told late stays late"


@given(moments=st.lists(spans, min_size=1, max_size=30))
def test_whoever_looks_when_told_to_misses_no_reminder(moments: list[timedelta]) -> None:
    """However late each look is, the next one is ahead, and the last word is said."""
    clocks = [Clock(notice, NOTICED, None) for notice in Notice]
    seen: set[tuple[Notice, int]] = set()
    now = NOTICED
    for late in moments:
        seen |= {(one.notice, one.number) for one in reminders_due(clocks, now)}
        following = next_reminder(clocks, now)
        if following is None:
            break
        assert following > now
        now = following + late
    else:
        now = NOTICED + timedelta(days=99)
    seen |= {(one.notice, one.number) for one in reminders_due(clocks, now)}
    if next_reminder(clocks, now) is None:
        assert {(Notice.FIRST_NOTICE, 2), (Notice.REPORT, 2)} <= seen


def test_what_is_told_reminds_nobody() -> None:
    clocks = [Clock(notice, NOTICED, NOTICED) for notice in Notice]
    assert reminders_due(clocks, NOTICED + timedelta(days=9)) == []
    assert next_reminder(clocks, NOTICED) is None


@given(days=st.dictionaries(st.sampled_from(Kept), st.integers(0, 4000)))
def test_terms_are_taken_within_their_bounds_alone(days: dict[Kept, int]) -> None:
    wrong = [kind for kind, chosen in days.items() if not TERMS[kind].least <= chosen <= TERMS[kind].most]
    if wrong:
        with pytest.raises(TermOutOfBounds) as refused:
            check_terms(days)
        assert len(refused.value.errors) == len(wrong)
    else:
        check_terms(days)
    in_force = days_in_force({kind.value: chosen for kind, chosen in days.items()})
    assert in_force.keys() == {kind.value for kind in Kept}
    assert all(in_force[kind] == chosen for kind, chosen in days.items())


def test_every_kind_has_a_term_and_the_promises_hold() -> None:
    assert TERMS.keys() == set(Kept)
    assert all(term.least <= term.usual <= term.most for term in TERMS.values())
    assert TERMS[Kept.REMEMBERED_ANSWERS].least >= 1, "a repeat is promised for a day"


@given(until=st.none() | st.dates(), lifted=st.booleans(), today=st.dates())
def test_a_hold_lasts_through_its_last_day(until: date | None, lifted: bool, today: date) -> None:
    in_force = holds(until, NOTICED if lifted else None, today)
    assert in_force == (not lifted and (until is None or today <= until))


def test_words_are_known_by_their_hash() -> None:
    assert hash_of("Да") == hashlib.sha256("Да".encode()).hexdigest()


def test_a_consent_may_be_written_down_later_but_not_before() -> None:
    check_moment(NOTICED - timedelta(days=9), NOTICED)
    check_moment(NOTICED + timedelta(minutes=4), NOTICED)
    with pytest.raises(OutOfTime):
        check_moment(NOTICED + timedelta(minutes=6), NOTICED)
    with pytest.raises(OutOfTime):
        check_moment(NOTICED, NOTICED, not_before=NOTICED + timedelta(seconds=1))


def test_a_certificate_that_was_changed_no_longer_fits() -> None:
    who = UUID(int=1), UUID(int=2)
    said = Certificate(*who, ErasureReason.ASKED, None, NOTICED, NOTICED, {"a": {"x": 1, "y": 2}})
    same = certificate_hash(said)
    assert same == certificate_hash(replace(said, counts={"a": {"y": 2, "x": 1}}))
    assert same != certificate_hash(replace(said, counts={"a": {"x": 1, "y": 3}}))
    assert same != certificate_hash(replace(said, reason=ErasureReason.UNLAWFUL))
    assert same != certificate_hash(replace(said, requested_by=who[0]))


@given(seconds=st.integers(-2_000_000_000, 4_000_000_000))
def test_the_first_id_of_a_moment_lies_between_those_before_and_after(seconds: int) -> None:
    moment = datetime.fromtimestamp(0, UTC) + timedelta(seconds=seconds)
    first = first_id(moment)
    assert first.version == 7
    assert first_id(moment - timedelta(milliseconds=2)) <= first <= first_id(moment + timedelta(milliseconds=2))
