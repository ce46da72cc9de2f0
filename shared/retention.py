"""Letting go of what is older than its kind may be kept: once a day for each tenant, told by RetentionDue.

    consumers = [retention_consumer(metadata, [Aged.of(Kept.REGISTRATIONS, ...), ...])]

Each kind goes in short transactions of a few thousand rows, so that no lock is held long. What the platform itself
keeps in every service (the inbox, answers of idempotent requests, ended jobs) is let go by the same consumer.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from sqlalchemy import ColumnElement, MetaData, Table, Update, and_, delete, select, tuple_, update
from sqlalchemy.sql.dml import Delete
from sqlmodel import SQLModel

from shared.consumers import Consumer, Later, Work, performs
from shared.context import Context
from shared.contracts.gateway import RetentionDue
from shared.contracts.states import Kept
from shared.db import table_of

BATCH: Final = 5_000
_SECONDS: Final = 10.0  # of work in one go; a queue job may last 30


Sweep = Callable[[Context, datetime], Awaitable[int]]
"""Lets go of one batch of what is older than the moment; returns how much it was."""


@dataclass(frozen=True)
class Aged:
    """Rows of a kind. `before` finds those that are older than a moment; `erased` is what their columns become.

    Without `erased` the rows go. With it, `before` must leave out what is erased already.
    """

    kind: Kept
    table: Table
    before: Callable[[datetime], ColumnElement[bool]]
    erased: Mapping[str, Any] | None = None

    @classmethod
    def of(
        cls,
        kind: Kept,
        model: type[SQLModel],
        before: Callable[[datetime], ColumnElement[bool]],
        erased: Mapping[str, Any] | None = None,
    ) -> "Aged":
        return cls(kind, table_of(model), before, erased)

    async def sweep(self, context: Context, moment: datetime) -> int:
        keys = [self.table.c[column.name] for column in self.table.primary_key.columns]
        old = (
            select(*keys)
            .where(self.table.c.tenant_id == context.tenant_id, self.before(moment))
            .limit(BATCH)
            .with_for_update(skip_locked=True)
        )
        statement: Delete | Update = delete(self.table)
        if self.erased is not None:
            statement = update(self.table).values(**self.erased)
        return await context.store.changed(statement.where(tuple_(*keys).in_(old)))


def retention_consumer(metadata: MetaData, aged: Sequence[Aged], sweeps: Sequence[tuple[Kept, Sweep]] = ()) -> Consumer:
    """A service's one consumer of RetentionDue. `sweeps` are kinds that need more than a statement (files)."""
    kinds: list[tuple[Kept, Sweep]] = [*((one.kind, one.sweep) for one in [*_platform(metadata), *aged]), *sweeps]

    async def let_go(work: Work, due: RetentionDue) -> None:
        """What the message names no days for is kept. A repeat goes on where the last one stopped. Raises Later."""
        clock = asyncio.get_running_loop()
        stop_at = clock.time() + _SECONDS
        for kind, sweep in kinds:
            if kind in due.days:
                moment = work.runtime.clock.now() - timedelta(days=due.days[kind])
                while await _batch(work, sweep, moment) == BATCH:
                    if clock.time() > stop_at:
                        raise Later(1)

    return performs(RetentionDue, let_go)


async def _batch(work: Work, sweep: Sweep, moment: datetime) -> int:
    async with work.transaction() as context:
        return await sweep(context, moment)


def _platform(metadata: MetaData) -> list[Aged]:
    tables = {
        name: metadata.tables[f"{metadata.schema}.{name}"] for name in ("processed_message", "idempotency_record")
    }
    inbox, answers = tables.values()
    job = metadata.tables[f"{metadata.schema}.job"]
    part = metadata.tables[f"{metadata.schema}.job_part"]
    ended = job.c.state.in_(["done", "failed"])
    alive = select(job.c.id).where(job.c.tenant_id == part.c.tenant_id, job.c.id == part.c.job_id)
    return [
        # By the id first: it is the key, and a message is never processed before it was made.
        Aged(
            Kept.INBOX, inbox, lambda moment: and_(inbox.c.message_id < first_id(moment), inbox.c.processed_at < moment)
        ),
        Aged(Kept.REMEMBERED_ANSWERS, answers, lambda moment: answers.c.created_at < moment),
        Aged(Kept.JOBS, job, lambda moment: and_(ended, job.c.changed_at < moment)),
        Aged(Kept.JOBS, part, lambda _: ~alive.exists()),
    ]


def first_id(moment: datetime) -> UUID:
    """The least UUIDv7 of a moment's millisecond: rows with less were made before it, and their key finds them."""
    return UUID(int=(max(0, int(moment.timestamp() * 1000)) << 80) | (0x7 << 76) | (0x2 << 62))
