"""Codes to sign in with: made for whoever a name means, sent after the answer, good once."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import select

from services.gateway.people.actions.contacts import prove_address
from services.gateway.people.actions.identifiers import proven_identifiers
from services.gateway.people.rules import Network
from services.gateway.people.tables import Person
from services.gateway.sign_in.actions.desk import Desk
from services.gateway.sign_in.actions.named_accounts import Account, accounts_named, mail_address_of
from services.gateway.sign_in.actions.one_time_codes import fresh_code, is_right, new_code
from services.gateway.sign_in.rules.codes import CODE_LIFETIME, CodeWay
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


@dataclass(frozen=True)
class _Mailbox:
    """Where a person reads a code: an e-mail address, or an account in a network."""

    network: Network | None  # None for e-mail
    address: str


async def ask_for_code(desk: Desk, body: CodeRequest, address: str) -> None:
    """Promise a code. Whether anybody gets one is not in the answer. Raises TooManyTries, Unavailable."""
    name = normal_name(body.sign_in_name)
    await desk.limits.count_code(name, address)
    desk.post.hand_over(_send_code(desk, name, body.by, body.tenant_id))


async def code_fits(desk: Desk, account: Account, code: str) -> bool:
    """A wrong one counts as a try; a right one is not used up by this."""
    async with unit_of_work(desk.runtime, account.tenant_id, NOBODY) as context:
        return await _right_code(context, desk, account.person_id, code) is not None


async def take_code(context: Context, desk: Desk, person_id: UUID, code: str) -> None:
    """Use it up; it proves the address that it was mailed to. Raises WrongSignIn when somebody else just did."""
    await context.store.lock(Person, person_id)  # before their code, as an erasure does
    kept = await _right_code(context, desk, person_id, code)
    if kept is None:
        raise WrongSignIn
    if kept.mailed_to is not None:
        await prove_address(context, person_id, kept.mailed_to)
    await context.store.delete(kept)
    await context.store.flush()


async def _right_code(context: Context, desk: Desk, person_id: UUID, code: str) -> SignInCode | None:
    """The person's code if it is this one."""
    kept = await context.store.first(select(SignInCode).where(SignInCode.person_id == person_id).with_for_update())
    return kept if kept is not None and is_right(context, desk, kept, person_id, code) else None


async def _send_code(desk: Desk, name: str, by: CodeWay, tenant_id: UUID | None) -> None:
    """One code for all accounts of the name that are read in the same place: their owner is asked for the union later.

    Any union may give any name to its people, so what is read elsewhere is somebody else's and gets another code.
    """
    codes: dict[_Mailbox, str] = {}
    async with desk.post.looking_up:
        for account in await accounts_named(desk.runtime, name, tenant_id):
            async with unit_of_work(desk.runtime, account.tenant_id, NOBODY) as context:
                if await tenant_state(context.store, context.runtime.service) is not TenantState.ACTIVE:
                    continue
                mailbox = await _mailbox(context, account.person_id, by)
                if mailbox is None:
                    continue
                code = codes.get(mailbox) or new_code(desk)
                codes[mailbox] = code
                await _keep(context, desk, account.person_id, code, mailbox)
                if mailbox.network is not None:
                    await _ask_messenger(context, mailbox.network, mailbox.address, code)
    for mailbox, code in codes.items():
        if mailbox.network is None:
            await desk.post.mail(mailbox.address, _SUBJECT, _WORDS.format(code=code))


async def _mailbox(context: Context, person_id: UUID, by: CodeWay) -> _Mailbox | None:
    """Their address, or of the accounts that they proved the newest."""
    if by is CodeWay.MAIL:
        address = await mail_address_of(context, person_id)
        return None if address is None else _Mailbox(None, address)
    proven = [found for found in await proven_identifiers(context, person_id) if found.network in _MESSENGERS]
    if not proven:
        return None
    newest = max(proven, key=lambda found: found.proven_at or context.now)
    return _Mailbox(newest.network, newest.external_id)


async def _ask_messenger(context: Context, network: Network, external_id: str, code: str) -> None:
    """Through the publisher, sealed."""
    await context.emit(
        NoticeRequested(
            reference_id=new_id(),
            network=network,
            external_user_id=external_id,
            sealed_text=context.runtime.cipher.encrypt(_WORDS.format(code=code)),
            expires_at=context.now + CODE_LIFETIME,
        )
    )


async def _keep(context: Context, desk: Desk, person_id: UUID, code: str, mailbox: _Mailbox) -> None:
    """In the place of the one before."""
    mailed_to = mailbox.address if mailbox.network is None else None
    values = {"mailed_to": mailed_to, **fresh_code(context, desk, person_id, code)}
    table = table_of(SignInCode)
    statement = insert(table).values(id=new_id(), tenant_id=context.tenant_id, person_id=person_id, **values)
    await context.store.execute(
        statement.on_conflict_do_update(index_elements=[table.c.tenant_id, table.c.person_id], set_=values)
    )
