"""Proving an account by a code: the person gets it here and sends it to the union's bot from that account."""

from uuid import UUID

from sqlalchemy import or_, update
from sqlmodel import col, select

from services.gateway.organizations.actions import REACH
from services.gateway.organizations.tables import Channel, OrganizationReach
from services.gateway.people.actions.identifiers import link_proven_identifier
from services.gateway.people.rules import IdentifierTaken, Network, Proof
from services.gateway.people.rules.link_codes import (
    GOOD_FOR,
    LINKED,
    PURPOSE,
    ChannelUnusable,
    deep_link,
    hash_of,
    new_code,
)
from services.gateway.people.schemas import LinkCodeView
from services.gateway.people.tables import LinkCode, Membership
from shared.cipher import UnreadableCiphertext
from shared.clock import new_id
from shared.context import Context
from shared.contracts.publisher import LinkCodeReceived, NoticeRequested
from shared.errors import NotFound
from shared.permissions import Permission


async def make_link_code(context: Context, channel_id: UUID) -> LinkCodeView:
    """For the caller's own account. Codes that they were given before are good no more.

    Raises NotFound for a channel that is neither of the person's organizations, nor above them, nor where they have a
    role; ChannelUnusable.
    """
    person_id = context.caller.own_id
    channel = await _reachable_channel(context, person_id, channel_id)
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
    return LinkCodeView(
        code=code, link=deep_link(channel.network, channel.mailbox_address, code), expires_at=expires_at
    )


async def _reachable_channel(context: Context, person_id: UUID, channel_id: UUID) -> Channel:
    """Raises NotFound."""
    above = (
        select(OrganizationReach.ancestor_id)
        .join(Membership, col(Membership.organization_id) == OrganizationReach.organization_id)
        .where(Membership.person_id == person_id)
    )
    query = select(Channel).where(
        Channel.id == channel_id,
        or_(
            col(Channel.organization_id).in_(above),
            REACH.allowed(context, Channel.organization_id, Permission.SEE_ORGANIZATION),
        ),
    )
    channel = await context.store.first(query)
    if channel is None:
        raise NotFound
    return channel


async def take_link_code(context: Context, message: LinkCodeReceived) -> None:
    """The account that sent a good code belongs to whom it was given. A code that is none, used or late does nothing.

    The bot must be that of the channel that the code was made for: one that was taken over gains nothing from another's
    codes. It says in the chat that it worked.
    """
    try:
        code = context.runtime.cipher.decrypt(message.sealed_code)
    except UnreadableCiphertext:  # sealed with a key that is gone: older than any code is good
        return
    query = select(LinkCode).where(LinkCode.code_hash == hash_of(code, _key(context))).with_for_update()
    kept = await context.store.first(query)
    if kept is None or kept.used_at is not None or kept.expires_at <= context.now:
        return
    if message.network not in set(Network) or not await _is_same_bot(context, kept.channel_id, message.channel_id):
        return
    kept.used_at = context.now
    try:
        await link_proven_identifier(
            context, kept.person_id, Network(message.network), message.external_user_id, Proof.LINK_CODE
        )
    except (IdentifierTaken, NotFound):  # somebody else proved it before, or the person is gone: the code is spent
        return
    await context.emit(
        NoticeRequested(
            reference_id=new_id(),
            network=message.network,
            external_user_id=message.external_user_id,
            sealed_text=context.runtime.cipher.encrypt(LINKED),
            expires_at=context.now + GOOD_FOR,
        )
    )


async def _is_same_bot(context: Context, made_for: UUID, heard_by: UUID) -> bool:
    """Channels of one bot share its chats: the one that answers for them need not be the one that was chosen."""
    if made_for == heard_by:
        return True
    bots = select(Channel.network, Channel.account_id).where(
        col(Channel.id).in_((made_for, heard_by)), col(Channel.account_id).is_not(None)
    )
    found = [(row.network, row.account_id) for row in await context.store.execute(bots)]
    return len(found) == 2 and found[0] == found[1]  # noqa: PLR2004 - both of them


def _key(context: Context) -> bytes:
    return context.runtime.cipher.derive(PURPOSE)
