"""VK API 5.199: JSON Schema draft 7 with VK's own `required: true` beside a property's type.

`additionalProperties: false` is left out: VK says it of a part that others extend by `allOf`, which no object could obey.
"""

import json
from functools import cache

from jsonschema import Draft7Validator
from pydantic import JsonValue
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT7, Schema, SchemaRegistry, SchemaResource

from tests.contract.references.folder import JsonObject, as_list, as_object, document

SCHEME = "vk:/"
# The documentation of wall.get has owner_id beside domain; its schema has lost it.
DOCUMENTED: dict[str, JsonObject] = {"wall.get": {"owner_id": {"type": "integer"}}}
UNLISTED_EVENTS = {"message_event", "like_add", "like_remove"}  # they have objects, but the list of types lacks them
OBJECTS = {"like_add": "like_add_remove", "like_remove": "like_add_remove", "wall_reply_delete": "wall_comment_delete"}


def check_call(method: str, params: JsonObject) -> None:
    """Parameters as they go over the wire: text, 0 and 1 for booleans, lists joined by commas."""
    declared = {str(p["name"]): p for p in map(as_object, as_list(_method(method).get("parameters", [])))}
    declared |= {name: as_object(p) for name, p in DOCUMENTED.get(method, {}).items()}
    section = method.split(".", maxsplit=1)[0]
    given = {name: value for name, value in params.items() if name not in {"v", "lang"}}
    unknown = given.keys() - declared.keys()
    assert not unknown, f"{method} does not know {sorted(unknown)}"
    missing = {name for name, p in declared.items() if p.get("required") is True} - given.keys()
    assert not missing, f"{method} requires {sorted(missing)}"
    for name, value in given.items():
        described = declared[name]
        _check(f"{section}/methods.json", _plain(described), _read(described, value))


def check_reply(method: str, reply: JsonObject) -> None:
    if "error" in reply:
        error = as_object(reply["error"])
        _check("base/objects.json", {"$ref": "#/definitions/base_error"}, error)
        known = {str(as_object(e)["code"]) for e in as_object(document("vk/errors.json")["errors"]).values()}
        assert str(error["error_code"]) in known, f"VK has no error {error['error_code']}"
        return
    responses = as_object(_method(method)["responses"])
    _check(f"{method.split('.', maxsplit=1)[0]}/methods.json", {"anyOf": list(responses.values())}, reply)


def check_hook(body: JsonObject) -> None:
    kind = str(body["type"])
    base = body | {"type": "message_new"} if kind in UNLISTED_EVENTS else body
    _check("callback/objects.json", {"$ref": "#/definitions/callback_base"}, base)
    if kind != "confirmation":
        _check("callback/objects.json", {"$ref": f"#/definitions/callback_{OBJECTS.get(kind, kind)}"}, body["object"])


def _method(method: str) -> JsonObject:
    described = as_list(document(f"vk/{method.split('.', maxsplit=1)[0]}/methods.json")["methods"])
    return next(as_object(one) for one in described if as_object(one)["name"] == method)


def _check(path: str, schema: JsonObject, value: JsonValue) -> None:
    """`schema` with its references as they are in the file at `path`."""
    placed: JsonObject = {"$id": f"{SCHEME}{path.replace('.json', '.here.json')}", **_anchored(schema, path)}
    Draft7Validator(placed, registry=_registry()).validate(value)  # type: ignore[reportUnknownMemberType]  # untyped there


def _anchored(schema: JsonObject, path: str) -> JsonObject:
    """References made absolute: they are relative to the file that the schema is taken from."""
    text = json.dumps(_hoisted(schema))
    text = text.replace('"$ref": "#/', f'"$ref": "{SCHEME}{path}#/').replace('"$ref": "../', f'"$ref": "{SCHEME}')
    return as_object(json.loads(text))


@cache
def _registry() -> SchemaRegistry:
    return Registry[Schema](retrieve=_retrieve)


@cache
def _retrieve(uri: str) -> SchemaResource:
    path = uri.removeprefix(SCHEME)
    contents: Schema = _anchored(document(f"vk/{path}"), path)
    return Resource(contents=contents, specification=DRAFT7)


def _hoisted(schema: JsonValue) -> JsonValue:
    """`required: true` of a property moves into its object's list."""
    if isinstance(schema, list):
        return [_hoisted(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    moved: JsonObject = {
        key: _hoisted(value) for key, value in schema.items() if key not in {"required", "additionalProperties"}
    }
    properties = schema.get("properties")
    if isinstance(properties, dict):
        required = [name for name, p in properties.items() if isinstance(p, dict) and p.get("required") is True]
        if required and "properties" not in properties:
            moved["required"] = list[JsonValue](required)
    return moved


def _plain(parameter: JsonObject) -> JsonObject:
    return {key: value for key, value in parameter.items() if key not in {"name", "required", "description"}}


def _read(parameter: JsonObject, value: JsonValue) -> JsonValue:
    kind = parameter.get("type")
    if kind == "boolean" and value in (0, 1, "0", "1"):
        return value in (1, "1")
    if kind == "array" and isinstance(value, str):
        numbers = as_object(parameter.get("items", {})).get("type") == "integer"
        return [int(part) if numbers else part for part in value.split(",")]
    if "$ref" in parameter and isinstance(value, str) and value.startswith("{"):
        return json.loads(value)
    numeric = kind == "integer" or (isinstance(kind, list) and "integer" in kind)
    if numeric and isinstance(value, str) and value.lstrip("-").isdecimal():
        return int(value)
    return value
