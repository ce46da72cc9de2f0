"""Who publishes, who connects and who works off a line take the same locks: in one order, so that nobody waits in a circle."""

import asyncio
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from services.publisher.channels.actions.calls import Verdict, note_on_channel
from services.publisher.channels.actions.pacing import hold_paces
from services.publisher.channels.rules.attempts import AttemptOutcome
from services.publisher.channels.tables import Channel, Mailbox
from services.publisher.networks.accounts import Network
from shared.context import Context
from shared.contracts.publisher import ChannelHookDue
from tests.service.publisher.newsroom import CREDENTIALS, Newsroom, answered

THROTTLED = Verdict(AttemptOutcome.THROTTLED, pause=timedelta(minutes=5))
SOMEBODY_WAITS = text(
    "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid)))"
)


async def until_it_waits(context: Context) -> None:
    """For a lock of this transaction."""
    async with asyncio.timeout(10):
        while not (await context.store.execute(SOMEBODY_WAITS)).scalar_one():
            pass


async def begun(context: Context, request: Coroutine[Any, Any, httpx.Response]) -> "asyncio.Task[httpx.Response]":
    """A request that has come as far as a lock of ours."""
    task = asyncio.create_task(request)
    await until_it_waits(context)
    return task


async def test_a_turn_that_pauses_its_channel_waits_for_nobody_who_publishes_there(newsroom: Newsroom) -> None:
    """Their delivery refers to the channel, and they wait for its pace."""
    channel = await newsroom.channel(Network.VK)
    await newsroom.published(channel)
    draft = await newsroom.draft(channel)
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        row = await context.store.get(Channel, UUID(channel["id"]))
        await hold_paces(context, [row])
        publishing = await begun(context, newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
        await note_on_channel(context, row.id, THROTTLED)
    answered(await publishing)
    newsroom.kit.advance(minutes=6)
    await newsroom.drain()
    assert (await newsroom.delivery(draft))["state"] == "sent"


@pytest.mark.parametrize("verb", ["reauthorize", "probe", "hook"])
async def test_a_turn_takes_its_channel_while_somebody_waits_for_the_mailbox(newsroom: Newsroom, verb: str) -> None:
    network = Network.EMAIL if verb == "hook" else Network.TELEGRAM
    channel = await newsroom.channel(network)
    await newsroom.drain()
    body = {"credentials": CREDENTIALS[network]} if verb == "reauthorize" else None
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        row = await context.store.get(Channel, UUID(channel["id"]))
        await context.store.lock(Mailbox, row.mailbox_id)
        asking = await begun(context, newsroom.client.post(f"/v1/channels/{channel['id']}/{verb}", json=body))
        await note_on_channel(context, row.id, THROTTLED)
    assert answered(await asking)


async def test_a_hook_that_is_registered_anew_does_not_stand_between_the_two(newsroom: Newsroom) -> None:
    """It writes to every channel of the mailbox: it must not queue for a channel in a mode that a delivery excludes."""
    channel = await newsroom.channel(Network.TELEGRAM)
    draft = await newsroom.draft(channel)
    await newsroom.published(channel)
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        row = await context.store.get(Channel, UUID(channel["id"]))
        await hold_paces(context, [row])
        publishing = await begun(context, newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
        async with asyncio.timeout(10):
            answer = await newsroom.kit.deliver(newsroom.tenant, ChannelHookDue(channel_id=row.id, hook_version=1))
        assert answer.error is None
        await note_on_channel(context, row.id, THROTTLED)
    answered(await publishing)
