"""The life of an event: what people decided (its stage) and what the clock and the seats add (its state)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.errors import Conflict, Gone, NotFound, Text
from shared.steps import possible_now


class EventFormat(StrEnum):
    """Where it takes place.

    `in_person`: at a place; `online`: at an address of the net; `hybrid`: both.
    """

    IN_PERSON = "in_person"
    ONLINE = "online"
    HYBRID = "hybrid"


class Stage(StrEnum):
    """What somebody decided. The rest of an event's state follows from the time and the seats and is not stored."""

    DRAFT = "draft"
    OPEN = "open"
    CLOSED = "closed"
    CANCELLED = "cancelled"


class EventState(StrEnum):
    """How far an event came.

    `draft`: seen by its organizers alone; `open`: takes registrations; `full`: registration goes on into the
    waiting list; `closed`: no more registration; seats that come free still go to those who wait; `over`: it took
    place; `cancelled`: it does not take place.
    """

    DRAFT = "draft"
    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"
    OVER = "over"
    CANCELLED = "cancelled"


NEXT: Mapping[Stage, frozenset[Stage]] = {
    Stage.DRAFT: frozenset({Stage.OPEN, Stage.CANCELLED}),
    Stage.OPEN: frozenset({Stage.CLOSED, Stage.CANCELLED}),
    Stage.CLOSED: frozenset({Stage.OPEN, Stage.CANCELLED}),
    Stage.CANCELLED: frozenset(),
}


_VERBS: Mapping[Stage, str] = {Stage.OPEN: "open", Stage.CLOSED: "close", Stage.CANCELLED: "cancel"}
_NEW_ONE: Text = {"ru": "объявите новое мероприятие", "en": "announce a new event"}


class WrongState(Conflict):
    code = "event.wrong_state"
    title = {"ru": "В этом состоянии мероприятия так нельзя", "en": "The event's state does not allow this"}


class EventOver(Gone):
    code = "event.over"
    title = {"ru": "Мероприятие уже прошло", "en": "The event is over"}


class EventCancelled(Gone):
    code = "event.cancelled"
    title = {"ru": "Мероприятие отменено", "en": "The event was cancelled"}


class RegistrationClosed(Gone):
    code = "registration.closed"
    title = {"ru": "Регистрация закрыта", "en": "Registration is closed"}


@dataclass(frozen=True)
class Moments:
    """When an event ends, and when its registration does (with the event, unless said otherwise)."""

    ends_at: datetime
    registration_closes_at: datetime | None


def state_at(stage: Stage, moments: Moments, *, full: bool, now: datetime) -> EventState:
    if stage in {Stage.DRAFT, Stage.CANCELLED}:
        return EventState(stage)
    if moments.ends_at <= now:
        return EventState.OVER
    if stage is Stage.CLOSED or (moments.registration_closes_at is not None and moments.registration_closes_at <= now):
        return EventState.CLOSED
    return EventState.FULL if full else EventState.OPEN


def check_move(stage: Stage, to: Stage, moments: Moments, now: datetime) -> None:
    """Raises WrongState; EventOver for what has ended."""
    if to not in NEXT[stage]:
        raise WrongState(possible_now(stage, [verb for to, verb in _VERBS.items() if to in NEXT[stage]], _NEW_ONE))
    if moments.ends_at <= now:
        raise EventOver


def check_changeable(state: EventState) -> None:
    """Raises EventOver or EventCancelled: what has ended stays as it was."""
    if state is EventState.OVER:
        raise EventOver
    if state is EventState.CANCELLED:
        raise EventCancelled


def check_registers(state: EventState) -> None:
    """Raises NotFound for a draft, else EventOver, EventCancelled or RegistrationClosed; a full event registers."""
    if state is EventState.DRAFT:
        raise NotFound
    check_changeable(state)
    if state is EventState.CLOSED:
        raise RegistrationClosed
