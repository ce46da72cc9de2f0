"""Signing in from a mini app of Telegram, and proving one's account there."""

import hashlib
from typing import Final

from cryptography.exceptions import InvalidSignature
from sqlalchemy import select as select_columns
from sqlalchemy.dialects.postgresql import insert

from services.gateway.organizations.tables import Channel
from services.gateway.people.actions.identifiers import find_person_by_proven_identifier, link_proven_identifier
from services.gateway.people.rules import Network, Proof
from services.gateway.sign_in.actions.desk import Desk
from services.gateway.sign_in.actions.sessions import open_session
from services.gateway.sign_in.rules.problems import ProofRefused, WrongSignIn
from services.gateway.sign_in.rules.telegram import CLOCK_SKEW, LIFETIME, InitData, check_fresh, parse_init_data
from services.gateway.sign_in.schemas import LinkedAccount, TelegramLogin, Tokens
from services.gateway.sign_in.tables import UsedProof
from shared.clock import new_id
from shared.context import Context, unit_of_work
from shared.db import table_of
from shared.identity import NOBODY

_MOST_BOTS: Final = 100  # of one union; each costs a check of a signature


async def sign_in_by_telegram(desk: Desk, body: TelegramLogin, address: str, device: str) -> Tokens:
    """Raises WrongSignIn, TenantSuspended, TooManyTries, Unavailable."""
    async with desk.turns.turn():
        await desk.limits.count_proof(address)
        return await _sign_in(desk, body, device)


async def _sign_in(desk: Desk, body: TelegramLogin, device: str) -> Tokens:
    async with unit_of_work(desk.runtime, body.tenant_id, NOBODY) as context:
        user_id = await _proven_user(context, desk, body.init_data)
        person_id = await find_person_by_proven_identifier(context, Network.TELEGRAM, user_id)
        if person_id is None:
            raise WrongSignIn
        return await open_session(context, desk, person_id, device)


async def link_telegram(context: Context, desk: Desk, init_data: str) -> LinkedAccount:
    """The caller's own account from now on. Raises ProofRefused, IdentifierTaken."""
    person_id = context.caller.own_id
    try:
        user_id = await _proven_user(context, desk, init_data)
    except WrongSignIn as error:
        raise ProofRefused from error
    await link_proven_identifier(context, person_id, Network.TELEGRAM, user_id, Proof.NETWORK)
    return LinkedAccount(network=Network.TELEGRAM, external_id=user_id)


async def _proven_user(context: Context, desk: Desk, text: str) -> str:
    """Whose init data it is: signed by Telegram for the union's own bot, fresh, and not used before."""
    data = parse_init_data(text)
    check_fresh(data.made_at, context.now)
    signed = _signed(desk, data, await _bots(context))
    proof = table_of(UsedProof)
    statement = insert(proof).values(
        id=new_id(),
        tenant_id=context.tenant_id,
        digest=hashlib.sha256(signed).digest(),
        expires_at=data.made_at + LIFETIME + CLOCK_SKEW,
    )
    if await context.store.changed(statement.on_conflict_do_nothing()) == 0:
        raise WrongSignIn
    return data.user_id


async def _bots(context: Context) -> list[str]:
    """Those of the root organization alone.

    Whoever runs a bot is handed the init data of those who open its mini app: a part of the union that connects a bot
    of its own must not sign in as them.
    """
    channel = table_of(Channel)
    query = select_columns(channel.c.account_id).where(
        channel.c.tenant_id == context.tenant_id,
        channel.c.organization_id == context.tenant_id,
        channel.c.network == Network.TELEGRAM,
        channel.c.account_id.is_not(None),
    )
    found = await context.store.execute(query.distinct().limit(_MOST_BOTS))
    return [str(row.account_id) for row in found]


def _signed(desk: Desk, data: InitData, bots: list[str]) -> bytes:
    """What Telegram signed. Raises WrongSignIn unless it was for one of `bots`."""
    for bot_id in bots:
        signed = data.signed_text(bot_id)
        try:
            desk.telegram_key.verify(data.signature, signed)
        except InvalidSignature:
            continue
        return signed
    raise WrongSignIn
