"""Parameters and bodies of the modelled operations. What is not modelled is refused, never ignored."""

from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints, model_validator

TEXT_LIMIT = 4000


class Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Nothing(Strict):
    pass


class Upload(Strict):
    type: Literal["image"]


class SendQuery(Strict):
    chat_id: int | None = None
    user_id: int | None = None
    disable_link_preview: bool = False

    @model_validator(mode="after")
    def names_one(self) -> "SendQuery":
        if (self.chat_id is None) is (self.user_id is None):
            raise ValueError("chat_id or user_id is required, not both")
        return self


def _listed(value: JsonValue) -> JsonValue:
    return list(value.split(",")) if isinstance(value, str) else value


class ListQuery(Strict):
    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True)

    chat_id: int | None = None
    message_ids: Annotated[list[str] | None, BeforeValidator(_listed)] = None
    since: int | None = Field(default=None, alias="from")
    until: int | None = Field(default=None, alias="to")
    count: int = Field(default=50, ge=1, le=100)

    @model_validator(mode="after")
    def names_what(self) -> "ListQuery":
        if self.chat_id is None and self.message_ids is None:
            raise ValueError("chat_id or message_ids is required")
        return self


class MessageQuery(Strict):
    message_id: str = Field(min_length=1)


class AnswerQuery(Strict):
    callback_id: str = Field(min_length=1)


class SubscriptionQuery(Strict):
    url: str


class PhotoToken(Strict):
    token: str


class PhotoPayload(Strict):
    url: str | None = None
    token: str | None = None
    photos: dict[str, PhotoToken] | None = None

    def tokens(self) -> list[str]:
        """The tokens of all images. Raises ValueError: the fields are mutually exclusive."""
        if self.url is not None or (self.token is None) is (self.photos is None):
            raise ValueError("image: exactly one of token and photos is expected")
        return [self.token] if self.token is not None else [p.token for p in (self.photos or {}).values()]


class PhotoAttachment(Strict):
    type: Literal["image"]
    payload: PhotoPayload


class CallbackButton(Strict):
    type: Literal["callback"]
    text: str = Field(min_length=1, max_length=128)
    payload: str = Field(max_length=1024)
    intent: Literal["positive", "negative", "default"] = "default"


class LinkButton(Strict):
    type: Literal["link"]
    text: str = Field(min_length=1, max_length=128)
    url: str = Field(max_length=2048)


class MessageButton(Strict):
    type: Literal["message"]
    text: str = Field(min_length=1, max_length=128)


AnyButton = Annotated[CallbackButton | LinkButton | MessageButton, Field(discriminator="type")]


class KeyboardPayload(Strict):
    buttons: list[list[AnyButton]] = Field(min_length=1)


class KeyboardAttachment(Strict):
    type: Literal["inline_keyboard"]
    payload: KeyboardPayload


AnyAttachment = Annotated[PhotoAttachment | KeyboardAttachment, Field(discriminator="type")]


class NewMessageLink(Strict):
    type: Literal["reply", "forward"]
    mid: str


class ReplyLink(Strict):
    type: Literal["reply"]
    mid: str


class NewComment(Strict):
    """Comments have no attachments and forward nothing."""

    text: Annotated[str, StringConstraints(min_length=1, max_length=TEXT_LIMIT)]
    link: ReplyLink | None = None


class CommentQuery(Strict):
    comment_id: str = Field(min_length=1)


class CommentsQuery(Strict):
    count: int = Field(default=50, ge=1, le=100)


class Command(Strict):
    name: str = Field(min_length=1, max_length=64)
    description: Annotated[str, StringConstraints(min_length=1, max_length=128)] | None = None


class Commands(Strict):
    commands: list[Command] = Field(max_length=32)


class NewMessage(Strict):
    text: Annotated[str, StringConstraints(max_length=TEXT_LIMIT)] | None = None
    attachments: list[AnyAttachment] | None = None
    link: NewMessageLink | None = None
    notify: bool = True
    format: Literal["html"] | None = None


class CallbackAnswer(Strict):
    message: NewMessage | None = None
    notification: str | None = None


class Subscription(Strict):
    url: str
    secret: Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{5,256}$")] | None = None
    update_types: list[str] | None = None
    version: Annotated[str, StringConstraints(pattern=r"^[0-9]{1,3}\.[0-9]{1,3}\.[0-9]{1,3}$")] | None = None
