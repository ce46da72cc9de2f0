"""What a reader of the API document may rely on: every answer that an operation can have stands there, in words."""

from typing import Any, Final

import pytest

from shared.permissions import PARTNER_SCOPES
from tests.security.operations import document

Json = dict[str, Any]

OPERATIONS: Final[dict[str, Json]] = {
    operation["operationId"]: operation for item in document()["paths"].values() for operation in item.values()
}
_PROBLEM: Final = "application/problem+json"
each_operation = pytest.mark.parametrize("name", sorted(OPERATIONS))


def codes(operation: Json, status: str) -> set[str]:
    """The problems that an operation may answer under `status`."""
    return set(operation["responses"].get(status, {}).get("content", {}).get(_PROBLEM, {}).get("examples", {}))


def headers(operation: Json, status: str) -> set[str]:
    return set(operation["responses"][status].get("headers", {}))


def is_keyed(operation: Json) -> bool:
    return "Idempotency-Key" in {one["name"] for one in operation.get("parameters", [])}


@each_operation
def test_what_the_platform_refuses_stands_beside_what_the_route_refuses(name: str) -> None:
    operation = OPERATIONS[name]
    permissions = set(operation.get("x-permissions", []))
    assert "unavailable" in codes(operation, "503")
    assert "Retry-After" in headers(operation, "503")
    if operation["security"]:
        assert "unauthenticated" in codes(operation, "401")
    if permissions:
        assert ("operators_only" if permissions == {"operator"} else "forbidden") in codes(operation, "403")
    if "requestBody" in operation:
        assert "invalid" in codes(operation, "422")
        assert "too_large" in codes(operation, "413")
    if is_keyed(operation):
        assert "idempotency.in_progress" in codes(operation, "409")
        assert "idempotency.mismatch" in codes(operation, "422")
    if permissions & PARTNER_SCOPES:
        assert "partner.quota_used_up" in codes(operation, "429")
        assert headers(operation, "429") >= {"Retry-After", "RateLimit", "RateLimit-Policy"}


@each_operation
def test_every_refusal_is_ours_and_shown(name: str) -> None:
    for status, response in OPERATIONS[name]["responses"].items():
        if not status.startswith(("4", "5")):
            continue
        assert codes(OPERATIONS[name], status), "by its code, with a sample"
        assert "Validation Error" not in response["description"]
        for code in codes(OPERATIONS[name], status):
            assert f"`{code}`" in response["description"]


def test_a_sample_of_a_problem_is_one_of_its_code() -> None:
    samples = document()["components"]["examples"]
    assert {"unauthenticated", "forbidden", "invalid", "stale", "idempotency.in_progress"} <= samples.keys()
    for code, sample in samples.items():
        assert sample["value"]["code"] == code
        assert sample["value"]["type"] == f"urn:vmeste:problem:{code}"


@each_operation
def test_the_headers_of_a_success_are_told(name: str) -> None:
    operation = OPERATIONS[name]
    (status,) = (status for status in operation["responses"] if status.startswith("2") or status == "302")
    told = headers(operation, status)
    assert ("Idempotent-Replayed" in told) is is_keyed(operation)
    assert ("RateLimit" in told) is bool(set(operation.get("x-permissions", [])) & PARTNER_SCOPES)
    takes_versions = "If-Match" in {one["name"] for one in operation.get("parameters", [])}
    if takes_versions and status == "200":
        assert "ETag" in told
