"""Errors as a server of the AT Protocol words them: an HTTP status, a name and a sentence."""

from datetime import datetime
from http import HTTPStatus

from deploy.sandbox.faults import FaultKind, FaultOrder
from deploy.sandbox.wire import Refusal, Reply


def error(name: str, message: str, status: int = HTTPStatus.BAD_REQUEST) -> Reply:
    return Reply({"error": name, "message": message}, status)


def refusal(name: str, message: str, status: int = HTTPStatus.BAD_REQUEST) -> Refusal:
    return Refusal(error(name, message, status))


def invalid(message: str) -> Refusal:
    return refusal("InvalidRequest", message)


NO_SESSION = error("AuthMissing", "Authentication Required", HTTPStatus.UNAUTHORIZED)
WRONG_PASSWORD = error("AuthenticationRequired", "Invalid identifier or password", HTTPStatus.UNAUTHORIZED)
EXPIRED = error("ExpiredToken", "Token has expired")
REVOKED = error("ExpiredToken", "Token has been revoked")
UNKNOWN_TOKEN = error("InvalidToken", "Token could not be verified")


def too_many(now: datetime, seconds: float) -> Reply:
    reset = int(now.timestamp()) + max(1, int(seconds))
    headers = {
        "RateLimit-Limit": "5000",
        "RateLimit-Remaining": "0",
        "RateLimit-Reset": str(reset),
        "RateLimit-Policy": "5000;w=3600",
    }
    body = error("RateLimitExceeded", "Rate Limit Exceeded").body
    return Reply(body, HTTPStatus.TOO_MANY_REQUESTS, headers)


def fault_reply(order: FaultOrder, now: datetime) -> Reply:
    match order.kind:
        case FaultKind.REFUSE:
            return error("Forbidden", order.message or "Not allowed", HTTPStatus.FORBIDDEN)
        case FaultKind.UNAUTHORIZED:
            return error("AuthenticationRequired", "Authentication Required", HTTPStatus.UNAUTHORIZED)
        case FaultKind.FLOOD:
            return too_many(now, order.retry_after)
        case FaultKind.ERROR:
            return error(str(order.code or "InvalidRequest"), order.message or "")
        case _:
            return error("InternalServerError", "Internal Server Error", HTTPStatus.INTERNAL_SERVER_ERROR)
