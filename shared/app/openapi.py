"""The OpenAPI document of one service, made whole: the Problem schema, who may call, no errors that FastAPI invents."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from shared.app.access import ACCESS, KEYED, OperatorsOnly
from shared.app.answers import EVENT_STREAM
from shared.app.problems import MEDIA_TYPE
from shared.contracts import ServiceName
from shared.errors import Forbidden, NotFound, Problem, Unauthenticated, Unavailable
from shared.standing import TenantSuspended

_PROBLEM = {
    "title": "Problem",
    "type": "object",
    "description": "RFC 9457. Branch on `code`; `title` and `detail` follow Accept-Language (ru, en).",
    "required": ["type", "title", "status", "code", "instance", "request_id"],
    "properties": {
        "type": {"type": "string", "description": "a URN made of the code"},
        "title": {"type": "string", "description": "what happened, for a person"},
        "status": {"type": "integer", "description": "the HTTP status"},
        "detail": {"type": "string", "description": "what to do about it"},
        "instance": {"type": "string", "description": "the path that was called"},
        "code": {"type": "string", "description": "stable and dotted"},
        "request_id": {"type": "string", "description": "quote it to the operator"},
        "errors": {
            "type": "array",
            "description": "one entry for each wrong field",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer into the body, or ?name"},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}


_IDEMPOTENCY_KEY = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent again with the same body, the first answer is given again (`Idempotent-Replayed: true`).",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255},
}


_IF_NONE_MATCH = {
    "name": "If-None-Match",
    "in": "header",
    "required": False,
    "description": "the `ETag` of what you have: 304 without a body while it is still the same",
    "schema": {"type": "string"},  # what is no ETag is none of ours: it is never refused
}
_ETAG = {"ETag": {"description": "names this very answer", "schema": {"type": "string"}}}
_UNCHANGED = {"description": "what you have is still the same", "headers": _ETAG}


@dataclass(frozen=True)
class Audience:
    """Who may call a route: `anyone`, `signed_in` or permissions; None when it forgot to say."""

    access: str | None
    keyed: bool  # whether it honours an Idempotency-Key


def access_of(route: APIRoute) -> str | None:
    return _audience(route).access


def _audience(route: APIRoute) -> Audience:
    guard = _guard(route.dependant)
    return Audience(getattr(guard, ACCESS, None), "POST" in (route.methods or ()) and getattr(guard, KEYED, False))


def _guard(dependant: Dependant) -> object:
    """The dependency that says who may call."""
    if hasattr(dependant.call, ACCESS):
        return dependant.call
    return next((found for inner in dependant.dependencies if (found := _guard(inner)) is not None), None)


def routes_of(routers: Sequence[APIRouter]) -> list[APIRoute]:
    return [route for router in routers for route in router.routes if isinstance(route, APIRoute)]


def describe(app: FastAPI, service: ServiceName, routers: Mapping[str, Sequence[APIRouter]]) -> None:
    """Replace `app.openapi` by one that finishes FastAPI's document. `routers` are by the prefix of their paths."""
    original = app.openapi
    audiences = {
        (prefix + route.path, method.lower()): _audience(route)
        for prefix, placed in routers.items()
        for route in routes_of(placed)
        for method in route.methods or ()
    }

    def document() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _finished(original(), audiences, service)
        return app.openapi_schema

    app.openapi = document


def _finished(
    document: dict[str, Any], audiences: Mapping[tuple[str, str], Audience], service: ServiceName
) -> dict[str, Any]:
    schemas: dict[str, Any] = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.pop("HTTPValidationError", None)
    schemas.pop("ValidationError", None)
    schemas["Problem"] = _PROBLEM
    for schema in schemas.values():
        _describe_nullable(schema)
    document["components"]["securitySchemes"] = {"bearer": {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"}}
    for path, item in document["paths"].items():
        for method, operation in item.items():
            audience = audiences[path, method]
            _finish_operation(operation, audience.access, has_id="{" in path)
            _describe_path(operation)
            if audience.keyed:
                operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
            if method == "get":
                _describe_unchanged(operation)
            operation["x-service"] = service.value
    return document


def _describe_nullable(schema: dict[str, Any]) -> None:
    """What is said of the value inside `X | None` is said of the field."""
    for field in schema.get("properties", {}).values():
        for one in field.get("anyOf", []):
            if "description" in one:
                field.setdefault("description", one.pop("description"))


def _describe_path(operation: dict[str, Any]) -> None:
    for parameter in operation.get("parameters", []):
        if parameter["in"] == "path":
            of = parameter["name"].removesuffix("_id").replace("_", " ")
            parameter.setdefault("description", f"the {of}'s id")


def _describe_unchanged(operation: dict[str, Any]) -> None:
    """`shared.app.answers` compares the tag of whatever is read, unless it has no end."""
    read = operation["responses"].get("200")
    if read is None or EVENT_STREAM in read.get("content", {}):
        return
    read.setdefault("headers", {}).update(_ETAG)
    operation.setdefault("parameters", []).append(_IF_NONE_MATCH)
    operation["responses"] = dict(sorted({**operation["responses"], "304": _UNCHANGED}.items()))


def _finish_operation(operation: dict[str, Any], access: str | None, *, has_id: bool) -> None:
    responses: dict[str, Any] = operation["responses"]
    kinds: list[type[Problem]] = [Unavailable]
    if has_id:
        kinds.append(NotFound)
    if access == "anyone":
        operation["security"] = []
        if has_id:
            kinds.append(TenantSuspended)
    else:
        operation["security"] = [{"bearer": []}]
        kinds.append(Unauthenticated)
        if access == "signed_in":
            kinds.append(TenantSuspended)
        else:
            kinds.append(OperatorsOnly if access == "operator" else Forbidden)
            operation["x-permissions"] = (access or "").split(",")  # `operator` is the platform's administrator
    if "application/json" in responses.get("422", {}).get("content", {}):
        responses["422"]["content"].pop("application/json")
        responses["422"]["content"].setdefault(MEDIA_TYPE, {"schema": {"$ref": "#/components/schemas/Problem"}})
    for kind in kinds:
        responses.setdefault(
            str(kind.status),
            {
                "description": f"`{kind.code}`: {kind.title['en']}",
                "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
            },
        )
    operation["responses"] = dict(sorted(responses.items()))
