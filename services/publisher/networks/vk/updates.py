"""VK's Callback API: one event per call of the hook, its secret in the body."""

import json
from datetime import UTC, datetime
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, JsonValue, TypeAdapter, ValidationError

from services.publisher.networks.inbound import (
    ButtonPressed,
    CommentReceived,
    ConversationStarted,
    MalformedUpdate,
    MemberJoined,
    MessageReceived,
    Sender,
    UnixSeconds,
    Update,
)

KINDS = ("message_new", "message_event", "message_allow", "wall_reply_new", "group_join")  # what the hook asks for
CONFIRMATION = "confirmation"
_COME = ("join", "accepted", "approved")
_OURS = "press"
_START: JsonValue = {"command": "start"}  # VK's own button of an empty chat
_FIRST_CHAT = 2_000_000_000  # peers from here on are group chats

Wire = TypeVar("Wire", bound=BaseModel)
_JSON: TypeAdapter[JsonValue] = TypeAdapter(JsonValue)


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore")


class Event(_Wire):
    type: str
    group_id: int
    event_id: str = Field(default="", max_length=100, pattern=r"^[^\x00]*$")  # absent in the confirmation alone
    secret: str = ""
    object: JsonValue = None


class _Attachment(_Wire):
    type: str


class _Message(_Wire):
    date: UnixSeconds
    from_id: int
    peer_id: int
    text: str = ""
    payload: str | None = None
    ref: str | None = None  # what the link carried by which somebody came
    attachments: tuple[_Attachment, ...] = ()


class _MessageNew(_Wire):
    message: _Message


class _MessageEvent(_Wire):
    user_id: int
    peer_id: int
    payload: JsonValue = None


class _MessageAllow(_Wire):
    user_id: int
    key: str = ""


class _GroupJoin(_Wire):
    user_id: int
    join_type: str


class _Comment(_Wire):
    id: int
    from_id: int
    post_id: int
    date: UnixSeconds
    text: str = ""


def event_in(body: bytes) -> Event:
    """The envelope of an event. Raises MalformedUpdate."""
    return _read(Event, body)


def updates_in(body: bytes, now: datetime) -> list[Update]:
    """The event in `body` if we know what to do with it. What carries no time of its own is of `now`."""
    event = event_in(body)
    if event.type in KINDS and not event.event_id:
        raise MalformedUpdate
    match event.type:
        case "message_new":
            return _from_message(event.event_id, _read(_MessageNew, event.object).message)
        case "message_event":
            press = _read(_MessageEvent, event.object)
            payload = _ours(_decoded(press.payload))
            sender = Sender(str(press.user_id), None)
            return [] if payload is None else [ButtonPressed(event.event_id, sender, payload, now)]
        case "message_allow":
            allowed = _read(_MessageAllow, event.object)
            sender = Sender(str(allowed.user_id), None)
            return [ConversationStarted(event.event_id, sender, allowed.key or None, now)]
        case "group_join":
            return _from_join(event, _read(_GroupJoin, event.object), now)
        case "wall_reply_new":
            return _from_comment(event, _read(_Comment, event.object))
        case _:
            return []


def _from_message(event_id: str, message: _Message) -> list[Update]:
    if message.from_id <= 0 or message.peer_id >= _FIRST_CHAT:
        return []
    sender, at = Sender(str(message.from_id), None), datetime.fromtimestamp(message.date, UTC)
    pressed = _decoded(message.payload)
    if pressed == _START:
        return [ConversationStarted(event_id, sender, message.ref or None, at)]
    payload = _ours(pressed)
    if payload is not None:
        return [ButtonPressed(event_id, sender, payload, at)]
    attachments = tuple(attachment.type for attachment in message.attachments)
    received = MessageReceived(event_id, sender, message.text, at, attachments)
    if not message.ref:
        return [received]
    return [ConversationStarted(f"{event_id}:ref", sender, message.ref, at), received]


def _from_comment(event: Event, comment: _Comment) -> list[Update]:
    if comment.from_id == -event.group_id:  # our own
        return []
    sender, at = Sender(str(comment.from_id), None), datetime.fromtimestamp(comment.date, UTC)
    return [CommentReceived(event.event_id, sender, str(comment.post_id), str(comment.id), comment.text, at)]


def _from_join(event: Event, join: _GroupJoin, now: datetime) -> list[Update]:
    """Those who only ask to be let in, or who may come to a meeting, are no members yet."""
    if join.join_type not in _COME or join.user_id <= 0:
        return []
    sender = Sender(str(join.user_id), None)
    return [MemberJoined(event.event_id, sender, (str(event.group_id),), None, now)]


def button_payload(payload: str) -> str:
    """What goes onto a button: VK takes JSON alone. Under a name of ours, as other bots may have buttons there too."""
    return json.dumps({_OURS: payload}, ensure_ascii=False)


def _ours(value: JsonValue) -> str | None:
    """What we had put on the pressed button; None when it was not ours."""
    payload = value.get(_OURS) if isinstance(value, dict) else None
    return payload if isinstance(payload, str) else None


def _decoded(value: JsonValue) -> JsonValue:
    """A payload comes back as JSON text from a button that writes, decoded from one that does not."""
    if not isinstance(value, str):
        return value
    try:
        return _JSON.validate_json(value)
    except ValidationError:
        return value


def _read(model: type[Wire], value: bytes | JsonValue) -> Wire:
    try:
        return model.model_validate_json(value) if isinstance(value, bytes) else model.model_validate(value)
    except ValidationError as error:
        raise MalformedUpdate from error
