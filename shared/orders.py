"""Messages that keep an order: only the first of each is due, so that those behind it cost nothing while they wait.

A service may only insert into its outbox, so what it tells in an order comes without a place. The relay gives it one:
the first of its order is due at once, whatever comes behind another waits until that was answered. Each message is looked
at once when it is placed and once when it is freed, however many wait. One lock for all orders of a service keeps "it
has one before it" and "the one before it is gone" from being decided side by side.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Row, text
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from shared.contracts import ServiceName

PLACED_AT_ONCE = 1000


class Order(NamedTuple):
    destination: ServiceName
    tenant_id: UUID
    key: str


def orders_of(rows: Iterable[Row[Any]]) -> set[Order]:
    """Those in which rows of the outbox (destination, tenant_id, order_key) stand."""
    return {
        Order(ServiceName(row.destination), row.tenant_id, row.order_key) for row in rows if row.order_key is not None
    }


async def place_new(engine: AsyncEngine, service: ServiceName, destination: ServiceName, now: datetime | None) -> None:
    """Give what was told in an order since the last time its place. The database's clock, without `now`."""
    while await _place_some(engine, service, destination, now) == PLACED_AT_ONCE:
        pass


async def _place_some(engine: AsyncEngine, service: ServiceName, destination: ServiceName, now: datetime | None) -> int:
    any_new = text(f"SELECT EXISTS (SELECT FROM {service}.outbox WHERE destination = :to AND NOT placed)")  # noqa: S608 - a ServiceName
    new = text(
        f"SELECT message_id, EXISTS (SELECT FROM {service}.outbox AS earlier "  # noqa: S608
        "WHERE earlier.destination = message.destination AND earlier.tenant_id = message.tenant_id "
        "AND earlier.order_key = message.order_key AND earlier.message_id < message.message_id) AS is_behind "
        f"FROM {service}.outbox AS message WHERE destination = :to AND NOT placed ORDER BY message_id LIMIT :most"
    )
    placed = text(
        f"UPDATE {service}.outbox SET placed = true, next_send_at = CASE WHEN message_id = ANY(:behind) "  # noqa: S608
        "THEN 'infinity' ELSE coalesce(CAST(:now AS timestamptz), now()) END "
        "WHERE destination = :to AND message_id = ANY(:all)"
    )
    async with engine.begin() as connection:
        if not (await connection.execute(any_new, {"to": destination})).scalar_one():
            return 0
        await _lock(connection, service)
        rows = (await connection.execute(new, {"to": destination, "most": PLACED_AT_ONCE})).all()
        ids = [row.message_id for row in rows]
        behind = [row.message_id for row in rows if row.is_behind]
        await connection.execute(placed, {"to": destination, "now": now, "behind": behind, "all": ids})
    return len(rows)


async def free_next(
    connection: AsyncConnection, service: ServiceName, ended: Collection[Order], now: datetime | None
) -> set[ServiceName]:
    """Let the first of each order be due that lost a message in this transaction. Returns where something is due now."""
    if not ended:
        return set()
    statement = text(
        f"UPDATE {service}.outbox SET next_send_at = coalesce(CAST(:now AS timestamptz), now()) "  # noqa: S608
        "WHERE destination = :to AND placed AND next_send_at = 'infinity' AND message_id = ("
        f"SELECT message_id FROM {service}.outbox WHERE destination = :to AND tenant_id = :tenant AND order_key = :key "
        "ORDER BY message_id LIMIT 1) RETURNING message_id"
    )
    await _lock(connection, service)
    freed: set[ServiceName] = set()
    for order in sorted(ended):
        values = {"now": now, "to": order.destination, "tenant": order.tenant_id, "key": order.key}
        if (await connection.execute(statement, values)).first() is not None:
            freed.add(order.destination)
    return freed


async def _lock(connection: AsyncConnection, service: ServiceName) -> None:
    """Until the transaction ends. Taken after all rows of it but those that wait in an order, which nobody else locks."""
    await connection.execute(
        text("SELECT pg_advisory_xact_lock(hashtextextended('orders of ' || :service, 0))"), {"service": service.value}
    )
