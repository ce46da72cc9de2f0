"""Publications as clients write and read them."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field

from services.publisher.publications.rules.states import PublicationKind, PublicationState
from services.publisher.publications.tables import Publication
from shared.app import ApiModel, LocalTime, PageQuery, example

TEXT_LIMIT = 16_000  # the longest that any network takes; each has its own limit
TITLE_LIMIT = 200
MAX_CHANNELS = 50
MAX_IMAGES = 10

Kind = Annotated[PublicationKind, Field(description="what it is about")]
Title = Annotated[
    str, Field(max_length=TITLE_LIMIT, description="a name for your own lists; the public does not see it")
]
Body = Annotated[str, Field(max_length=TEXT_LIMIT, description="plain text, as the public will read it")]
MediaIds = Annotated[list[UUID], Field(max_length=MAX_IMAGES, description="images in their order, from `/v1/media`")]
ChannelIds = Annotated[list[UUID], Field(max_length=MAX_CHANNELS, description="where it goes, from `/v1/channels`")]
AuthorId = Annotated[UUID | None, Field(description="the person whose authority it carries")]


class NewPublication(ApiModel):
    organization_id: UUID = Field(description="who publishes")
    kind: Kind
    title: Title = ""
    text: Body = ""
    media_ids: MediaIds = Field(default_factory=list[UUID])
    channel_ids: ChannelIds = Field(default_factory=list[UUID])
    author_id: AuthorId = None

    model_config = ApiModel.model_config | example(
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "kind": "greeting",
            "title": "Юбилей «Северного света»",
            "text": "Поздравляем завод «Северный свет» с 75-летием!",
            "media_ids": ["0190a6a0-0000-7000-8000-000000000002"],
            "channel_ids": ["0190a6a0-0000-7000-8000-000000000003"],
        }
    )


class PublicationChange(ApiModel):
    """What is left out stays as it is."""

    kind: Kind | None = None
    title: Title | None = None
    text: Body | None = None
    media_ids: MediaIds | None = None
    channel_ids: ChannelIds | None = None
    author_id: AuthorId = None

    model_config = ApiModel.model_config | example({"text": "Поздравляем коллектив завода с 75-летием!"})


class Plan(ApiModel):
    local_time: LocalTime = Field(description="the time on the wall clock, without an offset")
    timezone: str | None = Field(
        default=None, max_length=64, description="IANA zone of that clock; by default the organization's"
    )
    fold: int = Field(
        default=0,
        ge=0,
        le=1,
        description="when the clocks go back and a time comes twice: 0 the earlier of the two, 1 the later",
    )

    model_config = ApiModel.model_config | example({"local_time": "2026-12-01T10:00:00", "timezone": "Europe/Moscow"})


class PublicationFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only publications of this organization's subtree")
    state: PublicationState | None = Field(default=None, description="only publications in this state")
    kind: PublicationKind | None = Field(default=None, description="only publications of this kind")


class PlanView(ApiModel):
    local_time: LocalTime = Field(description="as it was planned")
    timezone: str = Field(description="IANA zone of that time")
    at: datetime = Field(description="the moment that follows from them")


class Parts(ApiModel):
    """What a publication points at."""

    media_ids: list[UUID] = Field(description="images in their order")
    channel_ids: list[UUID] = Field(description="where it goes, in their order")


class PublicationView(Parts):
    id: UUID = Field(description="the publication's id")
    organization_id: UUID = Field(description="who publishes")
    kind: PublicationKind = Field(description="what it is about")
    title: str = Field(description="a name for your own lists")
    text: str = Field(description="plain text")
    author_id: UUID | None = Field(description="the person whose authority it carries")
    state: PublicationState = Field(
        description="`unconfirmed` while it is not known of some channel whether it was taken; see the deliveries"
    )
    plan: PlanView | None = Field(description="when it is, or was, to go out; null when nobody scheduled it")
    published_at: datetime | None = Field(description="when sending began")
    created_at: datetime = Field(description="when it was written")
    updated_at: datetime = Field(description="when it last changed")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, publication: Publication, parts: Parts) -> Self:
        plan = None
        if (
            publication.local_time is not None
            and publication.timezone is not None
            and publication.publish_at is not None
        ):
            plan = PlanView(local_time=publication.local_time, timezone=publication.timezone, at=publication.publish_at)
        return cls(
            **publication.model_dump(include=set(cls.model_fields) - {"plan", "media_ids", "channel_ids"}),
            **parts.model_dump(),
            plan=plan,
        )
