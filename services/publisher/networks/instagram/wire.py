"""Instagram's answers, as far as they are read."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)


def _moment(value: object) -> object:
    """`2026-11-23T20:15:00+0000`: the zone is written without its colon."""
    return value[:-5] + "+00:00" if isinstance(value, str) and value.endswith("+0000") else value


Moment = Annotated[datetime, BeforeValidator(_moment)]


class Made(_Wire):
    id: str


class Done(_Wire):
    success: bool


class Me(_Wire):
    user_id: str
    username: str
    name: str | None = None
    followers_count: int | None = None


class Container(_Wire):
    status_code: str
    status: str | None = None


class Quota(_Wire):
    quota_total: int


class Publishing(_Wire):
    quota_usage: int
    config: Quota | None = None


class PublishingLimit(_Wire):
    data: tuple[Publishing, ...]


class Child(_Wire):
    id: str


class Children(_Wire):
    data: tuple[Child, ...] = ()


class Media(_Wire):
    id: str
    caption: str | None = None
    media_type: str = "IMAGE"
    timestamp: Moment | None = None
    permalink: str | None = None
    children: Children | None = None
    like_count: int | None = None
    comments_count: int | None = None

    @property
    def images(self) -> int:
        return len(self.children.data) if self.children is not None else 1


class MediaList(_Wire):
    data: tuple[Media, ...] = ()


class InsightValue(_Wire):
    value: int


class Insight(_Wire):
    name: str
    values: tuple[InsightValue, ...] = ()


class Insights(_Wire):
    data: tuple[Insight, ...] = ()


class Token(_Wire):
    access_token: str = Field(repr=False)


class Place(_Wire):
    permalink: str | None = None


class MentionOf(_Wire):
    """A post, or a comment on one, that names the account."""

    caption: str | None = None
    text: str | None = None
    username: str | None = None
    permalink: str | None = None
    timestamp: Moment
    media: Place | None = None


class Mentions(_Wire):
    mentioned_media: MentionOf | None = None
    mentioned_comment: MentionOf | None = None


def utc(moment: datetime) -> datetime:
    return moment.astimezone(UTC)
