"""What each channel would show, and every problem, before anything is sent."""

from typing import Self
from uuid import UUID

from pydantic import Field

from services.publisher.channels.schemas import BilingualText
from services.publisher.channels.tables import Channel
from services.publisher.media.tables import Media
from services.publisher.networks.accounts import Network
from services.publisher.networks.contents import PostFormat
from services.publisher.networks.shortcomings import PostFacts, Shortcoming
from shared.app import ApiModel


class ProblemView(ApiModel):
    code: str = Field(description="stable")
    text: BilingualText = Field(description="the same in words, and what to do about it")

    @classmethod
    def of(cls, shortcoming: Shortcoming) -> Self:
        return cls(code=shortcoming.code, text=BilingualText(**shortcoming.text))


class ImagePreview(ApiModel):
    media_id: UUID = Field(description="the image")
    content_url: str = Field(description="where the picture itself is")
    alt_text: str = Field(
        description="what those hear who cannot see it; empty where the caller does not see it either"
    )
    problems: list[ProblemView] = Field(description="what keeps it from being published")

    @classmethod
    def of(cls, media: Media, shortcomings: list[ProblemView], *, is_hidden: bool) -> Self:
        return cls(
            media_id=media.id,
            content_url=f"/v1/media/{media.id}/content",
            alt_text="" if is_hidden else media.alt_text,
            problems=shortcomings,
        )


class ChannelPreview(ApiModel):
    channel_id: UUID = Field(description="the channel")
    network: Network = Field(description="its network")
    title: str = Field(description="its name")
    format: PostFormat = Field(description="as what it would go out there")
    text: str = Field(description="what it would show; a short link that is yet to be made has a code of `z`s")
    media_ids: list[UUID] = Field(description="the images that it would show, in their order")
    problems: list[ProblemView] = Field(description="what keeps it from being sent there")

    @classmethod
    def of(cls, channel: Channel, post: PostFacts, media_ids: list[UUID], shortcomings: list[ProblemView]) -> Self:
        return cls(
            channel_id=channel.id,
            network=channel.network,
            title=channel.title,
            format=post.format,
            text=post.text,
            media_ids=media_ids,
            problems=shortcomings,
        )


class PreviewView(ApiModel):
    publishable: bool = Field(description="whether `publish` and `schedule` would take it as it is")
    problems: list[ProblemView] = Field(description="problems of the whole")
    images: list[ImagePreview] = Field(description="all images, those of single networks last")
    channels: list[ChannelPreview] = Field(description="the channels in their order")
