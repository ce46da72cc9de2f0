"""Links of one use into a channel's community, for the people whom the gateway invites."""

import asyncio

from services.publisher.channels.actions.accounts import account_of
from services.publisher.channels.actions.calls import note_on_channel, ready_channel, verdict_of
from services.publisher.channels.rules.attempts import CALL_LIMIT
from services.publisher.channels.rules.readiness import LOOK_AGAIN, ChannelState
from services.publisher.channels.tables import Channel
from services.publisher.networks.contents import Invitation, Invited
from services.publisher.networks.outcomes import NeedsReauthorization, Refusal, Rejected, Throttled, Unsupported
from services.publisher.runtime import connector_of, lane_of
from shared.consumers import Later, Work
from shared.context import Context
from shared.contracts.publisher import CommunityInvitationMade, CommunityInvitationRequested

_NO_RIGHTS = "network.no_rights"


async def make_invitation(work: Work, request: CommunityInvitationRequested) -> None:
    """Ask the network until it answers or the invitation is over.

    A link whose making was not recorded is never told, so nobody follows it: a repeat makes another one. Raises Later.
    """
    async with work.transaction() as context:
        channel = await _usable_channel(context, request)
    if isinstance(channel, str):
        await _answer(work, request, code=channel)
        return
    with lane_of(work.runtime, channel.network):
        answer = await _asked(work, channel, Invitation(request.invitation_id.hex, request.expires_at))
    match answer:
        case Invited():
            await _answer(work, request, sealed_url=work.runtime.cipher.encrypt(answer.url))
        case Unsupported():
            await _answer(work, request, code="unsupported")
        case Rejected():
            code = answer.reason.code
            await _answer(work, request, code="not_allowed" if code == _NO_RIGHTS else code)
        case NeedsReauthorization():
            await _note(work, channel, answer)
            await _answer(work, request, code=answer.reason.code)
        case _:
            await _note(work, channel, answer)
            pause = answer.retry_after if isinstance(answer, Throttled) else LOOK_AGAIN.total_seconds()
            raise Later(pause)


async def _usable_channel(context: Context, request: CommunityInvitationRequested) -> Channel | str:
    """The channel, or why it makes no links. Raises Later while its network asks for a pause."""
    if request.expires_at <= context.now:
        return "expired"
    channel = await context.store.find(Channel, request.channel_id)
    if channel is None:
        return "channel_not_found"
    if channel.state is not ChannelState.ACTIVE:
        return f"channel.{channel.state}"
    return await ready_channel(context, channel.id)


async def _asked(work: Work, channel: Channel, invitation: Invitation) -> Invited | Unsupported | Refusal:
    connector = connector_of(work.runtime, channel.network)
    try:
        async with asyncio.timeout(CALL_LIMIT.total_seconds()):
            return await connector.invite(account_of(work.runtime, channel), invitation)
    except TimeoutError as error:
        raise Later(LOOK_AGAIN.total_seconds()) from error


async def _note(work: Work, channel: Channel, refusal: Refusal) -> None:
    async with work.transaction() as context:
        await note_on_channel(context, channel.id, verdict_of(refusal))


async def _answer(
    work: Work, request: CommunityInvitationRequested, *, sealed_url: str | None = None, code: str | None = None
) -> None:
    """Once: the answer and the note that this request is done are one transaction."""
    async with work.transaction() as context:
        if await work.claim(context):
            await context.emit(
                CommunityInvitationMade(invitation_id=request.invitation_id, sealed_url=sealed_url, code=code)
            )
