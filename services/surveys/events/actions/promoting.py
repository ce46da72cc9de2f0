"""Seats that came free go to those who wait, in their order, in the transaction that freed them."""

from sqlalchemy import text

from services.surveys.events.tables import Event
from shared.context import Context

_PROMOTE = text(
    "UPDATE surveys.registration SET state = 'confirmed', promoted_at = :now, version = version + 1 "
    "WHERE tenant_id = :tenant_id AND id IN ("
    "SELECT id FROM surveys.registration "
    "WHERE tenant_id = :tenant_id AND event_id = :event_id AND state = 'waiting' ORDER BY number LIMIT :count)"
)


async def promote_waiting(context: Context, event: Event) -> None:
    """`event` is held. Afterwards nobody waits while a seat is free."""
    count = event.seats.due
    if count:
        keys = {"tenant_id": context.tenant_id, "event_id": event.id, "count": count, "now": context.now}
        await context.store.execute(_PROMOTE, keys)
        event.seats = event.seats.promote(count)
