"""Events as they were told, webhooks, and what became of each event at each webhook."""

from datetime import datetime
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import ARRAY, BigInteger, Index, Text, UniqueConstraint, Uuid, text
from sqlmodel import Field

from services.gateway.base import Tenant
from services.gateway.organizations.tables import Organization
from services.gateway.partners.tables import Partner
from services.gateway.webhooks.rules import DeliveryState, DisabledBecause, WebhookState
from shared.db import checked_text, foreign_key, json_value, moment


class EventCounter(Tenant, table=True):
    """The tenant's count of events. Its id is the tenant's; its lock puts events in one order."""

    sequence: int = Field(default=0, sa_type=BigInteger)


class Event(Tenant, table=True):
    """Its id sorts by when it happened, its sequence by when it was taken in: without gaps, in the order of commits.

    What concerns people themselves has `hearers`: it is shown to them alone, in their streams.
    """

    sequence: int = Field(sa_type=BigInteger)
    event: str
    organization_id: UUID
    subject: str
    permission: str
    data: dict[str, JsonValue] = json_value()
    occurred_at: datetime = moment()
    hearers: list[UUID] | None = Field(default=None, sa_type=ARRAY(Uuid))  # pyright: ignore[reportArgumentType, reportCallIssue] - as below

    constraints = (UniqueConstraint("tenant_id", "sequence"), Index(None, "tenant_id", "occurred_at"))


class Webhook(Tenant, table=True):
    """`due_turn` is the turn that is on its way or at work; `wake_turn` one that is planned for `wake_at`.

    Only the message of one of these turns is heeded, so that one worker at a time sends to the webhook.
    """

    organization_id: UUID = foreign_key(Organization)  # it hears of this subtree
    partner_id: UUID | None = foreign_key(Partner, default=None)
    url: str
    description: str
    events: list[str] = Field(sa_type=ARRAY(Text))  # pyright: ignore[reportArgumentType, reportCallIssue] - SQLModel takes an instance, its stub wants a class
    state: WebhookState = checked_text(WebhookState)
    disabled_because: DisabledBecause | None = checked_text(DisabledBecause, default=None)
    sealed_secret: str
    sealed_old_secret: str | None = Field(default=None)
    old_secret_until: datetime | None = moment(default=None)
    failures: int = 0  # in a row
    failing_since: datetime | None = moment(default=None)
    slow: bool = False
    turn: int = 0
    due_turn: int | None = Field(default=None)
    wake_turn: int | None = Field(default=None)
    wake_at: datetime | None = moment(default=None)
    lease_until: datetime | None = moment(default=None)  # by the database's clock
    created_at: datetime = moment()
    version: int = 1

    constraints = (Index(None, "tenant_id", "organization_id", "id"),)


class WebhookDelivery(Tenant, table=True):
    """One event for one webhook: once, however often it is replayed."""

    webhook_id: UUID = foreign_key(Webhook)
    event_id: UUID = foreign_key(Event)
    subject: str
    state: DeliveryState = checked_text(DeliveryState)
    asked_at: datetime = moment()  # when it was handed out, or last replayed
    attempts: int = 0
    tries: int = 0  # that failed since then; probes are not counted
    next_at: datetime | None = moment(default=None)

    constraints = (
        UniqueConstraint("tenant_id", "webhook_id", "event_id"),
        Index(None, "tenant_id", "webhook_id", "id"),
        Index(None, "tenant_id", "webhook_id", "state", "id"),
        Index(
            "ix_webhook_delivery_pending",
            "tenant_id",
            "webhook_id",
            "subject",
            "event_id",
            postgresql_where=text("state = 'pending'"),
        ),
        Index(
            "ix_webhook_delivery_due",
            "tenant_id",
            "webhook_id",
            "event_id",
            postgresql_where=text("state = 'pending'"),
        ),
    )


class WebhookAttempt(Tenant, table=True):
    """Written before the call. Without a finish, nobody knows what became of it."""

    delivery_id: UUID = foreign_key(WebhookDelivery)
    number: int
    started_at: datetime = moment()
    milliseconds: int | None = Field(default=None)
    status: int | None = Field(default=None)
    answer: str | None = Field(default=None)
    error: str | None = Field(default=None)
