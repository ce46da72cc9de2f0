"""What the connectors sent, against the networks' official schemas."""

import json
from collections import Counter
from collections.abc import Iterable
from typing import cast

import pytest

from services.publisher.networks.accounts import Network
from tests.contract.networks.stage import SECRET, Json, Stage
from tests.contract.references.folder import schemas_folder
from tests.contract.schemas import validate_call

UPLOAD = "upload"  # the address is the network's own secret; what goes there is a file, without a schema
MASKED = "***"


def has_schemas() -> bool:
    """Whether the schemas are at hand; `test_official_schemas` says aloud when they are not."""
    try:
        schemas_folder()
    except pytest.skip.Exception:
        return False
    return True


def check_calls(stage: Stage, calls: Iterable[Json]) -> Counter[str]:
    """How many calls of each method were checked. Raises when one of them does not fit."""
    checked = Counter[str]()
    for call in calls:
        method, params = str(call["method"]), call["params"]
        assert isinstance(params, dict)
        if method != UPLOAD:
            validate_call(stage.network, method, _as_sent(stage, method, cast("Json", params)))  # JSON
            checked[method] += 1
    return checked


def _as_sent(stage: Stage, method: str, params: Json) -> Json:
    """The journal keeps text where text was sent, hides secrets, and notes a file by its size."""
    sent = {name: SECRET if value == MASKED else value for name, value in params.items()}
    if stage.network is Network.TELEGRAM:
        return {name: _parsed(value) for name, value in sent.items() if not name.startswith("image")}
    if stage.network is Network.MAX:
        if "{chatId}" in method:
            sent["chatId"] = stage.community_id
        return {name: _number(value) if name != "text" else value for name, value in sent.items()}
    return sent


def _parsed(value: object) -> object:
    return json.loads(value) if isinstance(value, str) and value.startswith(("[{", "{")) else value


def _number(value: object) -> object:
    return int(value) if isinstance(value, str) and value.lstrip("-").isdecimal() else value
