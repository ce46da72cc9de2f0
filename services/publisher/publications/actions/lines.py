"""The line of a channel: what is due there, one after another. A statement for each step of many lines.

`LATERAL` with `LIMIT` or `ORDER BY` keeps PostgreSQL from turning a step for each line into a look through all that a
union has, which it takes for little while its tables are young.

Locks, in this order: the channels' paces, the mailboxes whose tokens are limited, the publications and deliveries whose
attempts ended, the deliveries that begin (passed over while somebody else holds them), then channels. Whoever holds a
publication waits for no pace, but for a publication that has just begun, of which no line knows yet.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, text

from services.publisher.channels.rules.attempts import LEASE
from services.publisher.networks.contents import PostFormat
from services.publisher.publications.rules.states import PublicationKind
from shared.clock import new_id
from shared.context import Context
from shared.contracts import Priority

_OF_PRIORITY: Final = """
    (SELECT * FROM publisher.delivery
    WHERE tenant_id = :tenant_id AND channel_id = asked.channel_id AND state IN ('pending', 'retrying')
        AND priority = {} AND next_attempt_at <= :now AND id <> ALL(CAST(:passed AS uuid[]))
    ORDER BY next_attempt_at, id LIMIT 1)
"""
_DUE: Final = " UNION ALL ".join(_OF_PRIORITY.format(int(each)) for each in Priority)
# Of a channel that is `asked`; by one step of the index for each priority.
FIRST_DUE: Final = f"(SELECT * FROM ({_DUE}) AS due ORDER BY priority LIMIT 1)"  # noqa: S608 - constants
_HEADS: Final = text(
    f"""
    SELECT head.channel_id, head.id, head.version AS delivery_version, head.attempts, head.own_text, head.format,
        head.planned_at, head.publication_id, publication.version, publication.kind, publication.published_at
    FROM unnest(CAST(:channel_ids AS uuid[])) AS asked (channel_id)
    CROSS JOIN LATERAL {FIRST_DUE} AS head
    CROSS JOIN LATERAL (SELECT version, kind, published_at FROM publisher.publication
        WHERE tenant_id = :tenant_id AND id = head.publication_id LIMIT 1) AS publication
    """  # noqa: S608 - constants
)
_BEGIN: Final = text(
    """
    WITH waiting AS MATERIALIZED (
        SELECT ready.id, ready.attempt_id
        FROM unnest(CAST(:ids AS uuid[]), CAST(:versions AS integer[]), CAST(:attempt_ids AS uuid[]))
            AS ready (id, version, attempt_id)
        CROSS JOIN LATERAL (SELECT FROM publisher.delivery
            WHERE tenant_id = :tenant_id AND id = ready.id AND version = ready.version
                AND state IN ('pending', 'retrying') AND next_attempt_at <= :now
            LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED) AS delivery
    ), begun AS (
        UPDATE publisher.delivery SET state = 'sending', attempts = attempts + 1, next_attempt_at = NULL,
            version = version + 1
        FROM waiting WHERE delivery.tenant_id = :tenant_id AND delivery.id = waiting.id
        RETURNING delivery.id, delivery.attempts, waiting.attempt_id
    ), attempt AS (
        INSERT INTO publisher.attempt (tenant_id, id, delivery_id, number, started_at, lease_until)
        SELECT CAST(:tenant_id AS uuid), attempt_id, id, attempts, CAST(:now AS timestamptz),
            clock_timestamp() + make_interval(secs => :lease) FROM begun
    )
    SELECT id FROM begun
    """
)
_GIVEN_UP: Final = text(
    """
    SELECT asked.channel_id, lost.id, lost.attempts FROM unnest(CAST(:channel_ids AS uuid[])) AS asked (channel_id)
    CROSS JOIN LATERAL (
        SELECT delivery.id, delivery.attempts FROM publisher.delivery JOIN publisher.attempt
            ON attempt.tenant_id = delivery.tenant_id AND attempt.delivery_id = delivery.id
            AND attempt.number = delivery.attempts
        WHERE delivery.tenant_id = :tenant_id AND delivery.channel_id = asked.channel_id
            AND delivery.state = 'sending' AND attempt.lease_until <= clock_timestamp()
        ORDER BY delivery.id) AS lost
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


async def heads_of_lines(
    context: Context, channel_ids: Collection[UUID], passed: Collection[UUID] = ()
) -> Mapping[UUID, Head]:
    """By channel, where something is due: what is urgent first, then what waits longest. Nothing is locked.

    `passed`: what could not begin.
    """
    if not channel_ids:
        return {}
    values = {
        "tenant_id": context.tenant_id,
        "channel_ids": list(channel_ids),
        "now": context.now,
        "passed": list(passed),
    }
    return {row.channel_id: _head(row) for row in await context.store.execute(_HEADS, values)}


async def begin_attempts(context: Context, heads: Sequence[Head]) -> set[UUID]:
    """Commit to an attempt at each. Returns the deliveries of which that is true.

    Of the others somebody else has begun one, or holds the delivery, or it waits no longer as it was.
    """
    values = {
        "tenant_id": context.tenant_id,
        "ids": [head.id for head in heads],
        "versions": [head.version for head in heads],
        "attempt_ids": [new_id() for _ in heads],
        "now": context.now,
        "lease": LEASE.total_seconds(),
    }
    return set((await context.store.execute(_BEGIN, values)).scalars())


def _head(row: Row[Any]) -> Head:
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


async def given_up(context: Context, channel_ids: Collection[UUID]) -> Mapping[UUID, Sequence[tuple[UUID, int]]]:
    """By channel: deliveries, and the numbers of their attempts, whose worker is gone."""
    found: defaultdict[UUID, list[tuple[UUID, int]]] = defaultdict(list)
    if channel_ids:
        values = {"tenant_id": context.tenant_id, "channel_ids": list(channel_ids)}
        for row in await context.store.execute(_GIVEN_UP, values):
            found[row.channel_id].append((row.id, row.attempts))
    return found
