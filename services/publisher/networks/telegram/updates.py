"""Telegram's updates: one JSON object per call of the hook."""

from datetime import UTC, datetime

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.publisher.networks.contents import MenuAction, payload_of
from services.publisher.networks.inbound import (
    ButtonPressed,
    CommentReceived,
    ConversationStarted,
    MalformedUpdate,
    MemberJoined,
    MemberLeft,
    Mentioned,
    MessageReceived,
    PollVoted,
    ReactionsCounted,
    Reposted,
    Sender,
    UnixSeconds,
    Update,
)
from services.publisher.networks.measures import PollTotals

KINDS = (  # what the hook asks for
    "message",
    "edited_message",
    "callback_query",
    "chat_member",
    "message_reaction_count",
    "poll",
)
_ATTACHMENTS = ("photo", "document", "video", "audio", "voice", "video_note", "sticker", "location", "contact")


_MEMBERS = ("creator", "administrator", "member")
_ACTIONS = frozenset(MenuAction)


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

    def places(self) -> tuple[str, ...]:
        """The targets by which a channel may be connected."""
        return (str(self.id),) if self.username is None else (str(self.id), f"@{self.username}")


class _Origin(_Wire):
    """Where something was forwarded from: the chat and the number stand for posts of channels alone."""

    chat: _Chat | None = None
    message_id: int | None = None


class _Copy(_Wire):
    """A channel's post as it lies in the channel's discussion group."""

    is_automatic_forward: bool = False
    forward_origin: _Origin | None = None


class _Entity(_Wire):
    type: str
    offset: int = Field(ge=0)
    length: int = Field(ge=0)


class _Message(BaseModel):
    model_config = ConfigDict(extra="allow")  # an attachment shows by its name alone

    message_id: int
    chat: _Chat
    sender: _User | None = Field(default=None, alias="from")
    date: UnixSeconds
    edit_date: UnixSeconds | None = None
    text: str = ""
    caption: str = ""
    entities: tuple[_Entity, ...] = ()
    caption_entities: tuple[_Entity, ...] = ()
    reply_to_message: _Copy | None = None
    forward_origin: _Origin | None = None
    is_automatic_forward: bool = False

    def attachments(self) -> tuple[str, ...]:
        present = self.model_extra or {}
        return tuple(kind for kind in _ATTACHMENTS if present.get(kind) is not None)

    def said(self) -> str:
        return self.text or self.caption

    def commented_post(self) -> _Origin | None:
        """The channel's post that this answers in the discussion group; None for other talk there.

        An answer to another comment does not say which post it stands below.
        """
        copy = self.reply_to_message
        if copy is None or not copy.is_automatic_forward or copy.forward_origin is None:
            return None
        return None if copy.forward_origin.message_id is None else copy.forward_origin

    def named_places(self) -> tuple[str, ...]:
        """The channels and people named by their @names."""
        units = self.said().encode("utf-16-le", "surrogatepass")  # entities count UTF-16 code units
        spans = (
            (e.offset * 2, (e.offset + e.length) * 2)
            for e in (*self.entities, *self.caption_entities)
            if e.type == "mention"
        )
        return tuple(units[start:end].decode("utf-16-le", "replace") for start, end in spans)

    def url(self) -> str:
        """Where it can be seen: by the group's name, or for its members by its number."""
        if self.chat.username is not None:
            return f"https://t.me/{self.chat.username}/{self.message_id}"
        return f"https://t.me/c/{str(self.chat.id).removeprefix('-100')}/{self.message_id}"


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


class _ReactionCount(_Wire):
    total_count: int = Field(ge=0)


class _ReactionCounts(_Wire):
    chat: _Chat
    message_id: int
    date: UnixSeconds
    reactions: tuple[_ReactionCount, ...] = ()


class _PollOption(_Wire):
    voter_count: int = Field(ge=0)


class _Poll(_Wire):
    id: str
    options: tuple[_PollOption, ...]
    total_voter_count: int = Field(ge=0)


class _Update(_Wire):
    update_id: int
    message: _Message | None = None
    edited_message: _Message | None = None
    callback_query: _CallbackQuery | None = None
    chat_member: _ChatMember | None = None
    message_reaction_count: _ReactionCounts | None = None
    poll: _Poll | None = None


def _parsed(body: bytes) -> _Update:
    try:
        return _Update.model_validate_json(body)
    except ValidationError as error:
        raise MalformedUpdate from error


def updates_in(body: bytes, now: datetime) -> list[Update]:
    """The update in `body` if we know what to do with it. What carries no time of its own is of `now`."""
    update = _parsed(body)
    key = str(update.update_id)
    match update:
        case _Update(message=_Message() as message):
            found = _from_message(key, message)
        case _Update(edited_message=_Message() as message):
            found = _from_correction(key, message)
        case _Update(chat_member=_ChatMember() as change):
            found = _from_membership(key, change)
        case _Update(message_reaction_count=_ReactionCounts() as counts):
            found = _from_reactions(key, counts)
        case _Update(poll=_Poll() as poll):
            totals = PollTotals(tuple(option.voter_count for option in poll.options), poll.total_voter_count)
            found: list[Update] = [PollVoted(key, poll.id, totals, now)]
        case _Update(callback_query=_CallbackQuery(data=str(data)) as press):
            found = [ButtonPressed(key, press.sender.sender(), data, now)]
        case _:
            found = []
    return found


def _from_message(update_id: str, message: _Message) -> list[Update]:
    if message.sender is None or message.sender.is_bot:
        return []
    sender, at = message.sender.sender(), datetime.fromtimestamp(message.date, UTC)
    if message.chat.type != "private":
        return _from_group(update_id, sender, message)
    text = message.said()
    command, _, payload = text.partition(" ")
    if command == "/start":
        return [ConversationStarted(update_id, sender, payload.strip() or None, at)]
    action = command.partition("@")[0].removeprefix("/")
    if command.startswith("/") and action in _ACTIONS:
        return [ButtonPressed(update_id, sender, payload_of(MenuAction(action)), at)]
    return [MessageReceived(update_id, sender, text, at, message.attachments())]


def _from_group(update_id: str, sender: Sender, message: _Message) -> list[Update]:
    """A comment, a channel's post that was carried here, a naming of channels; other talk is nothing to us."""
    at, text = datetime.fromtimestamp(message.date, UTC), message.said()
    origin = message.commented_post()
    if origin is not None:
        return [_comment(update_id, sender, message, origin, at)]
    carried = message.forward_origin
    if carried is not None and carried.chat is not None and carried.message_id is not None:
        number = str(carried.message_id)
        return [Reposted(update_id, sender, number, message.url(), "", at, carried.chat.places())]
    named = message.named_places()
    return [Mentioned(update_id, sender, message.url(), text, at, named)] if named else []


def _from_correction(update_id: str, message: _Message) -> list[Update]:
    """Of what was said before only comments are kept."""
    origin = message.commented_post()
    if message.sender is None or message.sender.is_bot or message.chat.type == "private" or origin is None:
        return []
    at = datetime.fromtimestamp(message.edit_date or message.date, UTC)
    return [_comment(update_id, message.sender.sender(), message, origin, at)]


def _comment(update_id: str, sender: Sender, message: _Message, origin: _Origin, at: datetime) -> CommentReceived:
    places = () if origin.chat is None else origin.chat.places()
    post, comment = str(origin.message_id), str(message.message_id)
    return CommentReceived(update_id, sender, post, comment, message.said(), at, places=places)


def _from_membership(update_id: str, change: _ChatMember) -> list[Update]:
    """Who came and who left; not whose rights changed."""
    member, belonged = change.new_chat_member, change.old_chat_member.belongs()
    if member.belongs() is belonged or member.user.is_bot:
        return []
    places, at = change.chat.places(), datetime.fromtimestamp(change.date, UTC)
    if belonged:
        return [MemberLeft(update_id, member.user.sender(), places, at)]
    invitation = None if change.invite_link is None else change.invite_link.name
    return [MemberJoined(update_id, member.user.sender(), places, invitation, at)]


def _from_reactions(update_id: str, counts: _ReactionCounts) -> list[Update]:
    total = sum(reaction.total_count for reaction in counts.reactions)
    at = datetime.fromtimestamp(counts.date, UTC)
    return [ReactionsCounted(update_id, str(counts.message_id), total, at, counts.chat.places())]


def pressed_query(body: bytes) -> str | None:
    """The id of the press that waits for an answer, without which the button keeps spinning."""
    press = _parsed(body).callback_query
    return None if press is None else press.id
