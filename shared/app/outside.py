"""Routes that do slow work (a call to a network, a picture) between reading and writing.

A transaction that waited for it would keep a connection from everybody else, so such a route reads in a transaction
of its own, works, and only then opens the request's unit of work.
"""

from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from fastapi import Request

from shared.app.access import caller_of, lacking, marked, member_of, person_of, runtime_of, see_own_writes
from shared.app.public_id import parse_public_id
from shared.app.unit import Unit
from shared.context import Context, unit_of_work
from shared.errors import NotFound
from shared.identity import NOBODY, Caller
from shared.permissions import Permission
from shared.runtime import Runtime


@dataclass(frozen=True)
class Outside:
    """A request that holds no transaction yet."""

    request: Request
    tenant_id: UUID
    caller: Caller

    @property
    def runtime(self) -> Runtime:
        return runtime_of(self.request)

    def reading(self) -> AbstractAsyncContextManager[Context]:
        """A transaction before the slow work."""
        return unit_of_work(self.runtime, self.tenant_id, self.caller, self.request.headers.get("traceparent"))

    async def writing(self) -> Context:
        """The request's unit of work, after the slow work. A known Idempotency-Key ends the request here."""
        unit: Unit = self.request.scope["vmeste.unit"]
        return await unit.open(self.runtime, self.tenant_id, self.caller)


def outside(*permissions: Permission) -> Any:
    """As `allowed`: a person, or a partner's key, with at least one of `permissions` somewhere in the tree."""

    async def dependency(request: Request) -> Outside:
        caller, tenant_id = member_of(request)
        if not caller.has_anywhere(permissions):
            raise lacking(permissions)
        await see_own_writes(request, tenant_id, caller)
        return Outside(request, tenant_id, caller)

    return marked(dependency, ",".join(permissions))


def person_outside() -> Any:
    """As `signed_in`: any person."""

    async def dependency(request: Request) -> Outside:
        caller, tenant_id = person_of(request)
        await see_own_writes(request, tenant_id, caller)
        return Outside(request, tenant_id, caller)

    return marked(dependency, "signed_in", personal=True)


def anyone_outside(*, tenant_from: str) -> Any:
    """As `anyone`: no token needed, `tenant_from` names the path parameter that is the tenant's id, or a PublicId."""

    async def dependency(request: Request) -> Outside:
        try:
            parsed = parse_public_id(request.path_params[tenant_from])
            tenant_id = UUID(request.path_params[tenant_from]) if parsed is None else parsed[0]
        except ValueError as error:
            raise NotFound from error
        caller = caller_of(request)
        return Outside(request, tenant_id, caller if caller.tenant_id == tenant_id else NOBODY)

    return marked(dependency, "anyone")
