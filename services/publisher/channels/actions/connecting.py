"""Connect a channel: ask the network first, keep what it said, then ask it for its updates."""

import base64
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlmodel import col, select

from services.publisher.channels.actions.accounts import (
    account_of,
    apply_probe,
    encrypted,
    note_updates,
    probed,
)
from services.publisher.channels.actions.keeping import channel_for
from services.publisher.channels.rules.readiness import LOOK_AGAIN, AlreadyConnected, ChannelState
from services.publisher.channels.schemas import NewChannel, NewCredentials
from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import DIRECTORY
from services.publisher.networks.inbound import Hook
from services.publisher.networks.protocol import Account, Unreachable
from services.publisher.runtime import connector_of
from shared.app import Outside, check_match
from shared.consumers import Later, Work
from shared.context import Context
from shared.contracts.publisher import ChannelHookDue
from shared.db import table_of
from shared.permissions import Permission

_SECRET_BYTES = 24  # 32 characters of base64url; networks take 5 to 50


async def connect_channel(outside: Outside, body: NewChannel) -> Channel:
    """Raises NotFound, Forbidden, AlreadyConnected, CredentialsIncomplete, CredentialsRefused, Unreachable."""
    async with outside.reading() as context:
        await DIRECTORY.reachable(context, body.organization_id, Permission.MANAGE_CHANNELS)
        known = select(Channel.id).where(
            col(Channel.network) == body.network, col(Channel.external_id) == body.external_id
        )
        if await context.store.first(known) is not None:
            raise AlreadyConnected
    account = Account(body.external_id, body.credentials)
    probe = await probed(outside.runtime, body.network, account)
    context = await outside.writing()
    channel = Channel(
        tenant_id=context.tenant_id,
        organization_id=body.organization_id,
        network=body.network,
        external_id=body.external_id,
        title=body.title or probe.title or body.external_id,
        state=ChannelState.ACTIVE,
        secrets=encrypted(context.runtime, {**account.secrets, **probe.learned}),
        hook_secret=context.runtime.cipher.encrypt(_secret(context)),
        probed_at=context.now,
        created_at=context.now,
    )
    apply_probe(channel, probe)
    channel.hook_version = 1
    statement = insert(table_of(Channel)).values(channel.model_dump()).on_conflict_do_nothing()
    if await context.store.changed(statement) == 0:  # somebody connected it while the network was asked
        raise AlreadyConnected
    await context.emit(ChannelHookDue(channel_id=channel.id, hook_version=channel.hook_version))
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
    channel = await context.store.lock(Channel, channel_id)
    check_match(if_match, channel.version)
    channel.secrets = encrypted(context.runtime, {**account.secrets, **probe.learned})
    apply_probe(channel, probe)
    channel.probed_at = context.now
    channel.paused_until = None
    await _ask_for_updates(context, channel)
    return channel


async def probe_channel(outside: Outside, channel_id: UUID) -> Channel:
    """Ask the network anew what this channel is and can do. Raises NotFound, Forbidden, Unreachable."""
    async with outside.reading() as context:
        channel = await channel_for(context, channel_id, Permission.MANAGE_CHANNELS)
    account = account_of(outside.runtime, channel)
    probe = await connector_of(outside.runtime, channel.network).probe(account)
    context = await outside.writing()
    channel = await context.store.lock(Channel, channel_id)
    if account_of(context.runtime, channel) == account:  # else the answer is about credentials that are gone
        channel.secrets = encrypted(context.runtime, {**account.secrets, **probe.learned})
        apply_probe(channel, probe)
        channel.probed_at = context.now
        await _ask_for_updates(context, channel)
    return channel


async def register_hook(work: Work, message: ChannelHookDue) -> None:
    """Ask the network to send its updates to the channel's own address, until it answers."""
    async with work.transaction() as context:
        channel = await context.store.find(Channel, message.channel_id)
    if channel is None or channel.hook_version != message.hook_version:
        return
    settings = work.runtime.settings
    url = f"{settings.public_url.rstrip('/')}/v1/network_hooks/{work.tenant_id}/{channel.id}"
    hook = Hook(url, work.runtime.cipher.decrypt(channel.hook_secret))
    try:
        missing = await connector_of(work.runtime, channel.network).register_hook(
            account_of(work.runtime, channel), hook
        )
    except Unreachable as error:
        raise Later(LOOK_AGAIN.total_seconds()) from error
    async with work.transaction() as context:
        channel = await context.store.lock(Channel, message.channel_id)
        note_updates(channel, missing)
        channel.version += 1


async def _ask_for_updates(context: Context, channel: Channel) -> None:
    channel.hook_version += 1
    channel.version += 1
    await context.emit(ChannelHookDue(channel_id=channel.id, hook_version=channel.hook_version))


def _secret(context: Context) -> str:
    return base64.urlsafe_b64encode(context.chance.token(_SECRET_BYTES)).decode()
