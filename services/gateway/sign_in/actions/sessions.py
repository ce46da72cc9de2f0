"""Sessions: opened by a password, carried on by a refresh token that is good once, ended by logging out or by reuse.

The tenant is not known before the request is read, so these open their own units of work. A reused token is answered
401 and yet changes something: the session's end is committed before the answer is raised.
"""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select as select_columns
from sqlmodel import select

from services.gateway.organizations.tables import Organization
from services.gateway.sign_in.actions.access_tokens import LIFETIME
from services.gateway.sign_in.actions.desk import Desk
from services.gateway.sign_in.rules import (
    SECRET_BYTES,
    ChooseTenant,
    Presented,
    RefreshToken,
    SessionEnd,
    SessionOver,
    WrongSignIn,
    judge_refresh,
    last_day,
    normal_name,
    parse_refresh_token,
)
from services.gateway.sign_in.schemas import Login, Tokens
from services.gateway.sign_in.tables import Credential, Session, sign_in_name
from shared.clock import random_id
from shared.context import Context, unit_of_work
from shared.db.tables import NO_TENANT
from shared.errors import FieldError, NotFound
from shared.identity import NOBODY
from shared.runtime import Runtime

_MOST_TENANTS = 10  # of one person, tried without naming one


@dataclass(frozen=True)
class _Account:
    tenant_id: UUID
    person_id: UUID


_NO_ACCOUNT = _Account(NO_TENANT, NO_TENANT)


async def sign_in(desk: Desk, body: Login, address: str) -> Tokens:
    """Raises WrongSignIn, ChooseTenant, TooManyTries, Unavailable.

    A name that nobody has takes the same way as a wrong password: one look-up, one hash.
    """
    name = normal_name(body.sign_in_name)
    await desk.limits.count(name, address)
    accounts = await _accounts(desk.runtime, name, body.tenant_id) or [_NO_ACCOUNT]
    matching = [account for account in accounts if await _has_password(desk, account, body.password)]
    if not matching:
        raise WrongSignIn
    if len(matching) > 1:
        raise ChooseTenant(errors=tuple([await _choice(desk.runtime, account) for account in matching]))
    await desk.limits.forgive(name)
    async with unit_of_work(desk.runtime, matching[0].tenant_id, NOBODY) as context:
        return open_session(context, desk, matching[0].person_id)


async def refresh(desk: Desk, text: str) -> Tokens:
    """Raises SessionOver."""
    token = parse_refresh_token(text)
    async with unit_of_work(desk.runtime, token.tenant_id, NOBODY) as context:
        tokens = await _turn(context, desk, token)
    if tokens is None:
        raise SessionOver
    return tokens


async def log_out(desk: Desk, text: str) -> None:
    """End the token's session. What is over already, or never was, is over just the same."""
    try:
        token = parse_refresh_token(text)
    except SessionOver:
        return
    async with unit_of_work(desk.runtime, token.tenant_id, NOBODY) as context:
        session = await _locked(context, token.session_id)
        if session is not None and session.ended_on is None:
            end_session(context, session, SessionEnd.LOGGED_OUT)


def open_session(context: Context, desk: Desk, person_id: UUID) -> Tokens:
    today = context.now.date()
    session = Session(id=random_id(), person_id=person_id, token_hash=b"", started_on=today, expires_on=last_day(today))
    context.store.add(session)
    return _hand_out(context, desk, session)


def end_session(context: Context, session: Session, reason: SessionEnd) -> None:
    session.ended_on = context.now.date()
    session.ending = reason


async def _turn(context: Context, desk: Desk, token: RefreshToken) -> Tokens | None:
    session = await _locked(context, token.session_id)
    if session is None:
        return None
    presented = judge_refresh(
        token.hashed,
        session.token_hash,
        ended=session.ended_on is not None,
        expires_on=session.expires_on,
        today=context.now.date(),
    )
    if presented is Presented.CURRENT:
        return _hand_out(context, desk, session)
    if presented is Presented.REUSED:
        end_session(context, session, SessionEnd.REUSED)
    return None


def _hand_out(context: Context, desk: Desk, session: Session) -> Tokens:
    token = RefreshToken(context.tenant_id, session.id, context.chance.token(SECRET_BYTES))
    session.token_hash = token.hashed
    return Tokens(
        access_token=desk.tokens.sign(context.tenant_id, session.person_id, session.id, context.now),
        expires_in=int(LIFETIME.total_seconds()),
        refresh_token=str(token),
        tenant_id=context.tenant_id,
        person_id=session.person_id,
    )


async def _locked(context: Context, session_id: UUID) -> Session | None:
    try:
        return await context.store.lock(Session, session_id)
    except NotFound:
        return None


async def _accounts(runtime: Runtime, name: str, tenant_id: UUID | None) -> list[_Account]:
    """Whom a name may mean. The one query of the gateway that comes before the tenant is known."""
    query = select_columns(sign_in_name.c.tenant_id, sign_in_name.c.person_id).where(sign_in_name.c.name == name)
    if tenant_id is not None:
        query = query.where(sign_in_name.c.tenant_id == tenant_id)
    query = query.order_by(sign_in_name.c.tenant_id).limit(_MOST_TENANTS)
    async with runtime.database.before_tenant() as connection:
        return [_Account(row.tenant_id, row.person_id) for row in await connection.execute(query)]


async def _has_password(desk: Desk, account: _Account, password: str) -> bool:
    async with unit_of_work(desk.runtime, account.tenant_id, NOBODY) as context:
        query = select(Credential.password_hash).where(Credential.person_id == account.person_id)
        known = await context.store.first(query)
    return await desk.passwords.matches(password, known)


async def _choice(runtime: Runtime, account: _Account) -> FieldError:
    async with unit_of_work(runtime, account.tenant_id, NOBODY) as context:
        root = await context.store.get(Organization, account.tenant_id)
    return FieldError("/tenant_id", str(account.tenant_id), {"ru": root.name, "en": root.name})
