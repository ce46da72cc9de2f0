"""Seats that came free go to those who wait, in their order, in the transaction that freed them."""

from sqlalchemy import text

from services.surveys.events.actions.telling import seat_notices
from services.surveys.events.tables import Event
from shared.context import Context

_PROMOTE = text(
    "UPDATE surveys.registration SET state = 'confirmed', promoted_at = :now, version = version + 1 "
    "WHERE tenant_id = :tenant_id AND id IN ("
    "SELECT id FROM surveys.registration "
    "WHERE tenant_id = :tenant_id AND event_id = :event_id AND state = 'waiting' ORDER BY number LIMIT :count) "
    "RETURNING id, person_id"
)


async def promote_waiting(context: Context, event: Event) -> None:
    """`event` is held. Afterwards nobody waits while a seat is free; who has an account is told of theirs."""
    count = event.seats.due
    if count:
        keys = {"tenant_id": context.tenant_id, "event_id": event.id, "count": count, "now": context.now}
        promoted = await context.store.execute(_PROMOTE, keys)
        event.seats = event.seats.promote(count)
        seats = sorted((row.id, row.person_id) for row in promoted if row.person_id is not None)
        await context.emit_all(seat_notices(event.tenant_id, event.id, event.organization_id, event.title, seats))
