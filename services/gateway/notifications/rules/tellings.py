"""What becomes of one notification on one way out of the house, try by try."""

from datetime import timedelta
from enum import StrEnum
from typing import Final

from shared.errors import Text

LEASE: Final = timedelta(
    minutes=2
)  # after it, a try without a result has lost its worker; mail takes some 40 s at most
NOTICE_LASTS: Final = timedelta(hours=24)  # a messenger that is away is tried for so long
_PAUSES: Final = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 15, 60, 180, 360, 720))


class TellingState(StrEnum):
    """How far a notification came by one way.

    `waiting`: goes out soon; `held`: goes with others in the morning; `sending`: is being handed over; `sent`: was
    taken; `rejected`: the recipient does not take it; `failed`: could not be sent; `unknown`: may have been taken;
    `dropped`: nobody wants it any longer.
    """

    WAITING = "waiting"
    HELD = "held"
    SENDING = "sending"
    SENT = "sent"
    REJECTED = "rejected"
    FAILED = "failed"
    UNKNOWN = "unknown"
    DROPPED = "dropped"


OPEN: Final = frozenset({TellingState.WAITING, TellingState.HELD})

WORDS: Final[dict[TellingState, Text]] = {
    TellingState.WAITING: {"ru": "Ещё не отправлено", "en": "Not sent yet"},
    TellingState.HELD: {"ru": "Придёт утром вместе с другими", "en": "Comes in the morning with others"},
    TellingState.SENDING: {"ru": "Отправляется", "en": "Being sent"},
    TellingState.SENT: {"ru": "Отправлено", "en": "Sent"},
    TellingState.REJECTED: {"ru": "Адресат не принимает таких сообщений", "en": "The recipient does not take it"},
    TellingState.FAILED: {"ru": "Отправить не удалось", "en": "It could not be sent"},
    TellingState.UNKNOWN: {
        "ru": "Неизвестно, дошло ли: ещё раз не отправляется",
        "en": "It is not known whether it arrived: it is not sent again",
    },
    TellingState.DROPPED: {"ru": "Не отправлено: от таких уведомлений отказались", "en": "Not sent: it was declined"},
}


def pause_after(tries: int) -> timedelta | None:
    """The pause after `tries` failed ones; None when there were enough."""
    return _PAUSES[tries - 1] if tries <= len(_PAUSES) else None


def state_after_notice(state: str) -> TellingState:
    """What the publisher says of a notice. What it dropped came too late: it failed."""
    return TellingState.FAILED if state == TellingState.DROPPED else TellingState(state)
