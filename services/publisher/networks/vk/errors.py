"""What VK says no with: HTTP 200 and an `error` object. Numbers and their names are those of VK's own schema."""

from enum import StrEnum

from pydantic import BaseModel, ConfigDict

from services.publisher.networks.outcomes import NeedsReauthorization, Refusal, Rejected, Retry, Throttled
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Effect, server_error

BAD_PARAMETER = 100
TOO_FAST = 6  # too many calls in one second
MINUTE = 60.0
HOUR = 3600.0


class Failure(BaseModel):
    """The `error` of an answer."""

    model_config = ConfigDict(extra="ignore")

    error_code: int
    error_msg: str = ""


class _Follow(StrEnum):
    REAUTHORIZE = "reauthorize"
    REJECT = "reject"


_REASONS: dict[int, tuple[_Follow, str]] = {
    2: (_Follow.REAUTHORIZE, "token_invalid"),  # application disabled
    4: (_Follow.REAUTHORIZE, "token_invalid"),
    5: (_Follow.REAUTHORIZE, "token_invalid"),
    7: (_Follow.REJECT, "no_rights"),
    15: (_Follow.REJECT, "no_rights"),
    16: (_Follow.REAUTHORIZE, "token_invalid"),
    17: (_Follow.REAUTHORIZE, "token_invalid"),  # the account must be confirmed on VK's page
    18: (_Follow.REJECT, "recipient_not_found"),
    19: (_Follow.REJECT, "content_blocked"),
    20: (_Follow.REJECT, "no_rights"),
    21: (_Follow.REJECT, "no_rights"),
    23: (_Follow.REJECT, "refused"),  # the method was switched off
    24: (_Follow.REAUTHORIZE, "confirmation_wanted"),
    25: (_Follow.REAUTHORIZE, "confirmation_wanted"),
    27: (_Follow.REAUTHORIZE, "token_invalid"),  # group authorization failed
    28: (_Follow.REAUTHORIZE, "token_invalid"),
    30: (_Follow.REJECT, "recipient_blocked"),
    37: (_Follow.REAUTHORIZE, "token_invalid"),
    38: (_Follow.REAUTHORIZE, "token_invalid"),  # no such application
    41: (_Follow.REAUTHORIZE, "confirmation_wanted"),
    BAD_PARAMETER: (_Follow.REJECT, "invalid_request"),
    104: (_Follow.REJECT, "post_gone"),
    125: (_Follow.REJECT, "chat_not_found"),
    113: (_Follow.REJECT, "recipient_not_found"),
    114: (_Follow.REJECT, "invalid_request"),
    129: (_Follow.REJECT, "image_refused"),
    203: (_Follow.REJECT, "no_rights"),
    210: (_Follow.REJECT, "no_rights"),
    211: (_Follow.REJECT, "no_rights"),
    212: (_Follow.REJECT, "comments_closed"),
    213: (_Follow.REJECT, "comments_closed"),
    214: (_Follow.REJECT, "posting_denied"),
    219: (_Follow.REJECT, "advertising_limit"),
    220: (_Follow.REJECT, "posting_denied"),
    222: (_Follow.REJECT, "links_forbidden"),
    224: (_Follow.REJECT, "advertising_limit"),
    225: (_Follow.REJECT, "no_rights"),  # donors alone may
    232: (_Follow.REJECT, "refused"),
    250: (_Follow.REJECT, "poll_refused"),
    251: (_Follow.REJECT, "poll_refused"),
    252: (_Follow.REJECT, "poll_refused"),
    253: (_Follow.REJECT, "poll_refused"),
    703: (_Follow.REAUTHORIZE, "confirmation_wanted"),  # the community wants the manager's second factor
    704: (_Follow.REAUTHORIZE, "confirmation_wanted"),
    900: (_Follow.REJECT, "recipient_blocked"),
    901: (_Follow.REJECT, "recipient_blocked"),
    902: (_Follow.REJECT, "recipient_blocked"),
    911: (_Follow.REJECT, "buttons_refused"),
    912: (_Follow.REJECT, "buttons_refused"),  # the community's settings forbid bots' features
    913: (_Follow.REJECT, "invalid_request"),
    914: (_Follow.REJECT, "text_too_long"),
    917: (_Follow.REJECT, "no_rights"),
    921: (_Follow.REJECT, "invalid_request"),
    922: (_Follow.REJECT, "recipient_not_found"),
    925: (_Follow.REJECT, "no_rights"),
    936: (_Follow.REJECT, "recipient_not_found"),
    940: (_Follow.REJECT, "invalid_request"),
    943: (_Follow.REJECT, "invalid_request"),
    944: (_Follow.REJECT, "advertising_limit"),  # too many messages of that intent
    945: (_Follow.REJECT, "recipient_blocked"),
    946: (_Follow.REJECT, "recipient_not_found"),
    950: (_Follow.REJECT, "recipient_blocked"),  # too late to answer
    962: (_Follow.REJECT, "recipient_blocked"),  # of donors alone
    969: (_Follow.REJECT, "invalid_request"),
    985: (_Follow.REJECT, "recipient_blocked"),
    987: (_Follow.REJECT, "recipient_blocked"),  # the person has to let us in first
    988: (_Follow.REJECT, "recipient_blocked"),
    1012: (_Follow.REJECT, "recipient_blocked"),
    1117: (_Follow.REAUTHORIZE, "token_invalid"),
    1600: (_Follow.REJECT, "post_gone"),  # a story that is over
    1602: (_Follow.REJECT, "refused"),
    2000: (_Follow.REJECT, "hooks_full"),
}

_PAUSES: dict[int, tuple[str, float]] = {
    TOO_FAST: ("throttled", 1.0),
    9: ("throttled", 5 * MINUTE),  # flood control
    29: ("quota", HOUR),
    32: ("throttled", MINUTE),
    223: ("throttled", 5 * MINUTE),  # too many comments
    601: ("throttled", 5 * MINUTE),
    1105: ("throttled", 5 * MINUTE),
}

_AGAIN: dict[int, tuple[str, float | None]] = {
    14: ("captcha", 10 * MINUTE),
    3300: ("captcha", 10 * MINUTE),
    22: ("preparation_lost", None),  # upload error
    105: ("preparation_lost", None),
    118: ("preparation_lost", None),  # what the upload server gave is no longer good
    121: ("preparation_lost", None),
}

_SERVER_ERRORS = frozenset({1, 10, 36, 43})  # unknown, internal, interrupted by a time-out, section unavailable


def refusal_of(failure: Failure, effect: Effect) -> Refusal:
    """What follows from VK's answer to a call with this effect."""
    code = failure.error_code
    said = f"{code} {failure.error_msg}"[:200]
    if code in _PAUSES:
        name, seconds = _PAUSES[code]
        return Throttled(reason(name, said), seconds)
    if code in _AGAIN:
        name, after = _AGAIN[code]
        return Retry(reason(name, said), after)
    if code in _SERVER_ERRORS:
        return server_error(effect, said)
    if code == BAD_PARAMETER and "too long" in failure.error_msg:
        return Rejected(reason("text_too_long", said))
    follow, name = _REASONS.get(code, (_Follow.REJECT, "refused"))
    if follow is _Follow.REAUTHORIZE:
        return NeedsReauthorization(reason(name, said))
    return Rejected(reason(name, said))


def is_too_fast(outcome: Refusal) -> bool:
    return isinstance(outcome, Throttled) and (outcome.reason.network_code or "").startswith(f"{TOO_FAST} ")
