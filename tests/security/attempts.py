"""A request as data: whose ids it carries can be exchanged, one by one, before it is sent."""

from collections.abc import Collection, Mapping
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any
from uuid import UUID

import httpx

from shared.app import parse_public_id, public_id
from shared.contracts import ServiceName
from tests.security.house import Branch
from tests.security.operations import Json, Operation, Slot

Files = dict[str, tuple[str, bytes, str]]


def _step(inner: Any, step: str) -> Any:
    """A number is a place in a list, `*` the first of whatever names there are."""
    if step == "*":
        return next(iter(inner))
    return int(step) if step.isdigit() else step


@dataclass(frozen=True)
class Attempt:
    """`watch`: the addresses at which its effect would show."""

    watch: Collection[str]
    path: Mapping[str, str] = field(default_factory=dict[str, str])
    query: Mapping[str, str] = field(default_factory=dict[str, str])
    body: Json | None = None
    form: Mapping[str, str] = field(default_factory=dict[str, str])
    files: Files | None = None

    def __getitem__(self, slot: Slot) -> str:
        if slot.place != "body":
            return getattr(self, slot.place)[slot.name]
        inner: Any = self.body
        for step in slot.name.split("/"):
            inner = inner[_step(inner, step)]
        return inner

    def having(self, slot: Slot, value: str) -> "Attempt":
        """The same with another id at one place."""
        if slot.place != "body":
            return replace(self, **{slot.place: {**getattr(self, slot.place), slot.name: value}})
        body = deepcopy(self.body)
        inner: Any = body
        *steps, last = slot.name.split("/")
        for step in steps:
            inner = inner[_step(inner, step)]
        inner[_step(inner, last)] = value
        return replace(self, body=body)

    async def send(self, operation: Operation, client: httpx.AsyncClient) -> httpx.Response:
        return await client.request(
            operation.method,
            operation.address.format_map(self.path),
            params=dict(self.query),
            json=self.body,
            data=dict(self.form) or None,
            files=self.files,
        )


def absent(like: str) -> str:
    """The id next to it, which nothing has: of the same kind, and of the same tenant where an id tells it."""
    public, job = parse_public_id(like), _of_a_job(like)
    if job is not None:
        return like.removesuffix(job) + _next(UUID(job))
    return _next(UUID(like)) if public is None else public_id(public[0], UUID(_next(public[1])))


def is_of_another(row_id: str, tenant_id: UUID) -> bool:
    """Whether it is a public id, and another tenant's."""
    parsed = parse_public_id(row_id)
    return parsed is not None and parsed[0] != tenant_id


def taken_over(public: str, tenant_id: UUID) -> str:
    """The public id that puts another tenant's name before the same row."""
    parsed = parse_public_id(public)
    assert parsed is not None
    return public_id(tenant_id, parsed[1])


def _next(row_id: UUID) -> str:
    return str(UUID(int=row_id.int ^ 1))


def _of_a_job(value: str) -> str | None:
    """The id in a job's id, which says whose it is."""
    owner, _, row_id = value.partition("-")
    return row_id if owner in set(ServiceName) else None


def is_id(value: object) -> bool:
    if not isinstance(value, str):
        return False
    try:
        UUID(_of_a_job(value) or value)
    except ValueError:
        return parse_public_id(value) is not None
    return True


Seen = tuple[int, str | None, Any]


async def seen(branch: Branch, addresses: Collection[str]) -> list[Seen]:
    """What stands at each address for the branch's own chair: the state in which something was left."""
    found: list[Seen] = []
    for address in addresses:
        answer = await branch.client.get(f"/v1{address}")
        found.append((answer.status_code, answer.headers.get("etag"), told(answer)))
    return found


def told(answer: httpx.Response) -> Any:
    """What an answer says, but for what names the request itself."""
    if not answer.headers.get("content-type", "").endswith("json"):
        return answer.content
    body = answer.json()
    if isinstance(body, dict):
        return {name: value for name, value in body.items() if name not in {"instance", "request_id"}}  # pyright: ignore[reportUnknownVariableType] - it came out of JSON
    return body
