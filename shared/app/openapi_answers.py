"""What an answer has besides its body, in the OpenAPI document: headers, and refusals that no route names itself."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from shared.app.access import OperatorsOnly, PeopleOnly
from shared.app.answers import EVENT_STREAM
from shared.app.idempotency import IdempotencyInProgress, IdempotencyMismatch
from shared.app.problems import add_problem
from shared.errors import (
    Forbidden,
    Invalid,
    NotFound,
    Problem,
    Stale,
    TooMany,
    Unauthenticated,
    Unavailable,
)
from shared.permissions import PARTNER_SCOPES
from shared.standing import TenantSuspended

Json = dict[str, Any]

_TEXT: Final = {"type": "string"}
_NUMBER: Final = {"type": "integer", "minimum": 0}
HEADERS: Final[dict[str, Json]] = {
    "ETag": {
        "description": "names this very answer: send it as `If-Match` with a change, as `If-None-Match` to read anew",
        "schema": _TEXT,
        "example": '"4"',
    },
    "Location": {
        "description": "the address of what was made: a GET answers what it is by then",
        "schema": _TEXT,
        "example": "/v1/publications/0190a6a0-0000-7000-8000-000000000005",
    },
    "Retry-After": {
        "description": "seconds until it is worth another try; absent where nobody can tell",
        "schema": _NUMBER,
        "example": 5,
    },
    "Idempotent-Replayed": {
        "description": "`true` where this is the answer that an earlier request with the same Idempotency-Key had",
        "schema": {"const": "true"},
        "example": "true",
    },
    "RateLimit": {
        "description": "for a partner's key: `r`, requests left, and `t`, seconds until there are more",
        "schema": _TEXT,
        "example": '"key";r=598;t=42',
    },
    "RateLimit-Policy": {
        "description": "for a partner's key: `q`, its quota of requests in `w` seconds",
        "schema": _TEXT,
        "example": '"key";q=600;w=60',
    },
}
QUOTA: Final = ("RateLimit", "RateLimit-Policy")
_LATER: Final = frozenset({TooMany.status, Unavailable.status})
_UNCHANGED: Final = "what you have is still the same"


@dataclass(frozen=True)
class Audience:
    """Who may call a route and what that means for its answers."""

    access: str | None  # `anyone`, `signed_in` or permissions; None when it forgot to say
    keyed: bool = False  # whether it honours an Idempotency-Key
    personal: bool = False  # whether it takes no partner's key
    names_address: bool = False  # whether it says where what it made can be read: it then takes FastAPI's `response`

    @property
    def permissions(self) -> list[str]:
        """One of these is asked; `operator` is the platform's administrator."""
        return [] if self.access in {None, "anyone", "signed_in"} else (self.access or "").split(",")


def finish_answers(operation: Json, schemas: Json, audience: Audience, path: str, method: str) -> None:
    """Complete the responses of the operation at `path`; `schemas` are those of its document."""
    responses: Json = operation["responses"]
    taken = {(one["in"], one["name"]) for one in operation.get("parameters", [])}
    has_versions = ("header", "If-Match") in taken
    _drop_frameworks_own(responses)
    add_refusals(responses, _refusals(audience, has_id="{" in path, has_versions=has_versions))
    for status, response in responses.items():
        if status.startswith("2"):
            add_headers(response, _of_success(audience, status, _is_versioned(response, schemas)))
    if method == "get" and "200" in responses and not _is_endless(responses["200"]):
        responses["304"] = {"description": _UNCHANGED}
        add_headers(responses["304"], ["ETag"])
        add_headers(responses["200"], ["ETag"])
    elif has_versions and "200" in responses:
        add_headers(responses["200"], ["ETag"])
    operation["responses"] = dict(sorted(responses.items()))


def add_refusals(responses: Json, kinds: Iterable[type[Problem]]) -> None:
    """Tell of problems in the responses of an operation, each under its status."""
    for kind in kinds:
        response = responses.setdefault(str(kind.status), {"description": ""})
        add_problem(response, kind)
        if kind.status in _LATER:
            add_headers(response, ["Retry-After"])


def _drop_frameworks_own(responses: Json) -> None:
    """FastAPI tells of a validation error of its own, which ours is not."""
    status = str(Invalid.status)
    if "application/json" in responses.get(status, {}).get("content", {}):
        del responses[status]
        add_refusals(responses, [Invalid])


def _refusals(audience: Audience, *, has_id: bool, has_versions: bool) -> list[type[Problem]]:
    """What the platform refuses before a route is asked, or after."""
    kinds: list[type[Problem]] = [Unavailable]
    if has_id:
        kinds.append(NotFound)
    if has_versions:
        kinds.append(Stale)
    if audience.keyed:
        kinds += [IdempotencyInProgress, IdempotencyMismatch, Invalid]
    match audience.access:
        case "anyone":
            return [*kinds, TenantSuspended] if has_id else kinds
        case "operator":
            return [*kinds, Unauthenticated, OperatorsOnly]
        case "signed_in":
            kinds += [PeopleOnly] if audience.personal else []
        case _:
            kinds.append(Forbidden)
    return [*kinds, Unauthenticated, TenantSuspended]


def _of_success(audience: Audience, status: str, is_versioned: bool) -> list[str]:
    names: list[str] = [*QUOTA] if PARTNER_SCOPES & set(audience.permissions) else []
    if audience.keyed:
        names.append("Idempotent-Replayed")
    if status in {"201", "202"} and audience.names_address:
        names += ["Location", "ETag"] if is_versioned else ["Location"]
    return names


def _is_versioned(response: Json, schemas: Json) -> bool:
    name = response.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref", "").rsplit("/", 1)[-1]
    return "version" in schemas.get(name, {}).get("properties", {})


def _is_endless(response: Json) -> bool:
    """`shared.app.answers` compares the tag of whatever is read, unless it has no end."""
    return EVENT_STREAM in response.get("content", {})


def add_headers(response: Json, names: Iterable[str]) -> None:
    told = {name: {"$ref": f"#/components/headers/{name}"} for name in names}
    if told:
        response.setdefault("headers", {}).update(told)
