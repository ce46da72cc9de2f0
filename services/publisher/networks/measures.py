"""What a network counts of a channel or a post. What it does not tell is None with the reason, never 0. Pure types."""

from dataclasses import dataclass
from typing import Self

from services.publisher.networks.outcomes import Reason


@dataclass(frozen=True)
class Measured:
    """A figure, or why there is none: exactly one of the two."""

    value: int | None
    reason: Reason | None = None

    @classmethod
    def untold(cls, reason: Reason) -> Self:
        return cls(None, reason)


@dataclass(frozen=True)
class PostMeasures:
    """Of one post, from its beginning until now."""

    views: Measured
    reach: Measured  # people, each once
    reactions: Measured  # likes and their like
    comments: Measured
    reposts: Measured


@dataclass(frozen=True)
class PollTotals:
    """How often each option was chosen, in the order of the options."""

    votes: tuple[int, ...]
    voters: int | None = None  # None where the network does not tell
