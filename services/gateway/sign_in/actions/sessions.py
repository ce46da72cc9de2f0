"""Sessions: opened by a password or a code, carried on by a refresh token that is good once, ended in many ways.

The tenant is not known before the request is read, so these open their own units of work. A reused token is answered
401 and yet changes something: the session's end is committed before the answer is raised.
"""

import hmac
from uuid import UUID

from sqlalchemy import update
from sqlmodel import select

from services.gateway.people.tables import Person
from services.gateway.sign_in.actions.access_tokens import LIFETIME
from services.gateway.sign_in.actions.codes import code_fits, take_code
from services.gateway.sign_in.actions.desk import Desk
from services.gateway.sign_in.actions.named_accounts import NO_ACCOUNT, Account, accounts_named, the_one
from services.gateway.sign_in.rules.names import normal_name
from services.gateway.sign_in.rules.problems import SessionOver, WrongSignIn
from services.gateway.sign_in.rules.sessions import (
    SECRET_BYTES,
    Presented,
    RefreshToken,
    SessionEnd,
    judge_refresh,
    last_day,
    parse_refresh_token,
)
from services.gateway.sign_in.schemas import Login, Tokens
from services.gateway.sign_in.tables import Credential, Session
from shared.clock import random_id
from shared.context import Context, unit_of_work
from shared.db import table_of
from shared.errors import NotFound
from shared.identity import NOBODY
from shared.standing import check_active


async def sign_in(desk: Desk, body: Login, address: str, device: str) -> Tokens:
    """Raises WrongSignIn, ChooseTenant, TenantSuspended, TooManyTries, Unavailable.

    A name that nobody has takes the same way as a wrong password: one look-up, one hash.
    """
    async with desk.turns.turn():
        return await _sign_in(desk, body, address, device)


async def _sign_in(desk: Desk, body: Login, address: str, device: str) -> Tokens:
    name = normal_name(body.sign_in_name)
    await desk.limits.count(name, body.tenant_id, address)
    accounts = await accounts_named(desk.runtime, name, body.tenant_id) or [NO_ACCOUNT]
    if body.password is not None:
        fitting = {account: await _fitting_hash(desk, account, body.password) for account in accounts}
        account = await the_one(desk.runtime, [account for account, known in fitting.items() if known is not None])
        better = await _better_hash(desk, fitting[account], body.password)
    else:
        code = body.code or ""
        account = await the_one(desk.runtime, [each for each in accounts if await code_fits(desk, each, code)])
        better = None
    if len(accounts) == 1:
        await desk.limits.forgive(name, body.tenant_id, address)
    async with unit_of_work(desk.runtime, account.tenant_id, NOBODY) as context:
        if body.password is None:
            await take_code(context, desk, account.person_id, body.code or "")
        if better is not None:
            await _keep_hash(context, account.person_id, *better)
        return await open_session(context, desk, account.person_id, device)


async def refresh(desk: Desk, text: str) -> Tokens:
    """Raises SessionOver, TenantSuspended."""
    token = parse_refresh_token(text)
    async with unit_of_work(desk.runtime, token.tenant_id, NOBODY) as context:
        await check_active(context)
        tokens = await _renew(context, desk, token)
    if tokens is None:
        raise SessionOver
    return tokens


async def log_out(desk: Desk, text: str) -> None:
    """End the token's session. What is over already, or never was, is over just the same.

    Only the newest token ends it: whoever merely knows a session's id must not end it.
    """
    try:
        token = parse_refresh_token(text)
    except SessionOver:
        return
    async with unit_of_work(desk.runtime, token.tenant_id, NOBODY) as context:
        session = await _locked(context, token.session_id)
        if session is None or session.ended_on is not None:
            return
        if hmac.compare_digest(token.hashed, session.token_hash):
            end_session(context, session, SessionEnd.LOGGED_OUT)


async def open_session(context: Context, desk: Desk, person_id: UUID, device: str) -> Tokens:
    """Raises TenantSuspended; WrongSignIn for somebody who was merged into somebody else or erased."""
    await check_active(context)
    person = await context.store.find(Person, person_id)
    if person is None or person.merged_into_id is not None or person.erased_at is not None:
        raise WrongSignIn
    today = context.now.date()
    session = Session(
        id=random_id(),
        person_id=person_id,
        token_hash=b"",
        device=device,
        started_on=today,
        expires_on=last_day(today),
    )
    context.store.add(session)
    return _hand_out(context, desk, session)


def end_session(context: Context, session: Session, reason: SessionEnd) -> None:
    session.ended_on = context.now.date()
    session.ending = reason


async def _renew(context: Context, desk: Desk, token: RefreshToken) -> Tokens | None:
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


async def _fitting_hash(desk: Desk, account: Account, password: str) -> str | None:
    """The account's hash, if the password fits it."""
    async with unit_of_work(desk.runtime, account.tenant_id, NOBODY) as context:
        query = select(Credential.password_hash).where(Credential.person_id == account.person_id)
        known = await context.store.first(query)
    return known if await desk.passwords.matches(password, known) else None


async def _better_hash(desk: Desk, known: str | None, password: str) -> tuple[str, str] | None:
    """The old hash and one with today's parameters, while the password is at hand; None when the old one will do."""
    if known is None or not desk.passwords.is_outdated(known):
        return None
    return known, await desk.passwords.hash(password)


async def _keep_hash(context: Context, person_id: UUID, known: str, better: str) -> None:
    """Unless the password was changed meanwhile."""
    credential = table_of(Credential)
    await context.store.execute(
        update(credential)
        .where(
            credential.c.tenant_id == context.tenant_id,
            credential.c.person_id == person_id,
            credential.c.password_hash == known,
        )
        .values(password_hash=better)
    )
