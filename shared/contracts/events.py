"""The events that webhooks and streams carry: one catalogue, from which they are told, filtered and documented.

    survey = SurveyEvent(survey_id=..., state="open")
    await context.emit(occurred("survey.opened", organization_id, survey, context.now))

An event says which thing changed and what it is now: ids, states and counts, never a name, a text or a person. Whoever
wants more asks the API, with the rights that they have.
"""

from collections.abc import Iterator, Mapping
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

    model_config = ConfigDict(frozen=True)

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


class FailoverEvent(EventData):
    subject = ("publication", "publication_id")

    publication_id: UUID = Field(description="the publication")
    delivery_id: UUID = Field(description="the delivery that its channel could not take")
    channel_id: UUID = Field(description="that channel")
    second_delivery_id: UUID = Field(description="the delivery in its place")
    second_channel_id: UUID = Field(description="the channel by which it goes out")


class CampaignEvent(EventData):
    subject = ("campaign", "campaign_id")

    campaign_id: UUID = Field(description="the campaign")
    attached_id: UUID = Field(
        description="its publication, as in `/v1/campaigns/{id}/publications/{attached_id}`; to confirm it, `/v1/campaigns/{id}/relays?attached_id=`"
    )
    number: int = Field(description="1 for the campaign's first publication: whoever misses one sees the gap")
    state: str = Field(description="what it is now")


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
    """One kind of news: who may hear it, when it comes, and what it carries, by example."""

    name: str
    permission: Permission
    description: str
    example: EventData

    @property
    def data(self) -> type[EventData]:
        return type(self.example)


_ID: Final = UUID("01936f5e-3c2a-7b1e-8f00-0a1b2c3d4e5f")
_PUBLIC_ID: Final = "AZNvXjwqex6PAAobLD1OXwGTb148KnsejwAKGyw9Tl8"


def _of_publications() -> Iterator[EventType]:
    ends = {
        "published": "Every channel shows it.",
        "partially_published": "Some channels show it, the others never will.",
        "unconfirmed": "Of some channel it is not known whether it shows it.",
        "failed": "No channel took it.",
        "withdrawn": "No channel shows it any more: it was taken back before it went out, or taken down afterwards.",
    }
    sees = Permission.SEE_PUBLICATIONS
    for state, description in ends.items():
        example = PublicationEvent(publication_id=_ID, kind="news", state=state)
        yield EventType(f"publication.{state}", sees, description, example)
    yield EventType(
        "publication.corrected",
        sees,
        "Somebody gave it other words after it went out. Its deliveries say which channels show them.",
        PublicationEvent(publication_id=_ID, kind="news", state="published"),
    )
    doubt = DeliveryEvent(publication_id=_ID, delivery_id=_ID, channel_id=_ID, state="unknown")
    yield EventType("delivery.unknown", sees, "Nobody knows whether a channel shows it: somebody should look.", doubt)
    yield EventType(
        "delivery.failed_over",
        sees,
        "A channel could not take it: it goes out by the channel that stands in.",
        FailoverEvent(
            publication_id=_ID, delivery_id=_ID, channel_id=_ID, second_delivery_id=_ID, second_channel_id=_ID
        ),
    )
    yield EventType(
        "campaign.published",
        sees,
        "A campaign has one more publication. Whoever subscribes finds it among its relays.",
        CampaignEvent(campaign_id=_ID, attached_id=_ID, number=1, state="published"),
    )
    yield EventType(
        "channel.needs_reauthorization",
        Permission.MANAGE_CHANNELS,
        "The network no longer takes the channel's credentials; its posts wait.",
        ChannelEvent(channel_id=_ID, network="vk", state="needs_reauthorization"),
    )


def _of_requests() -> Iterator[EventType]:
    steps = {
        "created": ("new", "Somebody asked for help. Never told of a confidential request."),
        "resolved": ("resolved", "The request was answered for good."),
        "closed": ("closed", "The request is over."),
    }
    for step, (state, description) in steps.items():
        example = RequestEvent(request_id=_PUBLIC_ID, kind="legal", state=state)
        yield EventType(f"request.{step}", Permission.SEE_REQUESTS, description, example)
    rated = RatingEvent(request_id=_PUBLIC_ID, score=5)
    yield EventType("request.rated", Permission.SEE_REQUESTS, "The requester rated the answer.", rated)


def _of_surveys() -> Iterator[EventType]:
    for step, state, description in (
        ("opened", "open", "It takes answers."),
        ("closed", "closed", "It takes no more answers; its results are final."),
    ):
        example = SurveyEvent(survey_id=_PUBLIC_ID, state=state)
        yield EventType(f"survey.{step}", Permission.SEE_SURVEYS, description, example)
    for step, state, confirmed, description in (
        ("opened", "open", 0, "It takes registrations."),
        ("full", "full", 50, "The last seat was taken; whoever comes now waits."),
        ("cancelled", "cancelled", 12, "It will not take place."),
    ):
        seats = GatheringEvent(event_id=_PUBLIC_ID, state=state, capacity=50, confirmed=confirmed, waiting=0)
        yield EventType(f"event.{step}", Permission.SEE_EVENTS, description, seats)


def _of_the_gateway() -> Iterator[EventType]:
    yield EventType(
        "organization.changed",
        Permission.SEE_ORGANIZATION,
        "An organization was added, renamed, moved, set up anew or closed. Of parts that moved with it, or inherit, "
        "nothing is told.",
        OrganizationEvent(organization_id=_ID, version=2),
    )
    yield EventType(
        "webhook.test",
        Permission.MANAGE_PARTNERS,
        "Somebody asked for a test of this webhook.",
        WebhookEvent(webhook_id=_ID),
    )


EVENTS: Final[Mapping[str, EventType]] = {
    one.name: one for one in (*_of_publications(), *_of_requests(), *_of_surveys(), *_of_the_gateway())
}


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
