"""One service's outbox as the relay sees it: batches that are due go to the queues, answers end them or put them off.

A message is enqueued first and leased after, so that a crash in between only repeats it.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import structlog
from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncEngine

from shared.clock import Clock
from shared.contracts import Envelope, Priority, ServiceName
from shared.db import IS_DEAD
from shared.dead_letters import DeadLetter, letters_of, raise_again
from shared.fair_share import Share
from shared.orders import Order, free_next, orders_of, place_new
from shared.queue import Answer, Queue

_log = structlog.get_logger()

BATCH = 100
MAX_WAITING = 100  # jobs that no worker has taken up yet; more would only be leased, waited for and sent again
LEASE_SECONDS = 4  # doubles with each send that nobody answers
MAX_LEASE_SECONDS = 300


class Source:
    """One service's outbox."""

    def __init__(self, service: ServiceName, engine: AsyncEngine, queue: Queue, clock: Clock | None) -> None:
        """`clock` is a test's; leases and due times go by the database's clock otherwise."""
        self.service = service
        self._engine = engine
        self._queue = queue
        self._clock = clock
        self._share = Share(service)
        self.crowded: set[ServiceName] = set()  # where a queue had no room for more at the last look

    def _now(self) -> datetime | None:
        return self._clock.now() if self._clock else None

    async def pump(self, destination: ServiceName) -> int:
        """Send one batch that is due, shared fairly. Returns how many were sent."""
        now = self._now()
        await place_new(self._engine, self.service, destination, now)
        waiting = await self._queue.waiting(destination)
        self.crowded.discard(destination)
        if waiting is None:  # a service that is stopped for hours kills no message
            return 0
        room = MAX_WAITING - waiting
        sent = await self._send(destination, min(BATCH, room), now) if room > 0 else 0
        if sent >= room:
            self.crowded.add(destination)
        return sent

    async def _send(self, destination: ServiceName, room: int, now: datetime | None) -> int:
        lease = text(
            f"UPDATE {self.service}.outbox SET sends = sends + 1, unanswered = unanswered + 1, "  # noqa: S608
            "next_send_at = coalesce(CAST(:now AS timestamptz), now()) + make_interval(secs => "
            f"least({LEASE_SECONDS} * 2 ^ least(unanswered, 10), {MAX_LEASE_SECONDS})) "
            "WHERE destination = :destination AND message_id = ANY(:message_ids)"
        )
        async with self._engine.begin() as connection:
            rows = await self._share.take(connection, destination, room, now)
            if rows:
                await self._queue.send(
                    [(Envelope.model_validate(r.envelope), f"{r.message_id}:{destination}:{r.sends}") for r in rows]
                )
                message_ids = [row.message_id for row in rows]
                await connection.execute(lease, {"destination": destination, "now": now, "message_ids": message_ids})
        return len(rows)

    async def take(self, answers: Sequence[Answer]) -> set[ServiceName]:
        """End what consumers are done with, postpone what they want later, count what failed.

        Returns where something may be sent now that had to wait for these.
        """
        done = text(
            f"DELETE FROM {self.service}.outbox WHERE message_id = :id AND destination = :to "  # noqa: S608
            "RETURNING destination, tenant_id, order_key"
        )
        later = text(
            f"UPDATE {self.service}.outbox SET unanswered = 0, next_send_at = coalesce(CAST(:now AS timestamptz), now()) + make_interval(secs => :seconds) "  # noqa: S608
            "WHERE message_id = :id AND destination = :to"
        )
        failed = text(
            f"UPDATE {self.service}.outbox SET unanswered = 0, failures = failures + 1, last_error = :error, "  # noqa: S608
            "next_send_at = coalesce(CAST(:now AS timestamptz), now()) + make_interval(secs => least(2 ^ failures, 60)) "
            "WHERE message_id = :id AND destination = :to"
        )
        ended: set[Order] = set()
        async with self._engine.begin() as connection:
            for answer in sorted(answers, key=lambda each: each.message_id):  # one order for all: no deadlock
                keys = {"id": answer.message_id, "to": answer.destination}
                if answer.retry_after is not None:
                    await connection.execute(later, {**keys, "now": self._now(), "seconds": answer.retry_after})
                elif answer.error is not None:
                    await connection.execute(failed, {**keys, "now": self._now(), "error": answer.error})
                else:
                    ended |= orders_of((await connection.execute(done, keys)).all())
            return await free_next(connection, self.service, ended, self._now())

    async def next_due(self, within: float) -> tuple[float, ServiceName] | None:
        """In how many seconds something more is due, and for whom; None when not `within` so many."""
        query = text(
            "SELECT extract(epoch FROM min(next_send_at) - now())::float8 AS seconds, destination "  # noqa: S608 - a ServiceName
            f"FROM {self.service}.outbox WHERE destination = ANY(:all) AND priority = ANY(:priorities) "
            "AND next_send_at BETWEEN now() AND now() + make_interval(secs => :within) GROUP BY 2 ORDER BY 1 LIMIT 1"
        )
        values = {"all": [*ServiceName], "priorities": [*Priority], "within": within}
        async with self._engine.connect() as connection:
            found = (await connection.execute(query, values)).first()
        return None if found is None else (found.seconds, ServiceName(found.destination))

    async def bury(self) -> int:
        """Move what failed too often to the dead letters, with its last error. Returns how many."""
        statement = text(
            f"WITH dead AS (DELETE FROM {self.service}.outbox "  # noqa: S608
            f"WHERE {IS_DEAD} RETURNING *), buried AS ("
            f"INSERT INTO {self.service}.dead_letter (message_id, destination, tenant_id, priority, envelope, reason) "
            "SELECT message_id, destination, tenant_id, priority, envelope, "
            "coalesce(last_error, 'no answer from its consumer') FROM dead ON CONFLICT DO NOTHING) "
            "SELECT message_id, destination, tenant_id, order_key FROM dead"
        )
        async with self._engine.begin() as connection:
            buried = (await connection.execute(statement)).all()
            await free_next(connection, self.service, orders_of(buried), self._now())
        for row in buried:
            _log.error("message.dead", message_id=str(row.message_id))
        return len(buried)

    async def dead(self) -> list[DeadLetter]:
        async with self._engine.connect() as connection:
            return await letters_of(connection, self.service)

    async def replay(self, message_id: UUID | None = None) -> int:
        """Put one dead letter, or all of them, back into the outbox. Returns how many."""
        async with self._engine.begin() as connection:
            return await raise_again(connection, self.service, message_id)
