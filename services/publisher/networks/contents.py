"""What is handed to a network: posts, comments, messages and invitations, in no network's own words."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from uuid import UUID


class PostFormat(StrEnum):
    """As what something is published.

    `post`: text, images, links; `story`: an image that is gone after 24 hours; `poll`: a question with answers to
    choose; `repost`: somebody's post carried further, by its URL.
    """

    POST = "post"
    STORY = "story"
    POLL = "poll"
    REPOST = "repost"


@dataclass(frozen=True)
class Image:
    content: bytes = field(repr=False)
    content_type: str  # image/jpeg or image/png
    alt_text: str
    url: str | None = None  # where the network may fetch it for a while, of those that fetch what they show


@dataclass(frozen=True)
class Post:
    """Plain text with images, as one channel will show it. The same `delivery_id` on every attempt.

    A story has one image and no text; a poll has `poll`, its text stands above it; a repost has `source_url`, its text is
    what is said about it.
    """

    delivery_id: UUID
    text: str
    images: tuple[Image, ...] = ()
    format: PostFormat = PostFormat.POST
    poll: "Poll | None" = None
    source_url: str | None = None


@dataclass(frozen=True)
class Poll:
    question: str
    options: tuple[str, ...]
    is_anonymous: bool = True
    is_multiple: bool = False  # several options may be chosen
    closes_at: datetime | None = None


@dataclass(frozen=True)
class CommentReply:
    """An answer, in the account's name, to a comment under its post. The same `reference_id` on every attempt."""

    reference_id: UUID
    post_id: str
    comment_id: str
    text: str


@dataclass(frozen=True)
class Button:
    label: str
    payload: str  # at most 64 bytes, the smallest limit of the networks


BUTTONS_IN_A_ROW = 5  # VK's limit, the smallest


def button_rows(buttons: Sequence[Button]) -> list[Sequence[Button]]:
    """Buttons in rows as every network shows them: five marks stand in one row."""
    return [buttons[start : start + BUTTONS_IN_A_ROW] for start in range(0, len(buttons), BUTTONS_IN_A_ROW)]


class MenuAction(StrEnum):
    """What members can do without any client of ours. The names are the commands of networks that have commands."""

    ASK = "ask"
    JOIN = "join"
    REGISTER = "register"
    ANSWER = "answer"


@dataclass(frozen=True)
class MenuItem:
    action: MenuAction
    label: str  # at most 40 characters, the smallest limit of the networks


def payload_of(action: MenuAction) -> str:
    """What a press of a menu's item carries in every network."""
    return f"menu:{action}"


@dataclass(frozen=True)
class DirectMessage:
    """A message into the private chat with one user. The same `reference_id` on every attempt.

    `menu` stays below the chat where the network has no menu of the account's own (VK), and is left out elsewhere.
    """

    reference_id: UUID
    recipient: str
    text: str
    buttons: tuple[Button, ...] = ()
    menu: tuple[MenuItem, ...] = ()
    answers: "Answered | None" = None
    is_automatic: bool = False  # no person wrote it


@dataclass(frozen=True)
class Answered:
    """The letter that a message answers, where the network knows letters."""

    subject: str
    references: tuple[str, ...]


@dataclass(frozen=True)
class Invitation:
    """A link of one use into the account's community. `name` comes back with the join, where the network tells it."""

    name: str  # at most 32 characters
    expires_at: datetime


@dataclass(frozen=True)
class Invited:
    url: str = field(repr=False)
