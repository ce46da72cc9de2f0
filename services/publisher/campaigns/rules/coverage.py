"""Coverage: how much of what was to be carried was confirmed. Pure."""

from dataclasses import dataclass
from enum import StrEnum


class NoCoverage(StrEnum):
    """Why there is no coverage.

    `no_publications`: nothing was published in it yet; `no_subscribers`: nobody subscribes; `nothing_to_carry`:
    every publication is a subscriber's own, or came to nobody else.
    """

    NO_PUBLICATIONS = "no_publications"
    NO_SUBSCRIBERS = "no_subscribers"
    NOTHING_TO_CARRY = "nothing_to_carry"


@dataclass(frozen=True)
class Coverage:
    """`numerator`: confirmed relays. `denominator`: each publication for each subscriber, but for their own."""

    value: float | None
    numerator: int
    denominator: int
    reason_if_null: NoCoverage | None


def coverage(confirmed: int, to_be_carried: int, *, publications: int, subscribers: int) -> Coverage:
    if to_be_carried:
        return Coverage(confirmed / to_be_carried, confirmed, to_be_carried, None)
    if publications == 0:
        return Coverage(None, confirmed, 0, NoCoverage.NO_PUBLICATIONS)
    return Coverage(None, confirmed, 0, NoCoverage.NO_SUBSCRIBERS if subscribers == 0 else NoCoverage.NOTHING_TO_CARRY)
