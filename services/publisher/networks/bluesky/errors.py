"""What an AT Protocol server says no with: an HTTP status, and a body with a name and a sentence."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict

from services.publisher.networks.outcomes import NeedsReauthorization, Refusal, Rejected, Throttled
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Effect, server_error

LAST_SECOND = 253_402_300_799  # of the year 9999
FIRST_PAUSE = 60.0  # seconds, when the server does not say how long
WORN_OUT = frozenset({"ExpiredToken", "InvalidToken"})  # of a session: it may be renewed
IN_THE_WAY = "InvalidSwap"  # there is a record under this key already
GONE = "RecordNotFound"


class Failure(BaseModel):
    """The body of an answer that is not a success."""

    model_config = ConfigDict(extra="ignore")

    error: str = ""
    message: str = ""


LOST_ACCESS = frozenset(
    {
        *WORN_OUT,
        "AuthenticationRequired",
        "AuthMissing",
        "AuthFactorTokenRequired",  # the account's own password was given instead of an app's
        "AccountTakedown",
        "AccountDeactivated",
    }
)
REFUSALS: tuple[tuple[str, str], ...] = (  # part of the name or the sentence in lower case, our reason
    ("grapheme", "text_too_long"),
    ("text must not be longer", "text_too_long"),
    ("mimetype", "image_refused"),
    ("blob", "image_refused"),
    ("file is too large", "image_refused"),
    ("profile not found", "chat_not_found"),
    ("could not find repo", "chat_not_found"),
    ("", "invalid_request"),
)


def refusal_of(status: int, failure: Failure, headers: Mapping[str, str], effect: Effect, now: datetime) -> Refusal:
    """What follows from the server's answer to a call with this effect."""
    said = f"{status} {failure.error} {failure.message}".strip()[:200]
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(reason("throttled", said), _pause(headers, now))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return server_error(effect, said)
    if status == HTTPStatus.UNAUTHORIZED or failure.error in LOST_ACCESS:
        return NeedsReauthorization(reason("token_invalid", said))
    if status == HTTPStatus.FORBIDDEN:
        return Rejected(reason("no_rights", said))
    if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE:
        return Rejected(reason("image_refused", said))
    words = said.lower()
    return Rejected(reason(next(name for part, name in REFUSALS if part in words), said))


def _pause(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds until the window of the limit ends: the server names the second."""
    after, reset = headers.get("retry-after", ""), headers.get("ratelimit-reset", "")
    if after.isascii() and after.isdigit():
        return max(1.0, float(after))
    if reset.isascii() and reset.isdigit() and int(reset) <= LAST_SECOND:
        return max(1.0, (datetime.fromtimestamp(int(reset), UTC) - now).total_seconds())
    return FIRST_PAUSE
