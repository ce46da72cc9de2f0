"""What happens on a network outside the API, of which it may tell the hooks."""

from dataclasses import dataclass

from deploy.sandbox.answers import Mention, Poll, Reaction
from deploy.sandbox.records import Comment, Community, Dialog, InviteLink, Message, Person, Press, Repost
from deploy.sandbox.wire import JsonObject


@dataclass(frozen=True)
class Written:
    """A person wrote a direct message."""

    message: Message
    person: Person


@dataclass(frozen=True)
class Started:
    """A person opened the dialog with a bot, perhaps by a link that carries `payload`."""

    dialog: Dialog
    person: Person
    payload: str | None
    message: Message | None  # Telegram says it with a message: /start


@dataclass(frozen=True)
class Pressed:
    press: Press
    message: Message
    person: Person


@dataclass(frozen=True)
class Posted:
    """A post appeared on a community's wall, whoever made it."""

    post: Message


@dataclass(frozen=True)
class Commented:
    comment: Comment
    post: Message
    person: Person


@dataclass(frozen=True)
class CommentEdited:
    comment: Comment
    post: Message
    person: Person


@dataclass(frozen=True)
class CommentRemoved:
    comment: Comment
    post: Message
    person: Person


@dataclass(frozen=True)
class Mentioned:
    mention: Mention
    community: Community
    person: Person


@dataclass(frozen=True)
class Reacted:
    """A person reacted to a post, or took that back."""

    reaction: Reaction
    post: Message
    person: Person
    removed: bool = False


@dataclass(frozen=True)
class Voted:
    """`options` are from 0; none of them: the vote was taken back."""

    poll: Poll
    post: Message
    person: Person
    options: tuple[int, ...]


@dataclass(frozen=True)
class Reposted:
    repost: Repost
    post: Message
    person: Person


@dataclass(frozen=True)
class Joined:
    community: Community
    person: Person
    link: InviteLink | None = None


@dataclass(frozen=True)
class Left:
    community: Community
    person: Person


Event = (
    Written
    | Started
    | Pressed
    | Posted
    | Commented
    | CommentEdited
    | CommentRemoved
    | Mentioned
    | Reacted
    | Voted
    | Reposted
    | Joined
    | Left
)


@dataclass(frozen=True)
class Update:
    """One piece of news for the hooks of `owner_id`, in the network's own shape."""

    owner_id: int
    event: str
    lane: str  # what must arrive in order: a chat
    body: JsonObject
