"""The life of a request: its states, and what moves it from one to the next."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from shared.errors import Conflict, Text
from shared.steps import possible_now


class RequestKind(StrEnum):
    """What somebody asks for.

    `legal`: legal help; `informational`: to be told something; `complaint`: that something be put right;
    `suggestion`: that something be done otherwise; `comment`: nothing: they say what they think.
    """

    LEGAL = "legal"
    INFORMATIONAL = "informational"
    COMPLAINT = "complaint"
    SUGGESTION = "suggestion"
    COMMENT = "comment"


class Source(StrEnum):
    """Where a request came from. The networks' names are those of the publisher's messages.

    `vk`: a chat in VKontakte; `telegram`: in Telegram; `max`: in MAX; `ok`: in Odnoklassniki; `email`: a letter;
    `mastodon`: a direct message in Mastodon; `bluesky`: in Bluesky; `instagram`: in Instagram; `phone`: a call that
    staff wrote down; `in_person`: said at the desk.
    """

    VK = "vk"
    TELEGRAM = "telegram"
    MAX = "max"
    OK = "ok"
    EMAIL = "email"
    MASTODON = "mastodon"
    BLUESKY = "bluesky"
    INSTAGRAM = "instagram"
    PHONE = "phone"
    IN_PERSON = "in_person"


class RequestState(StrEnum):
    """Whose turn it is.

    `new`: nobody's yet; `open`: staff's; `waiting`: the requester's; `on_hold`: a third party's; `resolved`:
    answered: the requester may rate it or write again; `closed`: over for good.
    """

    NEW = "new"
    OPEN = "open"
    WAITING = "waiting"
    ON_HOLD = "on_hold"
    RESOLVED = "resolved"
    CLOSED = "closed"


class Action(StrEnum):
    """What happens to a request: the verbs of its staff, and what its requester does.

    `create`: it was taken; `receive`: the requester wrote again; `assign`: somebody was to answer it; `reply`:
    staff answered; `wait`: it became the requester's turn; `hold`: it became a third party's turn; `resolve`: it
    was answered for good; `reopen`: it was not, after all; `close`: it is over; `invite_rating`: staff took the
    rating link to hand it over.
    """

    CREATE = "create"
    RECEIVE = "receive"
    ASSIGN = "assign"
    REPLY = "reply"
    WAIT = "wait"
    HOLD = "hold"
    RESOLVE = "resolve"
    REOPEN = "reopen"
    CLOSE = "close"
    INVITE_RATING = "invite_rating"


_NEW, _OPEN, _WAITING = RequestState.NEW, RequestState.OPEN, RequestState.WAITING
_ON_HOLD, _RESOLVED, _CLOSED = RequestState.ON_HOLD, RequestState.RESOLVED, RequestState.CLOSED

UNRESOLVED = frozenset({_NEW, _OPEN, _WAITING, _ON_HOLD})

TRANSITIONS: Mapping[Action, Mapping[RequestState, RequestState]] = {
    Action.CREATE: {},
    Action.RECEIVE: {_NEW: _NEW, _OPEN: _OPEN, _WAITING: _OPEN, _ON_HOLD: _ON_HOLD},
    Action.ASSIGN: {_NEW: _OPEN, _OPEN: _OPEN, _WAITING: _WAITING, _ON_HOLD: _ON_HOLD},
    Action.REPLY: {_NEW: _OPEN, _OPEN: _OPEN, _WAITING: _WAITING, _ON_HOLD: _ON_HOLD},
    Action.WAIT: {_NEW: _WAITING, _OPEN: _WAITING, _ON_HOLD: _WAITING},
    Action.HOLD: {_NEW: _ON_HOLD, _OPEN: _ON_HOLD, _WAITING: _ON_HOLD},
    Action.RESOLVE: {_NEW: _RESOLVED, _OPEN: _RESOLVED, _WAITING: _RESOLVED, _ON_HOLD: _RESOLVED},
    Action.REOPEN: {_WAITING: _OPEN, _ON_HOLD: _OPEN, _RESOLVED: _OPEN},
    Action.CLOSE: {_NEW: _CLOSED, _OPEN: _CLOSED, _WAITING: _CLOSED, _ON_HOLD: _CLOSED, _RESOLVED: _CLOSED},
    Action.INVITE_RATING: {_RESOLVED: _RESOLVED, _CLOSED: _CLOSED},
}


_VERBS = (Action.ASSIGN, Action.REPLY, Action.WAIT, Action.HOLD, Action.RESOLVE, Action.REOPEN, Action.CLOSE)
_CLOSED_FOR_GOOD: Text = {
    "ru": "это навсегда; новое сообщение заявителя откроет новое обращение",
    "en": "that is for good; what the requester writes next begins a new request",
}


class WrongState(Conflict):
    code = "request.wrong_state"
    title = {"ru": "Обращение сейчас в другом состоянии", "en": "The request is in another state now"}
    sample_detail = {
        "ru": "Сейчас `closed`: это навсегда; новое сообщение заявителя откроет новое обращение",
        "en": "It is `closed` now: that is for good; what the requester writes next begins a new request",
    }


@dataclass(frozen=True)
class Life:
    """Where a request stands. `resolutions` counts how often it was resolved; each may be rated once.

    `resolved_at` is the moment of the resolution that still holds: a reopened request has none, one that was closed
    after it was resolved keeps it.
    """

    state: RequestState
    resolutions: int = 0
    resolved_at: datetime | None = None


def life_after(life: Life, action: Action, now: datetime) -> Life:
    """Raises WrongState when `action` may not happen in this state."""
    state = TRANSITIONS[action].get(life.state)
    if state is None:
        verbs = [verb for verb in _VERBS if life.state in TRANSITIONS[verb]]
        raise WrongState(possible_now(life.state, verbs, _CLOSED_FOR_GOOD))
    match action:
        case Action.RESOLVE:
            return Life(state, life.resolutions + 1, now)
        case Action.REOPEN:
            return Life(state, life.resolutions, None)
        case _:
            return Life(state, life.resolutions, life.resolved_at)


def is_ratable(life: Life) -> bool:
    """Only a resolution that still holds can be rated."""
    return life.resolved_at is not None


def number_of(year: int, count: int) -> str:
    """What a person is told on the phone: `2026-000123`."""
    return f"{year}-{count:06d}"
