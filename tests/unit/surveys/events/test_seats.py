"""Seats, by a model of everything that may happen to them."""

from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from services.surveys.events.rules.seats import Decision, Identity, RegistrationState, Seats, TooFewSeats, decide

CONFIRMED, WAITING, CANCELLED = RegistrationState


class Hall(RuleBasedStateMachine):
    """A hall whose registrations are a list, as the table has them; the rules decide."""

    def __init__(self) -> None:
        super().__init__()
        self.seats = Seats(3, 0, 0)
        self.people: list[RegistrationState] = []

    @rule(count=st.integers(1, 6))
    def register(self, count: int) -> None:
        waited = self.people.count(WAITING)
        self.seats, decisions = decide(self.seats, [], [Identity(uuid4()) for _ in range(count)])
        for decision in decisions:
            assert decision is not None
            self.people.append(decision.state)
            if decision.state is WAITING:
                waited += 1
                assert decision.position == waited

    @precondition(lambda self: any(state is not CANCELLED for state in self.people))
    @rule(data=st.data())
    def cancel(self, data: st.DataObject) -> None:
        active = [place for place, state in enumerate(self.people) if state is not CANCELLED]
        place = data.draw(st.sampled_from(active))
        self.seats = self.seats.leave(self.people[place])
        self.people[place] = CANCELLED
        self.promote()

    @rule(capacity=st.integers(1, 12))
    def resize(self, capacity: int) -> None:
        try:
            self.seats = self.seats.resize(capacity)
        except TooFewSeats:
            assert capacity < self.people.count(CONFIRMED)
            return
        self.promote()

    def promote(self) -> None:
        due = self.seats.due
        line = [place for place, state in enumerate(self.people) if state is WAITING]
        for place in line[:due]:
            self.people[place] = CONFIRMED
        self.seats = self.seats.promote(due)

    @invariant()
    def counts_are_those_of_the_list(self) -> None:
        assert self.seats.confirmed == self.people.count(CONFIRMED)
        assert self.seats.waiting == self.people.count(WAITING)

    @invariant()
    def nothing_is_oversold_and_no_seat_is_free_while_somebody_waits(self) -> None:
        assert self.seats.confirmed <= self.seats.capacity
        assert self.seats.waiting == 0 or self.seats.full

    @invariant()
    def nobody_overtook_anybody(self) -> None:
        active = [state for state in self.people if state is not CANCELLED]
        assert active == sorted(active, key=[CONFIRMED, WAITING].index)


TestHall = Hall.TestCase


def test_a_mark_registers_once_in_the_hall_and_in_the_group() -> None:
    ann, bob = UUID(int=1), UUID(int=2)
    known = [Identity(email="a@x.test")]
    newcomers = [
        Identity(ann, email="a@x.test"),
        Identity(ann),
        Identity(ann, phone="+71"),
        Identity(bob, phone="+71"),
    ]
    seats, decisions = decide(Seats(1, 0, 0), known, newcomers)
    assert decisions == [None, Decision(CONFIRMED, None), None, Decision(WAITING, 1)]
    assert seats == Seats(1, 1, 1)


@given(capacity=st.integers(1, 20), before=st.integers(0, 30), groups=st.lists(st.integers(1, 9), max_size=6))
def test_it_does_not_matter_how_arrivals_are_grouped(capacity: int, before: int, groups: list[int]) -> None:
    start = Seats(capacity, min(capacity, before), max(0, before - capacity))
    everybody = [Identity(UUID(int=number)) for number in range(sum(groups))]
    whole = decide(start, [], everybody)
    seats, decisions, taken = start, list[Decision | None](), 0
    for size in groups:
        seats, some = decide(seats, [], everybody[taken : taken + size])
        decisions += some
        taken += size
    assert (seats, decisions) == whole


def test_a_hall_does_not_shrink_below_what_was_confirmed() -> None:
    assert Seats(5, 3, 0).resize(3) == Seats(3, 3, 0)
    with pytest.raises(TooFewSeats):
        Seats(5, 3, 0).resize(2)
