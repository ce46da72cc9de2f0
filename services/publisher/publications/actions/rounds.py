"""One transaction for the lines of a union that a worker has in hand: each ends a post in it and begins the next.

Lines take their turns in it while the rounds before are under way, and wait for nobody's network: calls are made between
rounds. A line that is alone has a round to itself at once.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from services.publisher.channels.actions.pacing import HeldPace, Slot, hold_paces, note_paces
from services.publisher.channels.rules.pacing import AHEAD, SOON
from services.publisher.channels.rules.readiness import wait_of
from services.publisher.channels.tables import Channel
from services.publisher.publications.actions.lines import Head, begin_attempts, given_up, heads_of_lines
from services.publisher.publications.actions.recording import Ended, record_sent
from services.publisher.publications.actions.wakes import Rest, Wake, arrange
from shared.consumers import Work
from shared.context import Context
from shared.errors import Problem
from shared.group_writer import GroupWriter

MOST_LINES: Final = 25  # in one round: for as long as it takes, it holds their paces
PASSED_SECONDS: Final = 1.0  # what somebody else held is looked at again, but not over and over


@dataclass(frozen=True)
class Called:
    """A call that was noted for one moment and over at another; and how it ended, unless that is recorded already."""

    noted: float
    over: float
    ended: Ended | None


@dataclass(frozen=True)
class Turn:
    """What a line brings to a round."""

    work: Work
    channel: Channel
    called: Called | None
    ready: Head | None  # what it would begin
    passed: frozenset[UUID]  # what it could not begin
    goes_on: bool  # it has time for one more

    @property
    def is_first(self) -> bool:
        return self.called is None and self.ready is None


@dataclass(frozen=True)
class Taken:
    """What a turn came to: an attempt to be made now, and what is behind it in the line."""

    begun: Slot | None
    following: Head | None
    passed: bool = False  # what was ready could not begin
    given_up: Sequence[tuple[UUID, int]] = ()  # attempts of workers that are gone
    others_end: float | None = None  # of the last turn: seconds until the attempt of another worker is given up

    @property
    def is_last(self) -> bool:
        return self.begun is None and self.following is None and not self.given_up


class Rounds:
    """One per process: lines of different unions share no transaction."""

    def __init__(self) -> None:
        self._writer = GroupWriter[UUID, Turn, Taken](_written, group_size=MOST_LINES)

    async def take(self, turn: Turn) -> Taken:
        """Returns when it is committed."""
        return await self._writer.write(turn.work.tenant_id, turn)


async def _written(_: UUID, turns: Sequence[Turn]) -> list[Taken | Problem]:
    taken: dict[int, Taken] = {}
    async with turns[0].work.transaction() as context:
        traces = {turn.work.envelope.trace for turn in turns}
        context.trace = traces.pop() if len(traces) == 1 else None  # else what follows is of no single message
        await context.store.plan_anew()
        waiting = dict(enumerate(turns))
        while waiting:  # a line that two messages work at takes one turn after the other
            places = {turn.channel.id: place for place, turn in reversed(waiting.items())}
            chosen = sorted(places.values())
            for place, result in zip(
                chosen, await take_turns(context, [turns[place] for place in chosen]), strict=True
            ):
                taken[place] = result
                del waiting[place]
    return [taken[place] for place in range(len(turns))]


async def take_turns(context: Context, turns: Sequence[Turn]) -> list[Taken]:
    """Each of another channel. Record what was made, commit to what is ready, see what is behind it; of a last turn say who looks next."""
    paces = await hold_paces(context, [turn.channel for turn in turns])
    stands = [_Stand.of(turn, paces[turn.channel.id], context.now) for turn in turns]
    ended = [turn.called.ended for turn in turns if turn.called is not None and turn.called.ended is not None]
    if ended:
        await record_sent(context, ended)
    lost = await given_up(context, [turn.channel.id for turn in turns if turn.is_first])
    ready = [each.turn.ready for each in stands if each.goes_on and each.turn.ready is not None]
    begun = await begin_attempts(context, ready) if ready else set[UUID]()
    slots = {each.turn.channel.id: each.begin(context.now) for each in stands if each.has_begun(begun)}
    await note_paces(context, [each.pace for each in stands if each.turn.called or each.has_begun(begun)])
    passed = {row_id for turn in turns for row_id in turn.passed} | {head.id for head in ready if head.id not in begun}
    looking = [each.turn.channel.id for each in stands if each.looks_on(context.now)]
    heads = await heads_of_lines(context, looking, passed)
    results = [
        Taken(
            slots.get(each.turn.channel.id),
            heads.get(each.turn.channel.id),
            passed=each.turn.ready is not None and each.turn.ready.id in passed,
            given_up=lost.get(each.turn.channel.id, ()),
        )
        for each in stands
    ]
    last = [each.rest(taken, context.now) for each, taken in zip(stands, results, strict=True) if taken.is_last]
    ends = await arrange(context, last)
    return [
        replace(taken, others_end=ends.get(each.turn.channel.id)) for each, taken in zip(stands, results, strict=True)
    ]


@dataclass(frozen=True)
class _Stand:
    """A turn, and how its channel is."""

    turn: Turn
    pace: HeldPace
    goes_on: bool

    @classmethod
    def of(cls, turn: Turn, pace: HeldPace, now: datetime) -> "_Stand":
        if turn.called is not None:
            pace.correct(turn.called.noted, turn.called.over)
        stand = cls(turn, pace, goes_on=False)
        return replace(stand, goes_on=turn.goes_on and not stand.is_stale and stand.wait(now) == 0.0)

    @property
    def is_stale(self) -> bool:
        """The channel has other credentials, or was paused: it is looked at anew."""
        return self.pace.version != self.turn.channel.version

    def has_begun(self, begun: set[UUID]) -> bool:
        return self.goes_on and self.turn.ready is not None and self.turn.ready.id in begun

    def looks_on(self, now: datetime) -> bool:
        """Whether what is behind may go out soon; what was due too long ago is dropped even where nothing goes out."""
        return self.turn.is_first or (self.goes_on and self.wait(now) == 0.0)

    def begin(self, now: datetime) -> Slot:
        slot = Slot(self.pace.next_slot(now.timestamp()))
        self.pace.take(slot.at)
        return slot

    def wait(self, now: datetime) -> float:
        """Seconds until somebody should look at the line again; 0 when a post may go out within a moment."""
        if self.is_stale:
            return 0.0
        pause = wait_of(self.pace.readiness, now)
        if pause is not None:
            return pause.total_seconds()
        slot = self.pace.next_slot(now.timestamp())
        return 0.0 if slot <= now.timestamp() + SOON else slot - now.timestamp() - AHEAD

    def rest(self, taken: Taken, now: datetime) -> Rest:
        wait = self.wait(now)
        if self.turn.passed or taken.passed:
            wait = max(wait, PASSED_SECONDS)
        wake = Wake(self.pace.wake_id, self.pace.wake_at)
        return Rest(self.turn.channel.id, self.turn.work.message_id, wake, now + timedelta(seconds=wait))
