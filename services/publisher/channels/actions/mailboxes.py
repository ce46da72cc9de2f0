"""Whom people write to. A bot has one hook however many channels it serves, so the hook is its mailbox's."""

import base64
from uuid import UUID

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.channels.actions.accounts import account_of, note_updates
from services.publisher.channels.actions.menus import set_menu
from services.publisher.channels.rules.readiness import LOOK_AGAIN, ChannelState
from services.publisher.channels.tables import Channel, Mailbox
from services.publisher.networks.accounts import Missing, Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.inbound import Hook
from services.publisher.networks.outcomes import Unreachable
from services.publisher.runtime import connector_of
from shared.clock import new_id
from shared.consumers import Later, Work
from shared.context import Context
from shared.contracts.publisher import ChannelHookDue, MailboxAskDue
from shared.db import table_of
from shared.runtime import Runtime

_SECRET_BYTES = 24  # 32 characters of base64url; networks take 5 to 50


async def ask_for_updates(
    context: Context, channel_id: UUID, network: Network, external_id: str, address: str | None
) -> UUID:
    """Let the network be asked, with this channel's credentials, for what comes into the mailbox they belong to.

    The mailbox is made when it is the first time, whoever else makes it meanwhile. Returns its id.
    """
    table = table_of(Mailbox)
    statement = insert(table).values(
        tenant_id=context.tenant_id,
        id=new_id(),
        network=network,
        external_id=external_id,
        address=address,
        hook_secret=context.runtime.cipher.encrypt(new_secret(context)),
        hook_version=1,
        taken=[],
    )
    statement = statement.on_conflict_do_update(
        index_elements=["tenant_id", "network", "external_id"],
        set_={
            "hook_version": table.c.hook_version + 1,
            "address": func.coalesce(statement.excluded.address, table.c.address),
        },
    )
    made = (await context.store.execute(statement.returning(table))).mappings().one()
    await context.emit(ChannelHookDue(channel_id=channel_id, hook_version=made["hook_version"]))
    return made["id"]


async def hold_mailbox(context: Context, network: Network, external_id: str) -> None:
    """Until the transaction ends, if there is one: whoever takes a mailbox and a channel of it takes the mailbox first.

    All locks of a channel, in order: its pace, its mailbox, the publication, the delivery, the channel. A turn of its line
    (`publications/actions/rounds`) takes them so.
    """
    mailbox = select(Mailbox.id).where(col(Mailbox.network) == network, col(Mailbox.external_id) == external_id)
    await context.store.first(mailbox.with_for_update(key_share=True))


async def keeper_of(context: Context, mailbox_id: UUID) -> Channel | None:
    """The channel whose organization the mailbox's messages are for, and by whose credentials they are answered.

    It is the one that was connected first among those that work. None when all have left for another mailbox.
    """
    query = select(Channel).where(col(Channel.mailbox_id) == mailbox_id)
    works = col(Channel.state) == ChannelState.ACTIVE
    return await context.store.first(query.order_by(works.desc(), col(Channel.id)))


async def register_hook(work: Work, message: ChannelHookDue) -> None:
    """Ask the network to send its updates to the mailbox's own address, until it answers."""
    async with work.transaction() as context:
        channel = await context.store.find(Channel, message.channel_id)
        mailbox = None if channel is None else await _mailbox_to_ask_for(context, channel, message)
    if channel is None or mailbox is None:
        return
    hook = Hook(hook_url(work.runtime, work.tenant_id, mailbox.id), work.runtime.cipher.decrypt(mailbox.hook_secret))
    try:
        missing = await connector_of(work.runtime, channel.network).register_hook(
            account_of(work.runtime, channel), hook
        )
    except Unreachable as error:
        raise Later(LOOK_AGAIN.total_seconds()) from error
    async with work.transaction() as context:
        mailbox = await _mailbox_to_ask_for(context, channel, message)
        if mailbox is None:
            return
        if not CAPABILITIES[channel.network].calls_hooks:
            await context.emit(MailboxAskDue(mailbox_id=mailbox.id, asked=mailbox.asked))
        await note_in_channels(context, mailbox.id, missing)
    if missing is None:
        await set_menu(connector_of(work.runtime, channel.network), account_of(work.runtime, channel))


async def note_in_channels(context: Context, mailbox_id: UUID, missing: Missing | None) -> list[Channel]:
    """Whether the network tells them what comes into their mailbox, or why not. Returns those that it told until now."""
    sharing = select(Channel).where(col(Channel.mailbox_id) == mailbox_id).order_by(col(Channel.id))
    channels = await context.store.all(sharing.with_for_update(key_share=True))
    were_told = [channel for channel in channels if channel.receives_updates]
    for channel in channels:
        note_updates(channel, missing)
    return were_told


async def _mailbox_to_ask_for(context: Context, channel: Channel, message: ChannelHookDue) -> Mailbox | None:
    """The channel's mailbox, unless it was asked for anew since."""
    mailbox = await context.store.get(Mailbox, channel.mailbox_id)
    return mailbox if mailbox.hook_version == message.hook_version else None


def hook_url(runtime: Runtime, tenant_id: UUID, mailbox_id: UUID) -> str:
    """Where a mailbox takes what it is told."""
    return f"{runtime.settings.public_url.rstrip('/')}/v1/network_hooks/{tenant_id}/{mailbox_id}"


def new_secret(context: Context) -> str:
    """Of a mailbox's hook."""
    return base64.urlsafe_b64encode(context.chance.token(_SECRET_BYTES)).decode()
