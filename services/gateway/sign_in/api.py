"""Signing in and out, and one's own account."""

from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request

from services.gateway.grants.rules import RoleExceedsYours
from services.gateway.sign_in.actions import (
    Desk,
    change_password,
    log_out,
    read_me,
    refresh,
    set_sign_in,
    sign_in,
)
from services.gateway.sign_in.rules import (
    ChooseTenant,
    NameTaken,
    SessionOver,
    SignInExists,
    TooManyTries,
    WeakPassword,
    WrongPassword,
    WrongSignIn,
)
from services.gateway.sign_in.schemas import Login, Me, NewSignIn, PasswordChange, RefreshBody, SignInView, Tokens
from shared.app import ApiRouter, allowed, caller, problems, signed_in
from shared.context import Context
from shared.errors import NotFound, Unauthenticated
from shared.identity import Caller
from shared.permissions import Permission

router = ApiRouter(tags=["sign_in"])


def desk_of(request: Request) -> Desk:
    desk: Desk = request.app.state.desk
    return desk


def address_of(request: Request) -> str:
    """Who asks, as the edge says it: the header is always its own."""
    return request.headers.get("x-forwarded-for", "")


AtDesk = Annotated[Desk, Depends(desk_of)]
Address = Annotated[str, Depends(address_of)]
Anyone = Annotated[Caller, caller(public=True)]
Person = Annotated[Caller, caller()]
SignedIn = Annotated[Context, signed_in()]
Managing = Annotated[Context, allowed(Permission.MANAGE_PEOPLE)]


@router.post("/auth/login", operation_id="auth_login", responses=problems(WrongSignIn, ChooseTenant, TooManyTries))
async def auth_login(body: Login, desk: AtDesk, address: Address, _: Anyone) -> Tokens:
    """Sign in with a password.

    Somebody whose name and password fit several unions is answered 409 `auth.choose_tenant`: each entry of `errors`
    has a union's id in `code` and its name in `detail`; repeat the request with that `tenant_id`.
    """
    return await sign_in(desk, body, address)


@router.post("/auth/refresh", operation_id="auth_refresh", responses=problems(SessionOver))
async def auth_refresh(body: RefreshBody, desk: AtDesk, _: Anyone) -> Tokens:
    """Get new tokens for a refresh token. It is good once: a second use ends the session for whoever holds it."""
    return await refresh(desk, body.refresh_token)


@router.post("/auth/logout", status_code=204, operation_id="auth_logout", responses=problems())
async def auth_logout(body: RefreshBody, desk: AtDesk, _: Anyone) -> None:
    """End the session that the refresh token belongs to. Its access tokens stop working within seconds."""
    await log_out(desk, body.refresh_token)


@router.post(
    "/auth/password", operation_id="auth_change_password", responses=problems(WrongPassword, WeakPassword, TooManyTries)
)
async def auth_change_password(body: PasswordChange, desk: AtDesk, address: Address, person: Person) -> Tokens:
    """Change one's own password. All sessions end; the answer opens a new one for this device."""
    if person.tenant_id is None:
        raise Unauthenticated
    return await change_password(desk, person, person.tenant_id, body, address)


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
