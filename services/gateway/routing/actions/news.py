"""What happens where somebody may see it, told as it happens."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

from services.gateway.routing.actions.jobs import Follower
from services.gateway.routing.actions.streams import Streams
from services.gateway.routing.rules import BEGIN, HEARTBEAT, told
from services.gateway.routing.schemas import StreamedEvent
from services.gateway.webhooks.actions import events_after, latest_sequence

PAGE: Final = 100


async def begin_after(follower: Follower, after: int | None) -> int:
    """Where a stream begins: after what its reader has seen, or with what comes next."""
    if after is not None:
        return after
    async with follower.looking() as context:
        return await latest_sequence(context)


async def news(streams: Streams, follower: Follower, after: int) -> AsyncGenerator[str, None]:
    """What the caller may hear of, from `after` on and without an end."""
    with streams.woken(follower.tenant_id) as woken:
        yield BEGIN
        while True:
            woken.clear()
            is_more = True
            while is_more:
                told_now, after, is_more = await _page(follower, after)
                for event in told_now:
                    yield event
            try:
                async with asyncio.timeout(follower.runtime.own.heartbeat_seconds):
                    await woken.wait()
            except TimeoutError:
                yield HEARTBEAT


async def _page(follower: Follower, after: int) -> tuple[list[str], int, bool]:
    """What is new, how far that reaches, and whether there is more. What may not be seen is passed over once."""
    async with follower.looking() as context:
        newest = await latest_sequence(context)
        found = await events_after(context, after, PAGE)
    lines = [told(each.event, StreamedEvent.model_validate(each).model_dump_json(), each.sequence) for each in found]
    if len(found) == PAGE:
        return lines, found[-1].sequence, True
    return lines, max(after, newest, *(each.sequence for each in found)), False
