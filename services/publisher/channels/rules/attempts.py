"""The life of one thing sent through a channel (a publication's delivery, a direct message), attempt by attempt.

An attempt is written and committed before the network is called, and nothing but its result follows the call. What
the network may have taken is `unknown`: never sent again blindly.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from shared.errors import Conflict, Text
from shared.steps import possible_now

MAX_TRIES = 8  # with the pauses below: a network may be away for some three hours
FIRST_PAUSE = timedelta(seconds=2)
LONGEST_PAUSE = timedelta(hours=1)
GROWTH = 4  # 2 s, 8 s, 32 s, 2 min, 8.5 min, 34 min, 1 h
CALL_LIMIT = timedelta(seconds=20)  # of one attempt, all its calls together; below the time-out of a queue job (30 s)
LEASE = CALL_LIMIT + timedelta(seconds=15)  # after it, an attempt without a result has lost its worker
LOOKS = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=5))  # a network may show late what it took
SAME_KEY_HOLDS = timedelta(minutes=50)  # networks that know a repeat by its key promise it for about an hour


class DeliveryState(StrEnum):
    """How far what goes to one channel, or one addressee, came.

    `pending`: waits for its moment, its leave or its channel; `sending`: the network is being called; `sent`: the
    network took it; `retrying`: a try did not come through, the next comes by itself; `rejected`: the network
    refused it: mend what `reason` says, then `retry`; `failed`: given up after many tries, or without credentials:
    `retry` begins anew; `unknown`: the network may have taken it: look there, then `confirm`; `dropped`: not sent
    and never will be: too late for it, or refused by those whose channel it is; `withdrawn`: taken back before it
    went out, or taken down.
    """

    PENDING = "pending"
    SENDING = "sending"
    SENT = "sent"
    RETRYING = "retrying"
    REJECTED = "rejected"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DROPPED = "dropped"
    WITHDRAWN = "withdrawn"


# FAILED without an attempt: another channel stands in for one that has lost its access
TRANSITIONS: Mapping[DeliveryState, frozenset[DeliveryState]] = {
    DeliveryState.PENDING: frozenset(
        {DeliveryState.SENDING, DeliveryState.FAILED, DeliveryState.DROPPED, DeliveryState.WITHDRAWN}
    ),
    DeliveryState.SENDING: frozenset(
        {
            DeliveryState.SENT,
            DeliveryState.RETRYING,
            DeliveryState.REJECTED,
            DeliveryState.FAILED,
            DeliveryState.UNKNOWN,
        }
    ),
    DeliveryState.RETRYING: frozenset(
        {DeliveryState.SENDING, DeliveryState.FAILED, DeliveryState.DROPPED, DeliveryState.WITHDRAWN}
    ),
    DeliveryState.UNKNOWN: frozenset({DeliveryState.SENT, DeliveryState.RETRYING, DeliveryState.PENDING}),
    DeliveryState.REJECTED: frozenset({DeliveryState.PENDING}),  # a person tries again
    DeliveryState.FAILED: frozenset({DeliveryState.PENDING}),
    DeliveryState.SENT: frozenset({DeliveryState.REJECTED}),  # a letter came back
    DeliveryState.DROPPED: frozenset(),
    DeliveryState.WITHDRAWN: frozenset(),
}

OPEN = frozenset({DeliveryState.PENDING, DeliveryState.SENDING, DeliveryState.RETRYING})
WAITING = frozenset({DeliveryState.PENDING, DeliveryState.RETRYING})  # an attempt may begin
RETRYABLE = frozenset({DeliveryState.REJECTED, DeliveryState.FAILED})  # by a person


class DeliveryStateForbids(Conflict):
    code = "delivery.wrong_state"
    title = {"ru": "Отправка сейчас не в том состоянии", "en": "The delivery is not in a state that allows this"}
    sample_detail = {
        "ru": "Сейчас `unknown`, возможно: `confirm`",
        "en": "It is `unknown` now; possible: `confirm`",
    }


_GOES_ON: Text = {"ru": "отправка идёт сама", "en": "it goes on by itself"}
_AT_ITS_END: Text = {"ru": "с ней больше ничего не происходит", "en": "nothing more happens to it"}


def check_retryable(state: DeliveryState) -> None:
    """Raises DeliveryStateForbids."""
    if state not in RETRYABLE:
        raise _forbidden_in(state)


def check_confirmable(state: DeliveryState) -> None:
    """Raises DeliveryStateForbids."""
    if state is not DeliveryState.UNKNOWN:
        raise _forbidden_in(state)


def _forbidden_in(state: DeliveryState) -> DeliveryStateForbids:
    steps = ["retry"] if state in RETRYABLE else ["confirm"] if state is DeliveryState.UNKNOWN else []
    return DeliveryStateForbids(possible_now(state, steps, _GOES_ON if state in OPEN else _AT_ITS_END))


class AttemptOutcome(StrEnum):
    """How an attempt ended.

    `sent`: the network took it; `rejected`: the network said no, and will again; `not_sent`: certainly not taken:
    worth another try; `throttled`: the network asks for a pause; `unauthorized`: the channel's credentials are no
    longer good; `unknown`: the network may have taken it; `interrupted`: our process died in the middle: unknown as
    well.
    """

    SENT = "sent"
    REJECTED = "rejected"
    NOT_SENT = "not_sent"
    THROTTLED = "throttled"
    UNAUTHORIZED = "unauthorized"
    UNKNOWN = "unknown"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True)
class Step:
    """What follows an attempt: the delivery's new state, and when the next attempt begins, if one does."""

    state: DeliveryState
    next_attempt_in: timedelta | None = None
    look_in: timedelta | None = None  # when the network is asked whether it took it
    uses_up_a_try: bool = False


@dataclass(frozen=True)
class Doubt:
    """What a network offers against sending twice."""

    repeat_is_harmless: bool  # it knows a repeat by its key
    reconciles: bool  # it can be asked what it took


@dataclass(frozen=True)
class Tried:
    """What was tried before."""

    tries: int  # used up
    in_doubt_for: timedelta  # since the start of the first attempt that the network may have taken
    looks: int = 0  # how often the network was asked what it took


def step_after(
    outcome: AttemptOutcome, tried: Tried, doubt: Doubt, pause: timedelta, below: Callable[[int], int]
) -> Step:
    """What follows an attempt. `pause` is what the network or a lost channel asks for."""
    match outcome:
        case AttemptOutcome.SENT:
            return Step(DeliveryState.SENT)
        case AttemptOutcome.REJECTED:
            return Step(DeliveryState.REJECTED)
        case AttemptOutcome.THROTTLED | AttemptOutcome.UNAUTHORIZED:
            return Step(DeliveryState.RETRYING, next_attempt_in=pause)
        case AttemptOutcome.NOT_SENT:
            return _another_try(tried.tries, pause, below)
        case AttemptOutcome.UNKNOWN | AttemptOutcome.INTERRUPTED:
            if doubt.reconciles:
                return Step(DeliveryState.UNKNOWN, look_in=LOOKS[0])
            return _harmless_repeat(tried, doubt, below) or Step(DeliveryState.UNKNOWN)


def step_after_no_match(tried: Tried, doubt: Doubt, below: Callable[[int], int]) -> Step:
    """The network was asked and does not show it, which proves nothing: only a harmless repeat is made.

    `tried.looks` counts this look too.
    """
    repeat = _harmless_repeat(tried, doubt, below)
    if repeat is not None:
        return repeat
    return Step(DeliveryState.UNKNOWN, look_in=LOOKS[tried.looks] if tried.looks < len(LOOKS) else None)


def _harmless_repeat(tried: Tried, doubt: Doubt, below: Callable[[int], int]) -> Step | None:
    """Under the same key, while the network remembers it."""
    if not doubt.repeat_is_harmless or tried.in_doubt_for >= SAME_KEY_HOLDS or tried.tries + 1 >= MAX_TRIES:
        return None
    pause = pause_before(tried.tries + 1, below)
    return Step(DeliveryState.RETRYING, next_attempt_in=pause, uses_up_a_try=True)


def _another_try(tries: int, at_least: timedelta, below: Callable[[int], int]) -> Step:
    used_up = tries + 1
    if used_up >= MAX_TRIES:
        return Step(DeliveryState.FAILED, uses_up_a_try=True)
    pause = max(pause_before(used_up, below), at_least)
    return Step(DeliveryState.RETRYING, next_attempt_in=pause, uses_up_a_try=True)


def pause_before(tries: int, below: Callable[[int], int]) -> timedelta:
    """The pause after `tries` failed ones: grows fourfold up to an hour, with up to a quarter more by chance.

    `below(n)` draws from [0, n): those who failed together do not come back together.
    """
    pause = min(FIRST_PAUSE * GROWTH ** (tries - 1), LONGEST_PAUSE)
    return pause + pause * below(1000) / 4000
