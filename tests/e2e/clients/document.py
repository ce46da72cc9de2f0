"""What the API document says it can do, and what it tells by itself."""

import json
from typing import Any

from deploy.openapi import DOCUMENT


def operation_ids() -> set[str]:
    return _ids("paths")


def webhook_ids() -> set[str]:
    return _ids("webhooks")


def _ids(section: str) -> set[str]:
    items: dict[str, dict[str, Any]] = json.loads(DOCUMENT.read_text())[section]
    return {operation["operationId"] for item in items.values() for operation in item.values()}
