"""The line of a channel, worked off by whoever is woken: commit to an attempt, call the network, record what it said.

Nothing stands between. What the network said of one post is recorded in the transaction that commits to the next.
"""

import asyncio
import time
from dataclasses import replace
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import and_
from sqlalchemy.exc import DBAPIError
from sqlmodel import col, select

from services.publisher.channels.actions.accounts import account_of, words_of
from services.publisher.channels.actions.calls import BROKEN_OFF, Verdict, called
from services.publisher.channels.actions.pacing import Slot
from services.publisher.channels.rules.attempts import WAITING, DeliveryState, Step
from services.publisher.channels.tables import Channel
from services.publisher.networks.outcomes import Reason
from services.publisher.publications.actions.giving_up import hand_over
from services.publisher.publications.actions.lines import Head
from services.publisher.publications.actions.outcomes import follow, locked_delivery, settle
from services.publisher.publications.actions.preparing import Ready, prepared
from services.publisher.publications.actions.recording import Ended, record
from services.publisher.publications.actions.rounds import Called, Rounds, Taken, Turn
from services.publisher.publications.rules.states import is_too_late
from services.publisher.publications.tables import Delivery
from services.publisher.runtime import connector_of, lane_of
from shared.consumers import Later, Work
from shared.context import Context
from shared.contracts.publisher import DeliveryDue

PREPARED_WITHIN: Final = 1.0  # seconds for which a result waits to be recorded with the beginning of the next post
LONGEST_TURN: Final = 2.0  # seconds at one line: less than a message's first lease, and then others have their turn
TOO_LATE = Reason(
    "delivery.too_late",
    {
        "ru": "Поздравлять уже поздно: прошло больше суток, поэтому не отправлено",
        "en": "It is too late for congratulations, more than a day has passed: not sent",
    },
)


async def channel_of(context: Context, due: DeliveryDue) -> Channel | None:
    """None when the delivery is gone."""
    same_tenant = col(Delivery.tenant_id) == col(Channel.tenant_id)
    joined = select(Channel).join(Delivery, and_(same_tenant, col(Delivery.channel_id) == col(Channel.id)))
    return await context.store.first(joined.where(col(Delivery.id) == due.delivery_id))


async def send_deliveries(rounds: Rounds, work: Work, due: DeliveryDue, channel: Channel) -> None:
    """Send what is due in the delivery's channel. A repeat finds the attempts made, or being made, or broken off."""
    with lane_of(work.runtime, channel.network, urgent=due.urgent):
        await _Line(rounds, work, channel).work_off()


class _Line:
    """What one worker does with a channel's line, for a while: then others have their turn."""

    def __init__(self, rounds: Rounds, work: Work, channel: Channel) -> None:
        self._rounds = rounds
        self._work = work
        self._channel = channel
        self._account = account_of(work.runtime, channel)
        self._until = time.monotonic() + LONGEST_TURN
        self._has_called = False
        self._passed: set[UUID] = set()

    @property
    def _has_time(self) -> bool:
        """For one more; the first is made however long its images took."""
        return not self._has_called or time.monotonic() < self._until

    async def work_off(self) -> None:
        """Raises Later while another worker's attempt may still end, or be given up."""
        await hand_over(self._work, self._channel)
        ready: Ready | None = None
        taken = await self._take(None, ready)
        while not taken.is_last:
            for delivery_id, attempt in taken.given_up:
                await self._break_off(delivery_id, attempt)
            call, ready = await self._go_on(ready, taken)
            taken = await self._take(call, ready)
        if taken.others_end is not None:
            raise Later(max(taken.others_end, 0.0))

    async def _take(self, call: Called | None, ready: Ready | None) -> Taken:
        """What the network said is not lost with what was to begin behind it."""
        head = None if ready is None else ready.head
        turn = Turn(self._work, self._channel, call, head, frozenset(self._passed), goes_on=self._has_time)
        try:
            taken = await self._rounds.take(turn)
        except BaseException:  # also when this job is cut short
            if call is not None and call.ended is not None:
                await self._record(call.ended)
            raise
        if taken.passed and head is not None:
            self._passed.add(head.id)
        return taken

    async def _go_on(self, ready: Ready | None, taken: Taken) -> tuple[Called | None, Ready | None]:
        """Call the network; what is behind is prepared meanwhile, and delays no result."""
        preparing = asyncio.create_task(self._prepared(taken.following))
        try:
            call = await self._call(ready, taken.begun)
            if call is not None and call.ended is not None:
                call = await self._recorded_unless(preparing, call, call.ended)
            return call, await preparing
        finally:
            preparing.cancel()

    async def _recorded_unless(self, preparing: "asyncio.Task[Ready | None]", call: Called, ended: Ended) -> Called:
        """`preparing` is about to end well: then the next round records it."""
        is_ready = False
        try:
            done, _ = await asyncio.wait({preparing}, timeout=PREPARED_WITHIN)
            is_ready = bool(done) and preparing.exception() is None
        finally:
            if not is_ready:
                await self._record(ended)
        return call if is_ready else replace(call, ended=None)

    async def _call(self, ready: Ready | None, slot: Slot | None) -> Called | None:
        """What ended otherwise than it usually does is recorded at once, by itself."""
        if ready is None or slot is None:
            return None
        self._has_called = True
        if isinstance(ready.post, Verdict):
            at, verdict = slot.at, ready.post
        else:
            clock = self._work.runtime.clock
            await slot.come(clock.now())
            connector = connector_of(self._work.runtime, self._channel.network)
            verdict = await called(connector.publish(self._account, ready.post))
            at = max(slot.at, clock.now().timestamp())  # the network took it then at the latest
        ended = Ended(ready.head, verdict)
        if ended.is_usual(self._channel):
            return Called(slot.at, at, ended)
        await self._record(ended)
        return Called(slot.at, at, None)

    async def _record(self, ended: Ended) -> None:
        """What the network said is written down once more when the database refuses at first (a deadlock, say)."""
        try:
            await self._written(ended)
        except DBAPIError:
            await self._written(ended)

    async def _written(self, ended: Ended) -> None:
        async with self._work.transaction() as context:
            await record(context, ended, self._channel)

    async def _prepared(self, head: Head | None) -> Ready | None:
        """None also when it is too late for it: it is dropped."""
        if head is None:
            return None
        if _is_too_late(head, self._work.runtime.clock.now()):
            await self._drop(head)
            self._passed.add(head.id)
            return None
        return await prepared(self._work, self._channel, head)

    async def _drop(self, head: Head) -> None:
        async with self._work.transaction() as context:
            found = await locked_delivery(context, head.id)
            if found is not None and found[1].state in WAITING:
                found[1].reason = words_of(TOO_LATE)
                await follow(context, *found, Step(DeliveryState.DROPPED))

    async def _break_off(self, delivery_id: UUID, attempt: int) -> None:
        """The attempt of a worker that is gone."""
        async with self._work.transaction() as context:
            found = await locked_delivery(context, delivery_id)
            if found is not None and found[1].state is DeliveryState.SENDING and found[1].attempts == attempt:
                await settle(context, *found, self._channel, BROKEN_OFF)


def _is_too_late(head: Head, now: datetime) -> bool:
    return head.published_at is not None and is_too_late(head.kind, head.published_at, now, head.planned_at)
