"""What Telegram says no with: `ok: false`, an error code like HTTP's, and a description to be read by people.

Descriptions are matched by their stable beginnings or middles, in lower case; the first match wins.
"""

from http import HTTPStatus

from pydantic import BaseModel, ConfigDict

from services.publisher.networks.outcomes import NeedsReauthorization, Refusal, Rejected, Throttled
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Effect, server_error

FIRST_PAUSE = 5.0  # seconds, when Telegram does not say how long


class Parameters(BaseModel):
    model_config = ConfigDict(extra="ignore")

    migrate_to_chat_id: int | None = None
    retry_after: float | None = None


class Failure(BaseModel):
    """The body of an answer that is not a success."""

    model_config = ConfigDict(extra="ignore")

    ok: bool = False
    error_code: int
    description: str = ""
    parameters: Parameters = Parameters()


REFUSALS: tuple[tuple[int, str, str], ...] = (  # error code, part of the description, our reason
    (403, "bot was blocked by the user", "recipient_blocked"),
    (403, "bot can't initiate conversation", "recipient_blocked"),
    (403, "user is deactivated", "recipient_not_found"),
    (403, "", "no_rights"),  # kicked, not a member, not an administrator
    (400, "not enough rights", "no_rights"),
    (400, "need administrator rights", "no_rights"),
    (400, "have no rights", "no_rights"),
    (400, "chat_write_forbidden", "no_rights"),
    (400, "upgraded to a supergroup", "chat_moved"),
    (400, "chat not found", "chat_not_found"),
    (400, "user not found", "recipient_not_found"),
    (400, "message is too long", "text_too_long"),
    (400, "caption is too long", "text_too_long"),
    (400, "text is empty", "text_empty"),
    (400, "text must be non-empty", "text_empty"),
    (400, "can't parse entities", "text_refused"),
    (400, "message to edit not found", "post_gone"),
    (400, "message to delete not found", "post_gone"),
    (400, "message_id_invalid", "post_gone"),
    (400, "message to be replied not found", "comment_not_found"),
    (400, "message to forward not found", "source_refused"),
    (400, "message can't be forwarded", "source_refused"),
    (400, "message has protected content", "source_refused"),
    (400, "message can't be edited", "too_late_to_change"),
    (400, "message can't be deleted", "too_late_to_change"),
    (400, "poll", "poll_refused"),  # "non-anonymous polls can't be sent to channel chats" and its like
    (400, "bot_command_invalid", "buttons_refused"),
    (400, "button", "buttons_refused"),
    (400, "reply markup", "buttons_refused"),
    (400, "photo", "image_refused"),  # PHOTO_INVALID_DIMENSIONS and its like
    (400, "image_process_failed", "image_refused"),
    (400, "wrong file", "image_refused"),
    (413, "", "image_refused"),
    (400, "", "invalid_request"),
)


def refusal_of(failure: Failure, effect: Effect) -> Refusal:
    """What follows from Telegram's answer to a call with this effect."""
    code = failure.error_code
    said = f"{code} {failure.description}"[:200]
    if code in (HTTPStatus.UNAUTHORIZED, HTTPStatus.NOT_FOUND):  # 404: no token of this form
        return NeedsReauthorization(reason("token_invalid", said))
    if code == HTTPStatus.TOO_MANY_REQUESTS:
        return Throttled(reason("throttled", said), failure.parameters.retry_after or FIRST_PAUSE)
    if code >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return server_error(effect, said)
    description = failure.description.lower()
    for known_code, part, name in REFUSALS:
        if code == known_code and part in description:
            return Rejected(reason(name, said))
    return Rejected(reason("refused", said))
