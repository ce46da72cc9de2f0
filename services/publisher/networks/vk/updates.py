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
    MemberLeft,
    MessageReceived,
    PollVoted,
    ReactionsCounted,
    Reposted,
    Sender,
    UnixSeconds,
    Update,
)

KINDS = (  # what the hook asks for
    "message_new",
    "message_event",
    "message_allow",
    "wall_reply_new",
    "wall_reply_edit",
    "wall_reply_delete",
    "wall_reply_restore",
    "wall_repost",
    "like_add",
    "like_remove",
    "poll_vote_new",
    "group_join",
    "group_leave",
)
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


class _GroupLeave(_Wire):
    user_id: int


class _Comment(_Wire):
    id: int
    from_id: int
    post_id: int
    date: UnixSeconds
    text: str = ""
    reply_to_comment: int | None = None


class _RemovedComment(_Wire):
    id: int
    post_id: int
    user_id: int = 0  # who removed it: the author, or a manager
    deleter_id: int = 0  # the same, in VK's documentation


class _Copied(_Wire):
    id: int
    owner_id: int


class _Repost(_Wire):
    id: int
    owner_id: int
    from_id: int
    date: UnixSeconds
    text: str = ""
    copy_history: tuple[_Copied, ...] = ()


class _Like(_Wire):
    object_type: str
    object_owner_id: int
    object_id: int


class _PollVote(_Wire):
    poll_id: int


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
        case _:
            return _from_wall(event, now) or _from_members(event, now)


def _from_members(event: Event, now: datetime) -> list[Update]:
    """Those who only ask to be let in, or who may come to a meeting, are no members yet."""
    places = (str(event.group_id),)
    if event.type == "group_join":
        join = _read(_GroupJoin, event.object)
        came = join.join_type in _COME and join.user_id > 0
        return [MemberJoined(event.event_id, Sender(str(join.user_id), None), places, None, now)] if came else []
    if event.type == "group_leave":
        leave = _read(_GroupLeave, event.object)
        return [MemberLeft(event.event_id, Sender(str(leave.user_id), None), places, now)]
    return []


def _from_wall(event: Event, now: datetime) -> list[Update]:
    """What people do with posts. Of a like or a vote VK tells that it was given, not how many there are."""
    match event.type:
        case "wall_reply_new" | "wall_reply_edit" | "wall_reply_restore":
            return _from_comment(event, _read(_Comment, event.object), now)
        case "wall_reply_delete":
            removed = _read(_RemovedComment, event.object)
            sender = Sender(str(removed.user_id or removed.deleter_id), None)
            post, comment = str(removed.post_id), str(removed.id)
            return [CommentReceived(event.event_id, sender, post, comment, "", now, is_removed=True)]
        case "wall_repost":
            return _from_repost(event, _read(_Repost, event.object))
        case "like_add" | "like_remove":
            like = _read(_Like, event.object)
            ours = like.object_type == "post" and like.object_owner_id == -event.group_id
            return [ReactionsCounted(event.event_id, str(like.object_id), None, now)] if ours else []
        case "poll_vote_new":
            return [PollVoted(event.event_id, str(_read(_PollVote, event.object).poll_id), None, now)]
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


def _from_comment(event: Event, comment: _Comment, now: datetime) -> list[Update]:
    """An edited comment keeps its first date: its new wording is of `now`."""
    if comment.from_id == -event.group_id:  # our own
        return []
    sender, at = Sender(str(comment.from_id), None), datetime.fromtimestamp(comment.date, UTC)
    return [
        CommentReceived(
            event.event_id,
            sender,
            str(comment.post_id),
            str(comment.id),
            comment.text,
            at if event.type == "wall_reply_new" else now,
            reply_to=None if comment.reply_to_comment is None else str(comment.reply_to_comment),
        )
    ]


def _from_repost(event: Event, repost: _Repost) -> list[Update]:
    original = next((copied for copied in repost.copy_history if copied.owner_id == -event.group_id), None)
    if original is None or repost.owner_id == -event.group_id:  # somebody else's post, or we ourselves
        return []
    sender, at = Sender(str(repost.from_id), None), datetime.fromtimestamp(repost.date, UTC)
    url = f"https://vk.com/wall{repost.owner_id}_{repost.id}"
    return [Reposted(event.event_id, sender, str(original.id), url, repost.text, at)]


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
