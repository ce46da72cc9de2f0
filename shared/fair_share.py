"""What the relay takes out of an outbox at once: urgent messages first, then as many of one tenant as of another.

A batch that holds all that is due needs no sharing. Where more is due, tenants stand in a ring: the batch takes one
message of each, then a second, and the next batch goes on behind the tenant where this one ended. A tenant's own
messages keep their order. What a batch costs grows with the tenants that wait, and with what waits behind earlier messages
of its own order: those are passed over one by one. It does not grow with anything else that waits for a tenant.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from sqlalchemy import Row, TextClause, text
from sqlalchemy.ext.asyncio import AsyncConnection

from shared.contracts import ServiceName

_NOW: Final = "coalesce(CAST(:now AS timestamptz), now())"
_NOBODY: Final = UUID(int=0)


class Share:
    """Takes batches of one service's outbox. Remembers behind whom each destination's next batch begins."""

    def __init__(self, service: ServiceName) -> None:
        self._oldest = _oldest(service)
        self._shared = _shared(service)
        self._last: dict[ServiceName, UUID] = {}

    async def take(
        self, connection: AsyncConnection, destination: ServiceName, room: int, now: datetime | None
    ) -> Sequence[Row[Any]]:
        """Up to `room` messages that are due, locked until the end of the transaction. The database's clock, without `now`."""
        values = {"destination": destination, "room": room, "now": now}
        rows = (await connection.execute(self._oldest, values)).all()
        if len(rows) < room:
            return rows
        await connection.exec_driver_sql("SET LOCAL plan_cache_mode = force_custom_plan")  # an outbox grows in seconds
        last = self._last.get(destination, _NOBODY)
        rows = (await connection.execute(self._shared, {**values, "last": last})).all()
        if rows:
            self._last[destination] = rows[-1].tenant_id
        return rows


def _oldest(service: ServiceName) -> TextClause:
    return text(
        f"SELECT message_id, tenant_id, envelope, sends FROM {service}.outbox AS message "  # noqa: S608 - a ServiceName
        f"WHERE destination = :destination AND next_send_at <= {_NOW} "
        "ORDER BY priority, next_send_at LIMIT :room FOR UPDATE SKIP LOCKED"
    )


def _shared(service: ServiceName) -> TextClause:
    """Tenants are found by one step of the index each.

    `line` has every tenant with something in the outbox, `chosen` those with something due in the order of the ring,
    `portion` what is theirs, turn by turn.
    """
    outbox = f"{service}.outbox"
    return text(
        f"""
        WITH RECURSIVE line AS (
            (SELECT priority, tenant_id FROM {outbox} WHERE destination = :destination
                ORDER BY priority, tenant_id LIMIT 1)
            UNION ALL
            SELECT following.priority, following.tenant_id FROM line CROSS JOIN LATERAL (
                SELECT priority, tenant_id FROM {outbox}
                WHERE destination = :destination AND (priority, tenant_id) > (line.priority, line.tenant_id)
                ORDER BY priority, tenant_id LIMIT 1) AS following
        ), chosen AS (
            SELECT line.priority, line.tenant_id, line.tenant_id <= CAST(:last AS uuid) AS was_served
            FROM line CROSS JOIN LATERAL (
                SELECT FROM {outbox} AS message
                WHERE destination = :destination AND message.priority = line.priority
                    AND message.tenant_id = line.tenant_id AND next_send_at <= {_NOW}
                LIMIT 1) AS due
            ORDER BY line.priority, was_served, line.tenant_id LIMIT :room
        ), portion AS (
            SELECT due.message_id, chosen.priority, due.turn, chosen.was_served, chosen.tenant_id
            FROM chosen CROSS JOIN LATERAL (
                SELECT message_id, row_number() OVER (ORDER BY next_send_at) AS turn FROM {outbox} AS message
                WHERE destination = :destination AND message.priority = chosen.priority
                    AND message.tenant_id = chosen.tenant_id AND next_send_at <= {_NOW}
                ORDER BY next_send_at LIMIT :room) AS due
            ORDER BY chosen.priority, due.turn, chosen.was_served, chosen.tenant_id LIMIT :room
        )
        SELECT message.message_id, message.tenant_id, message.envelope, message.sends
        FROM portion JOIN {outbox} AS message ON message.message_id = portion.message_id
        WHERE message.destination = :destination AND message.next_send_at <= {_NOW}
        ORDER BY portion.priority, portion.turn, portion.was_served, portion.tenant_id
        FOR UPDATE OF message SKIP LOCKED
        """  # noqa: S608 - a ServiceName
    )
