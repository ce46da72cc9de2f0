"""MAX Bot API 0.0.30 with what 0.0.33 changed laid over it, read as the official samples obey it.

Its OpenAPI document says `required` of properties that may be null, and the samples leave those out; it says so too of
one property that does not exist. Both are read as optional. A discriminator is read as a choice by its property.
"""

import json
from functools import cache

from jsonschema import Draft202012Validator
from pydantic import JsonValue
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012, Schema, SchemaRegistry

from tests.contract.references.folder import JsonObject, as_list, as_object, document
from tests.contract.references.max_later import LATER, LATER_UPDATES

DOCUMENT = "max/schema-0.0.30.yaml"
ADDRESS = "max:/schema"
POINTER = "#/components/schemas/"
GONE = frozenset({"/chats"})  # of 0.0.33
TOKENS = frozenset({"access_token"})  # in the header alone since then
BASE = "__base"
REQUESTS = ("NewMessageBody", "SubscriptionRequestBody", "CallbackAnswer", "PhotoAttachmentRequestPayload")


def check_call(method: str, params: JsonObject) -> None:
    """`method` is `POST /messages`; `params` are query, path and body together."""
    assert not TOKENS & params.keys(), "the token stands in the header"
    operation = _operation(method)
    declared = {str(p["name"]): p for p in map(as_object, as_list(operation.get("parameters", [])))}
    for name, parameter in declared.items():
        if name in params:
            _check(_converted(as_object(parameter["schema"])), params[name])
        elif parameter.get("required"):
            raise AssertionError(f"{method}: {name} is required")
    body: JsonObject = {name: value for name, value in params.items() if name not in declared}
    described = operation.get("requestBody")
    if described is None:
        assert not body, f"{method} takes no body"
        return
    _check(_content(as_object(described)), body)


def check_reply(method: str, reply: JsonValue, status: int = 200) -> None:
    if status != 200:  # 422 is said of comments alone, in the same shape
        _check({"$ref": f"{POINTER}Error"}, reply)
        return
    answer = as_object(as_object(_operation(method)["responses"])["200"])
    if "$ref" in answer:
        name = str(answer["$ref"]).rsplit("/", 1)[-1]
        answer = as_object(as_object(as_object(document(DOCUMENT)["components"])["responses"])[name])
    _check(_content(answer), reply)


def check_schema(name: str, value: JsonValue) -> None:
    """`value` against one of the named schemas: Update, UpdateList, Chat, ..."""
    _check({"$ref": f"{POINTER}{name}"}, value)


def check_hook(body: JsonObject) -> None:
    later = LATER_UPDATES.get(str(body.get("update_type")))
    if later is None:
        check_schema("Update", body)
    else:
        _check(_converted(later, inherits=False), body)


def _operation(method: str) -> JsonObject:
    verb, path = method.split()
    assert path not in GONE, f"{path} is gone"
    paths = as_object(document(DOCUMENT)["paths"])
    return as_object(as_object(LATER[path] if path in LATER else paths[path])[verb.lower()])


def _content(described: JsonObject) -> JsonObject:
    media = as_object(as_object(described["content"])["application/json"])
    return _converted(as_object(media["schema"]))


def _check(schema: JsonObject, value: JsonValue) -> None:
    placed: JsonObject = {"$id": "max:/here", **_anchored(schema)}
    Draft202012Validator(placed, registry=_registry()).validate(value)  # type: ignore[reportUnknownMemberType]  # untyped there


def _anchored(schema: JsonObject) -> JsonObject:
    """References within the document, seen from outside it."""
    return as_object(json.loads(json.dumps(schema).replace(f'"{POINTER}', f'"{ADDRESS}{POINTER}')))


@cache
def _registry() -> SchemaRegistry:
    contents: Schema = {"components": {"schemas": _schemas()}}
    return Registry[Schema]().with_resource(ADDRESS, Resource(contents, DRAFT202012)).crawl()


def _schemas() -> JsonObject:
    found: JsonObject = {}
    for name, schema in as_object(as_object(document(DOCUMENT)["components"])["schemas"]).items():
        described = as_object(schema)
        mapping = as_object(as_object(described.get("discriminator", {})).get("mapping", {}))
        plain = {key: value for key, value in described.items() if key not in {"discriminator", "oneOf"}}
        converted = _converted(plain, inherits=True)
        if name in REQUESTS:
            converted["additionalProperties"] = False
        found[name + BASE] = converted
        found[name] = _choice(described, mapping) if mapping else converted
    return found


def _choice(described: JsonObject, mapping: JsonObject) -> JsonObject:
    by = str(as_object(described["discriminator"])["propertyName"])
    choices: list[JsonValue] = [
        {"properties": {by: {"const": value}}, "required": [by], "allOf": [{"$ref": str(target)}]}
        for value, target in mapping.items()
    ]
    return {"oneOf": choices}


def _converted(schema: JsonObject, *, inherits: bool = False) -> JsonObject:
    """OpenAPI 3.0's dialect in JSON Schema's. `inherits`: an `allOf` names the base that a child extends."""
    converted: JsonObject = {}
    for key, value in schema.items():
        if key == "allOf":
            parts = [_converted(as_object(part)) for part in as_list(value)]
            converted[key] = [_based(part) if inherits else part for part in parts]
        elif key == "properties":
            converted[key] = {name: _converted(as_object(inner)) for name, inner in as_object(value).items()}
        elif key in {"items", "additionalProperties"} and isinstance(value, dict):
            converted[key] = _converted(value)
        elif key == "required":
            converted[key] = [name for name in as_list(value) if _is_required(schema, str(name))]
        elif key not in {"nullable", "example", "readOnly", "default", "description", "deprecated"}:
            converted[key] = value
    if schema.get("nullable"):
        return {"anyOf": [{"type": "null"}, converted]}
    return converted


def _based(part: JsonObject) -> JsonObject:
    """What a child inherits, where the name alone would be the choice of all children."""
    return {"$ref": f"{part['$ref']}{BASE}"} if "$ref" in part else part


def _is_required(schema: JsonObject, name: str) -> bool:
    properties = as_object(schema.get("properties", {}))
    return name in properties and not as_object(properties[name]).get("nullable")
