"""What webhooks and streams hear of events: ids, states and counts."""

from uuid import UUID

from services.surveys.events.rules.life import EventState
from services.surveys.events.rules.seats import Seats
from shared.app import public_id
from shared.contracts.events import GatheringEvent


def told_of(tenant_id: UUID, event_id: UUID, state: EventState, seats: Seats) -> GatheringEvent:
    return GatheringEvent(
        event_id=public_id(tenant_id, event_id),
        state=state,
        capacity=seats.capacity,
        confirmed=seats.confirmed,
        waiting=seats.waiting,
    )
