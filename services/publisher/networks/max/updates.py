"""MAX's updates: one JSON object per call of the hook. They have no id of their own: one is made of what they tell."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError

from services.publisher.networks.contents import MenuAction, payload_of
from services.publisher.networks.inbound import (
    ButtonPressed,
    CommentReceived,
    ConversationStarted,
    MalformedUpdate,
    MemberJoined,
    MemberLeft,
    MessageReceived,
    Sender,
    UnixMilliseconds,
    Update,
)

_ACTIONS = frozenset(MenuAction)

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
    post_id: str | None = None  # of a comment


class _Attachment(_Wire):
    type: str


class _Body(_Wire):
    mid: str
    text: str | None = None
    attachments: tuple[_Attachment, ...] | None = None


class _Link(_Wire):
    type: str
    message: _Body


class _Message(_Wire):
    sender: _User | None = None
    recipient: _Recipient
    timestamp: UnixMilliseconds
    body: _Body
    link: _Link | None = None


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


class _UserMoved(_Wire):
    timestamp: UnixMilliseconds
    chat_id: int
    user: _User


class _CommentTold(_Wire):
    timestamp: UnixMilliseconds
    message: _Message


class _CommentRemoved(_Wire):
    timestamp: UnixMilliseconds
    message_id: str
    user_id: int
    post_id: str | None = None


def updates_in(body: bytes) -> list[Update]:
    """The update in `body` if we know what to do with it. Raises MalformedUpdate."""
    reader = _READERS.get(_read(_Envelope, body).update_type)
    return [] if reader is None else reader(body)


def _from_press(body: bytes) -> list[Update]:
    press = _read(_MessageCallback, body).callback
    if press.payload is None:
        return []
    key = _key("callback", press.callback_id, press.user.user_id, press.payload, press.timestamp)
    return [ButtonPressed(key, press.user.sender(), press.payload, _moment(press.timestamp), press.callback_id)]


def _from_start(body: bytes) -> list[Update]:
    start = _read(_BotStarted, body)
    key = _key("started", start.chat_id, start.user.user_id, start.timestamp)
    return [ConversationStarted(key, start.user.sender(), start.payload or None, _moment(start.timestamp))]


def _from_newcomer(body: bytes) -> list[Update]:
    added = _read(_UserMoved, body)
    if added.user.is_bot:
        return []
    key = _key("added", added.chat_id, added.user.user_id, added.timestamp)
    return [MemberJoined(key, added.user.sender(), (str(added.chat_id),), None, _moment(added.timestamp))]


def _from_leaver(body: bytes) -> list[Update]:
    removed = _read(_UserMoved, body)
    if removed.user.is_bot:
        return []
    key = _key("removed", removed.chat_id, removed.user.user_id, removed.timestamp)
    return [MemberLeft(key, removed.user.sender(), (str(removed.chat_id),), _moment(removed.timestamp))]


def _from_comment(body: bytes) -> list[Update]:
    """Nothing for what is said in the name of the channel itself: it comes without a sender."""
    told = _read(_CommentTold, body)
    comment = told.message
    if comment.sender is None or comment.sender.is_bot or comment.recipient.post_id is None:
        return []
    return [
        CommentReceived(
            _key("comment", comment.body.mid, told.timestamp, comment.body.text or ""),
            comment.sender.sender(),
            comment.recipient.post_id,
            comment.body.mid,
            comment.body.text or "",
            _moment(told.timestamp),
            comment.link.message.mid if comment.link is not None and comment.link.type == "reply" else None,
        )
    ]


def _from_removal(body: bytes) -> list[Update]:
    removed = _read(_CommentRemoved, body)
    if removed.post_id is None:
        return []
    sender = Sender(str(removed.user_id), None)  # who took it away
    key, at = _key("comment removed", removed.message_id), _moment(removed.timestamp)
    return [CommentReceived(key, sender, removed.post_id, removed.message_id, "", at, is_removed=True)]


def _from_message(body: bytes) -> list[Update]:
    message = _read(_MessageCreated, body).message
    if message.recipient.chat_type != "dialog" or message.sender is None or message.sender.is_bot:
        return []
    action = (message.body.text or "").strip().removeprefix("/")
    if action in _ACTIONS and (message.body.text or "").startswith("/"):  # of the bot's own menu
        key, at = _key("message", message.body.mid), _moment(message.timestamp)
        return [ButtonPressed(key, message.sender.sender(), payload_of(MenuAction(action)), at)]
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


_READERS: Mapping[str, Callable[[bytes], list[Update]]] = {
    "message_created": _from_message,
    "message_callback": _from_press,
    "bot_started": _from_start,
    "user_added": _from_newcomer,
    "user_removed": _from_leaver,
    "comment_created": _from_comment,
    "comment_edited": _from_comment,
    "comment_removed": _from_removal,
}
KINDS = tuple(_READERS)  # what the hook asks for
