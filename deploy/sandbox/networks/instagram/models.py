"""Parameters of the modelled calls, as the documentation names them. What is not modelled is refused, never ignored."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator

Number = Annotated[str, Field(pattern=r"^\d{1,25}$")]


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _listed(value: JsonValue) -> JsonValue:
    return list(value.split(",")) if isinstance(value, str) else value


class NewContainer(Strict):
    image_url: str | None = Field(default=None, pattern=r"^https?://")
    media_type: Literal["CAROUSEL", "STORIES"] | None = None
    is_carousel_item: bool = False
    children: Annotated[list[Number], BeforeValidator(_listed)] = Field(default_factory=list[Number])
    caption: str | None = None
    alt_text: str | None = Field(default=None, max_length=1000)

    @model_validator(mode="after")
    def _one_kind(self) -> Self:
        if (self.media_type == "CAROUSEL") == (self.image_url is not None):
            raise ValueError("image_url is for everything but a carousel")
        if self.caption is not None and (self.is_carousel_item or self.media_type == "STORIES"):
            raise ValueError("caption is of a post as a whole")
        if self.alt_text is not None and self.media_type is not None:
            raise ValueError("alt_text is of an image in a post")
        if bool(self.children) != (self.media_type == "CAROUSEL"):
            raise ValueError("children are of a carousel")
        return self


class Publish(Strict):
    creation_id: Number


class Reading(Strict):
    fields: str = Field(min_length=1, description="the stand-in wants them named")


class Listing(Reading):
    limit: int = Field(default=25, ge=1, le=100)


class InsightsOf(Strict):
    metric: Annotated[
        list[Literal["views", "reach", "shares", "likes", "comments", "saved", "total_interactions"]],
        BeforeValidator(_listed),
    ]


class Replying(Strict):
    message: str = Field(min_length=1, max_length=2200)


class Subscription(Strict):
    object: Literal["instagram"]
    callback_url: str = Field(pattern=r"^https?://")
    fields: Annotated[list[Literal["comments", "mentions"]], BeforeValidator(_listed)]
    verify_token: str = Field(min_length=1)
    include_values: bool = False


class Subscribing(Strict):
    subscribed_fields: Annotated[list[Literal["comments", "mentions"]], BeforeValidator(_listed)]


class Refreshing(Strict):
    grant_type: Literal["ig_refresh_token"]
    access_token: str
