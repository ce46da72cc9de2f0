"""Images as clients see them."""

from datetime import datetime
from typing import Self
from uuid import UUID

from pydantic import Field

from services.publisher.media.rules import ALT_TEXT_LIMIT, ImageFormat
from services.publisher.media.tables import Media
from shared.app import ApiModel, PageQuery, example


class MediaFilter(PageQuery):
    organization_id: UUID | None = Field(default=None, description="only images of this organization's subtree")


class MediaChange(ApiModel):
    alt_text: str = Field(
        min_length=1, max_length=ALT_TEXT_LIMIT, description="what the picture shows, for those who cannot see it"
    )

    model_config = ApiModel.model_config | example({"alt_text": "Работницы цеха держат юбилейный торт с числом 75"})


class MediaView(ApiModel):
    id: UUID = Field(description="the image's id")
    organization_id: UUID = Field(description="whose image it is")
    format: ImageFormat = Field(description="media type of what is kept")
    width: int = Field(description="pixels")
    height: int = Field(description="pixels")
    size: int = Field(description="bytes")
    alt_text: str = Field(description="empty until somebody describes the picture; it is not published before")
    content_url: str = Field(description="where the picture itself is")
    created_at: datetime = Field(description="when it was taken in")
    version: int = Field(description="grows with each change; the ETag")

    @classmethod
    def of(cls, media: Media) -> Self:
        return cls(
            **media.model_dump(include=set(cls.model_fields) - {"content_url"}),
            content_url=f"/v1/media/{media.id}/content",
        )
