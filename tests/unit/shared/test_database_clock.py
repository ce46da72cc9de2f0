"""The database's time, carried on by a machine whose own clock is wrong, set, or stopped while it slept."""

from datetime import datetime, timedelta

import pytest
from structlog.testing import capture_logs

from shared.db.clock import APART, LOOK_SECONDS, DatabaseClock
from shared.testing.clock import START, FakeClock


class Machine:
    """One machine with a clock of its own and a steady one, and a database that is asked on a way of some length."""

    def __init__(self, wrong: timedelta = timedelta()) -> None:
        self.own = FakeClock(START + wrong)
        self.there = FakeClock(START)
        self.steady = 1000.0
        self.clock = DatabaseClock(self.own, lambda: self.steady)

    def pass_by(self, seconds: float, *, asleep: bool = False) -> None:
        self.own.advance(timedelta(seconds=seconds))
        self.there.advance(timedelta(seconds=seconds))
        self.steady += 0 if asleep else seconds

    async def look(self, *, there: float = 0.0, back: float = 0.0) -> None:
        async def ask() -> datetime:
            self.pass_by(there)
            read = self.there.now()
            self.pass_by(back)
            return read

        await self.clock.look(ask)

    @property
    def error(self) -> timedelta:
        return abs(self.clock.now() - self.there.now())


@pytest.mark.parametrize("minutes", [-10, 0, 10])
async def test_from_its_first_look_on_it_shows_the_databases_time(minutes: int) -> None:
    machine = Machine(timedelta(minutes=minutes))
    assert machine.clock.is_due
    assert machine.error == timedelta(minutes=abs(minutes))
    await machine.look()
    for _ in range(10):
        assert machine.error == timedelta()
        machine.pass_by(5)


async def test_it_is_due_again_after_a_while() -> None:
    machine = Machine()
    await machine.look()
    machine.pass_by(LOOK_SECONDS - 1)
    assert not machine.clock.is_due
    machine.pass_by(1)
    assert machine.clock.is_due
    await machine.look()
    assert not machine.clock.is_due


async def test_a_machines_clock_that_is_set_changes_nothing_and_makes_it_look() -> None:
    machine = Machine()
    await machine.look()
    machine.own.advance(timedelta(minutes=10))
    assert machine.error == timedelta()
    assert machine.clock.is_due


async def test_a_machine_that_slept_looks_before_it_goes_on() -> None:
    machine = Machine()
    await machine.look()
    machine.pass_by(3600, asleep=True)
    assert machine.clock.is_due
    await machine.look()
    assert machine.error == timedelta()


async def test_it_is_off_by_no_more_than_half_of_the_way() -> None:
    machine = Machine(timedelta(minutes=10))
    await machine.look(there=3, back=1)
    assert machine.error == timedelta(seconds=1)


async def test_a_slow_answer_spoils_nothing_that_is_known_better() -> None:
    machine = Machine()
    await machine.look()
    machine.pass_by(LOOK_SECONDS)
    await machine.look(there=3, back=1)
    assert machine.error == timedelta()
    assert not machine.clock.is_due


async def test_the_database_is_followed_when_its_own_clock_is_set() -> None:
    machine = Machine()
    await machine.look(there=0.001, back=0.001)
    machine.pass_by(LOOK_SECONDS)
    machine.there.advance(timedelta(minutes=-3))
    await machine.look(there=0.001, back=0.001)
    assert machine.error == timedelta()


@pytest.mark.parametrize(("wrong", "told"), [(APART, []), (APART * 20, [600]), (-APART * 20, [-600])])
async def test_a_clock_that_is_far_off_is_told_in_the_log(wrong: timedelta, told: list[int]) -> None:
    with capture_logs() as lines:
        await Machine(wrong).look()
    assert [line["seconds"] for line in lines if line["event"] == "clock.apart"] == told
