"""Errors as the Bot API words them: `ok: false`, a code that repeats the HTTP status, a description."""

from deploy.sandbox.faults import FaultKind, FaultOrder
from deploy.sandbox.wire import JsonObject, Refusal, Reply

REFUSED = "Forbidden: bot is not a member of the channel chat"


def error(code: int, description: str, *, retry_after: int | None = None) -> Reply:
    body: JsonObject = {"ok": False, "error_code": code, "description": description}
    if retry_after is not None:
        body["parameters"] = {"retry_after": retry_after}
    return Reply(body, code, {"Retry-After": str(retry_after)} if retry_after is not None else {})


def bad_request(description: str) -> Refusal:
    return Refusal(error(400, f"Bad Request: {description}"))


def forbidden(description: str) -> Refusal:
    return Refusal(error(403, f"Forbidden: {description}"))


def flood(retry_after: int) -> Reply:
    return error(429, f"Too Many Requests: retry after {retry_after}", retry_after=retry_after)


def fault_reply(order: FaultOrder) -> Reply:
    match order.kind:
        case FaultKind.REFUSE:
            return error(403, order.message or REFUSED)
        case FaultKind.UNAUTHORIZED:
            return error(401, "Unauthorized")
        case FaultKind.FLOOD:
            return flood(order.retry_after)
        case FaultKind.ERROR:
            return error(int(order.code or 400), order.message or "Bad Request: chat not found")
        case _:
            return error(500, "Internal Server Error")
