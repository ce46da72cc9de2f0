"""Where the official schemas are; tests that need them are skipped, aloud, where they are not."""

import json
import os
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest
import yaml
from pydantic import JsonValue

JsonObject = dict[str, JsonValue]
ROOT = Path(__file__).parents[3]


def schemas_folder() -> Path:
    """The folder named by VMESTE_NETWORK_SCHEMAS, or the one that is handed out beside the project."""
    folder = Path(os.environ.get("VMESTE_NETWORK_SCHEMAS", ROOT.parent / "shared" / "network_schemas"))
    if not folder.is_dir():
        _missing(f"the networks' official schemas are not at {folder}")
    return folder


@cache
def document(path: str) -> JsonObject:
    """A JSON or YAML document of the folder. Do not change what it returns."""
    text = (schemas_folder() / path).read_text(encoding="utf-8")
    parsed: JsonValue = yaml.safe_load(text) if path.endswith(".yaml") else json.loads(text)
    return as_object(parsed)


def as_object(value: JsonValue) -> JsonObject:
    if not isinstance(value, dict):
        raise TypeError(f"an object is expected, not {type(value).__name__}")
    return value


def as_list(value: JsonValue) -> list[JsonValue]:
    if not isinstance(value, list):
        raise TypeError(f"a list is expected, not {type(value).__name__}")
    return value


def _missing(reason: str) -> NoReturn:
    if os.environ.get("VMESTE_REQUIRE_REFERENCE") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
