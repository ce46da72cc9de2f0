"""What a Mastodon server says no with: an HTTP status and a sentence in `error`."""

from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus

from pydantic import BaseModel, ConfigDict, TypeAdapter, ValidationError

from services.publisher.networks.outcomes import NeedsReauthorization, Refusal, Rejected, Throttled
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Effect, server_error

FIRST_PAUSE = 300.0  # seconds, when the server does not say how long: its limits are for five minutes
_MOMENT = TypeAdapter(datetime)


class Failure(BaseModel):
    """The body of an answer that is not a success."""

    model_config = ConfigDict(extra="ignore")

    error: str = ""


REFUSALS: tuple[tuple[HTTPStatus, str, str], ...] = (  # status, part of the sentence in lower case, our reason
    (HTTPStatus.FORBIDDEN, "", "no_rights"),
    (HTTPStatus.NOT_FOUND, "", "post_gone"),
    (HTTPStatus.GONE, "", "post_gone"),
    (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "", "image_refused"),
    (HTTPStatus.UNPROCESSABLE_ENTITY, "poll", "poll_refused"),
    (HTTPStatus.UNPROCESSABLE_ENTITY, "character limit", "text_too_long"),
    (HTTPStatus.UNPROCESSABLE_ENTITY, "text can't be blank", "text_empty"),
    (HTTPStatus.UNPROCESSABLE_ENTITY, "file", "image_refused"),
    (HTTPStatus.UNPROCESSABLE_ENTITY, "media", "image_refused"),
    (HTTPStatus.UNPROCESSABLE_ENTITY, "image", "image_refused"),
)


def refusal_of(status: int, failure: Failure, headers: Mapping[str, str], effect: Effect, now: datetime) -> Refusal:
    """What follows from the server's answer to a call with this effect."""
    said = f"{status} {failure.error}".strip()[:200]
    if status == HTTPStatus.UNAUTHORIZED:
        return NeedsReauthorization(reason("token_invalid", said))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(reason("throttled", said), _pause(headers, now))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return server_error(effect, said)
    words = said.lower()
    fitting = (name for code, part, name in REFUSALS if code == status and part in words)
    return Rejected(reason(next(fitting, "invalid_request"), said))


def _pause(headers: Mapping[str, str], now: datetime) -> float:
    """Seconds until the limit is lifted: the server names the moment."""
    try:
        reset = _MOMENT.validate_python(headers.get("x-ratelimit-reset", ""))
    except ValidationError:
        return FIRST_PAUSE
    return max(1.0, ((reset if reset.tzinfo else reset.replace(tzinfo=UTC)) - now).total_seconds())
