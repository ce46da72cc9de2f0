"""What mail servers say no with: three digits (RFC 5321), often an enhanced code (RFC 3463), and a sentence."""

import re
from enum import StrEnum
from typing import Final

from services.publisher.networks.outcomes import NeedsReauthorization, Refusal, Rejected, Retry, Throttled
from services.publisher.networks.reasons import reason

FIRST_PAUSE: Final = 300.0  # seconds: servers say that there was too much, not for how long
PERMANENT: Final = 500  # from here on the server says never, below it says not now
_LOGIN: Final = frozenset({530, 534, 535, 538})
_ENHANCED: Final = re.compile(r"[245]\.(\d{1,3})\.(\d{1,3})(?!\d)")
_TOO_MANY: Final = re.compile(
    r"too many|too much|rate.?limit|limit exceeded|quota exceeded|exceeded the (?:rate|limit)|throttl|slow down",
    re.IGNORECASE,
)


class Stage(StrEnum):
    SESSION = "session"  # the greeting and the login
    SENDER = "sender"
    READER = "reader"
    LETTER = "letter"


REFUSALS: Final[tuple[tuple[str, Stage | None, str], ...]] = (  # digits or subject.detail, where, our reason
    ("1.8", None, "sender_refused"),
    ("1.7", None, "sender_refused"),
    ("2.2", None, "mailbox_full"),
    ("2.3", None, "letter_too_large"),
    ("3.4", None, "letter_too_large"),
    ("7.1", Stage.READER, "mail_not_accepted"),
    ("7.1", Stage.SENDER, "sender_refused"),
    ("7.", Stage.LETTER, "content_blocked"),
    ("7.", Stage.READER, "mail_not_accepted"),
    ("1.", Stage.READER, "mailbox_not_found"),
    ("2.", Stage.READER, "mailbox_not_found"),
    ("4.", Stage.READER, "mailbox_not_found"),
    ("552", None, "letter_too_large"),
    ("550", Stage.READER, "mailbox_not_found"),
    ("551", Stage.READER, "mailbox_not_found"),
    ("553", Stage.READER, "mailbox_not_found"),
    ("550", Stage.SENDER, "sender_refused"),
    ("553", Stage.SENDER, "sender_refused"),
    ("554", Stage.LETTER, "content_blocked"),
    ("550", Stage.LETTER, "content_blocked"),
)


def refusal_of(code: int, sentence: str, stage: Stage) -> Refusal:
    """What follows from the server's answer at that stage. The letter was not taken: it said so."""
    said = f"{code} {' '.join(sentence.split())}"[:200]
    enhanced = _ENHANCED.search(sentence)
    detail = ".".join(enhanced.groups()) if enhanced else ""
    if code in _LOGIN or (code >= PERMANENT and detail in {"7.8", "7.9"}):
        return NeedsReauthorization(reason("token_invalid", said))
    if _TOO_MANY.search(sentence) and stage is not Stage.READER:
        return Throttled(reason("throttled", said), FIRST_PAUSE)
    if code < PERMANENT:
        is_many = _TOO_MANY.search(sentence) is not None or detail == "7.28"
        return Throttled(reason("throttled", said), FIRST_PAUSE) if is_many else Retry(reason("server_error", said))
    for sign, where, name in REFUSALS:
        fits = (
            str(code) == sign if "." not in sign else detail == sign or (sign.endswith(".") and detail.startswith(sign))
        )
        if fits and where in {None, stage}:
            return Rejected(reason(name, said))
    return Rejected(reason("refused", said))
