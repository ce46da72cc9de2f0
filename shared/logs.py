"""Structured logs: one JSON object a line, with the trace and the request, without secrets or personal data."""

import logging
import re
import sys
import traceback
from collections.abc import Iterator, MutableMapping, Sequence
from typing import Any, cast

import structlog

from shared.errors import Problem
from shared.settings import Environment

_TRACEPARENT = re.compile(r"00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_SECRET_NAMES = ("password", "token", "secret", "authorization", "credential", "cookie", "api_key", "text", "body")
_HIDDEN = "[hidden]"
_FRAMES = 30  # the innermost ones
_ABOUT_CODE = (Problem, TypeError, AttributeError, NameError, ImportError, AssertionError, RecursionError)


def trace_of(traceparent: str | None) -> str | None:
    """The trace id of a W3C traceparent: one id for a request, all services and all messages that came of it."""
    match = _TRACEPARENT.fullmatch(traceparent or "")
    return match.group(1) if match else None


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide every value whose name says that it is a secret or somebody's words, however deep it lies."""
    for name, value in event.items():
        event[name] = _HIDDEN if _is_secret(name) else _redacted(value)
    return event


def _redacted(value: Any) -> Any:
    if isinstance(value, dict):
        inner = cast("dict[object, object]", value)  # what lies in it nobody declared
        return {name: _HIDDEN if _is_secret(str(name)) else _redacted(part) for name, part in inner.items()}
    if isinstance(value, list | tuple):
        return [_redacted(part) for part in cast("Sequence[object]", value)]  # as above
    return value


def _is_secret(name: str) -> bool:
    return any(part in name.lower() for part in _SECRET_NAMES)


def render_exception(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Tell the kind of an exception and where it was raised.

    Its text quotes values (a validation error its input, a database its row): only texts that speak of code are told.
    """
    error = _exception_of(event.pop("exc_info", None))
    if error is not None:
        event["exception"] = "\n".join(_chain(error))
    return event


def _exception_of(given: object) -> BaseException | None:
    """From what logging calls may pass: the exception, `sys.exc_info()`, or True."""
    error = cast("tuple[object, ...]", given)[1] if isinstance(given, tuple) else given  # (type, error, traceback)
    if isinstance(error, BaseException):
        return error
    return sys.exception() if given is True else None


def _chain(error: BaseException) -> Iterator[str]:
    """The error with its frames, then what it came from, and the parts of a group."""
    text = f": {error}" if isinstance(error, _ABOUT_CODE) else ""
    yield f"{type(error).__module__}.{type(error).__qualname__}{text}"
    for frame in traceback.extract_tb(error.__traceback__, limit=-_FRAMES):
        yield f"  {frame.filename}:{frame.lineno} {frame.name}: {frame.line}"
    for part in getattr(error, "exceptions", ()):  # of a group
        yield from _chain(part)
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None:
        yield "from"
        yield from _chain(cause)


def configure_logs(process: str, environment: Environment) -> None:
    """Logs of this process go to standard output. Call it once, where the process begins."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        render_exception,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.INFO)
    for noisy in ("uvicorn.access", "arq.worker", "httpx", "httpcore"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    structlog.contextvars.bind_contextvars(process=process, environment=environment.value)
