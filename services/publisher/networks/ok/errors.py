"""What OK says no with: HTTP 200 and an `error_code`. Numbers and their names are those of OK's own list of errors."""

from pydantic import BaseModel, ConfigDict

from services.publisher.networks.outcomes import NeedsReauthorization, Refusal, Rejected, Retry, Throttled
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Effect, server_error

NOT_FOUND = 300
MINUTE = 60.0
HOUR = 3600.0


class Failure(BaseModel):
    """An answer that is a refusal."""

    model_config = ConfigDict(extra="ignore")

    error_code: int
    error_msg: str = ""


_NEW_SECRETS = frozenset(
    {
        101,  # PARAM_API_KEY
        102,  # PARAM_SESSION_EXPIRED
        103,  # PARAM_SESSION_KEY
        104,  # PARAM_SIGNATURE: signed with another secret than the token's
        107,  # PARAM_SESSION_KEY_CHANGED
        210,  # PARAM_APPLICATION_DISABLED
        453,  # SESSION_REQUIRED
        900,  # NO_SUCH_APP
    }
)

_PAUSES: dict[int, tuple[str, float]] = {
    7: ("throttled", 10 * MINUTE),  # ACTION_BLOCKED: for a time, for this user
    8: ("throttled", 5 * MINUTE),  # FLOOD_BLOCKED
    9: ("throttled", HOUR),  # IP_BLOCKED
    11: ("quota", HOUR),  # LIMIT_REACHED
}

_HUMAN_WANTED = frozenset({403, 514})  # AUTH_LOGIN_WEB_HUMAN_CHECK, IDS_SESSION_VERIFICATION_REQUIRED

_SERVER_ERRORS = frozenset({1, 2, 9999})  # UNKNOWN, SERVICE, SYSTEM

_REJECTIONS: dict[int, str] = {
    3: "invalid_request",  # METHOD
    4: "invalid_request",  # REQUEST
    10: "no_rights",  # PERMISSION_DENIED
    22: "no_rights",  # NOT_ACTIVATED
    24: "no_rights",  # NOT_OWNER
    50: "no_rights",  # NOT_ADMIN
    100: "invalid_request",  # PARAM
    110: "recipient_not_found",  # PARAM_USER_ID
    121: "image_refused",  # PARAM_PHOTO_ID
    160: "chat_not_found",  # PARAM_GROUP_ID
    200: "no_rights",  # PARAM_PERMISSION
    NOT_FOUND: "chat_not_found",
    454: "content_blocked",  # CENSOR_MATCH
    455: "no_rights",  # FRIEND_RESTRICTION
    456: "no_rights",  # GROUP_RESTRICTION
    457: "no_rights",  # UNAUTHORIZED_RESTRICTION
    458: "no_rights",  # PRIVACY_RESTRICTION
    500: "image_refused",  # PHOTO_SIZE_LIMIT_EXCEEDED
    501: "image_refused",  # PHOTO_SIZE_TOO_SMALL
    502: "image_refused",  # PHOTO_SIZE_TOO_BIG
    503: "image_refused",  # PHOTO_INVALID_FORMAT
    504: "image_refused",  # PHOTO_IMAGE_CORRUPTED
    505: "image_refused",  # PHOTO_NO_IMAGE
    511: "content_blocked",  # IDS_BLOCKED: the check against spam
    600: "invalid_request",  # MEDIA_TOPIC_BLOCK_LIMIT
    601: "text_too_long",  # MEDIA_TOPIC_TEXT_LIMIT
    602: "poll_refused",  # MEDIA_TOPIC_POLL_QUESTION_TEXT_LIMIT
    603: "poll_refused",  # MEDIA_TOPIC_POLL_ANSWERS_LIMIT
    604: "poll_refused",  # MEDIA_TOPIC_POLL_ANSWER_TEXT_LIMIT
    607: "text_refused",  # MEDIA_TOPIC_LINK_BAD_FORMAT
}


def refusal_of(failure: Failure, effect: Effect) -> Refusal:
    """What follows from OK's answer to a call with this effect."""
    code = failure.error_code
    said = f"{code} {failure.error_msg}".strip()[:200]
    if code in _NEW_SECRETS:
        return NeedsReauthorization(reason("token_invalid", said))
    if code in _PAUSES:
        name, seconds = _PAUSES[code]
        return Throttled(reason(name, said), seconds)
    if code in _HUMAN_WANTED:
        return Retry(reason("captcha", said), 10 * MINUTE)
    if code in _SERVER_ERRORS:
        return server_error(effect, said)
    return Rejected(reason(_REJECTIONS.get(code, "refused"), said))


def is_gone(refusal: Refusal) -> bool:
    """Whether what was asked for is not there."""
    return (refusal.reason.network_code or "").partition(" ")[0] == str(NOT_FOUND)
