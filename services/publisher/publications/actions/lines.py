"""The line of a channel: its deliveries that are due, one after another. A statement for each step, for this is the busiest path.

Locks, in this order: the channel's pace, the delivery that begins (passed over while somebody else holds it), then the
publication and the delivery whose attempt ended. Whoever holds a publication waits for no pace, but for a publication
that has just begun, of which no line knows yet.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text

from services.publisher.channels.actions.pacing import open_paces
from services.publisher.channels.rules.attempts import LEASE
from services.publisher.networks.contents import PostFormat
from services.publisher.publications.rules.states import PublicationKind
from services.publisher.publications.tables import Delivery
from shared.clock import new_id
from shared.context import Context
from shared.contracts import Priority
from shared.contracts.publisher import DeliveryDue

LOST_AFTER: Final = timedelta(seconds=60)  # a wake-up that was due so long ago is no longer believed to come

_FIRST_IN_LINE: Final = """
    SELECT delivery.id, delivery.version AS delivery_version, delivery.attempts, delivery.own_text, delivery.format, delivery.planned_at,
        delivery.publication_id, publication.version, publication.kind, publication.published_at
    FROM publisher.delivery JOIN publisher.publication
        ON publication.tenant_id = delivery.tenant_id AND publication.id = delivery.publication_id
    WHERE delivery.tenant_id = :tenant_id AND delivery.channel_id = :channel_id
        AND delivery.state IN ('pending', 'retrying') AND delivery.next_attempt_at <= :now
        AND delivery.id <> ALL(CAST(:passed AS uuid[]))
    ORDER BY delivery.priority, delivery.next_attempt_at, delivery.id LIMIT 1
"""
_HEAD: Final = text(_FIRST_IN_LINE)
_BEGIN: Final = text(
    f"""
    WITH begun AS (
        UPDATE publisher.delivery SET state = 'sending', attempts = attempts + 1, next_attempt_at = NULL,
            version = version + 1
        WHERE tenant_id = :tenant_id AND id = (
            SELECT id FROM publisher.delivery WHERE tenant_id = :tenant_id AND id = :beginning
                AND state IN ('pending', 'retrying') AND version = :version AND next_attempt_at <= :now
            FOR UPDATE SKIP LOCKED)
        RETURNING id, attempts
    ), attempt AS (
        INSERT INTO publisher.attempt (tenant_id, id, delivery_id, number, started_at, lease_until)
        SELECT CAST(:tenant_id AS uuid), CAST(:attempt_id AS uuid), id, attempts, CAST(:now AS timestamptz),
            clock_timestamp() + make_interval(secs => :lease) FROM begun
    ), head AS ({_FIRST_IN_LINE})
    SELECT EXISTS (SELECT FROM begun) AS has_begun, head.* FROM (VALUES (1)) AS always LEFT JOIN head ON true
    """  # noqa: S608 - two constants
)
_GIVEN_UP: Final = text(
    """
    SELECT delivery.id, delivery.attempts FROM publisher.delivery JOIN publisher.attempt
        ON attempt.tenant_id = delivery.tenant_id AND attempt.delivery_id = delivery.id
        AND attempt.number = delivery.attempts
    WHERE delivery.tenant_id = :tenant_id AND delivery.channel_id = :channel_id AND delivery.state = 'sending'
        AND attempt.lease_until <= clock_timestamp()
    ORDER BY delivery.id
    """
)
NEXT: Final = text(
    """
    SELECT least(
        (SELECT next_attempt_at FROM publisher.delivery WHERE tenant_id = :tenant_id AND channel_id = :channel_id
            AND state IN ('pending', 'retrying') AND priority = 0 ORDER BY next_attempt_at LIMIT 1),
        (SELECT next_attempt_at FROM publisher.delivery WHERE tenant_id = :tenant_id AND channel_id = :channel_id
            AND state IN ('pending', 'retrying') AND priority = 5 ORDER BY next_attempt_at LIMIT 1)) AS turn,
        (SELECT extract(epoch FROM min(attempt.lease_until) - clock_timestamp())::float8
            FROM publisher.delivery JOIN publisher.attempt
                ON attempt.tenant_id = delivery.tenant_id AND attempt.delivery_id = delivery.id
                AND attempt.number = delivery.attempts
            WHERE delivery.tenant_id = :tenant_id AND delivery.channel_id = :channel_id
                AND delivery.state = 'sending') AS lease
    """
)
_FIRST: Final = text(
    """
    SELECT id, attempts, priority FROM publisher.delivery WHERE tenant_id = :tenant_id AND channel_id = :channel_id
        AND state IN ('pending', 'retrying') AND next_attempt_at <= :now ORDER BY priority, next_attempt_at, id LIMIT 1
    """
)
_LOCK_PACES: Final = text(
    """
    SELECT channel_id, wake_id, wake_at FROM publisher.pace
    WHERE tenant_id = :tenant_id AND channel_id = ANY(CAST(:channel_ids AS uuid[])) ORDER BY channel_id FOR UPDATE
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
class Head:
    """The delivery whose turn it is, and what of its publication decides whether and how it goes out."""

    id: UUID
    version: int  # its words are those of then: a correction makes another one
    attempts: int
    own_text: str | None
    format: PostFormat
    planned_at: datetime | None
    publication_id: UUID
    publication_version: int
    kind: PublicationKind
    published_at: datetime | None


@dataclass(frozen=True)
class Wake:
    """The message that is to look at a channel's line next."""

    id: UUID | None
    at: datetime | None

    def is_believed(self, now: datetime) -> bool:
        """Whether it is at work, or comes when the pace allows something: it looks at all that is due then."""
        return self.at is not None and self.at > now - LOST_AFTER


async def head_of_line(context: Context, channel_id: UUID, passed: Collection[UUID] = ()) -> Head | None:
    """What is urgent first, then what waits longest. Nothing is locked. `passed`: what this worker could not begin."""
    values = {**_of(context, channel_id), "now": context.now, "passed": list(passed)}
    return _head((await context.store.execute(_HEAD, values)).first())


async def begin_attempt(
    context: Context, head: Head, channel_id: UUID, passed: Collection[UUID]
) -> tuple[bool, Head | None]:
    """Commit to an attempt; False when somebody else has, or holds the delivery, or it waits no longer as it was.

    And what is behind it, by the same question.
    """
    values = {
        **_of(context, channel_id),
        "beginning": head.id,
        "version": head.version,
        "now": context.now,
        "attempt_id": new_id(),
        "lease": LEASE.total_seconds(),
        "passed": [*passed, head.id],
    }
    row = (await context.store.execute(_BEGIN, values)).one()
    return row.has_begun, _head(row)


def _head(row: Row[Any] | None) -> Head | None:
    if row is None or row.id is None:
        return None
    return Head(
        row.id,
        row.delivery_version,
        row.attempts,
        row.own_text,
        PostFormat(row.format),
        row.planned_at,
        row.publication_id,
        row.version,
        PublicationKind(row.kind),
        row.published_at,
    )


async def given_up(context: Context, channel_id: UUID) -> Sequence[tuple[UUID, int]]:
    """Deliveries, and the numbers of their attempts, whose worker is gone."""
    rows = await context.store.execute(_GIVEN_UP, _of(context, channel_id))
    return [(row.id, row.attempts) for row in rows]


async def arrange(context: Context, message_id: UUID, channel_id: UUID, wake: Wake, earliest: datetime) -> float | None:
    """See to it that somebody looks at what is due and waits, at `earliest`; the pace is held.

    What is not due yet has a message of its own. Returns the seconds after which another worker's attempt is given up,
    when there is one.
    """
    following = (await context.store.execute(NEXT, _of(context, channel_id))).one()
    mine = wake.id is None or wake.id == message_id
    if following.turn is not None and following.turn <= context.now:
        if mine or wake.at is None or wake.at > earliest or not wake.is_believed(context.now):
            first = (await context.store.execute(_FIRST, {**_of(context, channel_id), "now": context.now})).one()
            due = DeliveryDue(
                delivery_id=first.id, attempt=first.attempts + 1, urgent=first.priority == Priority.URGENT
            )
            at = earliest if earliest > context.now else None
            await _set_wakes(context, [(channel_id, await context.emit(due, available_at=at), earliest)])
    elif mine:
        await _set_wakes(context, [(channel_id, None, None)])
    return following.lease


async def join_lines(context: Context, deliveries: Sequence[Delivery]) -> None:
    """New deliveries: each is told when it is due later; what is due now by one message for each line that needs it.

    What is urgent has a message of its own, which does not wait behind others.
    """
    if not deliveries:
        return
    now = context.now
    channel_ids = sorted({delivery.channel_id for delivery in deliveries})
    await open_paces(context, channel_ids)
    rows = await context.store.execute(_LOCK_PACES, {"tenant_id": context.tenant_id, "channel_ids": channel_ids})
    wakes = {row.channel_id: Wake(row.wake_id, row.wake_at) for row in rows}
    told: defaultdict[datetime, list[Delivery]] = defaultdict(list)
    for delivery in deliveries:
        at = max(delivery.next_attempt_at or now, now)
        if at > now or delivery.is_urgent or not wakes[delivery.channel_id].is_believed(now):
            told[at].append(delivery)
    for at, these in told.items():
        due = [DeliveryDue(delivery_id=each.id, attempt=each.attempts + 1, urgent=each.is_urgent) for each in these]
        ids = await context.emit_all(due, available_at=at if at > now else None)
        if at <= now:
            await _set_wakes(context, [(each.channel_id, wake, now) for each, wake in zip(these, ids, strict=True)])


async def _set_wakes(context: Context, wakes: Sequence[tuple[UUID, UUID | None, datetime | None]]) -> None:
    if not wakes:
        return
    channel_ids, wake_ids, wake_ats = zip(*wakes, strict=True)
    values = {"channel_ids": list(channel_ids), "wake_ids": list(wake_ids), "wake_ats": list(wake_ats)}
    await context.store.execute(_WAKE, {"tenant_id": context.tenant_id, **values})


def _of(context: Context, channel_id: UUID) -> dict[str, UUID]:
    return {"tenant_id": context.tenant_id, "channel_id": channel_id}
