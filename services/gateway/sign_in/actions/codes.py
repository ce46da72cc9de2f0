"""One-time codes: made for whoever a name means, sent after the answer, good once."""

from typing import Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.gateway.people.actions.identifiers import proven_identifiers
from services.gateway.sign_in.actions.accounts import Account, accounts_of, mail_of
from services.gateway.sign_in.actions.desk import Desk
from services.gateway.sign_in.rules.codes import (
    CODE_LIFETIME,
    CODES,
    CodeVerdict,
    CodeWay,
    code_hash,
    code_text,
    judge_code,
)
from services.gateway.sign_in.rules.names import normal_name
from services.gateway.sign_in.rules.problems import WrongSignIn
from services.gateway.sign_in.schemas import CodeRequest
from services.gateway.sign_in.tables import SignInCode
from shared.clock import new_id
from shared.context import Context, unit_of_work
from shared.contracts.publisher import NoticeRequested
from shared.db import table_of
from shared.identity import NOBODY
from shared.standing import TenantState, tenant_state

_MESSENGERS: Final = frozenset({"telegram", "vk", "max"})  # where the publisher can write to a person
_SUBJECT: Final = "Код для входа · Sign-in code"
_WORDS: Final = (
    "Ваш код для входа: {code}\n"
    "Он действует 10 минут. Никому его не сообщайте: сотрудники профсоюза его не спрашивают.\n"
    "Если вы не просили код, ничего делать не нужно.\n\n"
    "Your sign-in code: {code}\n"
    "It is good for 10 minutes. Tell it to nobody. If you did not ask for it, there is nothing to do.\n"
)


async def ask_for_code(desk: Desk, body: CodeRequest, address: str) -> None:
    """Promise a code. Whether anybody gets one is not in the answer. Raises TooManyTries, Unavailable."""
    name = normal_name(body.sign_in_name)
    await desk.limits.count_code(name, address)
    desk.post.hand_over(_send_code(desk, name, body.by, body.tenant_id))


async def code_fits(desk: Desk, account: Account, code: str) -> bool:
    """A wrong one counts as a try; a right one is not used up by this."""
    async with unit_of_work(desk.runtime, account.tenant_id, NOBODY) as context:
        return await _judge(context, desk, account.person_id, code) is not None


async def take_code(context: Context, desk: Desk, person_id: UUID, code: str) -> None:
    """Use it up. Raises WrongSignIn when somebody else just did."""
    kept = await _judge(context, desk, person_id, code)
    if kept is None:
        raise WrongSignIn
    await context.store.delete(kept)
    await context.store.flush()


async def _judge(context: Context, desk: Desk, person_id: UUID, code: str) -> SignInCode | None:
    """The person's code if it is this one."""
    kept = await context.store.first(select(SignInCode).where(SignInCode.person_id == person_id).with_for_update())
    if kept is None:
        return None
    presented = code_hash(desk.code_key, context.tenant_id, person_id, code)
    verdict = judge_code(presented, kept.code_hash, tries=kept.tries, expires_at=kept.expires_at, now=context.now)
    if verdict is CodeVerdict.WRONG:
        kept.tries += 1
    return kept if verdict is CodeVerdict.RIGHT else None


async def _send_code(desk: Desk, name: str, by: CodeWay, tenant_id: UUID | None) -> None:
    """One code for all accounts of the name: whoever has several is asked for the union afterwards."""
    code = code_text(desk.runtime.chance.below(CODES))
    words = _WORDS.format(code=code)
    mails: dict[str, None] = {}
    async with desk.post.looking_up:
        for account in await accounts_of(desk.runtime, name, tenant_id):
            async with unit_of_work(desk.runtime, account.tenant_id, NOBODY) as context:
                if await tenant_state(context.store, context.runtime.service) is not TenantState.ACTIVE:
                    continue
                if by is CodeWay.MESSENGER:
                    is_on_its_way = await _ask_messenger(context, account.person_id, words)
                else:
                    mail = await mail_of(context, account.person_id, name)
                    is_on_its_way = mail is not None
                    mails |= {mail: None} if mail is not None else {}
                if is_on_its_way:
                    await _keep(context, desk, account.person_id, code)
    for mail in mails:
        await desk.post.mail(mail, _SUBJECT, words)


async def _ask_messenger(context: Context, person_id: UUID, words: str) -> bool:
    """Write to the account that they proved last, through the publisher; False when there is none."""
    proven = [found for found in await proven_identifiers(context, person_id) if found.network in _MESSENGERS]
    if not proven:
        return False
    newest = max(proven, key=lambda found: found.proven_at or context.now)
    await context.emit(
        NoticeRequested(
            reference_id=new_id(),
            network=newest.network,
            external_user_id=newest.external_id,
            sealed_text=context.runtime.cipher.encrypt(words),
            expires_at=context.now + CODE_LIFETIME,
        )
    )
    return True


async def _keep(context: Context, desk: Desk, person_id: UUID, code: str) -> None:
    """In the place of the one before."""
    values = {
        "code_hash": code_hash(desk.code_key, context.tenant_id, person_id, code),
        "tries": 0,
        "expires_at": context.now + CODE_LIFETIME,
    }
    table = table_of(SignInCode)
    statement = insert(table).values(id=new_id(), tenant_id=context.tenant_id, person_id=person_id, **values)
    await context.store.execute(
        statement.on_conflict_do_update(index_elements=[table.c.tenant_id, table.c.person_id], set_=values)
    )
