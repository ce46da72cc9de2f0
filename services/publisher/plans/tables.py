"""Slots of channels and who has them, plans that recur and what came of them."""

from collections.abc import Sequence
from datetime import date, datetime, time
from typing import ClassVar
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import CheckConstraint, Index, UniqueConstraint, text
from sqlalchemy.schema import SchemaItem

from services.publisher.base import Tenant
from services.publisher.channels.tables import Channel
from services.publisher.plans.rules.recurrence import OccurrenceState, Repeat
from services.publisher.publications.tables import Publication
from shared.db import checked_text, foreign_key, json_value, moment


class Slot(Tenant, table=True):
    """A time of the week, on the wall clock of the channel's organization, at which a channel is to have a post."""

    channel_id: UUID = foreign_key(Channel)
    organization_id: UUID  # the channel's
    weekday: int  # 1 Monday to 7 Sunday
    local_time: time
    created_at: datetime = moment()
    ended_at: datetime | None = moment(default=None)  # kept for what it was when the calendar looks back
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        Index(
            "uq_slot_time",
            "tenant_id",
            "channel_id",
            "weekday",
            "local_time",
            unique=True,
            postgresql_where=text("ended_at IS NULL"),
        ),
        Index(None, "tenant_id", "organization_id", "id"),
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
    )


class SlotBooking(Tenant, table=True):
    """A slot on one day belongs to one publication. It is given on when that publication goes out at another time."""

    slot_id: UUID = foreign_key(Slot)
    on_day: date
    publication_id: UUID = foreign_key(Publication)
    booked_at: datetime = moment()

    constraints: ClassVar[Sequence[SchemaItem]] = (UniqueConstraint("tenant_id", "slot_id", "on_day"),)


class RecurringPlan(Tenant, table=True):
    """A publication is made of a template, again and again."""

    organization_id: UUID  # whose subtree may see it
    title: str
    template_id: UUID = foreign_key(Publication)  # copied each time, as it is then
    repeat: Repeat = checked_text(Repeat)
    every_weeks: int
    weekday: int | None = None
    nth: int | None = None
    day: int | None = None
    local_time: time  # on the wall clock of the organization
    starts_on: date
    ends_on: date | None = None
    days_ahead: int
    is_scheduled: bool  # goes out by itself; else it stays a draft
    acting_for: list[str] = json_value(default_factory=list)  # organizations in whose channels it was let publish
    by_partner: bool = False  # then its copies name nobody
    paused: bool = False
    next_on: date | None = None  # None when no day is left
    schedule_version: int = 0
    created_at: datetime = moment()
    version: int = 1

    constraints: ClassVar[Sequence[SchemaItem]] = (
        Index(None, "tenant_id", "organization_id", "id"),
        CheckConstraint("days_ahead >= 0", name="days_ahead"),
        CheckConstraint("every_weeks >= 1", name="every_weeks"),
    )


class PlanOccurrence(Tenant, table=True):
    """What came of a plan on one day, once."""

    plan_id: UUID = foreign_key(RecurringPlan)
    on_day: date
    state: OccurrenceState = checked_text(OccurrenceState)
    publication_id: UUID | None = foreign_key(Publication, default=None)
    reason: dict[str, JsonValue] | None = json_value(default=None)  # why it is no more than that: {"code", "ru", "en"}
    made_at: datetime = moment()

    constraints: ClassVar[Sequence[SchemaItem]] = (
        UniqueConstraint("tenant_id", "plan_id", "on_day"),
        Index(None, "tenant_id", "plan_id", "id"),
    )
