"""Errors as VK gives them: HTTP 200 and an `error` object that repeats the request's parameters."""

from pydantic import JsonValue

from deploy.sandbox.faults import FaultKind, FaultOrder
from deploy.sandbox.wire import JsonObject, Reply

AUTHORIZATION = 5
TOO_MANY = 6
INVALID_REQUEST = 8
FLOOD = 9
SERVER_ERROR = 10
CAPTCHA = 14
ACCESS = 15
UPLOAD = 22
GROUP_AUTHORIZATION = 27
PARAMETER = 100
HASH = 121
NOT_FOUND = 104
WALL_POST_ACCESS = 210
WALL_ADD_REPLY = 213
WALL_ADD_POST = 214
POLL_ACCESS = 250
POLL_ID = 251
USER_NOT_ALLOWED = 901
TOO_LONG_MESSAGE = 914
KEYBOARD = 911
CALLBACK_SERVERS = 2000
UNKNOWN_METHOD = 3

NOTHING_PASSED = "no access_token passed."
NOT_KNOWN = "invalid access_token (4)."
MESSAGES = {
    UNKNOWN_METHOD: "Unknown method passed",
    AUTHORIZATION: "User authorization failed",
    TOO_MANY: "Too many requests per second",
    INVALID_REQUEST: "Invalid request",
    FLOOD: "Flood control",
    SERVER_ERROR: "Internal server error: could not get application",
    CAPTCHA: "Captcha needed",
    ACCESS: "Access denied",
    UPLOAD: "Upload error",
    GROUP_AUTHORIZATION: "Group authorization failed: method is unavailable with group auth.",
    PARAMETER: "One of the parameters specified was missing or invalid",
    HASH: "Invalid hash",
    NOT_FOUND: "Not found",
    WALL_POST_ACCESS: "Access to wall's post denied",
    WALL_ADD_REPLY: "Access to status replies denied",
    POLL_ACCESS: "Access to poll denied",
    POLL_ID: "Invalid poll id",
    WALL_ADD_POST: "Access to adding post denied",
    USER_NOT_ALLOWED: "Can't send messages for users without permission",
    TOO_LONG_MESSAGE: "Message is too long",
    KEYBOARD: "Keyboard format is invalid",
    CALLBACK_SERVERS: "Servers number limit is reached",
}


class VkError(Exception):
    """VK refuses a call; `detail` follows the code's standing message."""

    def __init__(self, code: int, detail: str = "") -> None:
        standing = MESSAGES[code]
        super().__init__(f"{standing}: {detail}" if detail else standing)
        self.code = code


def error_reply(code: int, message: str, method: str, params: JsonObject, extra: JsonObject | None = None) -> Reply:
    shown: list[JsonValue] = [{"key": "method", "value": method}, {"key": "oauth", "value": "1"}]
    for key, value in params.items():
        if key != "access_token":
            shown.append({"key": key, "value": str(value)})
    error: JsonObject = {"inner_type": "base_error", "error_code": code, "error_msg": message, "request_params": shown}
    return Reply({"error": error | (extra or {})})


def fault_reply(order: FaultOrder, method: str, params: JsonObject) -> Reply:
    match order.kind:
        case FaultKind.REFUSE:
            code = {"wall.post": WALL_ADD_POST, "messages.send": USER_NOT_ALLOWED}.get(method, ACCESS)
        case FaultKind.UNAUTHORIZED:
            refusal = VkError(AUTHORIZATION, NOT_KNOWN)
            return error_reply(refusal.code, str(refusal), method, params)
        case FaultKind.FLOOD:
            code = FLOOD
        case FaultKind.CAPTCHA:
            picture: JsonObject = {"captcha_sid": "698254154192", "captcha_img": "about:blank"}
            return error_reply(CAPTCHA, order.message or MESSAGES[CAPTCHA], method, params, picture)
        case FaultKind.ERROR:
            code = int(order.code or SERVER_ERROR)
        case _:
            return Reply("Internal Server Error", 500)
    return error_reply(code, order.message or MESSAGES.get(code, "Unknown error occurred"), method, params)
