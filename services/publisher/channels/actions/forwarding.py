"""The address at which a mailbox takes what others tell: of networks that nobody can ask to call it."""

from uuid import UUID

from services.publisher.channels.actions.keeping import channel_for
from services.publisher.channels.actions.mailboxes import hook_url, new_secret
from services.publisher.channels.actions.telling import tell_channel
from services.publisher.channels.rules.readiness import HookNotGiven
from services.publisher.channels.tables import Channel, Mailbox
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.inbound import ADDRESS_SECRET
from shared.app import check_match
from shared.context import Context
from shared.errors import Stale
from shared.permissions import Permission


async def give_out_hook(context: Context, channel_id: UUID, if_match: str | None) -> tuple[Channel, str]:
    """The mailbox's address with a new secret in it; the one before is good no more. The mailbox is held first (`hold_mailbox`).

    Raises NotFound, Forbidden, Stale, HookNotGiven.
    """
    channel = await channel_for(context, channel_id, Permission.MANAGE_CHANNELS)
    if not CAPABILITIES[channel.network].is_told_by_others:
        raise HookNotGiven
    mailbox = await context.store.lock(Mailbox, channel.mailbox_id)
    channel = await context.store.lock(Channel, channel_id)
    check_match(if_match, channel.version)
    if channel.mailbox_id != mailbox.id:  # it was given another one while we waited
        raise Stale
    secret = new_secret(context)
    mailbox.hook_secret = context.runtime.cipher.encrypt(secret)
    channel.version += 1
    await tell_channel(context, channel)
    return channel, f"{hook_url(context.runtime, context.tenant_id, mailbox.id)}?{ADDRESS_SECRET}={secret}"
