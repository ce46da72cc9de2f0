"""Who gets a seat and who waits. Decided under the event's one lock, so that no seat is given twice.

Two things hold after every decision: no more are confirmed than there are seats, and nobody waits while a seat is free.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID

from shared.errors import Conflict

LARGEST = 100_000  # seats


class RegistrationState(StrEnum):
    """What somebody has.

    `confirmed`: a seat; `waiting`: a place in the line; `cancelled`: nothing any more.
    """

    CONFIRMED = "confirmed"
    WAITING = "waiting"
    CANCELLED = "cancelled"


class RegistrationExists(Conflict):
    code = "registration.exists"
    title = {"ru": "Такая регистрация уже есть", "en": "This person or contact is registered already"}


class TooFewSeats(Conflict):
    code = "event.too_few_seats"
    title = {"ru": "Подтверждено больше мест", "en": "More seats than that are confirmed already"}


@dataclass(frozen=True)
class Seats:
    """Of one event: how many there are, are taken, and are waited for."""

    capacity: int
    confirmed: int
    waiting: int

    @property
    def full(self) -> bool:
        return self.confirmed >= self.capacity

    @property
    def due(self) -> int:
        """How many of those who wait must be confirmed now: after a cancellation, or when seats were added."""
        return max(0, min(self.waiting, self.capacity - self.confirmed))

    def take(self) -> tuple["Seats", RegistrationState]:
        """The next newcomer gets a seat, or a place at the end of the line."""
        if not self.full and self.waiting == 0:
            return Seats(self.capacity, self.confirmed + 1, self.waiting), RegistrationState.CONFIRMED
        return Seats(self.capacity, self.confirmed, self.waiting + 1), RegistrationState.WAITING

    def leave(self, state: RegistrationState) -> "Seats":
        """Somebody who was `state` cancels."""
        return Seats(
            self.capacity,
            self.confirmed - (state is RegistrationState.CONFIRMED),
            self.waiting - (state is RegistrationState.WAITING),
        )

    def promote(self, count: int) -> "Seats":
        return Seats(self.capacity, self.confirmed + count, self.waiting - count)

    def resize(self, capacity: int) -> "Seats":
        """Raises TooFewSeats: nobody loses a confirmed seat to a smaller hall."""
        if capacity < self.confirmed:
            raise TooFewSeats
        return Seats(capacity, self.confirmed, self.waiting)


@dataclass(frozen=True)
class Identity:
    """By what a person is known at an event: once per account, per address and per telephone."""

    person_id: UUID | None = None
    email: str | None = None
    phone: str | None = None

    def marks(self) -> list[tuple[str, str]]:
        given = (("person", self.person_id), ("email", self.email), ("phone", self.phone))
        return [(kind, str(mark)) for kind, mark in given if mark is not None]


@dataclass(frozen=True)
class Decision:
    state: RegistrationState
    position: int | None  # in the line, from 1; None for a seat


def decide(
    seats: Seats, registered: Iterable[Identity], newcomers: Sequence[Identity]
) -> tuple[Seats, list[Decision | None]]:
    """Newcomers in the order in which they came; None for one who is registered already, or came twice."""
    known = {mark for identity in registered for mark in identity.marks()}
    decisions: list[Decision | None] = []
    for newcomer in newcomers:
        marks = newcomer.marks()
        if not known.isdisjoint(marks):
            decisions.append(None)
            continue
        known.update(marks)
        seats, state = seats.take()
        decisions.append(Decision(state, seats.waiting if state is RegistrationState.WAITING else None))
    return seats, decisions
