"""Errors as a Mastodon server words them: an HTTP status and a sentence."""

from datetime import datetime, timedelta
from http import HTTPStatus

from deploy.sandbox.faults import FaultKind, FaultOrder
from deploy.sandbox.wire import Refusal, Reply


def error(said: str, status: int) -> Reply:
    return Reply({"error": said}, status)


def invalid(said: str) -> Refusal:
    return Refusal(error(f"Validation failed: {said}", HTTPStatus.UNPROCESSABLE_ENTITY))


INVALID_TOKEN = error("The access token is invalid", HTTPStatus.UNAUTHORIZED)
NOT_FOUND = error("Record not found", HTTPStatus.NOT_FOUND)
NOT_ALLOWED = error("This action is not allowed", HTTPStatus.FORBIDDEN)
NO_MEDIA = error("Validation failed: File content type is invalid, File is invalid", HTTPStatus.UNPROCESSABLE_ENTITY)


def too_many(now: datetime, seconds: float) -> Reply:
    reset = (now + timedelta(seconds=seconds)).isoformat(timespec="microseconds").replace("+00:00", "Z")
    headers = {"X-RateLimit-Limit": "300", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": reset}
    return Reply({"error": "Too many requests"}, HTTPStatus.TOO_MANY_REQUESTS, headers)


def fault_reply(order: FaultOrder, now: datetime) -> Reply:
    match order.kind:
        case FaultKind.REFUSE:
            return error(order.message or "This action is not allowed", HTTPStatus.FORBIDDEN)
        case FaultKind.UNAUTHORIZED:
            return INVALID_TOKEN
        case FaultKind.FLOOD:
            return too_many(now, order.retry_after)
        case FaultKind.ERROR:
            return error(order.message or "Validation failed", int(order.code or HTTPStatus.UNPROCESSABLE_ENTITY))
        case _:
            return error("We're sorry, but something went wrong", HTTPStatus.INTERNAL_SERVER_ERROR)
