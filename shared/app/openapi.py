"""The OpenAPI document of one service, made whole: the Problem schema, who may call, no errors that FastAPI invents."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute

from shared.app.access import ACCESS, KEYED, PERSONAL
from shared.app.openapi_answers import HEADERS, Audience, finish_answers
from shared.contracts import ServiceName

_PROBLEM = {
    "title": "Problem",
    "type": "object",
    "description": "RFC 9457. Branch on `code`; `title` and `detail` follow Accept-Language (ru, en).",
    "required": ["type", "title", "status", "code", "instance", "request_id"],
    "properties": {
        "type": {"type": "string", "description": "a URN made of the code"},
        "title": {"type": "string", "description": "what happened, for a person"},
        "status": {"type": "integer", "description": "the HTTP status"},
        "detail": {
            "type": "string",
            "description": "what to do about it; absent where the title says all there is to say",
        },
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


def access_of(route: APIRoute) -> str | None:
    return _audience(route).access


def _audience(route: APIRoute) -> Audience:
    guard = _guard(route.dependant)
    return Audience(
        access=getattr(guard, ACCESS, None),
        keyed="POST" in (route.methods or ()) and getattr(guard, KEYED, False),
        personal=getattr(guard, PERSONAL, False),
        names_address=route.dependant.response_param_name is not None,
    )


def _guard(dependant: Dependant) -> object:
    """The dependency that says who may call."""
    if hasattr(dependant.call, ACCESS):
        return dependant.call
    return next((found for inner in dependant.dependencies if (found := _guard(inner)) is not None), None)


def routes_of(routers: Sequence[APIRouter]) -> list[APIRoute]:
    return [route for router in routers for route in router.routes if isinstance(route, APIRoute)]


def describe(
    app: FastAPI, service: ServiceName, routers: Mapping[str, Sequence[APIRouter]], samples: Mapping[str, Any]
) -> None:
    """Replace `app.openapi` by one that finishes FastAPI's document. `routers` are by the prefix of their paths.

    `samples` are answers, by the names of their models.
    """
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
            _add_samples(app.openapi_schema["components"]["schemas"], samples)
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
    document["components"]["headers"] = HEADERS
    for path, item in document["paths"].items():
        for method, operation in item.items():
            audience = audiences[path, method]
            _describe_caller(operation, audience)
            _describe_path(operation)
            finish_answers(operation, schemas, audience, path, method)
            _describe_headers(operation, audience)
            operation["x-service"] = service.value
    return document


def _add_samples(schemas: dict[str, Any], samples: Mapping[str, Any]) -> None:
    """A page's is one of what it lists. What is null in the examples of models themselves, FastAPI leaves out."""
    for name, sample in samples.items():
        schemas[name]["examples"] = [sample]
    for name, schema in schemas.items():
        listed = schemas.get(name.removeprefix("Page_").removesuffix("_"), {})
        if name.startswith("Page_") and "examples" in listed:
            schema["examples"] = [{"items": listed["examples"][:1], "next": None}]


def _describe_caller(operation: dict[str, Any], audience: Audience) -> None:
    operation["security"] = [] if audience.access == "anyone" else [{"bearer": []}]
    if audience.permissions:
        operation["x-permissions"] = audience.permissions


def _describe_headers(operation: dict[str, Any], audience: Audience) -> None:
    """What the platform takes of every request of a kind."""
    taken = operation.setdefault("parameters", [])
    if audience.keyed:
        taken.append(_IDEMPOTENCY_KEY)
    if "304" in operation["responses"]:
        taken.append(_IF_NONE_MATCH)
    if not taken:
        del operation["parameters"]


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
