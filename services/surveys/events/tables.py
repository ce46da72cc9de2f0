"""Events, and who is registered for them."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import CheckConstraint, DateTime, Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field

from services.surveys.base import Tenant
from services.surveys.events.rules.life import EventFormat, EventState, Moments, Stage, state_at
from services.surveys.events.rules.seats import RegistrationState, Seats
from shared.db import checked_text, foreign_key, moment

_ACTIVE = text("state <> 'cancelled'")


def _local_time() -> datetime:
    return Field(sa_type=DateTime(timezone=False))  # pyright: ignore[reportArgumentType, reportCallIssue, reportReturnType] - SQLModel takes an instance, its stub wants a class


class Event(Tenant, table=True):
    """The local times and their zone are what people agreed on; `starts_at` and `ends_at` follow from them.

    The counts change only under the lock of this row; the constraint would stop what would give a seat twice.
    """

    organization_id: UUID  # whose staff run it
    title: str
    description: str
    format: EventFormat = checked_text(EventFormat)
    place: str | None
    url: str | None
    timezone: str
    starts_local: datetime = _local_time()
    ends_local: datetime = _local_time()
    starts_at: datetime = moment()
    ends_at: datetime = moment()
    registration_closes_at: datetime | None = moment(default=None)
    stage: Stage = checked_text(Stage, default=Stage.DRAFT)
    capacity: int
    confirmed: int = 0
    waiting: int = 0
    last_number: int = 0
    created_by: UUID | None
    created_at: datetime = moment()
    version: int = 1  # of what staff decide; a registration leaves it alone

    constraints: ClassVar = (
        CheckConstraint("confirmed BETWEEN 0 AND capacity", name="seats"),
        CheckConstraint("waiting >= 0", name="line"),
        Index(None, "tenant_id", "organization_id", "id"),
        Index(None, "tenant_id", "stage", "id"),
    )

    @property
    def moments(self) -> Moments:
        return Moments(self.ends_at, self.registration_closes_at)

    @property
    def seats(self) -> Seats:
        return Seats(self.capacity, self.confirmed, self.waiting)

    @seats.setter
    def seats(self, seats: Seats) -> None:
        self.capacity, self.confirmed, self.waiting = seats.capacity, seats.confirmed, seats.waiting

    def state_at(self, now: datetime) -> EventState:
        return state_at(self.stage, self.moments, full=self.seats.full, now=now)


class Registration(Tenant, table=True):
    """Somebody's seat or place in the line. `number` counts the event's registrations in the order in which they came."""

    event_id: UUID = foreign_key(Event)
    number: int
    state: RegistrationState = checked_text(RegistrationState)
    name: str
    email: str | None
    phone: str | None
    person_id: UUID | None
    token_hash: bytes = Field(sa_type=LargeBinary)  # SHA-256 of what only the registered person was shown
    registered_at: datetime = moment()
    promoted_at: datetime | None = moment(default=None)
    cancelled_at: datetime | None = moment(default=None)
    version: int = 1

    constraints: ClassVar = (
        UniqueConstraint("tenant_id", "event_id", "number"),
        Index(None, "tenant_id", "event_id", "id"),
        Index(None, "tenant_id", "event_id", "state", "number"),
        Index("uq_registration_email", "tenant_id", "event_id", "email", unique=True, postgresql_where=_ACTIVE),
        Index("uq_registration_phone", "tenant_id", "event_id", "phone", unique=True, postgresql_where=_ACTIVE),
        Index("uq_registration_person", "tenant_id", "event_id", "person_id", unique=True, postgresql_where=_ACTIVE),
    )
