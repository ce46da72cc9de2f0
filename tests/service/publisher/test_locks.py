"""Who publishes, who connects and who works off a line take the same locks: in one order, so that nobody waits in a circle."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest
from sqlalchemy import text

from services.publisher.channels.actions.calls import Verdict, note_on_channel
from services.publisher.channels.actions.pacing import HeldPace, hold_paces
from services.publisher.channels.rules.attempts import AttemptOutcome
from services.publisher.channels.rules.readiness import ChannelState
from services.publisher.channels.tables import Channel, Mailbox
from services.publisher.networks.accounts import Network
from services.publisher.publications.actions import rounds
from services.publisher.publications.actions.lines import begin_attempts, heads_of_lines
from services.publisher.publications.actions.recording import Ended
from services.publisher.publications.actions.rounds import Called, Turn, take_turns
from shared.clock import new_id
from shared.consumers import Work
from shared.context import Context
from shared.contracts import Envelope, ServiceName
from shared.contracts.publisher import ChannelHookDue, DeliveryDue
from tests.service.publisher.newsroom import CREDENTIALS, Newsroom, answered, refused

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


def envelope_of(newsroom: Newsroom, due: DeliveryDue) -> Envelope:
    return Envelope(
        id=new_id(),
        source=ServiceName.PUBLISHER,
        destination=ServiceName.PUBLISHER,
        tenant_id=newsroom.tenant.id,
        type=due.type,
        version=due.version,
        occurred_at=newsroom.kit.clock.now(),
        payload=due.model_dump(mode="json"),
    )


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


async def test_a_turn_that_waited_for_the_pace_sees_the_channel_as_it_is_then(newsroom: Newsroom) -> None:
    channel = await newsroom.channel(Network.BLUESKY)
    await newsroom.published(channel)

    async def held() -> HeldPace:
        async with newsroom.kit.transaction(newsroom.tenant) as context:
            row = await context.store.get(Channel, UUID(channel["id"]))
            return (await hold_paces(context, [row]))[row.id]

    async with newsroom.kit.transaction(newsroom.tenant) as context:
        row = await context.store.get(Channel, UUID(channel["id"]))
        await hold_paces(context, [row])
        waiting = asyncio.create_task(held())
        await until_it_waits(context)
        paused = answered(await newsroom.client.patch(f"/v1/channels/{channel['id']}", json={"paused": True}))
    after = await waiting
    assert (after.readiness.state, after.version) == (ChannelState.PAUSED, paused["version"])


async def test_a_round_and_a_withdrawal_wait_in_no_circle(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    """One publication in two channels: the round ends it in one and begins it in the other; it is withdrawn between."""
    channels = [await newsroom.channel(network) for network in (Network.FEED, Network.BLUESKY)]
    await newsroom.drain()
    draft = await newsroom.draft(*channels)
    answered(await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"))
    (due, *_) = await newsroom.kit.emitted(newsroom.tenant, DeliveryDue)
    first, second = [UUID(channel["id"]) for channel in channels]
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        ending = (await heads_of_lines(context, [first]))[first]
        assert await begin_attempts(context, [ending])
    steps: list[asyncio.Task[httpx.Response] | None] = []

    def withdrawn_before_the_second(real: Callable[[Context, Any], Awaitable[Any]]) -> Callable[[Context, Any], Any]:
        async def step(context: Context, what: Any) -> Any:
            withdraw = newsroom.client.post(f"/v1/publications/{draft['id']}/withdraw")
            steps.append(await begun(context, withdraw) if steps else withdraw.close())
            return await real(context, what)

        return step

    for name in ("record_sent", "begin_attempts"):
        monkeypatch.setattr(rounds, name, withdrawn_before_the_second(getattr(rounds, name)))
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        beginning = (await heads_of_lines(context, [second]))[second]
        work = Work(newsroom.kit.runtime, envelope_of(newsroom, due))
        rows = [await context.store.get(Channel, each) for each in (first, second)]
        sent = Verdict(AttemptOutcome.SENT, external_id="1", url="https://example.org/1")
        turns = [
            Turn(work, rows[0], Called(0.0, 0.0, Ended(ending, sent)), None, frozenset(), goes_on=True),
            Turn(work, rows[1], None, beginning, frozenset(), goes_on=True),
        ]
        taken = await take_turns(context, turns)
    assert taken[1].begun is not None
    assert len(steps) == 2
    assert steps[1] is not None
    refused(await steps[1], 409, "publication.being_sent")
