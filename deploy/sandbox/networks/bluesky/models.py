"""Parameters and records of the modelled methods. What is not modelled is refused, never ignored."""

from datetime import datetime
from typing import Annotated, Literal

import grapheme
from pydantic import AfterValidator, BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, model_validator

from deploy.sandbox.networks.bluesky.names import POST, REPOST

TEXT_BYTES, TEXT_GRAPHEMES = 3000, 300
TID = r"^[234567abcdefghij][234567abcdefghijklmnopqrstuvwxyz]{12}$"


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


def _short(text: str) -> str:
    if len(text.encode()) > TEXT_BYTES:
        raise ValueError(f"must not be longer than {TEXT_BYTES} characters")
    if grapheme.length(text) > TEXT_GRAPHEMES:  # type: ignore[reportUnknownMemberType]  # untyped there
        raise ValueError(f"must not be longer than {TEXT_GRAPHEMES} graphemes")
    return text


class NewSession(Strict):
    identifier: str
    password: str


class Ref(Strict):
    uri: str = Field(pattern=r"^at://")
    cid: str = Field(min_length=8)


class Link(Strict):
    link: str = Field(alias="$link")


class Blob(Strict):
    type: Literal["blob"] = Field(alias="$type")
    ref: Link
    mimeType: str  # noqa: N815 - here and below: the network's names
    size: int = Field(ge=0)


class Ratio(Strict):
    width: int = Field(ge=1)
    height: int = Field(ge=1)


class Picture(Strict):
    image: Blob
    alt: str
    aspectRatio: Ratio | None = None  # noqa: N815


class Images(Strict):
    type: Literal["app.bsky.embed.images"] = Field(alias="$type")
    images: tuple[Picture, ...] = Field(max_length=4)


class Quote(Strict):
    type: Literal["app.bsky.embed.record"] = Field(alias="$type")
    record: Ref


class QuoteWithImages(Strict):
    type: Literal["app.bsky.embed.recordWithMedia"] = Field(alias="$type")
    record: Quote
    media: Images


class Slice(Strict):
    byteStart: int = Field(ge=0)  # noqa: N815
    byteEnd: int = Field(ge=0)  # noqa: N815


class LinkFeature(Strict):
    type: Literal["app.bsky.richtext.facet#link"] = Field(alias="$type")
    uri: str = Field(pattern=r"^https?://\S+$")


class TagFeature(Strict):
    type: Literal["app.bsky.richtext.facet#tag"] = Field(alias="$type")
    tag: str = Field(min_length=1, max_length=64)


class MentionFeature(Strict):
    type: Literal["app.bsky.richtext.facet#mention"] = Field(alias="$type")
    did: str = Field(pattern=r"^did:")


class Facet(Strict):
    index: Slice
    features: tuple[LinkFeature | TagFeature | MentionFeature, ...]


class ReplyRefs(Strict):
    root: Ref
    parent: Ref


class PostRecord(Strict):
    type: Literal["app.bsky.feed.post"] = Field(alias="$type")
    text: Annotated[str, AfterValidator(_short)]
    createdAt: datetime  # noqa: N815
    facets: tuple[Facet, ...] = ()
    embed: Images | Quote | QuoteWithImages | None = None
    reply: ReplyRefs | None = None

    @model_validator(mode="after")
    def facets_are_of_the_text(self) -> "PostRecord":
        text = self.text.encode()
        for facet in self.facets:
            start, end = facet.index.byteStart, facet.index.byteEnd
            if not start < end <= len(text):
                raise ValueError("facet is outside the text")
            text[start:end].decode()  # a slice through a character is a ValueError
        return self


class RepostRecord(Strict):
    type: Literal["app.bsky.feed.repost"] = Field(alias="$type")
    subject: Ref
    createdAt: datetime  # noqa: N815


class PutRecord(Strict):
    repo: str
    collection: Literal["app.bsky.feed.post", "app.bsky.feed.repost"]
    rkey: str = Field(pattern=TID)
    record: dict[str, JsonValue]
    swapRecord: str | None = "absent"  # noqa: N815 - null: there must be none yet


class RecordPlace(Strict):
    repo: str
    collection: str
    rkey: str


class Handle(Strict):
    handle: str


class Actor(Strict):
    actor: str


class Uris(Strict):
    uris: tuple[str, ...] = Field(min_length=1, max_length=25)


class NotificationsPage(Strict):
    limit: int = Field(default=50, ge=1, le=100)
    cursor: str | None = None


RECORDS = {POST: TypeAdapter(PostRecord), REPOST: TypeAdapter(RepostRecord)}
