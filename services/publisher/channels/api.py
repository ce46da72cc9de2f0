"""Channels: connected and kept by those who manage them, seen by all who see publications."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from services.publisher.channels.actions.connecting import connect_channel, probe_channel, reauthorize_channel
from services.publisher.channels.actions.forwarding import give_out_hook
from services.publisher.channels.actions.keeping import change_channel, channel_for, list_channels
from services.publisher.channels.rules.failover import FailoverRefused
from services.publisher.channels.rules.readiness import (
    AlreadyConnected,
    CredentialsIncomplete,
    CredentialsRefused,
    HookNotGiven,
)
from services.publisher.channels.rules.registration import NotARegistryAddress, WarningNotAccepted
from services.publisher.channels.schemas import (
    ChannelChange,
    ChannelFilter,
    ChannelHook,
    ChannelView,
    NewChannel,
    NewCredentials,
)
from services.publisher.networks.outcomes import Unreachable
from shared.app import (
    ApiRouter,
    IdempotencyShownOnce,
    IfMatch,
    Outside,
    Page,
    allowed,
    created,
    etag,
    outside,
    problems,
)
from shared.context import Context
from shared.errors import NotFound, Stale
from shared.permissions import Permission

router = ApiRouter(tags=["channels"])

Seeing = Annotated[Context, allowed(Permission.SEE_PUBLICATIONS)]
Managing = Annotated[Context, allowed(Permission.MANAGE_CHANNELS)]
Connecting = Annotated[Outside, outside(Permission.MANAGE_CHANNELS)]


@router.post(
    "/channels",
    status_code=201,
    operation_id="channels_create",
    responses=problems(
        NotFound, AlreadyConnected, WarningNotAccepted, CredentialsIncomplete, CredentialsRefused, Unreachable
    ),
)
async def channels_create(body: NewChannel, connecting: Connecting, response: Response) -> ChannelView:
    """Connect a channel. The network is asked at once what these credentials can do; `missing` says what they cannot.

    Instagram is off until `accepted_warning` carries the code of its warning; without it the answer tells both.
    Soon after, the network is asked to send direct messages here: `receives_updates` says when it does.
    """
    channel = await connect_channel(connecting, body)
    created(response, f"/v1/channels/{channel.id}")
    etag(response, channel.version)
    return ChannelView.of(channel)


@router.get("/channels", operation_id="channels_list", responses=problems(NotFound))
async def channels_list(context: Seeing, page: Annotated[ChannelFilter, Query()]) -> Page[ChannelView]:
    """Channels of all organizations whose publications the caller may see, newest first."""
    channels, following = await list_channels(context, page)
    return Page(items=[ChannelView.of(channel) for channel in channels], next=following)


@router.get("/channels/{channel_id}", operation_id="channels_read")
async def channels_read(channel_id: UUID, context: Seeing, response: Response) -> ChannelView:
    """One channel."""
    channel = await channel_for(context, channel_id, Permission.SEE_PUBLICATIONS)
    etag(response, channel.version)
    return ChannelView.of(channel)


@router.patch(
    "/channels/{channel_id}",
    operation_id="channels_update",
    responses=problems(NotFound, Stale, NotARegistryAddress, FailoverRefused),
)
async def channels_update(
    channel_id: UUID, body: ChannelChange, context: Managing, response: Response, if_match: IfMatch = None
) -> ChannelView:
    """Rename a channel, note its `registry_url`, name the one that stands in for it, pause it or let it go on.

    What is to be sent waits while it is paused. A channel cannot be deleted yet: what it published names it. Pause it.
    """
    channel = await change_channel(context, channel_id, body, if_match)
    etag(response, channel.version)
    return ChannelView.of(channel)


@router.post(
    "/channels/{channel_id}/reauthorize",
    operation_id="channels_reauthorize",
    responses=problems(NotFound, Stale, CredentialsIncomplete, CredentialsRefused, Unreachable),
)
async def channels_reauthorize(
    channel_id: UUID, body: NewCredentials, connecting: Connecting, response: Response, if_match: IfMatch = None
) -> ChannelView:
    """Give a channel new credentials. What waited for them goes out within half a minute."""
    channel = await reauthorize_channel(connecting, channel_id, body, if_match)
    etag(response, channel.version)
    return ChannelView.of(channel)


@router.post(
    "/channels/{channel_id}/probe",
    operation_id="channels_probe",
    responses=problems(NotFound, Stale, Unreachable),
)
async def channels_probe(
    channel_id: UUID, connecting: Connecting, response: Response, if_match: IfMatch = None
) -> ChannelView:
    """Ask the network anew what this channel is and what its credentials can do."""
    channel = await probe_channel(connecting, channel_id, if_match)
    etag(response, channel.version)
    return ChannelView.of(channel)


@router.post(
    "/channels/{channel_id}/hook",
    operation_id="channels_hook",
    responses=problems(NotFound, Stale, HookNotGiven, IdempotencyShownOnce),
)
async def channels_hook(
    channel_id: UUID, context: Managing, request: Request, response: Response, if_match: IfMatch = None
) -> ChannelHook:
    """Get an address for your own mail server to POST letters to, each as it came (`message/rfc822`, 1 MB at most).

    For e-mail alone: the other networks are told by themselves. Send the beginning of what is larger: it is cut where
    files are. The secret in the address is new with each call; the one before is good no more. A letter that also lies in
    the mailbox that is read is one message.
    """
    request.scope["vmeste.shown_once"] = True
    channel, url = await give_out_hook(context, channel_id, if_match)
    etag(response, channel.version)
    return ChannelHook(url=url, version=channel.version)
