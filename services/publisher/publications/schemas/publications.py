"""Publications as clients write and read them."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from pydantic import Field, model_validator

from services.publisher.networks.accounts import Network
from services.publisher.networks.contents import PostFormat
from services.publisher.publications.rules.states import PublicationKind, PublicationState
from services.publisher.publications.schemas.contents import (
    MAX_AUDIENCES,
    AudienceBody,
    Body,
    FormatFields,
    LawChangeFields,
    MediaIds,
    VariantBody,
)
from services.publisher.publications.tables import Publication
from shared.app import ApiModel, LocalTime, Moment, PageQuery, example
from shared.errors import BrokenRule

TITLE_LIMIT = 200
MAX_CHANNELS = 50
MAX_NETWORKS = len(Network)

Kind = Annotated[PublicationKind, Field(description="what it is about")]
Title = Annotated[
    str, Field(max_length=TITLE_LIMIT, description="a name for your own lists; the public does not see it")
]
ChannelIds = Annotated[list[UUID], Field(max_length=MAX_CHANNELS, description="where it goes, from `/v1/channels`")]
Format = Annotated[
    PostFormat,
    Field(description="a `story` goes out as a post, a `repost` as a link, where a network has no such thing"),
]
Variants = Annotated[
    dict[Network, VariantBody], Field(max_length=MAX_NETWORKS, description="what single networks show instead")
]
Audiences = Annotated[
    list[AudienceBody],
    Field(max_length=MAX_AUDIENCES, description="whom it is for; members when nobody is named"),
]
CountClicks = Annotated[
    bool | None,
    Field(
        description="whether links to your own hosts go out as short ones, counted by channel; null: as the "
        "organization's editorial policy says, which is yes unless it says no"
    ),
]
AuthorId = Annotated[UUID | None, Field(description="the person whose authority it carries")]


class NewPublication(LawChangeFields, FormatFields):
    organization_id: UUID = Field(description="who publishes")
    kind: Kind
    title: Title = ""
    text: Body = ""
    format: Format = PostFormat.POST
    media_ids: MediaIds = Field(default_factory=list[UUID])
    channel_ids: ChannelIds = Field(default_factory=list[UUID])
    variants: Variants = Field(default_factory=dict[Network, VariantBody])
    audiences: Audiences = Field(default_factory=list[AudienceBody])
    author_id: AuthorId = None
    count_clicks: CountClicks = None

    model_config = ApiModel.model_config | example(
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "kind": "greeting",
            "title": "Юбилей «Северного света»",
            "text": "Поздравляем завод «Северный свет» с 75-летием!",
            "media_ids": ["0190a6a0-0000-7000-8000-000000000002"],
            "channel_ids": ["0190a6a0-0000-7000-8000-000000000003"],
        },
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "kind": "news",
            "text": "Коллективный договор подписан",
            "media_ids": ["0190a6a0-0000-7000-8000-000000000002"],
            "channel_ids": ["0190a6a0-0000-7000-8000-000000000003"],
            "variants": {"vk": {"text": "Подписан! Рассказываем, что изменится", "media_ids": []}},
            "audiences": [{"kind": "member"}, {"kind": "role", "role": "chair"}],
        },
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "kind": "consultation",
            "format": "poll",
            "poll": {"question": "Когда собрание?", "options": ["Во вторник", "В четверг"]},
            "channel_ids": ["0190a6a0-0000-7000-8000-000000000003"],
        },
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "kind": "greeting",
            "format": "story",
            "media_ids": ["0190a6a0-0000-7000-8000-000000000002"],
            "channel_ids": ["0190a6a0-0000-7000-8000-000000000003"],
        },
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "kind": "news",
            "format": "repost",
            "text": "Коллеги пишут о нас",
            "repost_of": "https://vk.com/wall-472437497_120",
            "channel_ids": ["0190a6a0-0000-7000-8000-000000000003"],
        },
        {
            "organization_id": "0190a6a0-0000-7000-8000-000000000001",
            "kind": "law_change",
            "text": "С 1 ноября сверхурочная работа оплачивается по-новому.",
            "act": "Трудовой кодекс, статья 152",
            "in_force_on": "2028-11-01",
            "summary": "Первые два часа - не менее чем в полуторном размере с учётом всех надбавок",
            "source_url": "https://pravo.gov.ru/proxy/ips/?docbody=&nd=102074279",
            "channel_ids": ["0190a6a0-0000-7000-8000-000000000003"],
        },
    )


class PublicationChange(LawChangeFields, FormatFields):
    """What is left out stays as it is."""

    kind: Kind | None = None
    title: Title | None = None
    text: Body | None = None
    format: Format | None = None
    media_ids: MediaIds | None = None
    channel_ids: ChannelIds | None = None
    variants: Variants | None = None
    audiences: Audiences | None = None
    author_id: AuthorId = None
    count_clicks: CountClicks = None

    model_config = ApiModel.model_config | example({"text": "Поздравляем коллектив завода с 75-летием!"})


class Correction(ApiModel):
    """Other words for what is out. Images stay: withdraw it and publish a copy."""

    text: Body | None = None
    variants: dict[Network, Body] = Field(
        default_factory=dict[Network, str], max_length=MAX_NETWORKS, description="words of single networks"
    )
    comment: str = Field(default="", max_length=4000, description="what was wrong; shown at `/reviews`")

    model_config = ApiModel.model_config | example({"text": "Приём 5 марта с 10:00", "comment": "Час был неверный"})

    @model_validator(mode="after")
    def has_words(self) -> Self:
        if self.text is None and not self.variants:
            raise BrokenRule(
                "publication.no_correction",
                {"ru": "Дайте text или variants", "en": "Give `text` or `variants`"},
                field="text",
            )
        return self


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

    model_config = ApiModel.model_config | example({"local_time": "2028-10-02T10:00:00", "timezone": "Europe/Moscow"})


class PublicationFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only publications of this organization's subtree")
    state: PublicationState | None = Field(default=None, description="only publications in this state")
    kind: PublicationKind | None = Field(default=None, description="only publications of this kind")
    channel_id: UUID | None = Field(default=None, description="only what goes, or went, to this channel")
    since: Moment | None = Field(
        default=None, description="only what went out at this moment or later, with its offset: `2028-10-02T00:00:00Z`"
    )


class PlanView(ApiModel):
    local_time: LocalTime = Field(description="as it was planned")
    timezone: str = Field(description="IANA zone of that time")
    at: datetime = Field(description="the moment that follows from them")


class Parts(ApiModel):
    """What a publication points at."""

    media_ids: list[UUID] = Field(description="images in their order")
    channel_ids: list[UUID] = Field(description="where it goes, in their order")
    variants: dict[Network, VariantBody] = Field(description="what single networks show instead")


class PublicationView(Parts, LawChangeFields, FormatFields):
    id: UUID = Field(description="the publication's id")
    organization_id: UUID = Field(description="who publishes")
    kind: PublicationKind = Field(description="what it is about")
    title: str = Field(description="a name for your own lists")
    text: str = Field(description="plain text")
    format: PostFormat = Field(description="as what it goes out where a network has such a thing")
    audiences: list[AudienceBody] = Field(description="whom it is for; members when nobody is named")
    author_id: UUID | None = Field(description="the person whose authority it carries")
    count_clicks: CountClicks
    state: PublicationState = Field(
        description="`unconfirmed` while it is not known of some channel whether it was taken; see the deliveries"
    )
    review_levels: list[UUID] = Field(
        description="the organizations whose leave it needs, in order; of a submitted one"
    )
    levels_passed: int = Field(description="how many of them gave it")
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
            **publication.model_dump(include=set(cls.model_fields) - {"plan", *Parts.model_fields}),
            **parts.model_dump(),
            plan=plan,
        )
