"""Who was told what, by which ways, and how they want to be told."""

from datetime import datetime, time
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import ForeignKeyConstraint, Index, UniqueConstraint, text
from sqlmodel import Field

from services.gateway.base import Tenant
from services.gateway.notifications.rules.kinds import Way
from services.gateway.notifications.rules.tellings import TellingState
from services.gateway.notifications.rules.timing import QUIET_FROM, QUIET_UNTIL, USUAL_A_DAY
from services.gateway.organizations.tables import Organization
from services.gateway.people.tables import Person
from shared.db import checked_text, foreign_key, json_value, moment, unique_in_tenant


class Notification(Tenant, table=True):
    """One incident, told to one person: once, however often it is reported."""

    person_id: UUID = foreign_key(Person)
    incident: str
    kind: str
    organization_id: UUID = foreign_key(Organization)
    title: dict[str, str] = json_value()  # ru, en
    link: str | None = Field(default=None)
    urgent: bool = False
    listed: bool = True  # for the person's client
    occurred_at: datetime = moment()
    read_at: datetime | None = moment(default=None)
    version: int = 1

    constraints = (
        UniqueConstraint("tenant_id", "person_id", "incident"),
        Index(None, "tenant_id", "person_id", "listed", "id"),
        Index("ix_notification_unread", "tenant_id", "person_id", postgresql_where=text("listed AND read_at IS NULL")),
        Index(None, "tenant_id", "occurred_at"),
    )

    def title_in(self, language: str) -> str:
        """In another language when this one is missing."""
        return self.title.get(language) or next(iter(self.title.values()), self.kind)


class NotificationTelling(Tenant, table=True):
    """A notification on its way out of the house. Several that are held back go as one: `carrier_id` says with which."""

    notification_id: UUID = foreign_key(Notification)
    person_id: UUID = foreign_key(Person)
    way: Way = checked_text(Way)
    state: TellingState = checked_text(TellingState)
    carrier_id: UUID | None = Field(default=None)
    attempts: int = 0  # begun
    tries: int = 0  # used up
    due_at: datetime = moment()
    began_at: datetime | None = moment(default=None)
    lease_until: datetime | None = moment(default=None)  # by the database's clock
    reference_id: UUID | None = unique_in_tenant(default=None)  # of the notice that the publisher was asked for
    code: str | None = Field(default=None)  # why it is not sent

    constraints = (
        UniqueConstraint("tenant_id", "notification_id", "way"),
        ForeignKeyConstraint(
            ["tenant_id", "carrier_id"],
            ["gateway.notification_telling.tenant_id", "gateway.notification_telling.id"],
        ),
        Index(None, "tenant_id", "carrier_id"),
        Index(None, "tenant_id", "person_id", "way", "began_at"),
        Index(None, "tenant_id", "due_at"),
    )


class NotificationSettings(Tenant, table=True):
    """How one person wants to be told. Without a row it is as the catalogue has it."""

    person_id: UUID = foreign_key(Person)
    ways: dict[str, JsonValue] = json_value(default_factory=dict[str, JsonValue])  # by kind: a list of ways
    quiet_from: time = QUIET_FROM
    quiet_until: time = QUIET_UNTIL
    most_a_day: int = USUAL_A_DAY
    language: str = "ru"
    version: int = 0

    constraints = (UniqueConstraint("tenant_id", "person_id"),)


class NotificationOptOut(Tenant, table=True):
    """What a link under a mail ends. Its id is a signature over the rest, kept so that it outlives the key."""

    person_id: UUID = foreign_key(Person)
    kind: str
    way: Way = checked_text(Way)

    constraints = (UniqueConstraint("tenant_id", "person_id", "kind", "way"),)
