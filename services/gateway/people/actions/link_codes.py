"""Proving an account by a code: the person gets it here and sends it to the union's bot from that account."""

from uuid import UUID

from sqlalchemy import update
from sqlmodel import col, select

from services.gateway.organizations.tables import Channel
from services.gateway.people.actions.identifiers import link_proven_identifier
from services.gateway.people.rules import IdentifierTaken, Network, Proof
from services.gateway.people.rules.link_codes import (
    GOOD_FOR,
    PURPOSE,
    ChannelUnusable,
    deep_link,
    hash_of,
    new_code,
)
from services.gateway.people.schemas import LinkCodeView
from services.gateway.people.tables import LinkCode
from shared.cipher import UnreadableCiphertext
from shared.context import Context
from shared.contracts.publisher import LinkCodeReceived
from shared.errors import NotFound, Unauthenticated


async def make_link_code(context: Context, channel_id: UUID) -> LinkCodeView:
    """For the caller's own account. Codes that they were given before are good no more.

    Raises NotFound for a channel that is not there, ChannelUnusable.
    """
    person_id = context.caller.person_id
    if person_id is None:
        raise Unauthenticated
    channel = await context.store.get(Channel, channel_id)
    if channel.state != "active" or channel.network not in set(Network):
        raise ChannelUnusable
    await context.store.execute(
        update(LinkCode)
        .where(col(LinkCode.person_id) == person_id, col(LinkCode.used_at).is_(None))
        .values(used_at=context.now)
    )
    code, expires_at = new_code(context.chance), context.now + GOOD_FOR
    context.store.add(
        LinkCode(
            person_id=person_id, channel_id=channel_id, code_hash=hash_of(code, _key(context)), expires_at=expires_at
        )
    )
    return LinkCodeView(code=code, link=deep_link(channel.network, channel.address, code), expires_at=expires_at)


async def take_link_code(context: Context, message: LinkCodeReceived) -> None:
    """The account that sent a good code belongs to whom it was given. A code that is none, used or late does nothing.

    The channel must be the one that the code was made for: a bot that was taken over gains nothing from another's codes.
    """
    try:
        code = context.runtime.cipher.decrypt(message.sealed_code)
    except UnreadableCiphertext:  # sealed with a key that is gone: older than any code is good
        return
    query = select(LinkCode).where(LinkCode.code_hash == hash_of(code, _key(context))).with_for_update()
    kept = await context.store.first(query)
    if kept is None or kept.used_at is not None or kept.expires_at <= context.now:
        return
    if kept.channel_id != message.channel_id or message.network not in set(Network):
        return
    kept.used_at = context.now
    try:
        await link_proven_identifier(
            context, kept.person_id, Network(message.network), message.external_user_id, Proof.LINK_CODE
        )
    except (IdentifierTaken, NotFound):  # somebody else proved it before, or the person is gone: the code is spent
        return


def _key(context: Context) -> bytes:
    return context.runtime.cipher.derive(PURPOSE)
