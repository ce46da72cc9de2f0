"""What the gateway is told of channels: each change, and that somebody must give one new credentials."""

from sqlmodel import col, select

from services.publisher.channels.actions.mailboxes import ask_for_updates, keeper_of
from services.publisher.channels.tables import Channel, Mailbox
from shared.context import Context
from shared.contracts.events import ChannelEvent, occurred
from shared.contracts.gateway import ChannelsWanted, NotificationRequested
from shared.contracts.publisher import ChannelChanged
from shared.permissions import Permission


async def tell_channel(context: Context, channel: Channel) -> None:
    """The channel as it is now, once its version has grown."""
    mailbox = await context.store.get(Mailbox, channel.mailbox_id)
    await context.emit(_told(channel, mailbox))


async def tell_lost_access(context: Context, channel: Channel) -> None:
    """Whoever manages channels there hears of it once: what is to be sent waits for them."""
    told = ChannelEvent(channel_id=channel.id, network=channel.network, state=channel.state)
    await context.emit(occurred("channel.needs_reauthorization", channel.organization_id, told, context.now))
    await context.emit(
        NotificationRequested(
            kind="channel_needs_reauthorization",
            incident=f"channel:{channel.id}:{channel.version}",
            organization_id=channel.organization_id,
            permission=Permission.MANAGE_CHANNELS,
            title={
                "ru": f"Канал «{channel.title}» больше не принимает публикации: нужны новые ключи доступа",
                "en": f"The channel “{channel.title}” takes no more posts: it needs new credentials",
            },
            link=f"/v1/channels/{channel.id}",
            urgent=True,
        )
    )


async def tell_lost_updates(context: Context, channel: Channel) -> None:
    """The same people, once: posts go out, but nothing that is written to it comes in."""
    await context.emit(
        NotificationRequested(
            kind="channel_needs_reauthorization",
            incident=f"updates:{channel.id}:{channel.version}",
            organization_id=channel.organization_id,
            permission=Permission.MANAGE_CHANNELS,
            title={
                "ru": f"Канал «{channel.title}» больше не получает сообщений: посмотрите, чего ему не хватает",
                "en": f"The channel “{channel.title}” receives nothing any more: look at what it is missing",
            },
            link=f"/v1/channels/{channel.id}",
        )
    )


async def tell_channels(context: Context, _: ChannelsWanted) -> None:
    """Tell all channels anew, and ask their networks for updates: what we ask for may have grown. A repeat is harmless."""
    channels = await context.store.all(select(Channel).order_by(col(Channel.id)))
    mailboxes = {mailbox.id: mailbox for mailbox in await context.store.all(select(Mailbox).order_by(col(Mailbox.id)))}
    await context.emit_all([_told(channel, mailboxes[channel.mailbox_id]) for channel in channels])
    for mailbox in mailboxes.values():
        keeper = await keeper_of(context, mailbox.id)
        if keeper is not None:
            await ask_for_updates(context, keeper.id, mailbox.network, mailbox.external_id, mailbox.address)


def _told(channel: Channel, mailbox: Mailbox) -> ChannelChanged:
    return ChannelChanged(
        channel_id=channel.id,
        entity_version=channel.version,
        organization_id=channel.organization_id,
        network=channel.network,
        name=channel.title,
        state=channel.state,
        account_id=mailbox.external_id,
        address=channel.url,
        mailbox_address=mailbox.address,
    )
