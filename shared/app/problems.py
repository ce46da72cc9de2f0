"""Every error as `application/problem+json` (RFC 9457), in the reader's language, echoing nothing."""

from collections.abc import Iterable, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from shared.errors import FieldError, Invalid, NotFound, Problem, Text, Unavailable

_log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
_RETRY_SECONDS = 2
_STATUS_TITLES: dict[int, Text] = {
    400: {"ru": "Запрос не разобрать", "en": "The request cannot be read"},
    405: {"ru": "Такого действия здесь нет", "en": "No such action here"},
    413: {"ru": "Слишком большой запрос", "en": "The request is too large"},
    415: {"ru": "Такой вид данных не принимается", "en": "This media type is not accepted"},
}
_VALIDATION_TEXTS: dict[str, Text] = {
    "missing": {"ru": "Обязательное поле", "en": "Required"},
    "extra_forbidden": {"ru": "Такого поля нет", "en": "No such field"},
    "json_invalid": {"ru": "Это не JSON", "en": "Not JSON"},
    "string_too_long": {"ru": "Слишком длинно", "en": "Too long"},
    "string_too_short": {"ru": "Слишком коротко", "en": "Too short"},
    "enum": {"ru": "Недопустимое значение", "en": "Not one of the allowed values"},
    "uuid_parsing": {"ru": "Это не идентификатор", "en": "Not an id"},
}
_OTHER: Text = {"ru": "Недопустимое значение", "en": "Not a valid value"}


def language(accept_language: str) -> str:
    """`ru` unless English is asked for first."""
    for part in accept_language.split(","):
        tag = part.split(";")[0].strip().lower()[:2]
        if tag in {"ru", "en"}:
            return tag
    return "ru"


def problem_response(request: Request, problem: Problem) -> JSONResponse:
    tongue = language(request.headers.get("accept-language", ""))
    content: dict[str, Any] = {
        "type": f"urn:vmeste:problem:{problem.code}",
        "title": problem.title[tongue],
        "status": problem.status,
        "code": problem.code,
        "instance": request.scope.get("path", ""),
        "request_id": request.scope.get("vmeste.request_id", ""),
    }
    if problem.detail is not None:
        content["detail"] = problem.detail[tongue]
    if problem.errors:
        content["errors"] = [
            {"pointer": error.pointer, "code": error.code, "detail": error.detail[tongue]} for error in problem.errors
        ]
    headers = {"retry-after": str(problem.retry_after)} if problem.retry_after is not None else {}
    if problem.status == 401:  # noqa: PLR2004 - an HTTP status
        headers["www-authenticate"] = "Bearer"
    return JSONResponse(content, problem.status, headers=headers, media_type=MEDIA_TYPE)


def invalid(errors: Iterable[Any]) -> Invalid:
    """From pydantic's errors: where and why, never the value."""
    return Invalid(
        errors=tuple(
            FieldError(
                "" if error["type"] == "json_invalid" else _pointer(error["loc"]),
                error["type"],
                _VALIDATION_TEXTS.get(error["type"], _OTHER),
            )
            for error in errors
        )
    )


def _pointer(location: Sequence[int | str]) -> str:
    where, *path = location or ("body",)
    if where in {"query", "header", "path", "cookie"}:
        return f"?{'.'.join(map(str, path))}" if where == "query" else f"{where}:{'.'.join(map(str, path))}"
    return "/" + "/".join(str(part).replace("~", "~0").replace("/", "~1") for part in path)


async def _on_problem(request: Request, error: Exception) -> JSONResponse:
    return problem_response(request, error if isinstance(error, Problem) else Problem())


async def _on_validation(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    if any(part["loc"][0] == "path" for part in error.errors()):
        return problem_response(request, NotFound())  # a malformed id is the id of nothing
    return problem_response(request, invalid(error.errors()))


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 404:  # noqa: PLR2004 - an HTTP status
        return problem_response(request, NotFound())
    title = _STATUS_TITLES.get(error.status_code, Problem.title)
    answer = type(
        "HttpProblem", (Problem,), {"code": f"http_{error.status_code}", "status": error.status_code, "title": title}
    )
    response = problem_response(request, answer())
    response.headers.update(error.headers or {})
    return response


async def _on_database(request: Request, error: Exception) -> JSONResponse:
    """A database that is away, full or restarting is a moment; anything else it says is a defect."""
    away = isinstance(error, OSError | PoolTimeoutError) or (
        isinstance(error, DBAPIError) and (error.connection_invalidated or _is_passing(error))
    )
    if not away:
        return await _on_defect(request, error)
    _log.warning("database.away", error=type(error).__name__)
    return problem_response(request, Unavailable(retry_after=_RETRY_SECONDS))


def _is_passing(error: DBAPIError) -> bool:
    """Connections refused or cut (08), resources used up (53), the operator's doing (57), deadlock, lock not had (40, 55)."""
    state = str(getattr(error.orig, "sqlstate", "") or "")
    return state[:2] in {"08", "40", "53", "55", "57"}


async def _on_defect(request: Request, error: Exception) -> JSONResponse:
    _log.error("request.failed", exc_info=error)
    return problem_response(request, Problem())


def add_problem_handlers(app: FastAPI) -> None:
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(DBAPIError, _on_database)
    app.add_exception_handler(PoolTimeoutError, _on_database)
    app.add_exception_handler(OSError, _on_database)
    app.add_exception_handler(Exception, _on_defect)


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """`responses=` of a route: every problem that it may raise, with its code and title, by status."""
    responses: dict[int | str, dict[str, Any]] = {}
    for kind in (*kinds, Invalid):
        entry = responses.setdefault(
            kind.status,
            {
                "description": "",
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": {}}},
            },
        )
        examples = entry["content"][MEDIA_TYPE]["examples"]
        if kind.code in examples:
            continue
        entry["description"] += f"{' · ' if entry['description'] else ''}`{kind.code}`: {kind.title['en']}"
        examples[kind.code] = {
            "value": {
                "type": f"urn:vmeste:problem:{kind.code}",
                "title": kind.title["en"],
                "status": kind.status,
                "code": kind.code,
                "instance": "/v1/...",
                "request_id": "0d6f1f6e9c3b4b6f",
            }
        }
    return responses
