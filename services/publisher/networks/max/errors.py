"""What MAX says no with: an HTTP status and a body with a dotted `code`; not all codes are published."""

from http import HTTPStatus

from pydantic import BaseModel, ConfigDict

from services.publisher.networks.outcomes import NeedsReauthorization, Refusal, Rejected, Retry, Throttled
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Effect, server_error

NOT_READY = "attachment.not.ready"
FIRST_PAUSE = 2.0  # seconds, when MAX does not say how long: it allows a chat two calls a second
NOT_READY_PAUSE = 10.0


class Failure(BaseModel):
    """The body of an answer that is not a success."""

    model_config = ConfigDict(extra="ignore")

    code: str = ""
    message: str = ""


REFUSALS: tuple[tuple[HTTPStatus, str, str], ...] = (  # status, part of the code or message, our reason
    (HTTPStatus.FORBIDDEN, "suspend", "recipient_blocked"),
    (HTTPStatus.FORBIDDEN, "dialog", "recipient_blocked"),
    (HTTPStatus.FORBIDDEN, "", "no_rights"),
    (HTTPStatus.NOT_FOUND, "user", "recipient_not_found"),
    (HTTPStatus.NOT_FOUND, "dialog", "recipient_not_found"),
    (HTTPStatus.NOT_FOUND, "message", "post_gone"),
    (HTTPStatus.NOT_FOUND, "comment", "comment_not_found"),
    (HTTPStatus.NOT_FOUND, "", "chat_not_found"),
    (HTTPStatus.UNPROCESSABLE_ENTITY, "timeout_exceeded", "too_late_to_change"),
    (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "", "image_refused"),
    (HTTPStatus.BAD_REQUEST, "too long", "text_too_long"),
    (HTTPStatus.BAD_REQUEST, "4000", "text_too_long"),  # the limit is named, in whatever words
    (HTTPStatus.BAD_REQUEST, "empty", "text_empty"),
    (HTTPStatus.BAD_REQUEST, "attachment", "image_refused"),
    (HTTPStatus.BAD_REQUEST, "photo", "image_refused"),
    (HTTPStatus.BAD_REQUEST, "image", "image_refused"),
    (HTTPStatus.BAD_REQUEST, "keyboard", "buttons_refused"),
    (HTTPStatus.BAD_REQUEST, "button", "buttons_refused"),
    (HTTPStatus.BAD_REQUEST, "", "invalid_request"),
)


def refusal_of(status: int, failure: Failure, retry_after: float | None, effect: Effect) -> Refusal:
    """What follows from MAX's answer to a call with this effect."""
    said = f"{status} {failure.code} {failure.message}".strip()[:200]
    if status == HTTPStatus.UNAUTHORIZED:
        return NeedsReauthorization(reason("token_invalid", said))
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(reason("throttled", said), retry_after or FIRST_PAUSE)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return server_error(effect, said)
    if failure.code == NOT_READY:
        return Retry(reason("image_not_ready", said), NOT_READY_PAUSE)
    words = f"{failure.code} {failure.message}".lower()
    for known_status, part, name in REFUSALS:
        if status == known_status and part in words:
            return Rejected(reason(name, said))
    return Rejected(reason("refused", said))


def is_gone(refusal: Refusal) -> bool:
    """Whether the message is not there: MAX says so with 404, in whatever words."""
    return isinstance(refusal, Rejected) and (refusal.reason.network_code or "").startswith(f"{HTTPStatus.NOT_FOUND} ")
