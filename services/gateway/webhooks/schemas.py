"""Bodies of the webhooks' routes, and what a webhook is sent."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Literal, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.gateway.webhooks.rules import (
    KEPT,
    SHOWN_ANSWER,
    DeliveryState,
    DisabledBecause,
    WebhookState,
)
from services.gateway.webhooks.tables import Event, Webhook, WebhookAttempt, WebhookDelivery
from shared.app import ApiModel, Moment, PageQuery, example
from shared.contracts.events import EVENTS
from shared.errors import BrokenRule

Url = Annotated[
    str, Field(min_length=1, max_length=2000, description="https, on the public internet; never redirected")
]
Description = Annotated[str, Field(max_length=300, description="what it is for, in your own words")]


EventName = Annotated[str, Field(max_length=64, json_schema_extra={"enum": list(EVENTS)})]
EventNames = Annotated[
    list[EventName],
    Field(min_length=1, max_length=len(EVENTS), description="which events it is told of"),
]


class NewWebhook(ApiModel):
    organization_id: UUID = Field(description="it hears of this organization and of what is under it")
    partner_id: UUID | None = Field(default=None, description="the partner whose it is; partners hear less")
    url: Url
    events: EventNames
    description: Description = ""

    model_config = ApiModel.model_config | example(
        {
            "organization_id": "01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f",
            "url": "https://hooks.solidarity.example/vmeste",
            "events": ["publication.published", "publication.withdrawn"],
            "description": "Лента новостей газеты",
        }
    )


class WebhookChange(ApiModel):
    """What is left out stays as it is."""

    url: Url | None = None
    events: Annotated[
        EventNames | None, Field(description="which events it is told of; what waits and is not among them is skipped")
    ] = None
    description: Description | None = None
    state: Literal[WebhookState.ACTIVE, WebhookState.DISABLED] | None = Field(
        default=None, description="`disabled` skips what waits; `active` begins anew, replay what it missed"
    )

    model_config = ApiModel.model_config | example({"state": "active"})


class WebhookQuery(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only webhooks of this organization's subtree")


class WebhookView(ApiModel):
    id: UUID = Field(description="the webhook's id")
    organization_id: UUID = Field(description="it hears of this organization and of what is under it")
    partner_id: UUID | None = Field(description="the partner whose it is")
    url: str = Field(description="where it is called")
    events: list[str] = Field(description="which events it is told of")
    description: str = Field(description="what it is for")
    state: WebhookState = Field(description="`failing`: it is only probed now and then, until it answers")
    disabled_because: DisabledBecause | None = Field(description="why it is disabled")
    failing_since: datetime | None = Field(description="since when it has answered nothing but failures")
    old_secret_until: datetime | None = Field(description="until when the secret before the present one signs too")
    created_at: datetime = Field(description="when it was made")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, row: Webhook) -> Self:
        return cls(**row.model_dump(include=set(cls.model_fields)))


class WebhookSecret(WebhookView):
    secret: str = Field(description="what signs its deliveries (Standard Webhooks): shown now and never again")

    @classmethod
    def shown(cls, row: Webhook, secret: str) -> Self:
        return cls(**row.model_dump(include=set(cls.model_fields)), secret=secret)


class DeliveryQuery(PageQuery):
    state: DeliveryState | None = Field(default=None, description="only deliveries in this state")


class AttemptView(ApiModel):
    number: int = Field(description="counts from 1")
    started_at: datetime = Field(description="when it was committed to, before the call")
    milliseconds: int | None = Field(description="how long the answer took; null when nobody knows what became of it")
    status: int | None = Field(description="the HTTP status that came back")
    answer: str | None = Field(description=f"the first {SHOWN_ANSWER} bytes of the answer")
    error: str | None = Field(description="why there is no status")


class DeliveryView(ApiModel):
    id: UUID = Field(description="the delivery's id")
    event_id: UUID = Field(description="the event's id, sent as `webhook-id`: the same with each try and each replay")
    event: str = Field(description="the event's type")
    subject: str = Field(description="events of one subject are delivered in their order")
    state: DeliveryState = Field(description="what became of it")
    occurred_at: datetime = Field(description="when it happened")
    next_at: datetime | None = Field(description="when it is tried next; later while the webhook fails")
    attempts: list[AttemptView] = Field(description="all tries, oldest first")

    @classmethod
    def of(cls, delivery: WebhookDelivery, event: Event, attempts: Sequence[WebhookAttempt]) -> Self:
        return cls(
            id=delivery.id,
            event_id=event.id,
            event=event.event,
            subject=event.subject,
            state=delivery.state,
            occurred_at=event.occurred_at,
            next_at=delivery.next_at,
            attempts=[AttemptView(**one.model_dump(include=set(AttemptView.model_fields))) for one in attempts],
        )


class Replay(ApiModel):
    """A period, or certain events: one of the two."""

    since: Moment | None = Field(
        default=None, description=f"everything since then; events are kept for {KEPT.days} days"
    )
    until: Moment | None = Field(default=None, description="and before then; by default until now")
    event_ids: list[UUID] | None = Field(default=None, min_length=1, max_length=1000, description="just these events")

    model_config = ApiModel.model_config | example({"since": "2026-11-23T08:00:00+03:00"})

    @model_validator(mode="after")
    def _one_of_the_two(self) -> Self:
        if (self.since is None) == (self.event_ids is None) or (self.event_ids is not None and self.until is not None):
            detail = {
                "ru": "Нужно одно из двух: since (и until) или event_ids",
                "en": "One of the two: since (and until), or event_ids",
            }
            raise BrokenRule("one_of", detail, field="since")
        return self


class Replayed(ApiModel):
    deliveries: int = Field(description="events that will be sent again; what still waited is not counted")


class Payload(ApiModel):
    """The body of a delivery."""

    type: str = Field(description="the event's type")
    id: UUID = Field(description="the event's id")
    timestamp: datetime = Field(description="when it happened")
    organization_id: UUID = Field(description="where it happened")
    data: dict[str, object] = Field(description="what happened, by type")
