"""Structured logs: one JSON object a line, with the trace and the request, without secrets or personal data."""

import logging
import sys
from collections.abc import MutableMapping
from typing import Any

import structlog

from shared.settings import Environment

_SECRET_NAMES = ("password", "token", "secret", "authorization", "credential", "cookie", "api_key", "text", "body")
_HIDDEN = "[hidden]"


def redact(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide every value whose name says that it is a secret or somebody's words."""
    for name in event:
        if any(part in name.lower() for part in _SECRET_NAMES):
            event[name] = _HIDDEN
    return event


def configure_logs(process: str, environment: Environment) -> None:
    """Logs of this process go to standard output. Call it once, where the process begins."""
    shared = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        redact,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter = structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[*shared[:3], structlog.processors.format_exc_info],
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
