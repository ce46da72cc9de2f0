"""Lexicons of the AT Protocol: parameters, inputs, outputs and records, with no field beside the published ones in calls.

In outputs a field beside them is legal by the protocol. What refers to lexicons that are not at hand is not looked into.
"""

import re
from functools import cache

from pydantic import JsonValue

from tests.contract.references.folder import JsonObject, as_list, as_object, document, schemas_folder

FORMATS = {
    "did": r"did:[a-z]+:[a-zA-Z0-9._:%-]*[a-zA-Z0-9._-]",
    "handle": r"([a-zA-Z0-9]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?\.)+[a-zA-Z]([a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?",
    "at-uri": r"at://[^/\s]+(/[a-zA-Z0-9.-]+(/[A-Za-z0-9._:~-]+)?)?",
    "cid": r"[a-z2-7]{50,}",
    "nsid": r"[a-zA-Z0-9-]+(\.[a-zA-Z0-9-]+){2,}",
    "record-key": r"[A-Za-z0-9._:~-]{1,512}",
    "datetime": r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)",
    "uri": r"[a-z][a-z0-9+.-]*:\S+",
}
FORMATS["at-identifier"] = f"{FORMATS['did']}|{FORMATS['handle']}"


class LexiconError(ValueError):
    """Where it does not fit, and why."""


@cache
def lexicon(name: str) -> JsonObject | None:
    path = f"atproto/lexicons/{name.replace('.', '/')}.json"
    return as_object(document(path)["defs"]) if (schemas_folder() / path).is_file() else None


def knows(method: str) -> bool:
    return lexicon(method) is not None


def check_call(method: str, params: JsonObject) -> None:
    main = _main(method)
    if main["type"] == "query":
        _object(as_object(main["parameters"]), params, method, method, strict=True)
        return
    given = as_object(main["input"]) if "input" in main else {}
    if given.get("encoding") != "application/json":
        return
    _object(as_object(given["schema"]), params, method, method, strict=True)
    if "record" in params:
        record = as_object(params["record"])
        _object(as_object(_main(str(record["$type"]))["record"]), record, str(record["$type"]), "record", strict=True)


def check_reply(method: str, reply: JsonValue, status: int) -> None:
    main = _main(method)
    if status != 200:
        if not isinstance(reply, dict) or not all(isinstance(reply.get(name), str) for name in ("error", "message")):
            raise LexiconError(f"{method}: an error has a name and a sentence")
        return
    output = main.get("output")
    if output is not None:
        _value(as_object(as_object(output)["schema"]), reply, method, method, strict=False)


def _main(name: str) -> JsonObject:
    found = lexicon(name)
    if found is None:
        raise LookupError(name)
    return as_object(found["main"])


def _value(schema: JsonObject, value: JsonValue, home: str, where: str, *, strict: bool) -> None:
    match schema["type"]:
        case "object" | "params":
            _object(schema, as_object(value), home, where, strict=strict)
        case "array":
            items = as_list(value)
            _need(len(items) <= _limit(schema, "maxLength"), where, "too many")
            for number, item in enumerate(items):
                _value(as_object(schema["items"]), item, home, f"{where}/{number}", strict=strict)
        case "string":
            _string(schema, value, where)
        case "integer":
            _need(isinstance(value, int) and not isinstance(value, bool), where, "an integer is expected")
        case "boolean":
            _need(isinstance(value, bool), where, "true or false is expected")
        case "blob":
            _need(isinstance(value, dict) and value.get("$type") == "blob", where, "a blob is expected")
        case "ref":
            _reference(str(schema["ref"]), value, home, where, strict=strict)
        case "union":
            kind = str(as_object(value).get("$type", "")) if "$type" in as_object(value) else ""
            names = [_full(str(name), home) for name in as_list(schema["refs"])]
            _need(kind in names, where, f"{kind} is none of the union")
            _reference(kind, value, home, where, strict=strict)
        case _:
            pass  # "unknown": anything


def _object(schema: JsonObject, value: JsonObject, home: str, where: str, *, strict: bool) -> None:
    known = as_object(schema.get("properties", {}))
    nullable = as_list(schema.get("nullable", []))
    for name in as_list(schema.get("required", [])):
        _need(str(name) in value, where, f"{name} is missing")
    for name, given in value.items():
        if name in known:
            if given is not None or name not in nullable:
                _value(as_object(known[name]), given, home, f"{where}/{name}", strict=strict)
        elif strict:
            _need(name == "$type", where, f"{name} is not published")


def _reference(name: str, value: JsonValue, home: str, where: str, *, strict: bool) -> None:
    document_name, _, part = _full(name, home).partition("#")
    found = lexicon(document_name)
    if found is not None:
        _value(as_object(found[part or "main"]), value, document_name, where, strict=strict)


def _full(name: str, home: str) -> str:
    return f"{home}{name}" if name.startswith("#") else name


def _string(schema: JsonObject, value: JsonValue, where: str) -> None:
    if not isinstance(value, str):
        raise LexiconError(f"{where}: a string is expected")
    _need(len(value.encode()) <= _limit(schema, "maxLength"), where, "too long")
    pattern = FORMATS.get(str(schema.get("format", "")))
    _need(pattern is None or re.fullmatch(pattern, value) is not None, where, f"{value} is no {schema.get('format')}")


def _limit(schema: JsonObject, name: str) -> float:
    limit = schema.get(name)
    return limit if isinstance(limit, int) else float("inf")


def _need(holds: bool, where: str, why: str) -> None:
    if not holds:
        raise LexiconError(f"{where}: {why}")
