"""What the connectors sent, and what the stand-ins answered, against the networks' official schemas."""

from collections import Counter
from collections.abc import Iterable
from typing import cast

import pytest

from tests.contract.networks.stage import SECRET, Stage
from tests.contract.networks.staged.staging import Json, Sight
from tests.contract.references.folder import schemas_folder

MASKED = "***"


def has_schemas() -> bool:
    """Whether the schemas are at hand; `test_official_schemas` says aloud when they are not."""
    try:
        schemas_folder()
    except pytest.skip.Exception:
        return False
    return True


def check_calls(stage: Stage, calls: Iterable[Json]) -> Counter[str]:
    """How many calls of each method were checked. Raises when one of them, or a stand-in's answer, does not fit."""
    checked = Counter[str]()
    staging = stage.staging
    for call in calls:
        method, params = str(call["method"]), call["params"]
        assert isinstance(params, dict)
        if method in staging.unchecked or staging.check_call is None:
            continue
        sent = {name: SECRET if value == MASKED else value for name, value in cast("Json", params).items()}  # JSON
        staging.check_call(method, staging.sent(Sight(method, stage.community_id), sent))
        if staging.check_reply is not None and call["reply"] is not None and call["fault"] is None:
            staging.check_reply(method, call["reply"], cast("int", call["status"]))
        checked[method] += 1
    return checked
