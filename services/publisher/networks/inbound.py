"""What the networks tell us by their hooks. Pure types."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Annotated, Final

from pydantic import Field

from services.publisher.networks.measures import PollTotals
from services.publisher.networks.outcomes import Reason
from shared.errors import Invalid

_LAST_SECOND: Final = 253_402_300_799  # of the year 9999: no `datetime` goes on from there

ADDRESS_SECRET: Final = "hook-secret"  # noqa: S105 a name
"""Parameter of the hook's address that holds its secret, for networks that send none. It is handed on as a header."""

UnixSeconds = Annotated[int, Field(ge=0, le=_LAST_SECOND)]
UnixMilliseconds = Annotated[int, Field(ge=0, le=_LAST_SECOND * 1000)]


class MalformedUpdate(Invalid):
    code = "network.malformed_update"
    title = {"ru": "Уведомление сети не разобрано", "en": "The network's update cannot be read"}


@dataclass(frozen=True)
class Sender:
    external_user_id: str
    display_name: str | None  # None where the network does not tell it with the update: ask `name_of`


@dataclass(frozen=True)
class Letter:
    """What a message by mail is besides its words."""

    subject: str
    references: tuple[str, ...]  # what an answer refers to, oldest first: the last is the letter itself
    original: str  # all that it says, with what it quotes


@dataclass(frozen=True)
class MessageReceived:
    """Somebody wrote to the account in private. `attachments` are kinds (photo, document): the text may be empty."""

    update_id: str
    sender: Sender
    text: str
    at: datetime
    attachments: tuple[str, ...] = ()
    letter: Letter | None = None


@dataclass(frozen=True)
class ButtonPressed:
    update_id: str
    sender: Sender
    payload: str
    at: datetime
    press_id: str | None = None  # where the network waits for `acknowledge`


@dataclass(frozen=True)
class ConversationStarted:
    """Somebody opened the private chat, perhaps by a link that carried `payload`. Nothing was said yet."""

    update_id: str
    sender: Sender
    payload: str | None
    at: datetime


@dataclass(frozen=True)
class CommentReceived:
    """Somebody commented on a post of the account."""

    update_id: str
    sender: Sender
    post_id: str
    comment_id: str
    text: str  # empty when `is_removed`
    at: datetime  # of this wording: of two the later one stands
    reply_to: str | None = None  # the comment that it answers
    is_removed: bool = False
    places: tuple[str, ...] = ()  # the targets of the post's channel, where a mailbox may have several


@dataclass(frozen=True)
class MemberJoined:
    """Somebody became a member of the account's community."""

    update_id: str
    sender: Sender
    places: tuple[str, ...]  # the targets that the community may be connected by: its id, its name
    invitation: str | None  # the name of the link that was followed, where the network tells it
    at: datetime


@dataclass(frozen=True)
class MemberLeft:
    """Somebody left the account's community, or was put out of it."""

    update_id: str
    sender: Sender
    places: tuple[str, ...]
    at: datetime


@dataclass(frozen=True)
class Mentioned:
    """Somebody named the account in a post of their own.

    With `places` it is for the receiver to see whether one of the targets named is a channel of ours.
    """

    update_id: str
    sender: Sender
    url: str
    text: str
    at: datetime
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class MentionNoticed:
    """Somebody named the account in a post, or in a comment on one: what they said is asked for by `look_up`."""

    update_id: str
    media_id: str
    comment_id: str | None
    at: datetime
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class Reposted:
    """Somebody carried a post of the account further. `url` is of their copy, where the network tells it."""

    update_id: str
    sender: Sender
    post_id: str
    url: str | None
    text: str  # what they said about it
    at: datetime
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class ReactionsCounted:
    """Somebody reacted to a post, or took that back. All kinds together."""

    update_id: str
    post_id: str
    count: int | None  # by now; None where the network does not tell it with the update: ask `measure`
    at: datetime
    places: tuple[str, ...] = ()


@dataclass(frozen=True)
class PollVoted:
    """Somebody voted. `totals` where the network tells them with the update: else it is asked for them."""

    update_id: str
    poll_id: str
    totals: PollTotals | None
    at: datetime


RETURNS_WITHIN: Final = timedelta(days=5, hours=6)
"""How long servers try to hand a letter over (RFC 5321, 4.5.4.1). Who says later that it came back is no server."""


@dataclass(frozen=True)
class LetterReturned:
    """A letter of ours could not be handed over, says a mail server on its way, for good."""

    update_id: str
    letter_id: str  # of the `Sent` that it was
    recipients: tuple[str, ...]  # to whom: as we wrote it, and whom that came to be
    reason: Reason
    at: datetime


Update = (
    MessageReceived
    | ButtonPressed
    | ConversationStarted
    | CommentReceived
    | MemberJoined
    | MemberLeft
    | Mentioned
    | MentionNoticed
    | Reposted
    | ReactionsCounted
    | PollVoted
    | LetterReturned
)
"""Each has an `update_id`, unique within its mailbox: a repeated delivery of the same update has the same one."""

Spoken = MessageReceived | ButtonPressed | ConversationStarted | CommentReceived | Mentioned | Reposted
"""What somebody said to the account: a name is wanted for them."""


@dataclass(frozen=True)
class Fetched:
    """What a network that calls no hook told when it was asked. `cursor` is handed back the next time."""

    updates: tuple[Update, ...]
    cursor: str


@dataclass(frozen=True)
class Hook:
    """Where the network is to send its updates. `secret`: 5 to 50 of A-Z, a-z, 0-9, `_` and `-`."""

    url: str
    secret: str = field(repr=False)


@dataclass(frozen=True)
class HookAnswer:
    """What the network wants to hear at once, with status 200."""

    content: bytes
    content_type: str = "text/plain; charset=utf-8"
