"""What webhooks and streams hear of events (ids, states and counts), and those who got a seat."""

from collections.abc import Sequence
from uuid import UUID

from services.surveys.events.rules.life import EventState
from services.surveys.events.rules.seats import Seats
from shared.app import public_id
from shared.contracts.events import GatheringEvent
from shared.contracts.gateway import PEOPLE_AT_ONCE, NotificationRequested


def told_of(tenant_id: UUID, event_id: UUID, state: EventState, seats: Seats) -> GatheringEvent:
    return GatheringEvent(
        event_id=public_id(tenant_id, event_id),
        state=state,
        capacity=seats.capacity,
        confirmed=seats.confirmed,
        waiting=seats.waiting,
    )


def seat_notices(
    tenant_id: UUID, event_id: UUID, organization_id: UUID, title: str, seats: Sequence[tuple[UUID, UUID]]
) -> list[NotificationRequested]:
    """To each person (`seats` are registrations with theirs): once per seat, for a registration gets it only once."""
    parts = [seats[start : start + PEOPLE_AT_ONCE] for start in range(0, len(seats), PEOPLE_AT_ONCE)]
    return [
        NotificationRequested(
            kind="registration_confirmed",
            incident=f"registration:{part[0][0]}:confirmed",
            organization_id=organization_id,
            person_ids=tuple(person_id for _, person_id in part),
            title={
                "ru": f"Ваше место на мероприятии «{title}» подтверждено",
                "en": f"Your seat at “{title}” is confirmed",
            },
            link=f"/v1/events/{public_id(tenant_id, event_id)}",
        )
        for part in parts
    ]
