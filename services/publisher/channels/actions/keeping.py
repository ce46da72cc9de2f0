"""Read channels and change them."""

from uuid import UUID

from sqlmodel import col, select

from services.publisher.channels.actions.telling import tell_channel
from services.publisher.channels.rules.failover import LONGEST_CHAIN, check_failover
from services.publisher.channels.rules.readiness import ChannelState, resumed
from services.publisher.channels.rules.registration import check_registry_url
from services.publisher.channels.schemas import ChannelChange, ChannelFilter
from services.publisher.channels.tables import Channel
from services.publisher.directory.tables import DIRECTORY, OrganizationReach
from shared.app import check_match, paginate
from shared.context import Context
from shared.permissions import Permission
from shared.reach import Reach


async def channel_for(context: Context, channel_id: UUID, permission: Permission) -> Channel:
    """A channel on which the caller has `permission`. Raises NotFound, Forbidden."""
    return await DIRECTORY.get(context, Channel, channel_id, permission)


async def list_channels(context: Context, page: ChannelFilter) -> tuple[list[Channel], str | None]:
    """Newest first. Raises NotFound, Forbidden for the organization that is asked for."""
    query = select(Channel).where(DIRECTORY.reach_filter(context, Channel.organization_id, Permission.SEE_PUBLICATIONS))
    if page.organization_id is not None:
        await DIRECTORY.reachable(context, page.organization_id, Permission.SEE_PUBLICATIONS)
        query = query.where(DIRECTORY.under(context, Channel.organization_id, page.organization_id))
    if page.network is not None:
        query = query.where(col(Channel.network) == page.network)
    return await paginate(context, query, Channel.id, page)


async def change_channel(context: Context, channel_id: UUID, change: ChannelChange, if_match: str | None) -> Channel:
    """Raises NotFound, Forbidden, Stale, NotARegistryAddress, FailoverRefused."""
    await channel_for(context, channel_id, Permission.MANAGE_CHANNELS)
    channel = await context.store.lock(Channel, channel_id)
    check_match(if_match, channel.version)
    if change.title is not None:
        channel.title = change.title
    if "registry_url" in change.model_fields_set:
        if change.registry_url is not None:
            check_registry_url(change.registry_url)
        channel.registry_url = change.registry_url
    if "failover_channel_id" in change.model_fields_set:
        if change.failover_channel_id is not None:
            await _check_failover(context, channel, change.failover_channel_id)
        channel.failover_channel_id = change.failover_channel_id
    if change.paused is True:
        channel.state = ChannelState.PAUSED
    elif change.paused is False and channel.state is ChannelState.PAUSED:
        channel.state = resumed(authorized=channel.authorized)
    channel.version += 1
    await tell_channel(context, channel)
    return channel


async def _check_failover(context: Context, channel: Channel, failover_channel_id: UUID) -> None:
    """Two who make a circle at one time succeed: what is sent goes round it no more than once all the same.

    Raises NotFound, Forbidden, FailoverRefused.
    """
    second = await channel_for(context, failover_channel_id, Permission.MANAGE_CHANNELS)
    chain = [second.id]
    following = second.failover_channel_id
    while following is not None and following not in chain and len(chain) < LONGEST_CHAIN:
        chain.append(following)
        following = (await context.store.get(Channel, following)).failover_channel_id
    above = await Reach(OrganizationReach).ancestors_among(context, second.organization_id, {channel.organization_id})
    check_failover(channel.id, chain, is_below=bool(above))
