"""The line of a channel, worked off by whoever is woken: commit to an attempt, call the network, record what it said.

Nothing stands between. What the network said of one post is recorded in the transaction that commits to the next.
"""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

import structlog

from services.publisher.channels.actions.accounts import account_of, words_of
from services.publisher.channels.actions.calls import BROKEN_OFF, Verdict, called
from services.publisher.channels.actions.pacing import HeldPace, Slot, hold_pace
from services.publisher.channels.rules.attempts import WAITING, AttemptOutcome, DeliveryState, Step
from services.publisher.channels.rules.pacing import AHEAD, SOON
from services.publisher.channels.rules.readiness import wait_of
from services.publisher.channels.tables import Channel
from services.publisher.links.rules.texts import may_have_addresses
from services.publisher.networks.contents import Post
from services.publisher.networks.outcomes import Reason
from services.publisher.publications.actions.composing import compose
from services.publisher.publications.actions.contents import Contents, contents_of
from services.publisher.publications.actions.drafts import Draft, counting_clicks
from services.publisher.publications.actions.giving_up import hand_over
from services.publisher.publications.actions.lines import Head, Wake, arrange, begin_attempt, given_up, head_of_line
from services.publisher.publications.actions.outcomes import follow, locked_delivery, settle
from services.publisher.publications.actions.recording import record
from services.publisher.publications.rules.failover import OWN_DEFECT
from services.publisher.publications.rules.states import is_too_late
from services.publisher.publications.tables import Delivery, Publication
from services.publisher.runtime import connector_of, lane_of, publisher_of
from shared.consumers import Later, Work
from shared.context import Context
from shared.contracts.publisher import DeliveryDue
from shared.db import is_away

_log = structlog.get_logger()

LONGEST_TURN: Final = 2.0  # seconds at one line: less than a message's first lease, and then others have their turn
PASSED_SECONDS: Final = 1.0  # what somebody else held is looked at again, but not over and over
TOO_LATE = Reason(
    "delivery.too_late",
    {
        "ru": "Поздравлять уже поздно: прошло больше суток, поэтому не отправлено",
        "en": "It is too late for congratulations, more than a day has passed: not sent",
    },
)
IMAGE_LOST = Verdict(
    AttemptOutcome.REJECTED,
    Reason(
        "delivery.image_lost",
        {
            "ru": "Хранилище потеряло изображение: загрузите его заново в копию публикации",
            "en": "The storage has lost an image: upload it anew into a copy of the publication",
        },
    ),
)
NOT_PREPARED = Verdict(
    AttemptOutcome.NOT_SENT,
    Reason(
        OWN_DEFECT,
        {
            "ru": "Не удалось подготовить публикацию: неполадка на нашей стороне, попробуем ещё раз",
            "en": "The post could not be prepared: something is wrong on our side, it is tried again",
        },
    ),
)


@dataclass(frozen=True)
class _Known:
    """A publication as it was at one version. Without images: those may be erased, and their words changed."""

    publication: Publication
    contents: Contents


@dataclass(frozen=True)
class _Ready:
    """The head of the line, and what is to be sent; or what is wrong instead."""

    head: Head
    post: Post | Verdict


@dataclass(frozen=True)
class _Made:
    """An attempt that was begun, the moment noted for its call, the one at which it was made, and what came of it."""

    head: Head
    slot: Slot
    at: float
    verdict: Verdict


@dataclass(frozen=True)
class _Turn:
    """What a transaction came to: an attempt to be made now, and what is behind it in the line."""

    begun: Slot | None
    following: Head | None

    @property
    def is_last(self) -> bool:
        return self.begun is None and self.following is None


async def send_delivery(work: Work, due: DeliveryDue) -> None:
    """Send what is due in the delivery's channel. A repeat finds the attempts made, or being made, or broken off."""
    async with work.transaction() as context:
        delivery = await context.store.find(Delivery, due.delivery_id)
        if delivery is None:
            return
        channel = await context.store.get(Channel, delivery.channel_id)
    with lane_of(work.runtime, channel.network, urgent=due.urgent):
        await _Line(work, channel).work_off()


class _Line:
    """What one worker does with a channel's line, for a while: then others have their turn."""

    def __init__(self, work: Work, channel: Channel) -> None:
        self._work = work
        self._channel = channel
        self._account = account_of(work.runtime, channel)
        self._until = time.monotonic() + LONGEST_TURN
        self._has_called = False
        self._passed: set[UUID] = set()
        self._others_end: float | None = None  # seconds until the attempt of another worker is given up

    @property
    def _has_time(self) -> bool:
        """For one more; the first is made however long its images took."""
        return not self._has_called or time.monotonic() < self._until

    async def work_off(self) -> None:
        """Raises Later while another worker's attempt may still end, or be given up."""
        await hand_over(self._work, self._channel)
        async with self._work.transaction() as context:
            lost = await given_up(context, self._channel.id)
            head = await head_of_line(context, self._channel.id)
        for delivery_id, attempt in lost:
            await self._break_off(delivery_id, attempt)
        made: _Made | None = None
        while True:
            ready = None
            if head is not None:
                ready = await self._prepared(head) if made is None else self._at_hand(head)
            try:
                async with self._work.transaction() as context:
                    turn = await self._turn(context, made, ready)
            except Exception:
                if made is not None:
                    await self._record_alone(made)
                raise
            if turn.is_last:
                break
            made = await self._call(ready, turn.begun) if ready is not None and turn.begun is not None else None
            head = turn.following
        if self._others_end is not None:
            raise Later(max(self._others_end, 0.0))

    async def _record_alone(self, made: _Made) -> None:
        """What the network said is not lost with what was to begin behind it."""
        async with self._work.transaction() as context:
            pace = await hold_pace(context, self._channel)
            pace.correct(made.slot.at, made.at)
            await pace.note(context, None)
            await record(context, made.head, self._channel, made.verdict)

    async def _turn(self, context: Context, made: _Made | None, ready: _Ready | None) -> _Turn:
        """Record what was made, commit to what is ready, see what is behind it; at the end of it say who looks next."""
        pace = await hold_pace(context, self._channel)
        if made is not None:
            pace.correct(made.slot.at, made.at)
        wait = self._wait(context, pace)
        goes_on = self._has_time and wait == 0.0 and (made is None or made.verdict.outcome is AttemptOutcome.SENT)
        begun, following = None, None
        if ready is not None and goes_on:
            has_begun, following = await begin_attempt(context, ready.head, self._channel.id, self._passed)
            if has_begun:
                begun = Slot(pace.next_slot(context.now.timestamp()))
            else:
                self._passed.add(ready.head.id)
        elif self._has_time and wait == 0.0:
            following = await head_of_line(context, self._channel.id, self._passed)
        if made is not None or begun is not None:
            await pace.note(context, None if begun is None else begun.at)
        if made is not None:
            await record(context, made.head, self._channel, made.verdict)
        turn = _Turn(begun, following)
        if turn.is_last:
            wait = max(wait, PASSED_SECONDS) if self._passed else wait
            wake, earliest = Wake(pace.wake_id, pace.wake_at), context.now + timedelta(seconds=wait)
            self._others_end = await arrange(context, self._work.message_id, self._channel.id, wake, earliest)
        return turn

    def _wait(self, context: Context, pace: HeldPace) -> float:
        """Seconds until somebody should look at the line again; 0 when a post may go out within a moment."""
        if pace.version != self._channel.version:  # it has other credentials, or was paused
            self._until, self._has_called = 0.0, True
            return 0.0
        pause = wait_of(pace.readiness, context.now)
        if pause is not None:
            return pause.total_seconds()
        now = context.now.timestamp()
        slot = pace.next_slot(now)
        return 0.0 if slot <= now + SOON else slot - now - AHEAD

    async def _call(self, ready: _Ready, slot: Slot) -> _Made:
        clock = self._work.runtime.clock
        self._has_called = True
        if isinstance(ready.post, Verdict):
            return _Made(ready.head, slot, slot.at, ready.post)
        await slot.come(clock.now())
        at = max(slot.at, clock.now().timestamp())
        connector = connector_of(self._work.runtime, self._channel.network)
        return _Made(ready.head, slot, at, await called(connector.publish(self._account, ready.post)))

    async def _prepared(self, head: Head) -> _Ready | None:
        """None when it is too late for it: it is dropped."""
        if _is_too_late(head, self._work.runtime.clock.now()):
            await self._drop(head)
            self._passed.add(head.id)
            return None
        known = _remembered(self._work, head)
        if known is None:
            async with self._work.transaction() as context:
                publication = await context.store.get(Publication, head.publication_id)
                known = _Known(publication, await contents_of(context, publication.id))
            if not known.contents.all_media:
                _remember(self._work, known)
        try:
            post = await (await self._counted(head, known)).post(self._work)
        except Exception as error:  # a defect of ours or of the storage, said aloud; nothing has been sent
            if is_away(error):
                raise
            _log.exception("delivery.not_prepared")
            return _Ready(head, NOT_PREPARED)
        return _Ready(head, post or IMAGE_LOST)

    def _at_hand(self, head: Head) -> _Ready | None:
        """What takes no time to prepare: what was made waits to be recorded."""
        known = _remembered(self._work, head)
        if known is None or _is_too_late(head, self._work.runtime.clock.now()):
            return None
        draft = self._draft(head, known)
        return None if may_have_addresses(draft.composition.text) else _Ready(head, draft.of([]))

    async def _counted(self, head: Head, known: _Known) -> Draft:
        draft = self._draft(head, known)
        if not may_have_addresses(draft.composition.text):
            return draft
        async with self._work.transaction() as context:
            return await counting_clicks(context, draft, known.publication, self._channel)

    def _draft(self, head: Head, known: _Known) -> Draft:
        network = self._channel.network
        made = compose(known.publication, known.contents, network, own_text=head.own_text, format_=head.format)
        return Draft(head.id, network, made, self._channel.limits())

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


def _remembered(work: Work, head: Head) -> _Known | None:
    found = publisher_of(work.runtime).recent.get((work.tenant_id, head.publication_id, head.publication_version))
    return found if isinstance(found, _Known) else None


def _remember(work: Work, known: _Known) -> None:
    publication = known.publication
    publisher_of(work.runtime).recent.put((work.tenant_id, publication.id, publication.version), known)
