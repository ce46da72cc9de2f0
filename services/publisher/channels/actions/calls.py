"""One call to a network on behalf of something that is being sent, and what it means for its channel."""

import asyncio
from collections.abc import Awaitable
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog

from services.publisher.channels.actions.accounts import words_of
from services.publisher.channels.actions.telling import tell_channel, tell_lost_access
from services.publisher.channels.rules.attempts import CALL_LIMIT, AttemptOutcome
from services.publisher.channels.rules.readiness import LOOK_AGAIN, ChannelState, pause_until, wait_of
from services.publisher.channels.tables import Channel
from services.publisher.networks.outcomes import (
    NeedsReauthorization,
    Outcome,
    Reason,
    Rejected,
    Retry,
    Sent,
    Throttled,
    Unknown,
)
from services.publisher.networks.reasons import reason
from shared.consumers import Later
from shared.context import Context

_log = structlog.get_logger()

INTERRUPTED = Reason(
    "delivery.interrupted",
    {
        "ru": "Отправка прервалась на середине: возможно, сеть её приняла. Проверьте в самом канале",
        "en": "Sending broke off in the middle and the network may have taken it. Look at the channel itself",
    },
)


@dataclass(frozen=True)
class Verdict:
    """How an attempt ended, in the words of `rules.attempts`."""

    outcome: AttemptOutcome
    reason: Reason | None = None
    pause: timedelta = timedelta(0)
    external_id: str | None = None
    url: str | None = None
    poll_id: str | None = None


BROKEN_OFF = Verdict(AttemptOutcome.INTERRUPTED, INTERRUPTED)


async def called(call: Awaitable[Outcome]) -> Verdict:
    """Wait for a connector's answer within the limit of an attempt. Whatever goes wrong in it leaves a doubt."""
    try:
        async with asyncio.timeout(CALL_LIMIT.total_seconds()):
            return verdict_of(await call)
    except TimeoutError:
        return Verdict(AttemptOutcome.UNKNOWN, reason("no_answer", "over the limit"))
    except Exception:  # noqa: BLE001 - a defect of ours, said aloud; the network may have taken it all the same
        _log.exception("connector.failed")
        return Verdict(AttemptOutcome.UNKNOWN, reason("no_answer", "defect"))


def verdict_of(outcome: Outcome) -> Verdict:
    match outcome:
        case Sent():
            return Verdict(
                AttemptOutcome.SENT, external_id=outcome.external_id, url=outcome.url, poll_id=outcome.poll_id
            )
        case Rejected():
            return Verdict(AttemptOutcome.REJECTED, outcome.reason)
        case Throttled():
            return Verdict(AttemptOutcome.THROTTLED, outcome.reason, timedelta(seconds=outcome.retry_after))
        case Retry():
            return Verdict(AttemptOutcome.NOT_SENT, outcome.reason, timedelta(seconds=outcome.retry_after or 0))
        case Unknown():
            return Verdict(AttemptOutcome.UNKNOWN, outcome.reason)
        case NeedsReauthorization():
            return Verdict(AttemptOutcome.UNAUTHORIZED, outcome.reason, LOOK_AGAIN)


async def ready_channel(context: Context, channel_id: UUID) -> Channel:
    """The channel, when something may be sent through it now. Raises Later."""
    channel = await context.store.get(Channel, channel_id)
    wait = wait_of(channel.readiness(), context.now)
    if wait is not None:
        raise Later(wait.total_seconds())
    return channel


async def note_on_channel(context: Context, channel_id: UUID, verdict: Verdict) -> None:
    """A 429 pauses the channel for as long as it asks; lost credentials stop it until somebody gives new ones."""
    if verdict.outcome is AttemptOutcome.THROTTLED:
        channel = await context.store.lock(Channel, channel_id)
        asked = pause_until(context.now, verdict.pause.total_seconds())
        channel.paused_until = max(channel.paused_until or asked, asked)  # another call may have been told a longer one
    elif verdict.outcome is AttemptOutcome.UNAUTHORIZED and verdict.reason is not None:
        channel = await context.store.lock(Channel, channel_id)
        had_access, channel.authorized = channel.authorized, False
        channel.problem = words_of(verdict.reason)
        if channel.blocked_since is None:
            channel.blocked_since, channel.blocked_reason = context.now, channel.problem
        if channel.state is ChannelState.ACTIVE:
            channel.state = ChannelState.NEEDS_REAUTHORIZATION
        channel.version += 1
        await tell_channel(context, channel)
        if had_access:
            await tell_lost_access(context, channel)
