"""A new password: by the old one, or by a one-time code when it is forgotten. All sessions end; the owner is told."""

from typing import Final
from uuid import UUID

from sqlmodel import col, select

from services.gateway.sign_in.actions.codes import code_fits, take_code
from services.gateway.sign_in.actions.desk import Desk
from services.gateway.sign_in.actions.named_accounts import (
    NO_ACCOUNT,
    accounts_named,
    mail_address_of,
    name_of,
    the_one,
)
from services.gateway.sign_in.actions.sessions import end_session, open_session
from services.gateway.sign_in.rules.names import check_password, normal_name
from services.gateway.sign_in.rules.problems import WrongPassword
from services.gateway.sign_in.rules.sessions import SessionEnd
from services.gateway.sign_in.schemas import PasswordChange, PasswordReset, Tokens
from services.gateway.sign_in.tables import Credential, Session
from shared.app import Outside
from shared.context import Context, unit_of_work
from shared.errors import NotFound
from shared.identity import NOBODY

_SUBJECT: Final = "Пароль изменён · Your password was changed"
_WORDS: Final = (
    "Пароль вашего входа изменён, все прежние сеансы завершены.\n"
    "Если это были не вы, запросите код для входа и сразу задайте новый пароль, а затем сообщите в профсоюз.\n\n"
    "The password of your account was changed and all earlier sessions were ended.\n"
    "If it was not you, ask for a sign-in code, set a new password at once, and tell your union.\n"
)


async def change_password(desk: Desk, outside: Outside, body: PasswordChange, address: str, device: str) -> Tokens:
    """End all sessions and open a new one. Raises WrongPassword, WeakPassword, TooManyTries, Unavailable."""
    person_id = outside.caller.own_id
    async with outside.reading() as context:
        name = await name_of(context, person_id) or f"person {person_id}"  # no sign-in name has a space
        known = await context.store.first(select(Credential.password_hash).where(Credential.person_id == person_id))
    await desk.limits.count(name, outside.tenant_id, address)
    if not await desk.passwords.matches(body.current_password, known):
        raise WrongPassword
    await desk.limits.forgive(name, outside.tenant_id, address)
    check_password(body.new_password, name)
    hashed = await desk.passwords.hash(body.new_password)
    context = await outside.writing()
    credential = await _locked_credential(context, person_id)
    if credential is None:
        raise NotFound
    if credential.password_hash != known:  # changed elsewhere in the meantime
        raise WrongPassword
    credential.password_hash = hashed
    return await _renewed(context, desk, person_id, device)


async def reset_password(desk: Desk, body: PasswordReset, address: str, device: str) -> Tokens:
    """The same for somebody who proves by a code who they are.

    Raises WrongSignIn, ChooseTenant, WeakPassword, TenantSuspended, TooManyTries, Unavailable.
    """
    async with desk.turns.turn():
        return await _reset(desk, body, address, device)


async def _reset(desk: Desk, body: PasswordReset, address: str, device: str) -> Tokens:
    name = normal_name(body.sign_in_name)
    check_password(body.new_password, name)
    await desk.limits.count(name, body.tenant_id, address)
    accounts = await accounts_named(desk.runtime, name, body.tenant_id) or [NO_ACCOUNT]
    account = await the_one(desk.runtime, [each for each in accounts if await code_fits(desk, each, body.code)])
    hashed = await desk.passwords.hash(body.new_password)
    if len(accounts) == 1:
        await desk.limits.forgive(name, body.tenant_id, address)
    async with unit_of_work(desk.runtime, account.tenant_id, NOBODY) as context:
        await take_code(context, desk, account.person_id, body.code)
        credential = await _locked_credential(context, account.person_id)
        if credential is None:
            context.store.add(Credential(person_id=account.person_id, password_hash=hashed))
        else:
            credential.password_hash = hashed
        return await _renewed(context, desk, account.person_id, device)


async def _renewed(context: Context, desk: Desk, person_id: UUID, device: str) -> Tokens:
    query = select(Session).where(Session.person_id == person_id, col(Session.ended_on).is_(None))
    for session in await context.store.all(query):
        end_session(context, session, SessionEnd.PASSWORD_CHANGED)
    mail = await mail_address_of(context, person_id)
    if mail is not None:
        desk.post.hand_over(desk.post.mail(mail, _SUBJECT, _WORDS))
    return await open_session(context, desk, person_id, device)


async def _locked_credential(context: Context, person_id: UUID) -> Credential | None:
    return await context.store.first(select(Credential).where(Credential.person_id == person_id).with_for_update())
