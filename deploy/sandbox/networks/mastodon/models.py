"""Parameters and bodies of the modelled operations. What is not modelled is refused, never ignored."""

import re
from typing import Annotated, Literal

import grapheme
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, model_validator

TEXT_LIMIT = 500
MOST_IMAGES = 4
IMAGE_BYTES = 16 * 1024 * 1024
IMAGE_PIXELS = 33_177_600
ALT_LIMIT = 1500
POLL_OPTIONS = (2, 4)
POLL_OPTION = 50
POLL_SECONDS = (300, 2_629_746)
LINK_LENGTH = 23  # of every link, however long it is
LINK = re.compile(r"https?://\S+")
MENTION = re.compile(r"(?<![\w/])@(\w+)(?:@([\w.-]+\w))?")


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)


def counted(text: str) -> int:
    """Characters as readers see them: links have one length, of a mention only the name counts."""
    shortened = MENTION.sub(r"@\1", LINK.sub("x" * LINK_LENGTH, text))
    return grapheme.length(shortened)  # type: ignore[reportUnknownMemberType]  # untyped there


def _short(text: str) -> str:
    if counted(text) > TEXT_LIMIT:
        raise ValueError(f"Text character limit of {TEXT_LIMIT} exceeded")
    return text


Text = Annotated[str, AfterValidator(_short)]
Option = Annotated[str, Field(min_length=1, max_length=POLL_OPTION)]


class NewPoll(Strict):
    options: tuple[Option, ...] = Field(min_length=POLL_OPTIONS[0], max_length=POLL_OPTIONS[1])
    expires_in: int = Field(ge=POLL_SECONDS[0], le=POLL_SECONDS[1])
    multiple: bool = False


class StatusChange(Strict):
    status: Text = ""
    media_ids: tuple[str, ...] = Field(default=(), max_length=MOST_IMAGES)
    poll: NewPoll | None = None

    @model_validator(mode="after")
    def says_something(self) -> "StatusChange":
        if self.poll is not None and self.media_ids:
            raise ValueError("Media cannot be attached to a poll")
        if not self.status.strip() and not self.media_ids:
            raise ValueError("Text can't be blank")
        return self


class NewStatus(StatusChange):
    in_reply_to_id: str | None = None
    visibility: Literal["public", "unlisted", "private", "direct"] = "public"


def _number(value: JsonValue) -> JsonValue:
    return int(value) if isinstance(value, str) and value.isdecimal() else value


Count = Annotated[int, BeforeValidator(_number)]


def _kinds(value: JsonValue) -> JsonValue:
    return [value] if isinstance(value, str) else value


class NotificationsPage(Strict):
    limit: Count = Field(default=40, ge=1, le=80)
    min_id: Count = 0
    types: Annotated[tuple[str, ...], BeforeValidator(_kinds)] = Field(default=(), alias="types[]")


class StatusesPage(Strict):
    limit: Count = Field(default=20, ge=1, le=40)
    exclude_reblogs: Literal["true", "false"] = "false"


class Search(Strict):
    q: str = Field(min_length=1)
    type: Literal["statuses"]
    resolve: Literal["true", "false"] = "false"
    limit: Count = Field(default=20, ge=1, le=40)


class Nothing(Strict):
    pass
