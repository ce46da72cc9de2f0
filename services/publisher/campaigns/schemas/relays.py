"""What is attached to a campaign, who subscribes, and what each was given."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, StringConstraints

from services.publisher.campaigns.rules.states import AttachedState, RelayState, SubscriberKind
from services.publisher.campaigns.tables import CampaignPublication, CampaignRelay, CampaignSubscription
from services.publisher.publications.schemas.contents import TEXT_LIMIT, HttpsUrl, MediaIds
from services.publisher.publications.schemas.publications import MAX_CHANNELS
from shared.app import ApiModel, PageQuery, example

Credit = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]


class NewAttached(ApiModel):
    publication_id: UUID = Field(description="one of the caller's own, from `/v1/publications`")

    model_config = ApiModel.model_config | example({"publication_id": "0190a6a0-0000-7000-8000-000000000005"})


class NewFromOutside(ApiModel):
    """What another union says: it has no publication here."""

    text: str = Field(min_length=1, max_length=TEXT_LIMIT, description="plain text, as the public will read it")
    url: HttpsUrl | None = Field(default=None, description="where it can be read")
    media_ids: MediaIds = Field(default_factory=list[UUID])
    credit: Credit = Field(description="who is named as its author")

    model_config = ApiModel.model_config | example(
        {
            "text": "Мы вместе с вами",
            "url": "https://union.example/news/1",
            "credit": "Профсоюз работников связи",
        }
    )


class CarriedImage(ApiModel):
    id: UUID = Field(description="the image, as in `/v1/media/{id}/content`")
    alt_text: str = Field(description="what it shows: it is to be carried with it")


class Shown(ApiModel):
    """What a publication of a campaign says by now: empty when it was withdrawn, or is not out yet."""

    text: str = Field(description="plain text; empty while there is nothing to show: see `state`")
    url: str | None = Field(description="where it can be read, if anywhere")
    images: list[CarriedImage] = Field(description="in their order; none while there is nothing to show")


class AttachedView(Shown):
    """A publication in a campaign. What it says is shown from when subscribers are given it until it is withdrawn."""

    id: UUID = Field(description="the publication's id in the campaign")
    publication_id: UUID | None = Field(description="the publication; null of one from outside")
    organization_id: UUID = Field(description="whose it is; of one from outside, the organization of the partner's key")
    credit: str = Field(description="who is to be named")
    state: AttachedState = Field(description="`waiting` until some channel shows it")
    number: int | None = Field(description="its place in the campaign, from 1; null while it is `waiting`")
    published_at: datetime | None = Field(description="when subscribers were given it; null while it is `waiting`")

    @classmethod
    def of(cls, attached: CampaignPublication, shown: Shown) -> Self:
        own = attached.model_dump(include=set(cls.model_fields) - set(Shown.model_fields))
        return cls(**own, **shown.model_dump())


class NewCampaignSubscription(ApiModel):
    organization_id: UUID | None = Field(default=None, description="which organization carries it; none for a partner")
    channel_ids: list[UUID] = Field(
        default_factory=list[UUID], max_length=MAX_CHANNELS, description="that organization's channels for its copies"
    )
    automatic: bool = Field(
        default=False,
        description="copies go out by themselves; those of what partners wrote, or of before, are drafts all the same",
    )
    name: Credit | None = Field(default=None, description="of a partner: who it is")

    model_config = ApiModel.model_config | example(
        {"name": "Газета «Солидарность»"},
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "channel_ids": ["0190a6a0-0000-7000-8000-000000000003"],
            "automatic": True,
        },
    )


class CampaignSubscriptionView(ApiModel):
    id: UUID = Field(description="the subscription's id")
    kind: SubscriberKind = Field(description="a partner is told by its webhook, an organization gets copies")
    subscriber_id: UUID = Field(description="the partner, or the organization")
    name: str = Field(description="whose it is")
    channel_ids: list[UUID] = Field(description="where an organization's copies go")
    automatic: bool = Field(description="whether its copies go out by themselves")
    ended_at: datetime | None = Field(description="since when it is over")
    created_at: datetime = Field(description="since when it stands")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, subscription: CampaignSubscription) -> Self:
        return cls(**subscription.model_dump(include=set(cls.model_fields)))


class RelayFilter(PageQuery):
    subscription_id: UUID | None = Field(default=None, description="only of this subscription")
    attached_id: UUID | None = Field(
        default=None, description="only of this publication of the campaign, as `campaign.published` names it"
    )
    state: RelayState | None = Field(default=None, description="only relays in this state")


class RelayConfirmation(ApiModel):
    url: HttpsUrl = Field(description="where the subscriber carried it")

    model_config = ApiModel.model_config | example({"url": "https://vestnik.example/news/417"})


class RelayView(ApiModel):
    id: UUID = Field(description="the relay's id")
    subscription_id: UUID = Field(description="whose it is")
    state: RelayState = Field(description="`confirmed`: the subscriber carried it")
    url: str | None = Field(description="where the subscriber carried it")
    confirmed_at: datetime | None = Field(description="when that was said")
    copy_id: UUID | None = Field(description="an organization's copy, as in `/v1/publications`")
    publication: AttachedView = Field(description="what is to be carried, with whom to name")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, relay: CampaignRelay, publication: AttachedView) -> Self:
        own = relay.model_dump(include=set(cls.model_fields) - {"copy_id", "publication"})
        return cls(**own, copy_id=relay.publication_id, publication=publication)
