"""Signing in and out, and one's own account."""

from collections.abc import AsyncGenerator
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Query, Request, Response

from services.gateway.people.rules.rights import RoleExceedsYours
from services.gateway.sign_in.actions import (
    Desk,
    ask_for_code,
    change_password,
    list_sessions,
    log_out,
    read_me,
    refresh,
    reset_password,
    revoke_other_sessions,
    revoke_session,
    set_sign_in,
    sign_in,
)
from services.gateway.sign_in.rules.codes import CODE_LIFETIME
from services.gateway.sign_in.rules.problems import (
    ChooseTenant,
    NameTaken,
    SessionOver,
    SignInExists,
    TooManyTries,
    WeakPassword,
    WrongPassword,
    WrongSignIn,
)
from services.gateway.sign_in.rules.sessions import device_label
from services.gateway.sign_in.schemas import (
    CodePromise,
    CodeRequest,
    KeySet,
    Login,
    Me,
    NewSignIn,
    PasswordChange,
    PasswordReset,
    PublicKey,
    RefreshBody,
    SessionView,
    SignInView,
    Tokens,
)
from shared.app import ApiRouter, Outside, Page, PageQuery, allowed, caller, person_outside, problems, signed_in
from shared.app.answers import EXTRA_HEADERS, SHOWN_ONCE
from shared.context import Context
from shared.errors import NotFound
from shared.identity import Caller, encode_public
from shared.permissions import Permission
from shared.standing import TenantSuspended

router = ApiRouter(tags=["sign_in"])
_KEYS_SECONDS = 300  # a new key is published days before it signs


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


async def address_of(request: Request) -> AsyncGenerator[str]:
    """Who asks, as the edge says it: the header is always its own. A refusal by a limit says which limit it was."""
    try:
        yield request.headers.get("x-forwarded-for", "")
    except TooManyTries as problem:
        request.scope[EXTRA_HEADERS] = [*request.scope.get(EXTRA_HEADERS, ()), *problem.headers.items()]
        raise


def user_agent_of(request: Request) -> str:
    return request.headers.get("user-agent", "")


AtDesk = Annotated[Desk, Depends(desk_of)]
Address = Annotated[str, Depends(address_of)]
UserAgent = Annotated[str, Depends(user_agent_of)]
Anyone = Annotated[Caller, caller(public=True)]
PersonOutside = Annotated[Outside, person_outside()]
SignedIn = Annotated[Context, signed_in()]
Managing = Annotated[Context, allowed(Permission.MANAGE_PEOPLE)]


@router.post(
    "/auth/login",
    operation_id="auth_login",
    responses=problems(WrongSignIn, ChooseTenant, TenantSuspended, TooManyTries),
)
async def auth_login(body: Login, desk: AtDesk, address: Address, user_agent: UserAgent, _: Anyone) -> Tokens:
    """Sign in with a password, or with a one-time code.

    Somebody whose name and password (or code) fit several unions is answered 409 `auth.choose_tenant`: each entry of
    `errors` has a union's id in `code` and its name in `detail`; repeat the request with that `tenant_id`.
    """
    return await sign_in(desk, body, address, device_label(body.device, user_agent))


@router.post("/auth/code", status_code=202, operation_id="auth_code", responses=problems(TooManyTries))
async def auth_code(body: CodeRequest, desk: AtDesk, address: Address, _: Anyone) -> CodePromise:
    """Have a one-time code sent: six digits, good for ten minutes and five tries. Only the newest one counts.

    The answer is the same whether anybody has this name or not.
    """
    await ask_for_code(desk, body, address)
    return CodePromise(expires_in=int(CODE_LIFETIME.total_seconds()))


@router.post("/auth/refresh", operation_id="auth_refresh", responses=problems(SessionOver, TenantSuspended))
async def auth_refresh(body: RefreshBody, desk: AtDesk, _: Anyone) -> Tokens:
    """Get new tokens for a refresh token. It is good once: a second use ends the session for whoever holds it."""
    return await refresh(desk, body.refresh_token)


@router.post("/auth/logout", status_code=204, operation_id="auth_logout", responses=problems())
async def auth_logout(body: RefreshBody, desk: AtDesk, _: Anyone) -> None:
    """End the session that the refresh token belongs to. Its access tokens stop working within seconds."""
    await log_out(desk, body.refresh_token)


@router.get("/auth/keys", operation_id="auth_keys_list", responses=problems())
async def auth_keys_list(desk: AtDesk, response: Response, _: Anyone) -> KeySet:
    """The public keys that access tokens are signed with (RFC 7517): the present one, and others to come or to go."""
    response.headers["cache-control"] = f"public, max-age={_KEYS_SECONDS}"
    known = desk.tokens.known.items()
    return KeySet(keys=[PublicKey(kid=kid, x=encode_public(key).rstrip("=")) for kid, key in known])


@router.post(
    "/auth/password", operation_id="auth_change_password", responses=problems(WrongPassword, WeakPassword, TooManyTries)
)
async def auth_change_password(
    body: PasswordChange,
    desk: AtDesk,
    address: Address,
    user_agent: UserAgent,
    person: PersonOutside,
    request: Request,
) -> Tokens:
    """Change one's own password. All sessions end; the answer opens a new one for this device."""
    request.scope[SHOWN_ONCE] = True
    return await change_password(desk, person, body, address, device_label(body.device, user_agent))


@router.post(
    "/auth/password/reset",
    operation_id="auth_reset_password",
    responses=problems(WrongSignIn, ChooseTenant, WeakPassword, TenantSuspended, TooManyTries),
)
async def auth_reset_password(
    body: PasswordReset, desk: AtDesk, address: Address, user_agent: UserAgent, _: Anyone
) -> Tokens:
    """Set a new password with a code from `/auth/code`. All sessions end; the answer opens a new one."""
    return await reset_password(desk, body, address, device_label(body.device, user_agent))


@router.get("/auth/sessions", operation_id="auth_sessions_list")
async def auth_sessions_list(context: SignedIn, page: Annotated[PageQuery, Query()]) -> Page[SessionView]:
    """One's own sessions: the devices that are signed in."""
    sessions, after = await list_sessions(context, page)
    return Page(items=sessions, next=after)


@router.delete("/auth/sessions", status_code=204, operation_id="auth_other_sessions_delete")
async def auth_other_sessions_delete(context: SignedIn) -> None:
    """End all sessions but this one."""
    await revoke_other_sessions(context)


@router.delete("/auth/sessions/{session_id}", status_code=204, operation_id="auth_sessions_delete")
async def auth_sessions_delete(session_id: UUID, context: SignedIn) -> None:
    """End one of one's own sessions. Its access tokens stop working within seconds."""
    await revoke_session(context, session_id)


@router.get("/me", operation_id="me_read")
async def me_read(context: SignedIn) -> Me:
    """Who you are, your roles, and the organizations that you belong to or act for."""
    return await read_me(context)


@router.put(
    "/people/{person_id}/sign_in",
    operation_id="people_set_sign_in",
    responses=problems(NotFound, RoleExceedsYours, SignInExists, NameTaken, WeakPassword),
)
async def people_set_sign_in(person_id: UUID, body: NewSignIn, desk: AtDesk, context: Managing) -> SignInView:
    """Give a person their first sign-in. Only by somebody who could have given them every role that they hold."""
    return SignInView(person_id=person_id, sign_in_name=await set_sign_in(context, desk, person_id, body))
