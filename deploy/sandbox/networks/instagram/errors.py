"""Errors as the Graph API gives them: an HTTP status, and an object with a code, often a subcode."""

import json
from dataclasses import dataclass
from math import ceil

from pydantic import JsonValue

from deploy.sandbox.faults import FaultKind, FaultOrder
from deploy.sandbox.wire import JsonObject, Refusal, Reply

USAGE = "X-Business-Use-Case-Usage"


@dataclass(frozen=True)
class Error:
    code: int
    subcode: int | None
    message: str


BAD_TOKEN = Error(190, 463, "Error validating access token: Session has expired")
NO_RIGHTS = Error(10, None, "(#10) Application does not have permission for this action")
NO_OBJECT = Error(100, 33, "Unsupported request. Object does not exist or cannot be loaded due to missing permissions")
NO_FIELD = Error(100, None, "(#100) Tried accessing nonexisting field")
BAD_PARAMETER = Error(100, None, "(#100) Invalid parameter")
TOO_MANY_CALLS = Error(4, None, "(#4) Application request limit reached")
CALLBACK_FAILED = Error(2200, None, "(#2200) Callback verification failed")
TOO_YOUNG = Error(100, None, "(#100) The access token cannot be refreshed")
NOT_FETCHED = Error(9004, 2_207_052, "Only photo or video can be accepted as media type.")
TOO_LARGE = Error(36_000, 2_207_004, "The image size is too large.")
NOT_JPEG = Error(36_001, 2_207_005, "The image format is not supported.")
WRONG_SHAPE = Error(36_003, 2_207_009, "The aspect ratio is not supported.")
CAPTION = Error(36_004, 2_207_010, "The caption was too long.")
CAROUSEL = Error(100, 2_207_028, "The carousel has to have 2 to 10 items.")
NOT_READY = Error(9007, 2_207_027, "The media is not ready for publishing, please wait for a moment.")
NO_CONTAINER = Error(24, 2_207_008, "The media builder with the creation id does not exist or has been expired.")
QUOTA = Error(9, 2_207_042, "Application request limit reached")
FAILED = Error(2, None, "An unexpected error has occurred. Please retry your request later.")


def reply_of(error: Error, status: int = 400, headers: dict[str, str] | None = None) -> Reply:
    said: JsonObject = {
        "message": error.message,
        "type": "OAuthException",
        "code": error.code,
        "is_transient": error is FAILED,
        "fbtrace_id": "A0sandbox0trace",
    }
    if error.subcode is not None:
        said["error_subcode"] = error.subcode
    return Reply({"error": said}, status, headers or {})


def refused(error: Error, detail: str = "") -> Refusal:
    return Refusal(reply_of(Error(error.code, error.subcode, f"{error.message} {detail}".strip())))


def too_many(account_id: int, seconds: float) -> Reply:
    """The network tells in minutes, for each of its limits, when calls are taken again."""
    told: JsonValue = {str(account_id): [{"type": "instagram", "estimated_time_to_regain_access": ceil(seconds / 60)}]}
    return reply_of(TOO_MANY_CALLS, 403, {USAGE: json.dumps(told)})


def fault_reply(order: FaultOrder) -> Reply:
    match order.kind:
        case FaultKind.REFUSE:
            return reply_of(NO_RIGHTS)
        case FaultKind.UNAUTHORIZED:
            return reply_of(BAD_TOKEN)
        case FaultKind.FLOOD:
            return too_many(order.account_id or 0, order.retry_after)
        case FaultKind.ERROR:
            code, _, subcode = str(order.code or BAD_PARAMETER.code).partition("/")
            return reply_of(Error(int(code), int(subcode) if subcode else None, order.message or "An error"))
        case _:
            return reply_of(FAILED, 500)
