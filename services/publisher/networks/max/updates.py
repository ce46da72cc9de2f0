"""MAX's updates: one JSON object per call of the hook. They have no id of their own: one is made of what they tell."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from services.publisher.networks.inbound import (
    ButtonPressed,
    ConversationStarted,
    MalformedUpdate,
    MemberJoined,
    MessageReceived,
    Sender,
    UnixMilliseconds,
    Update,
)

KINDS = ("message_created", "message_callback", "bot_started", "user_added")  # what the hook asks for

Wire = TypeVar("Wire", bound=BaseModel)


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class _Envelope(_Wire):
    update_type: str


class _User(_Wire):
    user_id: int
    first_name: str = ""
    last_name: str | None = None
    is_bot: bool = False

    def sender(self) -> Sender:
        name = f"{self.first_name} {self.last_name or ''}".strip()
        return Sender(str(self.user_id), name or None)


class _Recipient(_Wire):
    chat_type: str


class _Attachment(_Wire):
    type: str


class _Body(_Wire):
    mid: str
    text: str | None = None
    attachments: tuple[_Attachment, ...] | None = None


class _Message(_Wire):
    sender: _User | None = None
    recipient: _Recipient
    timestamp: UnixMilliseconds
    body: _Body


class _MessageCreated(_Wire):
    message: _Message


class _Callback(_Wire):
    timestamp: UnixMilliseconds
    callback_id: str
    user: _User
    payload: str | None = None


class _MessageCallback(_Wire):
    callback: _Callback


class _BotStarted(_Wire):
    timestamp: UnixMilliseconds
    chat_id: int
    user: _User
    payload: str | None = None


class _UserAdded(_Wire):
    timestamp: UnixMilliseconds
    chat_id: int
    user: _User


def updates_in(body: bytes) -> list[Update]:
    """The update in `body` if we know what to do with it. Raises MalformedUpdate."""
    match _read(_Envelope, body).update_type:
        case "message_created":
            return _from_message(_read(_MessageCreated, body).message)
        case "message_callback":
            press = _read(_MessageCallback, body).callback
            if press.payload is None:
                return []
            key = _key("callback", press.callback_id, press.user.user_id, press.payload, press.timestamp)
            at = _moment(press.timestamp)
            return [ButtonPressed(key, press.user.sender(), press.payload, at, press.callback_id)]
        case "bot_started":
            start = _read(_BotStarted, body)
            key = _key("started", start.chat_id, start.user.user_id, start.timestamp)
            return [ConversationStarted(key, start.user.sender(), start.payload or None, _moment(start.timestamp))]
        case "user_added":
            return _from_newcomer(_read(_UserAdded, body))
        case _:
            return []


def _from_newcomer(added: _UserAdded) -> list[Update]:
    if added.user.is_bot:
        return []
    key = _key("added", added.chat_id, added.user.user_id, added.timestamp)
    return [MemberJoined(key, added.user.sender(), (str(added.chat_id),), None, _moment(added.timestamp))]


def _from_message(message: _Message) -> list[Update]:
    if message.recipient.chat_type != "dialog" or message.sender is None or message.sender.is_bot:
        return []
    attachments = tuple(attachment.type for attachment in message.body.attachments or ())
    return [
        MessageReceived(
            _key("message", message.body.mid),
            message.sender.sender(),
            message.body.text or "",
            _moment(message.timestamp),
            attachments,
        )
    ]


def _key(kind: str, *parts: str | int) -> str:
    """The same for every delivery of the same update, and short whatever it tells."""
    return f"{kind}:{sha256(repr(parts).encode()).hexdigest()[:40]}"


def _moment(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _read(model: type[Wire], body: bytes) -> Wire:
    try:
        return model.model_validate_json(body)
    except ValidationError as error:
        raise MalformedUpdate from error
