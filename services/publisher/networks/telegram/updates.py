"""Telegram's updates: one JSON object per call of the hook."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.publisher.networks.inbound import (
    ButtonPressed,
    ConversationStarted,
    MalformedUpdate,
    MessageReceived,
    Sender,
    Update,
)

KINDS = ("message", "callback_query")  # what the hook asks for
_ATTACHMENTS = ("photo", "document", "video", "audio", "voice", "video_note", "sticker", "location", "contact")


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _User(_Wire):
    id: int
    is_bot: bool = False
    first_name: str = ""
    last_name: str = ""

    def sender(self) -> Sender:
        name = f"{self.first_name} {self.last_name}".strip()
        return Sender(str(self.id), name or None)


class _Chat(_Wire):
    id: int
    type: str


class _Message(BaseModel):
    model_config = ConfigDict(extra="allow")  # an attachment shows by its name alone

    chat: _Chat
    sender: _User | None = Field(default=None, alias="from")
    date: int
    text: str = ""
    caption: str = ""

    def attachments(self) -> tuple[str, ...]:
        present = self.model_extra or {}
        return tuple(kind for kind in _ATTACHMENTS if present.get(kind) is not None)


class _CallbackQuery(_Wire):
    id: str
    sender: _User = Field(alias="from")
    data: str | None = None
    message: _Message | None = None


class _Update(_Wire):
    update_id: int
    message: _Message | None = None
    callback_query: _CallbackQuery | None = None


def _parsed(body: bytes) -> _Update:
    try:
        return _Update.model_validate_json(body)
    except ValidationError as error:
        raise MalformedUpdate from error


def updates_in(body: bytes, now: datetime) -> list[Update]:
    """The update in `body` if we know what to do with it. A press carries no time of its own: it is `now`."""
    update = _parsed(body)
    if update.message is not None:
        return _from_message(str(update.update_id), update.message)
    press = update.callback_query
    if press is None or press.data is None:
        return []
    return [ButtonPressed(str(update.update_id), press.sender.sender(), press.data, now)]


def _from_message(update_id: str, message: _Message) -> list[Update]:
    if message.chat.type != "private" or message.sender is None or message.sender.is_bot:
        return []
    sender, at = message.sender.sender(), datetime.fromtimestamp(message.date, UTC)
    text = message.text or message.caption
    command, _, payload = text.partition(" ")
    if command == "/start":
        return [ConversationStarted(update_id, sender, payload.strip() or None, at)]
    return [MessageReceived(update_id, sender, text, at, message.attachments())]


def pressed_query(body: bytes) -> str | None:
    """The id of the press that waits for an answer, without which the button keeps spinning."""
    press = _parsed(body).callback_query
    return None if press is None else press.id
