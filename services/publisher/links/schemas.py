"""Short links as clients make and read them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.publisher.links.rules.places import NAME_LIMIT, PlaceKind
from services.publisher.links.rules.targets import HOST_LIMIT, TARGET_LIMIT, TargetKind
from services.publisher.links.tables import Link, LinkHost
from shared.app import ApiModel, PageQuery, example

Title = Annotated[str, Field(max_length=200, description="a name for your own lists")]
Target = Annotated[
    str,
    Field(
        min_length=1,
        max_length=TARGET_LIMIT,
        description="where it leads: https, on this installation's own address or on a host of `/v1/link_hosts`",
    ),
]
Campaign = Annotated[
    str | None,
    Field(
        max_length=100,
        pattern=r"^[\w.-]+$",
        description="adds utm_source, utm_medium and utm_campaign to the target, as the place says; null adds nothing",
    ),
]


class LinkState(StrEnum):
    """Whether a link is followed.

    `active`: it is; `ended`: whoever follows it is answered 410.
    """

    ACTIVE = "active"
    ENDED = "ended"


class NewLinkHost(ApiModel):
    organization_id: UUID = Field(description="whose links, and those of all below it, may lead there")
    host: str = Field(min_length=3, max_length=HOST_LIMIT, description="a name like `example.org`; Cyrillic ones too")

    model_config = ApiModel.model_config | example(
        {"organization_id": "0190a6a0-0000-7000-8000-000000000001", "host": "example.org"}
    )


class LinkHostFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only hosts of this organization's subtree")


class LinkHostView(ApiModel):
    id: UUID = Field(description="the registration's id")
    organization_id: UUID = Field(description="whose links, and those of all below it, may lead there")
    host: str = Field(description="as it goes over the wire: `xn--...` for a Cyrillic name")
    created_at: datetime = Field(description="when it was registered")

    @classmethod
    def of(cls, host: LinkHost) -> Self:
        return cls(**host.model_dump(include=set(cls.model_fields)))


class NewLink(ApiModel):
    organization_id: UUID = Field(description="whose link it is")
    target: Target
    kind: TargetKind = Field(default=TargetKind.EXTERNAL, description="what it leads to")
    title: Title = ""
    campaign: Campaign = None

    model_config = ApiModel.model_config | example(
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "target": "https://example.org/jubilee?from=card",
            "kind": "event",
            "title": "Регистрация на юбилей завода",
            "campaign": "jubilee-2026",
        }
    )


class LinkChange(ApiModel):
    """What is left out stays as it is. What is printed already leads to the new target."""

    target: Target | None = None
    title: Title | None = None
    campaign: Campaign = None

    model_config = ApiModel.model_config | example({"target": "https://example.org/jubilee/new"})


class LinkFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only links of this organization's subtree")
    kind: TargetKind | None = Field(default=None, description="only links to this kind of thing")
    about_id: UUID | None = Field(default=None, description="only links of this publication or release")


class LinkView(ApiModel):
    id: UUID = Field(description="the link's id")
    organization_id: UUID = Field(description="whose link it is")
    kind: TargetKind = Field(description="what it leads to")
    about_id: UUID | None = Field(description="the publication or release that it was made for")
    target: str = Field(description="where it leads")
    title: str = Field(description="a name for your own lists")
    campaign: str | None = Field(description="utm_campaign at the target; null where nothing is added")
    state: LinkState = Field(description="an ended link answers 410")
    url: str = Field(description="the short address for wherever you put it yourself; `places` have their own")
    created_at: datetime = Field(description="when it was made")
    ended_at: datetime | None = Field(description="when it was ended")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, link: Link, url: str) -> Self:
        return cls(
            **link.model_dump(include=set(cls.model_fields) - {"state", "url"}),
            state=LinkState.ACTIVE if link.ended_at is None else LinkState.ENDED,
            url=url,
        )


class NewPlace(ApiModel):
    """Either a channel, or the name of a printed sheet."""

    channel_id: UUID | None = Field(default=None, description="the channel where it will be shown")
    sheet: str | None = Field(
        default=None, min_length=1, max_length=NAME_LIMIT, description="the printed sheet that carries it, by your name"
    )

    model_config = ApiModel.model_config | example({"sheet": "Стенд у проходной"})


class PlaceView(ApiModel):
    id: UUID = Field(description="the place's id")
    kind: PlaceKind = Field(description="what kind of place it is")
    channel_id: UUID | None = Field(description="the channel, if it is one")
    name: str = Field(description="the name of a printed sheet; else empty")
    url: str = Field(description="the short address for this place alone")
    created_at: datetime = Field(description="when it got its address")


class ClicksPeriod(ApiModel):
    since: date | None = Field(default=None, description="the first day; by default 29 days before the last")
    until: date | None = Field(default=None, description="the last day; by default today at the organization")
    place_id: UUID | None = Field(default=None, description="only clicks at this place of the link")


class DayView(ApiModel):
    day: date = Field(description="a day of the organization's own calendar")
    clicks: int = Field(description="clicks on that day")


class PlaceClicksView(ApiModel):
    place_id: UUID = Field(description="the place's id")
    kind: PlaceKind = Field(description="what kind of place it is")
    channel_id: UUID | None = Field(description="the channel, if it is one")
    name: str = Field(description="the name of a printed sheet; else empty")
    clicks: int = Field(description="clicks there in the period")


class ClicksView(ApiModel):
    """Requests, not people: no visitor is kept, so somebody who follows a link twice counts twice."""

    since: date = Field(description="the first day")
    until: date = Field(description="the last day")
    clicks: int = Field(description="clicks in the period")
    days: list[DayView] = Field(description="every day of the period, those without clicks too")
    places: list[PlaceClicksView] = Field(description="the same clicks by place, most first")
