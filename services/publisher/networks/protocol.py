"""What every connector can do, and the words of it. Pure types: no I/O, nothing of any one network.

A connector never repeats a call that may have had an effect: it says what happened, the caller decides.

Outcome
    Sent                  the network has it
    Rejected              the network said no: repeating changes nothing
    Throttled             not taken, this channel must pause
    Retry                 not taken, or a repeat with the same key is harmless: try again
    Unknown               the network may have taken it
    NeedsReauthorization  not taken, and nothing will be until somebody gives new secrets
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol
from uuid import UUID

from services.publisher.networks.inbound import Hook, HookAnswer, Update
from shared.errors import Text, Unavailable


class Network(StrEnum):
    VK = "vk"
    TELEGRAM = "telegram"
    MAX = "max"


class Unreachable(Unavailable):
    """The network cannot be asked now. Only of calls without an effect: `probe`, `reconcile`, `register_hook`."""

    code = "network.unreachable"
    title = {"ru": "Социальная сеть сейчас не отвечает", "en": "The social network does not answer now"}


@dataclass(frozen=True)
class Account:
    """One channel as its network knows it: which chat or community, and the secrets that open it."""

    target: str
    secrets: Mapping[str, str] = field(repr=False)


@dataclass(frozen=True)
class Reason:
    """Why something was not done. `code` is ours and stable; `network_code` is what the network itself said."""

    code: str
    text: Text
    network_code: str | None = None


class Ability(StrEnum):
    """What an account may be unable to do although its network can."""

    PUBLISH = "publish"
    IMAGES = "images"
    DIRECT_MESSAGES = "direct_messages"
    UPDATES = "updates"
    RECONCILE = "reconcile"


@dataclass(frozen=True)
class Missing:
    """What this account cannot do, and why."""

    ability: Ability
    reason: Reason


@dataclass(frozen=True)
class Probe:
    """What the network says about an account. Unknown is None, never 0."""

    mailbox: str | None = None
    """Whom people write to: the bot or the community itself. Channels of one mailbox share its hook."""
    mailbox_url: str | None = None
    """Where people write to it."""
    title: str | None = None
    url: str | None = None
    follower_count: int | None = None
    missing: tuple[Missing, ...] = ()
    learned: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Secrets that the network told and the channel must keep before `register_hook` (VK's confirmation code)."""


@dataclass(frozen=True)
class Image:
    content: bytes = field(repr=False)
    content_type: str  # image/jpeg or image/png
    alt_text: str


@dataclass(frozen=True)
class Post:
    """Plain text with images, as one channel will show it. The same `delivery_id` on every attempt."""

    delivery_id: UUID
    text: str
    images: tuple[Image, ...] = ()


@dataclass(frozen=True)
class Button:
    label: str
    payload: str  # at most 64 bytes, the smallest limit of the networks


@dataclass(frozen=True)
class DirectMessage:
    """A message into the private chat with one user. The same `reference_id` on every attempt."""

    reference_id: UUID
    recipient: str
    text: str
    buttons: tuple[Button, ...] = ()


@dataclass(frozen=True)
class Sent:
    external_id: str
    url: str | None = None


@dataclass(frozen=True)
class Rejected:
    reason: Reason


@dataclass(frozen=True)
class Throttled:
    reason: Reason
    retry_after: float  # seconds, as the network asks


@dataclass(frozen=True)
class Retry:
    reason: Reason
    retry_after: float | None = None  # seconds; None leaves it to the caller's back-off


@dataclass(frozen=True)
class Unknown:
    reason: Reason


@dataclass(frozen=True)
class NeedsReauthorization:
    reason: Reason


@dataclass(frozen=True)
class Invitation:
    """A link of one use into the account's community. `name` comes back with the join, where the network tells it."""

    name: str  # at most 32 characters
    expires_at: datetime


@dataclass(frozen=True)
class Invited:
    url: str = field(repr=False)


Refusal = Rejected | Throttled | Retry | Unknown | NeedsReauthorization
Outcome = Sent | Refusal


@dataclass(frozen=True)
class NoProof:
    """No match was found, which does not prove that the post was not taken."""


@dataclass(frozen=True)
class Unsupported:
    """This network, or this account's token, cannot look."""

    reason: Reason


Reconciliation = Sent | NoProof | Unsupported


@dataclass(frozen=True)
class Timeouts:
    """Seconds. `whole` bounds one `publish` or `send_direct` with all its calls: a lease on an attempt lasts longer.

    Preparations (uploads) stop `reserve` before that end, so that the one call with an effect has its time.
    """

    connect: float = 5.0
    read: float = 15.0
    whole: float = 19.0
    reserve: float = 7.0


class Connector(Protocol):
    """One network. Knows no tenant and keeps no state but its pooled connections."""

    @property
    def network(self) -> Network: ...

    async def probe(self, account: Account) -> Probe:
        """What this account is and cannot do. Raises Unreachable."""
        ...

    async def publish(self, account: Account, post: Post) -> Outcome:
        """Put `post` out once. Never raises for what the network or the way to it did."""
        ...

    async def reconcile(
        self, account: Account, post: Post, since: datetime, others: Collection[str] = ()
    ) -> Reconciliation:
        """Look for `post`, whose first attempt began at `since`. `others` are ids of posts known to be something else.

        Raises Unreachable.
        """
        ...

    async def send_direct(self, account: Account, message: DirectMessage) -> Outcome:
        """Write to one user. Never raises for what the network or the way to it did."""
        ...

    async def invite(self, account: Account, invitation: Invitation) -> Invited | Unsupported | Refusal:
        """Make a link. A repeat makes another one, and the first is never used: `Unknown` is not an answer.

        Never raises for what the network or the way to it did.
        """
        ...

    async def name_of(self, account: Account, external_user_id: str) -> str | None:
        """The user's name, where updates come without it; None when the network does not tell. Raises Unreachable."""
        ...

    async def register_hook(self, account: Account, hook: Hook) -> Missing | None:
        """Ask for updates at `hook`; again with the same URL changes its secret. None when done. Raises Unreachable.

        The network may call the hook while this runs: what `probe` learned must be stored before.
        """
        ...

    async def acknowledge(self, account: Account, press_id: str) -> None:
        """Tell a person that their press of a button has arrived, where `answer_to_hook` cannot. Raises Unreachable."""
        ...

    def verify_hook(self, headers: Mapping[str, str], body: bytes, secret: str) -> bool:
        """Whether the network sent this: its secret is compared in constant time. Header names in lower case."""
        ...

    def answer_to_hook(self, account: Account, body: bytes) -> HookAnswer:
        """What to answer once the updates are stored."""
        ...

    def parse_updates(self, body: bytes) -> list[Update]:
        """The updates in a verified `body` that we know what to do with. Raises MalformedUpdate."""
        ...
