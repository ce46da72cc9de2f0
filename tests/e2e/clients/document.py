"""What the API document says it can do."""

import json
from typing import Any

from deploy.openapi import DOCUMENT


def operation_ids() -> set[str]:
    paths: dict[str, dict[str, Any]] = json.loads(DOCUMENT.read_text())["paths"]
    return {operation["operationId"] for item in paths.values() for operation in item.values()}
