"""What a server's answers hold, as far as it is read."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from services.publisher.networks.mastodon.texts import plain


class Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Me(Wire):
    id: str
    username: str
    display_name: str = ""
    url: str | None = None
    followers_count: int | None = None


class Author(Wire):
    id: str
    acct: str
    display_name: str = ""


class Attachment(Wire):
    id: str


class PollOption(Wire):
    votes_count: int | None = None


class Poll(Wire):
    id: str
    options: tuple[PollOption, ...] = ()
    voters_count: int | None = None


class Quoted(Wire):
    id: str


class Carried(Wire):
    """What somebody carried further by a reblog."""

    uri: str
    url: str | None = None


class Quote(Wire):
    quoted_status: Quoted | None = None


class Status(Wire):
    id: str
    uri: str
    url: str | None = None
    account: Author
    content: str = ""
    created_at: datetime
    visibility: str = "public"
    media_attachments: tuple[Attachment, ...] = ()
    in_reply_to_id: str | None = None
    poll: Poll | None = None
    quote: Quote | None = None
    reblog: Carried | None = None
    favourites_count: int | None = None
    replies_count: int | None = None
    reblogs_count: int | None = None
    quotes_count: int | None = None

    @property
    def plain_text(self) -> str:
        return plain(self.content)

    @property
    def page(self) -> str:
        """Where people see it."""
        return self.url or self.uri


class Context(Wire):
    ancestors: tuple[Status, ...] = ()


class Found(Wire):
    statuses: tuple[Status, ...] = ()


class Notification(Wire):
    id: str
    type: str
    created_at: datetime
    account: Author
    status: Status | None = None


Limit = Annotated[int, Field(ge=1, le=1_000_000_000)]


class StatusLimits(Wire):
    max_characters: Limit | None = None
    characters_reserved_per_url: Limit | None = None
    max_media_attachments: Limit | None = None


class MediaLimits(Wire):
    image_size_limit: Limit | None = None
    image_matrix_limit: Limit | None = None
    description_limit: Limit | None = None


class PollLimits(Wire):
    max_options: Limit | None = None
    max_characters_per_option: Limit | None = None


class Configuration(Wire):
    statuses: StatusLimits = Field(default_factory=StatusLimits)
    media_attachments: MediaLimits = Field(default_factory=MediaLimits)
    polls: PollLimits = Field(default_factory=PollLimits)


class Instance(Wire):
    """What a server says of itself: its limits."""

    configuration: Configuration
