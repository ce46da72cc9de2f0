"""What the stand-ins remember: accounts, what was posted and written, hooks and what waits for them."""

from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, ConfigDict, JsonValue


class Record(BaseModel):
    """Frozen: a change is a new record put in the place of the old one."""

    model_config = ConfigDict(extra="forbid", frozen=True, ser_json_bytes="base64", val_json_bytes="base64")


class Person(Record):
    network: str
    id: int
    first_name: str
    last_name: str
    username: str | None = None

    @property
    def full_name(self) -> str:
        return f"{self.first_name} {self.last_name}".strip()


class ButtonKind(StrEnum):
    CALLBACK = "callback"
    TEXT = "text"
    LINK = "link"


class Button(Record):
    text: str
    kind: ButtonKind
    data: str = ""


class Bot(Record):
    network: str
    id: int
    name: str
    username: str
    menu: tuple[Button, ...] = ()  # its commands: what a person chooses, and what is then said


class Community(Record):
    """A channel (Telegram, MAX) or a community with a wall (VK)."""

    network: str
    id: int
    title: str
    handle: str
    description: str = ""
    followers: int = 0  # those who are not in `members`: a crowd without names
    members: tuple[int, ...] = ()
    bot_id: int | None = None  # the administrator bot of a channel
    manager_id: int | None = None  # the person whose token publishes to a VK wall
    discussion_id: int | None = None  # Telegram: the group in which a channel's posts are commented on
    has_stories: bool = True  # VK gives them to verified communities alone
    tells_its_app: bool = False  # Instagram: whether the app's hook hears of it
    confirmation_code: str | None = None  # VK: the answer to the Callback API's first question


class InviteLink(Record):
    """A link into a community, made by its bot. It lets in `member_limit` people at most, until it expires."""

    network: str
    url: str
    community_id: int
    bot_id: int
    name: str | None = None
    expires_at: datetime | None = None
    member_limit: int | None = None
    used: int = 0


class CredentialKind(StrEnum):
    BOT = "bot"
    COMMUNITY = "community"
    USER = "user"


class Credential(Record):
    """A token and whose it is: a bot's, a VK community's, or a person's."""

    network: str
    token: str
    kind: CredentialKind
    subject_id: int


class Span(Record):
    """A formatted stretch of a text, in UTF-16 code units as the networks count them."""

    kind: str
    offset: int
    length: int
    url: str | None = None
    language: str | None = None


class MessageKind(StrEnum):
    POST = "post"
    DIRECT = "direct"


class PostFormat(StrEnum):
    POST = "post"
    STORY = "story"  # not on the wall, and gone at `visible_until`
    POLL = "poll"
    REPOST = "repost"


class Message(Record):
    """A post of a community, or one message of a dialog between a person and a bot or community."""

    network: str
    kind: MessageKind
    owner_id: int  # the community of a post; the bot or community of a dialog
    chat_id: int
    number: int
    key: str  # as the network names it
    author_id: int | None  # None: the community itself
    outgoing: bool  # written through the network's API
    text: str
    spans: tuple[Span, ...] = ()
    pictures: tuple[str, ...] = ()
    buttons: tuple[tuple[Button, ...], ...] = ()
    at: datetime
    edited_at: datetime | None = None
    deleted: bool = False
    album: str | None = None
    reply_to: int | None = None
    repeat_key: str | None = None  # VK: guid or random_id
    payload: str | None = None  # VK: what a pressed text button carries
    format: PostFormat = PostFormat.POST
    visible_until: datetime | None = None  # of a story
    poll_id: str | None = None  # of `answers.Poll`
    source_url: str | None = None  # of a repost: what is carried further
    source_text: str = ""  # and what it says, as far as the network shows it
    views: int = 0


class Dialog(Record):
    """A person and a bot (or community) that may write to each other: the person began."""

    network: str
    owner_id: int
    person_id: int
    chat_id: int
    menu: tuple[tuple[Button, ...], ...] = ()  # VK: the keyboard that stays below the chat


class Comment(Record):
    network: str
    community_id: int
    post_number: int
    number: int
    person_id: int | None  # None: the community itself
    text: str
    at: datetime
    reply_to: int | None = None  # the comment that it answers
    edited_at: datetime | None = None
    deleted: bool = False
    repeat_key: str | None = None


class Repost(Record):
    network: str
    community_id: int
    post_number: int
    number: int
    person_id: int
    text: str
    at: datetime


class Picture(Record):
    network: str
    id: str
    number: int
    secret: str  # what the network gave for it: a file id, a hash, a token
    content_type: str
    width: int
    height: int
    content: bytes
    caption: str = ""
    ready_at: datetime
    owner_id: int = 0  # VK: whose photo it is
    saved: bool = True  # VK: uploaded, but not yet saved to the wall


class Press(Record):
    """A person pressed a callback button; the bot may answer once."""

    network: str
    id: str
    owner_id: int
    person_id: int
    message_key: str
    data: str
    at: datetime
    answered: bool = False
    notification: str | None = None


class HookState(StrEnum):
    WAITING = "waiting"
    CONFIRMED = "confirmed"
    FAILED = "failed"


class Hook(Record):
    network: str
    owner_id: int
    id: int
    url: str
    secret: str | None
    events: tuple[str, ...] | None  # None: the network's default set
    state: HookState = HookState.CONFIRMED
    title: str = ""
    created_at: datetime

    @property
    def name(self) -> str:
        return f"{self.network}:{self.owner_id}:{self.id}"


class WaitingUpdate(Record):
    """One update on its way to one hook, kept until the hook has taken it."""

    id: int
    hook: str
    event: str
    lane: str  # updates of one lane arrive in their order
    body: dict[str, JsonValue]
    created_at: datetime
    copies: int = 1  # how often it is sent at once: a fault of the network
    attempts: int = 0
    last_error: str | None = None


class Mail(Record):
    """A message that the mail catcher took instead of delivering it."""

    id: int
    sender: str
    to: str
    subject: str
    text: str
    html: str | None
    headers: dict[str, str]
    at: datetime
