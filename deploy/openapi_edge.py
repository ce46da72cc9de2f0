"""The part of the API document that no service knows of: what the gateway's edge itself may answer in front of them all."""

from collections.abc import Iterator
from typing import Any, Final

from services.gateway.partners.rules import QuotaUsedUp
from services.gateway.routing.rules import ServiceTimeout, ServiceUnavailable
from shared.app.openapi_answers import QUOTA, add_headers, add_refusals
from shared.contracts import ServiceName
from shared.errors import Problem, TooLarge
from shared.permissions import PARTNER_SCOPES

Json = dict[str, Any]

_PARTNERS: Final = frozenset(permission.value for permission in PARTNER_SCOPES)


def describe(document: Json) -> None:
    """Add the edge's refusals to every operation that may meet them."""
    for item in document["paths"].values():
        for operation in item.values():
            refusals = list(_refusals(operation))
            add_refusals(operation["responses"], refusals)
            if QuotaUsedUp in refusals:
                add_headers(operation["responses"][str(QuotaUsedUp.status)], QUOTA)
            operation["responses"] = dict(sorted(operation["responses"].items()))


def _refusals(operation: Json) -> Iterator[type[Problem]]:
    if "requestBody" in operation:
        yield TooLarge
    if _PARTNERS & set(operation.get("x-permissions", [])):
        yield QuotaUsedUp
    if operation["x-service"] != ServiceName.GATEWAY:
        yield ServiceUnavailable
        yield ServiceTimeout
