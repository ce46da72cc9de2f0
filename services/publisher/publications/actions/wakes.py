"""Who looks at a channel's line next: one message for all that is due, remembered beside the channel's pace."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text

from services.publisher.channels.actions.pacing import open_paces
from services.publisher.publications.actions.lines import FIRST_DUE
from shared.context import Context
from shared.contracts import Priority
from shared.contracts.publisher import DeliveryDue

CLOCKS_APART: Final = timedelta(seconds=2)
LOST_AFTER: Final = timedelta(seconds=60)  # a wake-up that was due so long ago is no longer believed to come

_REST: Final = text(
    f"""
    SELECT asked.channel_id, due.id, due.attempts, due.priority, due.next_attempt_at,
        (SELECT extract(epoch FROM min(attempt.lease_until) - clock_timestamp())::float8
            FROM publisher.delivery JOIN publisher.attempt
                ON attempt.tenant_id = delivery.tenant_id AND attempt.delivery_id = delivery.id
                AND attempt.number = delivery.attempts
            WHERE delivery.tenant_id = :tenant_id AND delivery.channel_id = asked.channel_id
                AND delivery.state = 'sending') AS lease
    FROM unnest(CAST(:channel_ids AS uuid[])) AS asked (channel_id)
    LEFT JOIN LATERAL {FIRST_DUE} AS due ON true
    """  # noqa: S608 - constants
)
_LOCK_PACES: Final = text(
    """
    SELECT channel_id, wake_id, wake_at FROM publisher.pace
    WHERE tenant_id = :tenant_id AND channel_id = ANY(CAST(:channel_ids AS uuid[])) ORDER BY channel_id FOR NO KEY UPDATE
    """
)
_WAKE: Final = text(
    """
    UPDATE publisher.pace SET wake_id = new.wake_id, wake_at = new.wake_at
    FROM unnest(CAST(:channel_ids AS uuid[]), CAST(:wake_ids AS uuid[]), CAST(:wake_ats AS timestamptz[]))
        AS new (channel_id, wake_id, wake_at)
    WHERE pace.tenant_id = :tenant_id AND pace.channel_id = new.channel_id
    """
)


@dataclass(frozen=True)
class Wake:
    """The message that is to look at a channel's line next."""

    id: UUID | None
    at: datetime | None

    def is_believed(self, now: datetime) -> bool:
        """Whether it is at work, or comes when the pace allows something: it looks at all that is due then."""
        return self.at is not None and self.at > now - LOST_AFTER


@dataclass(frozen=True)
class Rest:
    """A line that its worker lets go of: what is left in it is looked at `earliest` then."""

    channel_id: UUID
    message_id: UUID  # the worker's
    wake: Wake
    earliest: datetime


@dataclass(frozen=True)
class Joining:
    """A new delivery."""

    id: UUID
    channel_id: UUID
    at: datetime
    is_urgent: bool

    def told(self) -> DeliveryDue:
        return DeliveryDue(delivery_id=self.id, attempt=1, urgent=self.is_urgent)


async def arrange(context: Context, rests: Sequence[Rest]) -> Mapping[UUID, float | None]:
    """See to it that somebody looks at what is due and waits; the paces are held.

    What is not due yet has a message of its own. Returns, by channel, the seconds after which another worker's attempt
    is given up, when there is one.
    """
    if not rests:
        return {}
    now, rows = context.now, await left_in(context, [rest.channel_id for rest in rests])
    told: defaultdict[datetime, list[tuple[Rest, DeliveryDue]]] = defaultdict(list)
    wakes: list[tuple[UUID, UUID | None, datetime | None]] = []
    for rest in rests:
        row, wake = rows[rest.channel_id], rest.wake
        mine = wake.id is None or wake.id == rest.message_id
        if row.id is None:
            wakes += [(rest.channel_id, None, None)] if mine else []
        elif mine or wake.at is None or wake.at > rest.earliest or not wake.is_believed(now):
            urgent = row.priority == Priority.URGENT
            told[max(rest.earliest, row.next_attempt_at)].append(
                (rest, DeliveryDue(delivery_id=row.id, attempt=row.attempts + 1, urgent=urgent))
            )
    for at, these in told.items():
        ids = await context.emit_all([due for _, due in these], available_at=at if at > now else None)
        wakes += [(rest.channel_id, wake_id, at) for (rest, _), wake_id in zip(these, ids, strict=True)]
    await _set_wakes(context, wakes)
    return {channel_id: row.lease for channel_id, row in rows.items()}


async def left_in(context: Context, channel_ids: Sequence[UUID]) -> Mapping[UUID, Row[Any]]:
    """By channel: what is due first (`id`, `attempts`, `priority`), and the `lease` of what others have in hand.

    With what is due as soon as clocks agree: it was told by one that is ahead of ours, whose message may be this one.
    """
    soon = context.now + CLOCKS_APART
    values = {"tenant_id": context.tenant_id, "channel_ids": list(channel_ids), "now": soon, "passed": []}
    return {row.channel_id: row for row in await context.store.execute(_REST, values)}


async def join_lines(context: Context, joining: Sequence[Joining]) -> None:
    """Each is told when it is due later; what is due now by one message for each line that needs it.

    What is urgent has a message of its own, which does not wait behind others.
    """
    if not joining:
        return
    now, wakes = context.now, await _held_wakes(context, sorted({each.channel_id for each in joining}))
    told: defaultdict[datetime, list[Joining]] = defaultdict(list)
    for each in joining:
        at = max(each.at, now)
        if at > now or each.is_urgent or not wakes[each.channel_id].is_believed(now):
            told[at].append(each)
    for at, these in told.items():
        ids = await context.emit_all([each.told() for each in these], available_at=at if at > now else None)
        if at <= now:
            await _set_wakes(context, [(each.channel_id, wake, now) for each, wake in zip(these, ids, strict=True)])


async def _held_wakes(context: Context, channel_ids: Sequence[UUID]) -> Mapping[UUID, Wake]:
    """The channels' paces are held until the transaction ends."""
    keys = {"tenant_id": context.tenant_id, "channel_ids": channel_ids}
    rows = (await context.store.execute(_LOCK_PACES, keys)).all()
    if len(rows) < len(channel_ids):
        await open_paces(context, channel_ids)
        rows = (await context.store.execute(_LOCK_PACES, keys)).all()
    return {row.channel_id: Wake(row.wake_id, row.wake_at) for row in rows}


async def _set_wakes(context: Context, wakes: Sequence[tuple[UUID, UUID | None, datetime | None]]) -> None:
    if not wakes:
        return
    channel_ids, wake_ids, wake_ats = zip(*wakes, strict=True)
    values = {"channel_ids": list(channel_ids), "wake_ids": list(wake_ids), "wake_ats": list(wake_ats)}
    await context.store.execute(_WAKE, {"tenant_id": context.tenant_id, **values})
