"""A channel as its network knows it: which network, which account, what it is and cannot do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from services.publisher.networks.outcomes import Reason
from services.publisher.networks.shelf import Shelf


class Network(StrEnum):
    VK = "vk"
    TELEGRAM = "telegram"
    MAX = "max"
    OK = "ok"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    INSTAGRAM = "instagram"  # off until somebody has accepted its warning
    EMAIL = "email"
    FEED = "feed"  # our own: RSS and JSON Feed


@dataclass(frozen=True)
class Account:
    """One channel as its network knows it: which chat or community, and the secrets that open it."""

    target: str
    secrets: Mapping[str, str] = field(repr=False)
    shelf: Shelf | None = field(default=None, repr=False, compare=False)
    """What all workers share of its sessions; None for an account that is not connected yet."""


class Ability(StrEnum):
    """What an account may be unable to do although its network can."""

    PUBLISH = "publish"
    IMAGES = "images"
    DIRECT_MESSAGES = "direct_messages"
    UPDATES = "updates"
    RECONCILE = "reconcile"
    POLLS = "polls"
    STORIES = "stories"
    REPOSTS = "reposts"
    CHANGES = "changes"  # of what is out: to correct it, to take it down
    MEASURES = "measures"


@dataclass(frozen=True)
class Missing:
    """What this account cannot do, and why."""

    ability: Ability
    reason: Reason


@dataclass(frozen=True)
class OwnLimits:
    """What the account's own server takes, where servers of a network differ. What it does not tell is None."""

    text: int | None = None  # characters
    link: int | None = None  # characters that each link counts as
    images: int | None = None  # of one post
    image_size: int | None = None  # bytes
    image_pixels: int | None = None  # width times height
    alt_text: int | None = None  # characters
    poll_options: int | None = None
    poll_option: int | None = None  # characters


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
    limits: OwnLimits | None = None
    """None: those of the table, or what the server said before."""
    learned: Mapping[str, str] = field(default_factory=dict[str, str], repr=False)
    """Secrets that the network told and the channel must keep before `register_hook` (VK's confirmation code)."""
