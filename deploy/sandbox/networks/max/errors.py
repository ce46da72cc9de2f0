"""Errors as MAX gives them: an HTTP status with a code and a message."""

from http import HTTPStatus

from deploy.sandbox.faults import FaultKind, FaultOrder
from deploy.sandbox.wire import Refusal, Reply

PAYLOAD = "proto.payload"
INVALID_TOKEN = Reply({"code": "verify.token", "message": "Invalid access_token"}, HTTPStatus.UNAUTHORIZED)
NOT_READY = Reply({"code": "attachment.not.ready", "message": ""}, HTTPStatus.BAD_REQUEST)  # the official sample
TOO_MANY = Reply(
    {"code": "too.many.requests", "message": "Too many requests, try again later"}, HTTPStatus.TOO_MANY_REQUESTS
)


def bad_request(message: str, code: str = PAYLOAD) -> Refusal:
    return Refusal(Reply({"code": code, "message": message}, HTTPStatus.BAD_REQUEST))


def denied(message: str) -> Refusal:
    return Refusal(Reply({"code": "chat.denied", "message": message}, HTTPStatus.FORBIDDEN))


def not_found(message: str) -> Refusal:
    return Refusal(Reply({"code": "not.found", "message": message}, HTTPStatus.NOT_FOUND))


def fault_reply(order: FaultOrder) -> Reply:
    match order.kind:
        case FaultKind.REFUSE:
            return Reply({"code": "chat.denied", "message": order.message or "chat.denied"}, HTTPStatus.FORBIDDEN)
        case FaultKind.UNAUTHORIZED:
            return INVALID_TOKEN
        case FaultKind.FLOOD:
            return Reply(TOO_MANY.body, TOO_MANY.status, {"Retry-After": str(order.retry_after)})
        case FaultKind.ERROR:
            code = str(order.code or PAYLOAD)
            return Reply({"code": code, "message": order.message or ""}, HTTPStatus.BAD_REQUEST)
        case _:
            return Reply({"code": "internal.error", "message": "Internal error"}, HTTPStatus.INTERNAL_SERVER_ERROR)
