"""Campaigns themselves and their coverage."""

from datetime import date, datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.publisher.campaigns.rules.coverage import Coverage, NoCoverage
from services.publisher.campaigns.rules.states import CampaignState, SubscriberKind
from services.publisher.campaigns.tables import Campaign
from services.publisher.mentions.rules.hashtags import LONGEST
from shared.app import ApiModel, PageQuery, example

Name = Annotated[str, Field(min_length=1, max_length=200, description="what it is called")]
Hashtag = Annotated[
    str, Field(min_length=1, max_length=LONGEST + 1, description="letters, digits, underscores; with or without `#`")
]
Description = Annotated[str, Field(max_length=4000, description="what it is about, for those who take part")]
StartsOn = Annotated[date, Field(description="the first day")]
EndsOn = Annotated[date, Field(description="the last day; the campaign is over when it has passed")]


class NewCampaign(ApiModel):
    organization_id: UUID = Field(description="who runs it; everybody below may take part")
    name: Name
    hashtag: Hashtag
    description: Description = ""
    starts_on: StartsOn
    ends_on: EndsOn

    model_config = ApiModel.model_config | example(
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "name": "За достойный труд",
            "hashtag": "ЗаДостойныйТруд",
            "starts_on": "2031-10-01",
            "ends_on": "2031-10-31",
        }
    )


class CampaignChange(ApiModel):
    """What is left out stays as it is."""

    name: Name | None = None
    hashtag: Hashtag | None = None
    description: Description | None = None
    starts_on: StartsOn | None = None
    ends_on: EndsOn | None = None

    model_config = ApiModel.model_config | example({"ends_on": "2031-11-07"})


class CampaignFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only campaigns of this organization's subtree")
    state: CampaignState | None = Field(default=None, description="only campaigns in this state")
    hashtag: str | None = Field(default=None, max_length=LONGEST + 1, description="only campaigns with this hashtag")


class CampaignView(ApiModel):
    id: UUID = Field(description="the campaign's id")
    organization_id: UUID = Field(description="who runs it")
    name: str = Field(description="what it is called")
    hashtag: str = Field(description="without `#`")
    description: str = Field(description="what it is about")
    starts_on: date = Field(description="the first day")
    ends_on: date = Field(description="the last day")
    state: CampaignState = Field(description="a `draft` is seen by those who run it alone")
    publications: int = Field(description="how many were published in it; the number of the last one")
    created_at: datetime = Field(description="when it was written down")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, campaign: Campaign) -> Self:
        return cls(**campaign.model_dump(include=set(cls.model_fields)))


class CampaignFigure(ApiModel):
    """What cannot be told is null with its reason, never 0."""

    value: float | None = Field(description="numerator / denominator")
    numerator: int = Field(description="confirmed relays")
    denominator: int = Field(description="each publication for each subscriber, but for the subscriber's own")
    reason_if_null: NoCoverage | None = Field(description="why there is no value")

    @classmethod
    def of(cls, figure: Coverage) -> Self:
        return cls(**vars(figure))


class SubscriberCoverage(ApiModel):
    subscription_id: UUID = Field(description="the subscription")
    kind: SubscriberKind = Field(description="a partner or an organization of the tree")
    name: str = Field(description="whose it is")
    coverage: CampaignFigure = Field(description="of this subscriber alone")


class CampaignCoverage(ApiModel):
    publications: int = Field(description="published in the campaign and not withdrawn")
    subscribers: int = Field(description="who is subscribed now")
    coverage: CampaignFigure = Field(description="of all subscribers together")
    by_subscriber: list[SubscriberCoverage] = Field(
        description="each by itself; those who take part see their own alone"
    )
