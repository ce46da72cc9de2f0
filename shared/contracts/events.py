"""The events that webhooks and streams carry: one catalogue, from which they are told, filtered and documented.

    survey = SurveyEvent(survey_id=..., state="open")
    await context.emit(occurred("survey.opened", organization_id, survey, context.now))

An event says which thing changed and what it is now: ids, states and counts, never a name, a text or a person. Whoever
wants more asks the API, with the rights that they have.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Final
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from shared.clock import new_id
from shared.contracts.gateway import EventOccurred
from shared.permissions import Permission


class EventData(BaseModel):
    """What an event tells. `subject` names the field whose events keep their order."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    subject: ClassVar[tuple[str, str]]  # the subject's kind, and the field that has its id


class PublicationEvent(EventData):
    subject = ("publication", "publication_id")

    publication_id: UUID = Field(description="the publication")
    kind: str = Field(description="what it is about: `news`, `law_change`, `greeting`, ...")
    state: str = Field(description="what it is now")


class DeliveryEvent(EventData):
    subject = ("publication", "publication_id")

    publication_id: UUID = Field(description="the publication")
    delivery_id: UUID = Field(description="its delivery to one channel")
    channel_id: UUID = Field(description="the channel")
    state: str = Field(description="`unknown`: the network may have taken it")


class ChannelEvent(EventData):
    subject = ("channel", "channel_id")

    channel_id: UUID = Field(description="the channel")
    network: str = Field(description="its network")
    state: str = Field(description="what it is now")


class RequestEvent(EventData):
    subject = ("request", "request_id")

    request_id: str = Field(description="the request's id, as in its address")
    kind: str = Field(description="`legal`, `informational`, `complaint`, `suggestion` or `comment`")
    state: str = Field(description="what it is now")


class RatingEvent(EventData):
    subject = ("request", "request_id")

    request_id: str = Field(description="the request's id, as in its address")
    score: int = Field(description="1 to 5")


class SurveyEvent(EventData):
    subject = ("survey", "survey_id")

    survey_id: str = Field(description="the survey's id, as in its address")
    state: str = Field(description="what it is now")


class GatheringEvent(EventData):
    subject = ("event", "event_id")

    event_id: str = Field(description="the event's id, as in its address")
    state: str = Field(description="what it is now")
    capacity: int = Field(description="seats")
    confirmed: int = Field(description="seats that are taken")
    waiting: int = Field(description="people who wait for one")


class OrganizationEvent(EventData):
    subject = ("organization", "organization_id")

    organization_id: UUID = Field(description="the organization")
    version: int = Field(description="its version after the change; the ETag")


class WebhookEvent(EventData):
    subject = ("webhook", "webhook_id")

    webhook_id: UUID = Field(description="the webhook")


@dataclass(frozen=True)
class EventType:
    """One kind of news: who may hear it, what it carries, when it comes."""

    name: str
    permission: Permission
    data: type[EventData]
    description: str


def _catalogue() -> Mapping[str, EventType]:
    sees = Permission.SEE_PUBLICATIONS, PublicationEvent
    asks = Permission.SEE_REQUESTS, RequestEvent
    polls = Permission.SEE_SURVEYS, SurveyEvent
    meets = Permission.SEE_EVENTS, GatheringEvent
    types = (
        EventType("publication.published", *sees, "Every channel shows it."),
        EventType("publication.partially_published", *sees, "Some channels show it, the others never will."),
        EventType("publication.unconfirmed", *sees, "Of some channel it is not known whether it shows it."),
        EventType("publication.failed", *sees, "No channel took it."),
        EventType("publication.withdrawn", *sees, "It was taken back before any channel showed it."),
        EventType("delivery.unknown", Permission.SEE_PUBLICATIONS, DeliveryEvent, "Somebody should look at a channel."),
        EventType(
            "channel.needs_reauthorization",
            Permission.MANAGE_CHANNELS,
            ChannelEvent,
            "The network no longer takes the channel's credentials; its posts wait.",
        ),
        EventType("request.created", *asks, "Somebody asked for help. Never told of a confidential request."),
        EventType("request.resolved", *asks, "The request was answered for good."),
        EventType("request.closed", *asks, "The request is over."),
        EventType("request.rated", Permission.SEE_REQUESTS, RatingEvent, "The requester rated the answer."),
        EventType("survey.opened", *polls, "It takes answers."),
        EventType("survey.closed", *polls, "It takes no more answers; its results are final."),
        EventType("event.opened", *meets, "It takes registrations."),
        EventType("event.full", *meets, "The last seat was taken; whoever comes now waits."),
        EventType("event.cancelled", *meets, "It will not take place."),
        EventType(
            "organization.changed",
            Permission.SEE_ORGANIZATION,
            OrganizationEvent,
            "An organization was added, renamed, moved, set up anew or closed.",
        ),
        EventType("webhook.test", Permission.MANAGE_PARTNERS, WebhookEvent, "Sent because somebody asked for a test."),
    )
    return {one.name: one for one in types}


EVENTS: Final = _catalogue()


def occurred(name: str, organization_id: UUID, data: EventData, at: datetime) -> EventOccurred:
    """The message that tells an event. Raises KeyError for an unknown name, TypeError for another event's data."""
    kind = EVENTS[name]
    if type(data) is not kind.data:
        raise TypeError(name)
    thing, field = data.subject
    told = data.model_dump(mode="json")
    return EventOccurred(
        event_id=new_id(),
        event=name,
        organization_id=organization_id,
        subject=f"{thing}:{told[field]}",
        permission=kind.permission,
        data=told,
        occurred_at=at,
    )
