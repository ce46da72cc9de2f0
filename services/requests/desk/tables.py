"""Requests, what is said in them, and what happened to them."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Index, text

from services.requests.base import Tenant
from services.requests.desk.rules.life import UNRESOLVED, Action, Life, RequestKind, RequestState, Source
from services.requests.desk.rules.messages import Delivery, DeliveryState, Direction
from shared.db import checked_text, foreign_key, moment, unique_in_tenant

_IS_UNRESOLVED = "state IN ({})".format(", ".join(f"'{state}'" for state in sorted(UNRESOLVED)))


class RequestCounter(Tenant, table=True):
    """How many requests a tenant has had in a year. Its lock is what hands out the numbers."""

    year: int = unique_in_tenant()
    count: int


class HelpRequest(Tenant, table=True):
    """What somebody asks of the union, by whatever way it came."""

    number: str = unique_in_tenant()
    organization_id: UUID  # whose staff handle it
    kind: RequestKind = checked_text(RequestKind)
    source: Source = checked_text(Source)
    state: RequestState = checked_text(RequestState)
    topic: str | None = None
    requester_name: str
    requester_phone: str | None = None
    requester_person_id: UUID | None = None
    requester_account: str | None = None  # in the network that `source` names
    conversation_id: UUID | None = None  # the chat that it came from; None for what was said by phone or in person
    assignee_id: UUID | None = None
    created_by: UUID | None = None  # who took it down; None for what came by a network
    resolutions: int = 0
    resolved_at: datetime | None = moment(default=None)
    created_at: datetime = moment()
    last_message_at: datetime = moment()
    version: int = 1

    constraints = (
        Index(None, "tenant_id", "organization_id", "id"),
        Index(None, "tenant_id", "state", "id"),
        Index(None, "tenant_id", "assignee_id", "id"),
        Index(None, "tenant_id", "source", "id"),
        Index(None, "tenant_id", "kind", "id"),
        Index(None, "tenant_id", "requester_person_id", "id"),
        Index(None, "tenant_id", "source", "requester_account"),
        Index(
            "uq_help_request_unresolved_conversation",
            "tenant_id",
            "conversation_id",
            unique=True,
            postgresql_where=text(_IS_UNRESOLVED),
        ),
    )

    @property
    def life(self) -> Life:
        return Life(self.state, self.resolutions, self.resolved_at)

    @life.setter
    def life(self, life: Life) -> None:
        self.state, self.resolutions, self.resolved_at = life.state, life.resolutions, life.resolved_at


class RequestMessage(Tenant, table=True):
    """One message of the requester, one reply to them, or a note among staff."""

    request_id: UUID = foreign_key(HelpRequest)
    direction: Direction = checked_text(Direction)
    text: str
    author_id: UUID | None = None  # a person, when it is known who; None for what the desk sends by itself
    said_at: datetime = moment()
    source_message_id: UUID | None = unique_in_tenant(default=None)  # the publisher's id of an inbound message
    delivery_state: DeliveryState | None = checked_text(DeliveryState, nullable=True, default=None)
    delivery_sequence: int = 0
    delivery_code: str | None = None

    constraints = (Index(None, "tenant_id", "request_id", "id"),)

    @property
    def delivery(self) -> Delivery | None:
        """None for what is not sent anywhere: an inbound message, a note."""
        if self.delivery_state is None:
            return None
        return Delivery(self.delivery_state, self.delivery_sequence, self.delivery_code)

    @delivery.setter
    def delivery(self, delivery: Delivery) -> None:
        self.delivery_state = delivery.state
        self.delivery_sequence = delivery.sequence
        self.delivery_code = delivery.code


class StateChange(Tenant, table=True):
    """A step in a request's life, kept for good."""

    request_id: UUID = foreign_key(HelpRequest)
    action: Action = checked_text(Action)
    from_state: RequestState | None = checked_text(RequestState, nullable=True, default=None)
    to_state: RequestState = checked_text(RequestState)
    by_person_id: UUID | None = None  # None for what the requester did in a chat
    assignee_id: UUID | None = None  # who had the request after it
    at: datetime = moment()

    constraints = (Index(None, "tenant_id", "request_id", "id"),)
