"""Mastodon 4.7's published API as OpenAPI: calls by method and path, with no parameter beside the published ones.

What the document calls one of several kinds overlaps (a status with media is one without, too): any of them will do.
"""

from functools import cache

from jsonschema import Draft202012Validator
from pydantic import JsonValue
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012, Schema, SchemaRegistry

from tests.contract.references.folder import JsonObject, as_list, as_object, document

PATH = "mastodon/openapi-4.7.0.subset.json"
ADDRESS = "mastodon:/api"
CONTENT = "application/json"


def knows(method: str) -> bool:
    """Whether the operation is in the part of the document that is at hand."""
    verb, path = method.split()
    return verb.lower() in as_object(as_object(document(PATH)["paths"]).get(path, {}))


def check_call(method: str, params: JsonObject) -> None:
    operation = _operation(method)
    given = {name.removesuffix("[]"): value for name, value in params.items()}
    listed = [as_object(parameter) for parameter in as_list(operation.get("parameters", []))]
    for parameter in listed:
        if parameter["in"] in ("query", "path") and parameter["name"] in given:
            _check(as_object(parameter["schema"]), given.pop(str(parameter["name"])))
    contents = as_object(as_object(operation.get("requestBody", {})).get("content", {}))
    body = as_object(contents.get(CONTENT, {"schema": {"type": "object", "properties": {}}}))
    schema = as_object(body["schema"])
    strict: JsonObject = {**schema, "additionalProperties": False}
    if "oneOf" in schema:  # each kind of status is open to the fields of the others
        strict = {**strict, "properties": _properties(schema)}
    _check(strict, given)


def check_reply(method: str, reply: JsonValue, status: int) -> None:
    responses = as_object(_operation(method)["responses"])
    described = as_object(responses[str(status)]) if str(status) in responses else None
    contents = {} if described is None else as_object(described.get("content", {}))
    if CONTENT in contents:
        _check(as_object(as_object(contents[CONTENT])["schema"]), reply)


def _operation(method: str) -> JsonObject:
    verb, path = method.split()
    return as_object(as_object(as_object(document(PATH)["paths"])[path])[verb.lower()])


def _properties(schema: JsonObject) -> JsonObject:
    """Of all the kinds together."""
    schemas = as_object(as_object(document(PATH)["components"])["schemas"])
    found: JsonObject = {}
    for kind in as_list(schema["oneOf"]):
        found |= _gathered(as_object(schemas[str(as_object(kind)["$ref"]).rsplit("/", 1)[-1]]))
    return found


def _gathered(schema: JsonObject) -> JsonObject:
    schemas = as_object(as_object(document(PATH)["components"])["schemas"])
    found = dict(as_object(schema.get("properties", {})))
    for part in as_list(schema.get("allOf", [])):
        inner = as_object(part)
        found |= _gathered(as_object(schemas[str(inner["$ref"]).rsplit("/", 1)[-1]]) if "$ref" in inner else inner)
    return found


def _check(schema: JsonObject, value: JsonValue) -> None:
    base: JsonObject = {"$id": f"{ADDRESS}/part", "$schema": "https://json-schema.org/draft/2020-12/schema"}
    Draft202012Validator(as_object(_read({**base, **schema})), registry=_registry()).validate(value)  # type: ignore[reportUnknownMemberType]  # untyped there


def _read(value: JsonValue) -> JsonValue:
    """References into the document from wherever they stand; any of the kinds."""
    if isinstance(value, dict):
        return {
            "anyOf" if name == "oneOf" else name: f"{ADDRESS}{inner}"
            if name == "$ref" and isinstance(inner, str)
            else _read(inner)
            for name, inner in value.items()
        }
    return [_read(each) for each in value] if isinstance(value, list) else value


@cache
def _registry() -> SchemaRegistry:
    contents: Schema = as_object(_read(document(PATH)))
    return Registry[Schema]().with_resource(ADDRESS, Resource(contents, DRAFT202012))
