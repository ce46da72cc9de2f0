"""A channel as its network knows it: which network, which account, what it is and cannot do."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from services.publisher.networks.outcomes import Reason
from services.publisher.networks.shelf import Shelf


class Network(StrEnum):
    """A social network, or what does its work.

    `vk`: VKontakte; `telegram`: Telegram, by a bot; `max`: MAX, by a bot; `ok`: Odnoklassniki; `bluesky`: Bluesky,
    or a server of its protocol; `mastodon`: Mastodon, or a server of its protocol; `instagram`: Instagram: off
    until its warning is accepted; `email`: letters to a mailing list or an office; `feed`: a public feed of our
    own: RSS and JSON Feed.
    """

    VK = "vk"
    TELEGRAM = "telegram"
    MAX = "max"
    OK = "ok"
    BLUESKY = "bluesky"
    MASTODON = "mastodon"
    INSTAGRAM = "instagram"
    EMAIL = "email"
    FEED = "feed"


@dataclass(frozen=True)
class Account:
    """One channel as its network knows it: which chat or community, and the secrets that open it."""

    target: str
    secrets: Mapping[str, str] = field(repr=False)
    shelf: Shelf | None = field(default=None, repr=False, compare=False)
    """What all workers share of its sessions; None for an account that is not connected yet."""


class Ability(StrEnum):
    """What an account may be unable to do although its network can.

    `publish`: send posts; `images`: send them with images; `direct_messages`: write to people who wrote first;
    `updates`: be told what people write and do; `reconcile`: find out whether a post that nobody is sure of is
    there; `polls`: send polls; `stories`: send stories, gone after a day; `reposts`: carry somebody else's post
    further; `changes`: correct or take down what is out; `measures`: be told figures: followers, views, reactions.
    """

    PUBLISH = "publish"
    IMAGES = "images"
    DIRECT_MESSAGES = "direct_messages"
    UPDATES = "updates"
    RECONCILE = "reconcile"
    POLLS = "polls"
    STORIES = "stories"
    REPOSTS = "reposts"
    CHANGES = "changes"
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
