"""Bot API 10.1: the published types and methods as one JSON Schema, with no field beside the published ones."""

from functools import cache

from jsonschema import Draft202012Validator
from pydantic import JsonValue
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012, Schema, SchemaRegistry

from tests.contract.references.folder import JsonObject, as_list, as_object, document

ADDRESS = "telegram:/types"
TYPES = f"{ADDRESS}#/$defs/"
SIMPLE: dict[str, JsonObject] = {
    "Integer": {"type": "integer"},
    "Float": {"type": "number"},
    "String": {"type": "string"},
    "Boolean": {"type": "boolean"},
    "True": {"const": True},
    "InputFile": {},  # whatever carries the bytes
}
ERROR: JsonObject = {
    "type": "object",
    "required": ["ok", "error_code", "description"],
    "properties": {
        "ok": {"const": False},
        "error_code": {"type": "integer"},
        "description": {"type": "string"},
        "parameters": {"$ref": f"{TYPES}ResponseParameters"},
    },
    "additionalProperties": False,
}


def check_call(method: str, params: JsonObject) -> None:
    fields = as_list(as_object(as_object(document("telegram/api.json")["methods"])[method]).get("fields", []))
    _check(_object(fields), params)


def check_reply(method: str, reply: JsonObject) -> None:
    if reply.get("ok") is not True:
        _check(ERROR, reply)
        return
    returns = as_object(as_object(document("telegram/api.json")["methods"])[method])["returns"]
    result: JsonObject = {"anyOf": [_type(str(name)) for name in as_list(returns)]}
    _check({"type": "object", "required": ["result"], "properties": {"ok": {"const": True}, "result": result}}, reply)


def check_hook(body: JsonObject) -> None:
    _check({"$ref": f"{TYPES}Update"}, body)


def _check(schema: JsonObject, value: JsonValue) -> None:
    Draft202012Validator(schema, registry=_registry()).validate(value)  # type: ignore[reportUnknownMemberType]  # untyped there


@cache
def _registry() -> SchemaRegistry:
    types = as_object(document("telegram/api.json")["types"])
    definitions: JsonObject = {name: _definition(as_object(described)) for name, described in types.items()}
    contents: Schema = {"$defs": definitions}
    return Registry[Schema]().with_resource(ADDRESS, Resource(contents, DRAFT202012)).crawl()


def _definition(described: JsonObject) -> JsonObject:
    subtypes = as_list(described.get("subtypes", []))
    if subtypes:
        return {"anyOf": [_type(str(name)) for name in subtypes]}
    return _object(as_list(described.get("fields", [])))


def _object(fields: list[JsonValue]) -> JsonObject:
    properties: JsonObject = {}
    required: list[JsonValue] = []
    for described in map(as_object, fields):
        name = str(described["name"])
        properties[name] = {"anyOf": [_type(str(kind)) for kind in as_list(described["types"])]}
        if described["required"]:
            required.append(name)
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _type(name: str) -> JsonObject:
    if name.startswith("Array of "):
        return {"type": "array", "items": _type(name.removeprefix("Array of "))}
    return SIMPLE.get(name) or ({} if name in SIMPLE else {"$ref": f"{TYPES}{name}"})
