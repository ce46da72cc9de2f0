"""Every error as `application/problem+json` (RFC 9457), in the reader's language, echoing nothing."""

from collections.abc import Iterator, Sequence
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.dependencies.models import Dependant
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from pydantic import BaseModel
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from shared.app.validation import invalid
from shared.db import DatabaseAway, is_passing
from shared.errors import (
    FieldError,
    Invalid,
    NotFound,
    Problem,
    Text,
    TokenOver,
    TooLarge,
    Unauthenticated,
    Unavailable,
)

_log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
_RETRY_SECONDS = 2
_UNREADABLE: Text = {"ru": "Тело запроса не разобрать", "en": "The body cannot be read"}
_STATUS_TITLES: dict[int, Text] = {
    405: {"ru": "Такого действия здесь нет", "en": "No such action here"},
    415: {"ru": "Такой вид данных не принимается", "en": "This media type is not accepted"},
}


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
    if problem.status == Unauthenticated.status:
        headers["www-authenticate"] = 'Bearer error="invalid_token"' if isinstance(problem, TokenOver) else "Bearer"
    return JSONResponse(content, problem.status, headers=headers, media_type=MEDIA_TYPE)


async def _on_problem(request: Request, error: Exception) -> JSONResponse:
    return problem_response(request, error if isinstance(error, Problem) else Problem())


async def _on_validation(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, RequestValidationError):
        raise error
    if any(part["loc"][0] == "path" for part in error.errors()):
        return problem_response(request, NotFound())  # a malformed id is the id of nothing
    return problem_response(request, invalid([*error.errors(), *_unsaid(request, error)], _parameters_of(request)))


def _unsaid(request: Request, error: RequestValidationError) -> Iterator[dict[str, object]]:
    """What a body that was not sent would have had to say."""
    route = request.scope.get("route")
    field = route.body_field if isinstance(route, APIRoute) else None
    kind = None if field is None else field.field_info.annotation
    is_unsent = any(part["type"] == "missing" and tuple(part["loc"]) == ("body",) for part in error.errors())
    if is_unsent and isinstance(kind, type) and issubclass(kind, BaseModel):
        for name, one in kind.model_fields.items():
            if one.is_required():
                yield {"type": "missing", "loc": ("body", one.alias or name)}


def _parameters_of(request: Request) -> tuple[str, ...]:
    """The names that the operation's address may have after `?`."""
    route = request.scope.get("route")
    return tuple(_parameters(route.dependant)) if isinstance(route, APIRoute) else ()


def _parameters(dependant: Dependant) -> Iterator[str]:
    for field in dependant.query_params:
        kind = field.field_info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from (one.alias or name for name, one in kind.model_fields.items())
        else:
            yield field.alias
    for inner in dependant.dependencies:
        yield from _parameters(inner)


async def _on_http(request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        raise error
    if error.status_code == 404:  # noqa: PLR2004 - an HTTP status
        return problem_response(request, NotFound())
    if error.status_code == TooLarge.status:
        return problem_response(request, TooLarge())
    if error.status_code == 400:  # noqa: PLR2004 - an HTTP status: a body, or a part of a form, that cannot be read
        return problem_response(request, Invalid(errors=(FieldError("", "unreadable", _UNREADABLE),)))
    title = _STATUS_TITLES.get(error.status_code, Problem.title)
    answer = type(
        "HttpProblem", (Problem,), {"code": f"http_{error.status_code}", "status": error.status_code, "title": title}
    )
    response = problem_response(request, answer())
    response.headers.update(error.headers or {})
    methods = _methods_of(request) if error.status_code == 405 else []  # noqa: PLR2004 - an HTTP status
    if methods:
        response.headers["allow"] = ", ".join(methods)
    return response


def _methods_of(request: Request) -> list[str]:
    """Every method that an address of the API knows; the framework names those of one route."""
    routes: Sequence[APIRoute] = getattr(request.app.state, "api_routes", ())
    path = request.scope["path"].removeprefix("/v1")
    return sorted({method for route in routes if route.path_regex.fullmatch(path) for method in route.methods or ()})


async def _on_database(request: Request, error: Exception) -> JSONResponse:
    """A database that is away, full, restarting or too busy is a moment; anything else it says is a defect."""
    if not is_passing(error):
        raise error
    _log.warning("database.away", error=type(error).__name__)
    return problem_response(request, Unavailable(retry_after=_RETRY_SECONDS))


def add_problem_handlers(app: FastAPI) -> None:
    """For what is foreseen. Anything else is a defect, which `shared.app.middleware.Edge` answers and logs."""
    app.add_exception_handler(Problem, _on_problem)
    app.add_exception_handler(RequestValidationError, _on_validation)
    app.add_exception_handler(HTTPException, _on_http)
    app.add_exception_handler(DBAPIError, _on_database)
    app.add_exception_handler(PoolTimeoutError, _on_database)
    app.add_exception_handler(DatabaseAway, _on_database)


def problems(*kinds: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """`responses=` of a route: every problem that it may raise, with its code and title, by status."""
    responses: dict[int | str, dict[str, Any]] = {}
    for kind in (*kinds, Invalid):
        add_problem(responses.setdefault(kind.status, {"description": ""}), kind)
    return responses


def add_problem(entry: dict[str, Any], kind: type[Problem]) -> None:
    """Tell of one more problem in a response of the API document, once."""
    content = entry.setdefault("content", {}).setdefault(MEDIA_TYPE, {})
    content.setdefault("schema", {"$ref": "#/components/schemas/Problem"})
    examples = content.setdefault("examples", {})
    if kind.code not in examples:
        entry["description"] += f"{' · ' if entry['description'] else ''}`{kind.code}`: {kind.title['en']}"
        examples[kind.code] = {"value": _sample(kind)}


def _sample(kind: type[Problem]) -> dict[str, Any]:
    """An answer as `problem_response` gives it. What a class says of itself is not true of those made of it."""
    sample: dict[str, Any] = {
        "type": f"urn:vmeste:problem:{kind.code}",
        "title": kind.title["en"],
        "status": kind.status,
        "code": kind.code,
        "instance": "/v1/...",
        "request_id": "0d6f1f6e9c3b4b6f",
    }
    detail: Text | None = vars(kind).get("sample_detail")
    errors: tuple[FieldError, ...] = vars(kind).get("sample_errors", ())
    if detail is not None:
        sample["detail"] = detail["en"]
    if errors:
        sample["errors"] = [
            {"pointer": error.pointer, "code": error.code, "detail": error.detail["en"]} for error in errors
        ]
    return sample
