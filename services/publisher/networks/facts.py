"""What is known of a post before a network is asked to take it, and why it would not. Pure types."""

from collections.abc import Sequence
from dataclasses import dataclass

from services.publisher.networks.accounts import OwnLimits
from services.publisher.networks.contents import Poll, PostFormat
from shared.errors import Text


@dataclass(frozen=True)
class ImageFacts:
    """What decides whether a network takes an image."""

    width: int
    height: int
    size: int  # bytes
    alt_text: int = 0  # characters of its description


@dataclass(frozen=True)
class Shortcoming:
    """Why a network would not take something. `code` is stable."""

    code: str
    text: Text


@dataclass(frozen=True)
class PostFacts:
    """A post as one network would be handed it. `own` is what the account's server says of itself."""

    text: str
    images: Sequence[ImageFacts] = ()
    format: PostFormat = PostFormat.POST
    poll: Poll | None = None
    source_url: str | None = None
    own: OwnLimits | None = None
