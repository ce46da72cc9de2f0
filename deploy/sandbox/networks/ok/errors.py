"""Errors as OK gives them: HTTP 200 with `error_code` and `error_msg`, the code once more in a header."""

from deploy.sandbox.faults import FaultKind, FaultOrder
from deploy.sandbox.wire import Reply

SERVICE = 2
METHOD = 3
FLOOD_BLOCKED = 8
PERMISSION_DENIED = 10
NOT_ADMIN = 50
PARAM = 100
PARAM_API_KEY = 101
PARAM_SESSION_EXPIRED = 102
PARAM_SESSION_KEY = 103
PARAM_SIGNATURE = 104
PARAM_GROUP_ID = 160
NOT_FOUND = 300
PHOTO_INVALID_FORMAT = 503
PHOTO_NO_IMAGE = 505
VERIFICATION_REQUIRED = 514
BLOCK_LIMIT = 600
TEXT_LIMIT = 601
POLL_QUESTION_LIMIT = 602
POLL_ANSWERS_LIMIT = 603
POLL_ANSWER_LIMIT = 604

MESSAGES = {
    SERVICE: "SERVICE : Service temporary unavailable",
    METHOD: "METHOD : Method does not exist",
    FLOOD_BLOCKED: "FLOOD_BLOCKED : Method call is blocked due to flood",
    PERMISSION_DENIED: "PERMISSION_DENIED : User must grant permission to the application",
    NOT_ADMIN: "NOT_ADMIN : User has no administrator rights",
    PARAM: "PARAM : Missed or invalid parameter",
    PARAM_API_KEY: "PARAM_API_KEY : No application key",
    PARAM_SESSION_EXPIRED: "PARAM_SESSION_EXPIRED : Session expired",
    PARAM_SESSION_KEY: "PARAM_SESSION_KEY : Invalid session key",
    PARAM_SIGNATURE: "PARAM_SIGNATURE : Invalid signature",
    PARAM_GROUP_ID: "PARAM_GROUP_ID : Invalid group id",
    NOT_FOUND: "NOT_FOUND : Object not found",
    PHOTO_INVALID_FORMAT: "PHOTO_INVALID_FORMAT : Unknown image format",
    PHOTO_NO_IMAGE: "PHOTO_NO_IMAGE : No image in the request",
    VERIFICATION_REQUIRED: "IDS_SESSION_VERIFICATION_REQUIRED : The user has to be verified",
    BLOCK_LIMIT: "MEDIA_TOPIC_BLOCK_LIMIT : Too many media parameters",
    TEXT_LIMIT: "MEDIA_TOPIC_TEXT_LIMIT : Text limit reached",
    POLL_QUESTION_LIMIT: "MEDIA_TOPIC_POLL_QUESTION_TEXT_LIMIT : Question text limit reached",
    POLL_ANSWERS_LIMIT: "MEDIA_TOPIC_POLL_ANSWERS_LIMIT : Too many answers",
    POLL_ANSWER_LIMIT: "MEDIA_TOPIC_POLL_ANSWER_TEXT_LIMIT : Answer text limit reached",
}
HEADER = "invocation-error"


class OkError(Exception):
    """OK refuses a call; `detail` follows the code's standing message."""

    def __init__(self, code: int, detail: str = "") -> None:
        standing = MESSAGES[code]
        super().__init__(f"{standing} ({detail})" if detail else standing)
        self.code = code


def error_reply(code: int, message: str) -> Reply:
    return Reply({"error_code": code, "error_msg": message, "error_data": None}, headers={HEADER: str(code)})


def fault_reply(order: FaultOrder) -> Reply:
    match order.kind:
        case FaultKind.REFUSE:
            code = PERMISSION_DENIED
        case FaultKind.UNAUTHORIZED:
            code = PARAM_SESSION_EXPIRED
        case FaultKind.FLOOD:
            code = FLOOD_BLOCKED
        case FaultKind.CAPTCHA:
            code = VERIFICATION_REQUIRED
        case FaultKind.ERROR:
            code = int(order.code or SERVICE)
        case _:
            return Reply("Internal Server Error", 500)
    return error_reply(code, order.message or MESSAGES.get(code, "UNKNOWN : Unknown error"))
