"""Every operation of the API as its document tells of it, and where in a request each of them takes ids."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from deploy.access_matrix import OPERATOR
from deploy.openapi import DOCUMENT
from shared.app import public_id
from shared.clock import new_id
from shared.contracts import ServiceName
from shared.permissions import Permission

Json = dict[str, Any]
Place = Literal["path", "query", "body", "form"]

ENDLESS: Final = frozenset({"stream_read"})
"""Whose answer has no end: they are asked over a real server, by tests of their own."""

_PLACES: Final[dict[str, Place]] = {"application/json": "body", "multipart/form-data": "form"}


@dataclass(frozen=True, order=True)
class Slot:
    """Where an id stands. In a body `name` is a path: `requester/person_id`; a list is meant by its first item."""

    place: Place
    name: str

    def __str__(self) -> str:
        return f"{self.place}:{self.name}"


@dataclass(frozen=True)
class Operation:
    id: str
    service: ServiceName
    method: str
    address: str  # with the names of its parameters
    public: bool
    permissions: frozenset[Permission]  # one of which is asked; none: any person, or anybody at all
    of_the_platform: bool  # for its administrator alone
    streams: bool  # its answer goes on and on
    slots: frozenset[Slot]
    body: Json | None  # the schema of its JSON
    needs_body: bool  # else it may be left out


@cache
def document() -> Json:
    """As committed: `test_reference` holds it to the code, and building it anew costs every test process seconds."""
    return json.loads(DOCUMENT.read_text(encoding="utf-8"))


def operations() -> dict[str, Operation]:
    return {
        described["operationId"]: Operation(
            id=described["operationId"],
            service=ServiceName(described["x-service"]),
            method=method.upper(),
            address=address,
            public=described["security"] == [],
            permissions=frozenset(Permission(name) for name in described.get("x-permissions", []) if name != OPERATOR),
            of_the_platform=OPERATOR in described.get("x-permissions", []),
            streams="text/event-stream" in described["responses"].get("200", {}).get("content", {}),
            slots=frozenset(_slots(described)),
            body=_contents(described).get("application/json"),
            needs_body=described.get("requestBody", {}).get("required", False),
        )
        for address, item in document()["paths"].items()
        for method, described in item.items()
    }


def resolved(schema: Json) -> Json:
    """The schema behind a reference."""
    if "$ref" in schema:
        return document()["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
    return schema


def _contents(described: Json) -> dict[str, Json]:
    contents: Json = described.get("requestBody", {}).get("content", {})
    return {kind: content["schema"] for kind, content in contents.items()}


def _slots(described: Json) -> Iterator[Slot]:
    for parameter in described.get("parameters", []):
        is_id = _stands_for_one(parameter["schema"]) if parameter["in"] == "path" else list(_ids(parameter["schema"]))
        if parameter["in"] in {"path", "query"} and is_id:
            yield Slot(parameter["in"], parameter["name"])
    for kind, schema in _contents(described).items():
        for name in _ids(schema):
            yield Slot(_PLACES[kind], name)


def _stands_for_one(schema: Json) -> bool:
    """A part of a path is an id, unless it is one of a few words or a number."""
    return "enum" not in resolved(schema) and resolved(schema).get("type") != "integer"


def _ids(schema: Json, name: str = "") -> Iterator[str]:
    schema = resolved(schema)
    if schema.get("format") == "uuid" or "{43}" in schema.get("pattern", ""):
        yield name
    for several in ("anyOf", "allOf", "oneOf"):
        for one in schema.get(several, []):
            yield from _ids(one, name)
    for part, inner in schema.get("properties", {}).items():
        yield from _ids(inner, f"{name}/{part}".lstrip("/"))
    if "items" in schema:
        yield from _ids(schema["items"], f"{name}/0")
    if isinstance(schema.get("additionalProperties"), dict):
        yield from _ids(schema["additionalProperties"], f"{name}/*")


def example_of(operation: Operation) -> Json | None:
    """The body that the document shows."""
    return resolved(operation.body)["examples"][0] if operation.body is not None else None


def filled_in(operation: Operation) -> str:
    """Its address with ids of nothing."""
    return operation.address.format_map(path_of_nothing(operation))


def path_of_nothing(operation: Operation) -> dict[str, str]:
    described = document()["paths"][operation.address][operation.method.lower()]
    return {
        parameter["name"]: _of_nothing(resolved(parameter["schema"]))
        for parameter in described.get("parameters", [])
        if parameter["in"] == "path"
    }


def _of_nothing(schema: Json) -> str:
    if not _stands_for_one(schema):
        return str(schema.get("enum", [1])[0])
    return public_id(new_id(), new_id()) if "pattern" in schema else str(new_id())
