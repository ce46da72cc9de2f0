"""Connect a channel: ask the network first, keep what it said, then ask it for its updates."""

from datetime import UTC
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.channels.actions.accounts import account_of, apply_probe, encrypted, probed
from services.publisher.channels.actions.keeping import channel_for
from services.publisher.channels.actions.mailboxes import ask_for_updates, hold_mailbox
from services.publisher.channels.actions.pacing import forget_wake
from services.publisher.channels.actions.telling import tell_channel, tell_lost_access
from services.publisher.channels.rules.readiness import AlreadyConnected, ChannelState
from services.publisher.channels.rules.registration import check_accepted
from services.publisher.channels.schemas import NewChannel, NewCredentials
from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import DIRECTORY
from services.publisher.networks.accounts import Account
from services.publisher.runtime import connector_of
from shared.app import Outside, check_match
from shared.clock import new_id
from shared.contracts.publisher import ChannelMeasureDue
from shared.db import table_of
from shared.permissions import Permission


async def connect_channel(outside: Outside, body: NewChannel) -> Channel:
    """Raises NotFound, Forbidden, AlreadyConnected, WarningNotAccepted, CredentialsIncomplete, CredentialsRefused, Unreachable."""
    target = body.target(outside.tenant_id)
    async with outside.reading() as context:
        await DIRECTORY.reachable(context, body.organization_id, Permission.MANAGE_CHANNELS)
        known = select(Channel.id).where(col(Channel.network) == body.network, col(Channel.external_id) == target)
        if await context.store.first(known) is not None:
            raise AlreadyConnected
    check_accepted(body.network, body.accepted_warning)
    account = Account(target, body.credentials)
    probe = await probed(outside.runtime, body.network, account)
    context = await outside.writing()
    channel_id = new_id()
    channel = Channel(
        id=channel_id,
        mailbox_id=await ask_for_updates(context, channel_id, body.network, probe.mailbox or target, probe.mailbox_url),
        tenant_id=context.tenant_id,
        organization_id=body.organization_id,
        network=body.network,
        external_id=target,
        title=body.title or probe.title or target,
        state=ChannelState.ACTIVE,
        secrets=encrypted(context.runtime, {**account.secrets, **probe.learned}),
        accepted_warning=body.accepted_warning,
        probed_at=context.now,
        created_at=context.now,
    )
    apply_probe(channel, probe, context.now)
    statement = insert(table_of(Channel)).values(channel.model_dump()).on_conflict_do_nothing()
    if await context.store.changed(statement) == 0:  # somebody connected it while the network was asked
        raise AlreadyConnected
    await tell_channel(context, channel)
    await context.emit(ChannelMeasureDue(channel_id=channel.id, day=context.now.astimezone(UTC).date()))
    return channel


async def reauthorize_channel(
    outside: Outside, channel_id: UUID, body: NewCredentials, if_match: str | None
) -> Channel:
    """New credentials for a channel. Raises as `connect_channel` does, and Stale; then nothing has changed."""
    async with outside.reading() as context:
        channel = await channel_for(context, channel_id, Permission.MANAGE_CHANNELS)
        check_match(if_match, channel.version)
    account = Account(channel.external_id, body.credentials)
    probe = await probed(outside.runtime, channel.network, account)
    context = await outside.writing()
    mailbox = probe.mailbox or channel.external_id
    await forget_wake(context, channel_id)
    await hold_mailbox(context, channel.network, mailbox)
    channel = await context.store.lock(Channel, channel_id)
    check_match(if_match, channel.version)
    channel.secrets = encrypted(context.runtime, {**account.secrets, **probe.learned})
    apply_probe(channel, probe, context.now)
    channel.probed_at = context.now
    channel.paused_until = None
    channel.version += 1
    channel.mailbox_id = await ask_for_updates(context, channel.id, channel.network, mailbox, probe.mailbox_url)
    await tell_channel(context, channel)
    return channel


async def probe_channel(outside: Outside, channel_id: UUID, if_match: str | None) -> Channel:
    """Ask the network anew what this channel is and can do. Raises NotFound, Forbidden, Stale, Unreachable."""
    async with outside.reading() as context:
        channel = await channel_for(context, channel_id, Permission.MANAGE_CHANNELS)
        check_match(if_match, channel.version)
    account = account_of(outside.runtime, channel)
    probe = await connector_of(outside.runtime, channel.network).probe(account)
    context = await outside.writing()
    mailbox = probe.mailbox or channel.external_id
    await hold_mailbox(context, channel.network, mailbox)
    channel = await context.store.lock(Channel, channel_id)
    if account_of(context.runtime, channel) == account:  # else the answer is about credentials that are gone
        channel.secrets = encrypted(context.runtime, {**account.secrets, **probe.learned})
        had_access = channel.authorized
        apply_probe(channel, probe, context.now)
        channel.probed_at = context.now
        channel.version += 1
        if channel.authorized:  # else others of the same bot may know better
            channel.mailbox_id = await ask_for_updates(context, channel.id, channel.network, mailbox, probe.mailbox_url)
        elif had_access:
            await tell_lost_access(context, channel)
        await tell_channel(context, channel)
    return channel
