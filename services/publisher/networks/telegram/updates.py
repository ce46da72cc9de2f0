"""Telegram's updates: one JSON object per call of the hook."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

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

KINDS = ("message", "callback_query", "chat_member")  # what the hook asks for
_ATTACHMENTS = ("photo", "document", "video", "audio", "voice", "video_note", "sticker", "location", "contact")


_MEMBERS = ("creator", "administrator", "member")


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
    username: str | None = None


class _Origin(_Wire):
    message_id: int | None = None


class _Copy(_Wire):
    """A channel's post as it lies in the channel's discussion group."""

    is_automatic_forward: bool = False
    forward_origin: _Origin | None = None


class _Message(BaseModel):
    model_config = ConfigDict(extra="allow")  # an attachment shows by its name alone

    message_id: int
    chat: _Chat
    sender: _User | None = Field(default=None, alias="from")
    date: UnixSeconds
    text: str = ""
    caption: str = ""
    reply_to_message: _Copy | None = None

    def attachments(self) -> tuple[str, ...]:
        present = self.model_extra or {}
        return tuple(kind for kind in _ATTACHMENTS if present.get(kind) is not None)


class _CallbackQuery(_Wire):
    id: str
    sender: _User = Field(alias="from")
    data: str | None = None
    message: _Message | None = None


class _Member(_Wire):
    status: str
    user: _User
    is_member: bool = False  # stands only for those who are `restricted`

    def belongs(self) -> bool:
        return self.status in _MEMBERS or (self.status == "restricted" and self.is_member)


class _InviteLink(_Wire):
    name: str | None = None


class _ChatMember(_Wire):
    chat: _Chat
    date: UnixSeconds
    old_chat_member: _Member
    new_chat_member: _Member
    invite_link: _InviteLink | None = None


class _Update(_Wire):
    update_id: int
    message: _Message | None = None
    callback_query: _CallbackQuery | None = None
    chat_member: _ChatMember | None = None


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
    if update.chat_member is not None:
        return _from_membership(str(update.update_id), update.chat_member)
    press = update.callback_query
    if press is None or press.data is None:
        return []
    return [ButtonPressed(str(update.update_id), press.sender.sender(), press.data, now)]


def _from_message(update_id: str, message: _Message) -> list[Update]:
    if message.sender is None or message.sender.is_bot:
        return []
    sender, at = message.sender.sender(), datetime.fromtimestamp(message.date, UTC)
    text = message.text or message.caption
    if message.chat.type != "private":
        post = _commented_post(message)
        return [] if post is None else [CommentReceived(update_id, sender, post, str(message.message_id), text, at)]
    command, _, payload = text.partition(" ")
    if command == "/start":
        return [ConversationStarted(update_id, sender, payload.strip() or None, at)]
    return [MessageReceived(update_id, sender, text, at, message.attachments())]


def _from_membership(update_id: str, change: _ChatMember) -> list[Update]:
    """Who came; not who left, nor whose rights changed."""
    newcomer = change.new_chat_member
    if change.old_chat_member.belongs() or not newcomer.belongs() or newcomer.user.is_bot:
        return []
    name = () if change.chat.username is None else (f"@{change.chat.username}",)
    invitation = None if change.invite_link is None else change.invite_link.name
    at = datetime.fromtimestamp(change.date, UTC)
    return [MemberJoined(update_id, newcomer.user.sender(), (str(change.chat.id), *name), invitation, at)]


def _commented_post(message: _Message) -> str | None:
    """The channel's post that `message` in its discussion group answers; None for other talk there."""
    copy = message.reply_to_message
    if copy is None or not copy.is_automatic_forward or copy.forward_origin is None:
        return None
    number = copy.forward_origin.message_id
    return None if number is None else str(number)


def pressed_query(body: bytes) -> str | None:
    """The id of the press that waits for an answer, without which the button keeps spinning."""
    press = _parsed(body).callback_query
    return None if press is None else press.id
