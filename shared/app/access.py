"""Who may call a route, and the unit of work that it gets. Every route has exactly one of these dependencies.

allowed(Permission.PUBLISH)   a person, or a partner's key, with that permission somewhere; where, the action asks
signed_in()                   any person
operator()                    the platform's administrator, with the tenant that the path names
anyone(tenant_of="event_id")  no token needed; the tenant comes from the address
caller()                      only who it is, no transaction: for the hot routes that write in groups
member()                      the same for a person or a partner's key

`shared.app.outside` has `outside` and `anyone_outside`, for routes that do slow work before their transaction.
"""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from fastapi import Depends, Request

from shared.app.public_id import parse_public_id
from shared.app.unit import Unit
from shared.context import Context
from shared.directory import WaitForPosition
from shared.errors import Forbidden, NotFound, Unauthenticated
from shared.identity import HEADER, NOBODY, Caller, CallerKind, IdentityVerifier
from shared.permissions import Permission
from shared.runtime import Runtime
from shared.standing import check_active

ACCESS = "vmeste_access"  # the attribute by which tests and the API document know a route's audience
_HOW_TO_SIGN_IN = {
    "ru": "Войдите через /v1/auth/login и передайте Authorization: Bearer <access_token>",
    "en": "Sign in at /v1/auth/login and send Authorization: Bearer <access_token>",
}
_HOW_TO_ADMINISTER = {
    "ru": "Нужен ключ администратора платформы: его выдаёт команда `vmeste keys operator`",
    "en": "It needs a key of the platform's administrator: the command `vmeste keys operator` makes one",
}
_IN_A_UNION = {
    "ru": "Здесь работают люди союза и партнёры; ключ администратора платформы - только для /v1/tenants",
    "en": "This is for a union's people and partners; a key of the platform's administrator is for /v1/tenants alone",
}
_IN_PERSON = {
    "ru": "Здесь работают только люди, вошедшие сами; ключ партнёра не подходит",
    "en": "This is for people who signed in themselves; a partner's key does not do",
}
KEYED = "vmeste_keyed"  # the attribute of those whose unit of work honours an Idempotency-Key
PERSONAL = "vmeste_personal"  # the attribute of those that take no partner's key


class OperatorsOnly(Forbidden):
    code = "operators_only"
    title = {"ru": "Это дело администратора платформы", "en": "This is for the platform's administrator"}


class NotForOperators(Forbidden):
    code = "not_for_operators"
    title = {
        "ru": "Администратор платформы не видит того, что внутри организаций",
        "en": "The platform's administrator does not see what is inside the tenants",
    }


class PeopleOnly(Forbidden):
    code = "people_only"
    title = {"ru": "Это делают сами люди, не партнёры", "en": "This is for people themselves, not for partners"}


def runtime_of(request: Request) -> Runtime:
    runtime: Runtime = request.app.state.runtime
    return runtime


def caller_of(request: Request) -> Caller:
    """Who the gateway says it is. Raises Unauthenticated for a request that did not come through the gateway."""
    verifier: IdentityVerifier = request.app.state.verifier
    token = request.headers.get(HEADER)
    if token is None:
        raise Unauthenticated
    return verifier.verify(token, runtime_of(request).clock.now())


def person_of(request: Request) -> tuple[Caller, UUID]:
    """The person who calls and their tenant. Raises Unauthenticated, NotForOperators, PeopleOnly."""
    caller = _in_a_union(request)
    if caller.kind is CallerKind.PARTNER:
        raise PeopleOnly(_IN_PERSON)
    if caller.kind is not CallerKind.PERSON or caller.tenant_id is None:
        raise Unauthenticated(_HOW_TO_SIGN_IN)
    return caller, caller.tenant_id


def member_of(request: Request) -> tuple[Caller, UUID]:
    """The person or the partner who calls and their tenant. Raises Unauthenticated, NotForOperators."""
    caller = _in_a_union(request)
    if caller.kind not in {CallerKind.PERSON, CallerKind.PARTNER} or caller.tenant_id is None:
        raise Unauthenticated(_HOW_TO_SIGN_IN)
    return caller, caller.tenant_id


def _in_a_union(request: Request) -> Caller:
    """Raises NotForOperators."""
    caller = caller_of(request)
    if caller.kind is CallerKind.OPERATOR:
        raise NotForOperators(_IN_A_UNION)
    return caller


def operator_of(request: Request) -> Caller:
    """The platform's administrator. Raises Unauthenticated, OperatorsOnly."""
    caller = caller_of(request)
    if caller.kind is CallerKind.ANONYMOUS:
        raise Unauthenticated(_HOW_TO_ADMINISTER)
    if caller.kind is not CallerKind.OPERATOR:
        raise OperatorsOnly(_HOW_TO_ADMINISTER)
    return caller


def allowed(*permissions: Permission) -> Any:
    """A person, or a partner's key, with at least one of `permissions` somewhere in the tree."""

    async def dependency(request: Request) -> Context:
        caller, tenant_id = member_of(request)
        if not caller.has_anywhere(permissions):
            raise lacking(permissions)
        return await _open(request, tenant_id, caller)

    return marked(dependency, ",".join(permissions))


def signed_in() -> Any:
    async def dependency(request: Request) -> Context:
        caller, tenant_id = person_of(request)
        return await _open(request, tenant_id, caller)

    return marked(dependency, "signed_in", personal=True)


def anyone(*, tenant_of: str) -> Any:
    """No token needed. `tenant_of` names the path parameter that is a PublicId.

    Somebody who is signed in to that tenant stays who they are; to another tenant, they are nobody here. Raises
    TenantSuspended: public pages of such a tenant are closed. (Who is signed in, the gateway refuses.)
    """

    async def dependency(request: Request) -> Context:
        parsed = parse_public_id(request.path_params[tenant_of])
        if parsed is None:
            raise NotFound
        tenant_id, _ = parsed
        caller = caller_of(request)
        if caller.tenant_id != tenant_id:
            caller = NOBODY
        context = await _open(request, tenant_id, caller)
        await check_active(context)
        return context

    return marked(dependency, "anyone")


def caller(*, public: bool = False) -> Any:
    """Only who it is. `public=False` asks for a person."""

    async def dependency(request: Request) -> Caller:
        return caller_of(request) if public else person_of(request)[0]

    return marked(dependency, "anyone" if public else "signed_in", keyed=False, personal=not public)


def member() -> Any:
    """Only who it is: a person, or a partner's key. For routes that open short transactions of their own."""

    async def dependency(request: Request) -> Caller:
        return member_of(request)[0]

    return marked(dependency, "signed_in", keyed=False)


def operator(*, tenant_from: str | None = None) -> Any:
    """The platform's administrator. `tenant_from` names the path parameter that is the tenant's id; else no context."""

    async def dependency(request: Request) -> Context | None:
        caller = operator_of(request)
        if tenant_from is None:
            return None
        try:
            tenant_id = UUID(request.path_params[tenant_from])
        except ValueError as error:
            raise NotFound from error
        return await _open(request, tenant_id, caller)

    return marked(dependency, "operator", keyed=tenant_from is not None)


async def _open(request: Request, tenant_id: UUID, caller: Caller) -> Context:
    await see_own_writes(request, tenant_id, caller)
    unit: Unit = request.scope["vmeste.unit"]
    return await unit.open(runtime_of(request), tenant_id, caller)


async def see_own_writes(request: Request, tenant_id: UUID, caller: Caller) -> None:
    """Wait until what the caller wrote at the gateway is known here; asked of the database until it was seen once."""
    wait: WaitForPosition | None = request.app.state.wait_for_position
    seen: dict[UUID, int] = request.app.state.seen_positions
    if wait is not None and caller.position > seen.get(tenant_id, 0):
        await wait(runtime_of(request), tenant_id, caller.position)
        seen[tenant_id] = max(caller.position, seen.get(tenant_id, 0))


def lacking(permissions: Sequence[Permission]) -> Forbidden:
    """Says what is missing, in the words of the API document."""
    names = ", ".join(f"`{permission}`" for permission in permissions)
    return Forbidden({"ru": f"Нужно право {names}", "en": f"It needs {names}"})


def marked(dependency: Any, access: str, *, keyed: bool = True, personal: bool = False) -> Any:
    """A dependency that tests and the API document know."""
    setattr(dependency, ACCESS, access)
    setattr(dependency, KEYED, keyed)
    setattr(dependency, PERSONAL, personal)
    return Depends(dependency)
