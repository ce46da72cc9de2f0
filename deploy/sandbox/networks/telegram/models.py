"""Parameters of the modelled methods. A parameter that is not modelled is refused, never ignored."""

import json
import re
from typing import Annotated, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, JsonValue, StringConstraints, model_validator


def _from_text(value: JsonValue) -> JsonValue:
    """A form field or query parameter carries objects as JSON text."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except ValueError as error:
        raise ValueError("object expected as JSON") from error


def _chat(value: JsonValue) -> JsonValue:
    return int(value) if isinstance(value, str) and re.fullmatch(r"-?\d+", value.strip()) else value


ChatId = Annotated[int | str, BeforeValidator(_chat)]
AsJson = BeforeValidator(_from_text)


class Parameters(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class InlineKeyboardButton(Parameters):
    text: str = Field(min_length=1)
    url: str | None = None
    callback_data: str | None = None

    @model_validator(mode="after")
    def has_one_action(self) -> "InlineKeyboardButton":
        if self.url is None and self.callback_data is None:
            raise ValueError("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
        if self.url is not None and self.callback_data is not None:
            raise ValueError("can't parse inline keyboard button: exactly one action is expected")
        if self.callback_data is not None and not 1 <= len(self.callback_data.encode()) <= 64:  # noqa: PLR2004
            raise ValueError("BUTTON_DATA_INVALID")
        if self.url is not None and not re.fullmatch(r"(https?|tg)://\S+", self.url):
            raise ValueError("BUTTON_URL_INVALID")
        return self


class InlineKeyboardMarkup(Parameters):
    inline_keyboard: list[list[InlineKeyboardButton]]


class ReplyParameters(Parameters):
    message_id: int
    chat_id: ChatId | None = None
    allow_sending_without_reply: bool = False


class LinkPreviewOptions(Parameters):
    is_disabled: bool = False
    url: str | None = None
    prefer_small_media: bool = False
    prefer_large_media: bool = False
    show_above_text: bool = False


class NoParameters(Parameters):
    pass


class ChatParameters(Parameters):
    chat_id: ChatId


class ChatMemberParameters(ChatParameters):
    user_id: int


class CreateChatInviteLink(ChatParameters):
    name: str | None = Field(default=None, max_length=32)
    expire_date: int | None = None
    member_limit: int | None = Field(default=None, ge=1, le=99_999)


class Sending(ChatParameters):
    parse_mode: Literal["HTML"] | None = None
    disable_notification: bool = False
    protect_content: bool = False
    reply_parameters: Annotated[ReplyParameters | None, AsJson] = None


class SendMessage(Sending):
    text: str = ""
    link_preview_options: Annotated[LinkPreviewOptions | None, AsJson] = None
    reply_markup: Annotated[InlineKeyboardMarkup | None, AsJson] = None


class SendPhoto(Sending):
    photo: str = ""  # a file id, a URL, `attach://name`, or empty: the upload of that name
    caption: str = ""
    show_caption_above_media: bool = False
    has_spoiler: bool = False
    reply_markup: Annotated[InlineKeyboardMarkup | None, AsJson] = None


class InputMediaPhoto(Parameters):
    type: Literal["photo"]
    media: str
    caption: str = ""
    parse_mode: Literal["HTML"] | None = None
    show_caption_above_media: bool = False
    has_spoiler: bool = False


class SendMediaGroup(ChatParameters):
    media: Annotated[list[InputMediaPhoto], AsJson]
    disable_notification: bool = False
    protect_content: bool = False
    reply_parameters: Annotated[ReplyParameters | None, AsJson] = None


class InputPollOption(Parameters):
    text: str = Field(min_length=1, max_length=100)


class SendPoll(ChatParameters):
    question: str = Field(min_length=1, max_length=300)
    options: Annotated[list[InputPollOption], AsJson] = Field(min_length=1, max_length=12)
    is_anonymous: Annotated[bool, AsJson] = True
    allows_multiple_answers: Annotated[bool, AsJson] = False
    close_date: Annotated[int | None, AsJson] = None
    description: str = ""
    media: Annotated[InputMediaPhoto | None, AsJson] = None
    disable_notification: bool = False
    protect_content: bool = False


class ForwardMessage(ChatParameters):
    from_chat_id: ChatId
    message_id: int
    disable_notification: bool = False
    protect_content: bool = False


class DeleteMessages(ChatParameters):
    message_ids: Annotated[list[int], AsJson] = Field(min_length=1, max_length=100)


class BotCommand(Parameters):
    command: str = Field(pattern=r"^[a-z0-9_]{1,32}$")
    description: str = Field(min_length=1, max_length=256)


class BotCommandScope(Parameters):
    type: Literal["default", "all_private_chats"]


class SetMyCommands(Parameters):
    commands: Annotated[list[BotCommand], AsJson] = Field(max_length=100)
    scope: Annotated[BotCommandScope | None, AsJson] = None


class EditMessageText(ChatParameters):
    message_id: int
    text: str = ""
    parse_mode: Literal["HTML"] | None = None
    link_preview_options: Annotated[LinkPreviewOptions | None, AsJson] = None
    reply_markup: Annotated[InlineKeyboardMarkup | None, AsJson] = None


class EditMessageCaption(ChatParameters):
    message_id: int
    caption: str = ""
    parse_mode: Literal["HTML"] | None = None
    reply_markup: Annotated[InlineKeyboardMarkup | None, AsJson] = None


class EditMessageReplyMarkup(ChatParameters):
    message_id: int
    reply_markup: Annotated[InlineKeyboardMarkup | None, AsJson] = None


class DeleteMessage(ChatParameters):
    message_id: int


class AnswerCallbackQuery(Parameters):
    callback_query_id: str
    text: str = Field(default="", max_length=200)
    show_alert: bool = False
    cache_time: int = 0


SecretToken = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]{1,256}$")]


class SetWebhook(Parameters):
    url: str
    max_connections: int = Field(default=40, ge=1, le=100)
    allowed_updates: Annotated[list[str] | None, AsJson] = None
    drop_pending_updates: bool = False
    secret_token: SecretToken | None = None


class DeleteWebhook(Parameters):
    drop_pending_updates: bool = False
