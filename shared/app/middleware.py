"""What every request passes, as plain ASGI: an id, a limit on its body and its time, a count, a log line."""

import asyncio
import re
import time
import uuid
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram
from starlette.exceptions import HTTPException
from starlette.requests import Request

from shared.app.answers import Answer, Scope, Send
from shared.app.problems import problem_response
from shared.context import TRACEPARENT
from shared.errors import FieldError, Invalid, NotFound, Problem, TooLarge, Unavailable
from shared.logs import trace_of

Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

_log = structlog.get_logger()
_REQUEST_ID = re.compile(r"^[A-Za-z0-9_-]{8,64}$")
_METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})  # others share a label
UPLOAD_BYTES = 25_000_000


class Metrics:
    """Figures of one app, in a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "vmeste_requests", "Requests by route and status", ["method", "route", "status"], registry=self.registry
        )
        self.seconds = Histogram("vmeste_request_seconds", "Time to answer", ["route"], registry=self.registry)


class Edge:
    """The outermost layer of a service. A private route (an anonymous answer) leaves no log line and no path."""

    def __init__(self, app: App, *, metrics: Metrics, max_body_bytes: int, request_seconds: float) -> None:
        self._app = app
        self._metrics = metrics
        self._max_body_bytes = max_body_bytes
        self._request_seconds = request_seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request = Request(scope)
        scope["vmeste.request_id"] = _request_id(request)
        deadline = asyncio.timeout(self._request_seconds)
        answer = Answer(scope, send, deadline)
        began = time.perf_counter()
        traceparent = request.headers.get("traceparent")
        trace = trace_of(traceparent)
        bound = TRACEPARENT.set(traceparent if trace is not None else None)
        with structlog.contextvars.bound_contextvars(request_id=scope["vmeste.request_id"], trace=trace):
            try:
                _check_address(scope)
                async with deadline:
                    await self._app(scope, self._limited(request, receive), answer.send)
            except TimeoutError:
                await self._refuse(request, answer, Unavailable(retry_after=1))
            except Problem as problem:
                await self._refuse(request, answer, problem)
            except _BodyTooLarge:
                await self._refuse(request, answer, TooLarge())
            except Exception as error:  # noqa: BLE001 - nothing foresaw it: a defect, told to the log and to nobody else
                _log.error("request.failed", exc_info=error)
                await self._refuse(request, answer, Problem())
            self._note(scope, answer.status, time.perf_counter() - began)
        TRACEPARENT.reset(bound)

    def _limited(self, request: Request, receive: Receive) -> Receive:
        limit = UPLOAD_BYTES if _is_upload(request) else self._max_body_bytes
        if int(_length(request)) > limit:
            raise _BodyTooLarge
        received = 0

        async def limited() -> MutableMapping[str, Any]:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > limit:
                raise _BodyTooLarge
            return message

        return limited

    async def _refuse(self, request: Request, answer: Answer, problem: Problem) -> None:
        if answer.status == 0:
            await problem_response(request, problem)(request.scope, request.receive, answer.send)

    def _note(self, scope: Scope, status: int, seconds: float) -> None:
        route = getattr(scope.get("route"), "path", "unknown")
        method = scope["method"] if scope["method"] in _METHODS else "other"
        self._metrics.requests.labels(method, route, str(status)).inc()
        self._metrics.seconds.labels(route).observe(seconds)
        if not scope.get("vmeste.private") and not route.startswith(("/health", "/metrics")):
            _log.info("request", method=scope["method"], route=route, status=status, ms=round(seconds * 1000, 1))


class _BodyTooLarge(HTTPException):
    """FastAPI hands only an HTTPException on from the reading of a body."""

    def __init__(self) -> None:
        super().__init__(TooLarge.status)


def _request_id(request: Request) -> str:
    given = request.headers.get("x-request-id", "")
    return given if _REQUEST_ID.match(given) else uuid.uuid4().hex


def _check_address(scope: Scope) -> None:
    """PostgreSQL keeps no NUL, so nothing has one in its name."""
    if "\0" in scope["path"]:
        raise NotFound
    if b"%00" in scope["query_string"]:
        raise Invalid(errors=(FieldError("?", "nul", {"ru": "Недопустимый знак", "en": "A character that cannot be"}),))


def _is_upload(request: Request) -> bool:
    return request.headers.get("content-type", "").startswith("multipart/form-data")


def _length(request: Request) -> str:
    length = request.headers.get("content-length", "0")
    return length if length.isdigit() and len(length) <= 15 else "0"  # noqa: PLR2004 - past any limit
