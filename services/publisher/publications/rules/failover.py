"""When a post goes out by a second channel in place of the first, and by which one.

Only what certainly is not out goes another way: never what is in doubt, or was at any time. Only what its channel could not
take, whatever it says: not what was refused for its contents. And only where no person holds it back: a channel that
somebody paused is waited for.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from services.publisher.channels.rules.attempts import DeliveryState
from services.publisher.channels.rules.readiness import ChannelState

PATIENCE: Final = timedelta(hours=3)  # without access: as long as a network that is away is tried
BLOCKED: Final = frozenset(
    {
        "network.chat_moved",
        "network.chat_not_found",
        "network.confirmation_wanted",
        "network.no_rights",
        "network.posting_denied",
        "network.token_invalid",
    }
)  # said of the account and its channel, not of what was to be posted

OWN_DEFECT: Final = "delivery.not_prepared"  # another channel would not get it either


@dataclass(frozen=True)
class Candidate:
    """A channel in the line of those that stand in, as it is now."""

    state: ChannelState
    has_it: bool  # the publication goes, or went, there anyway
    is_below: bool  # its organization is still that of the blocked channel, or stands below it
    takes_it: bool  # its network takes what it would show there


def is_blocked(state: DeliveryState, code: str | None, *, was_in_doubt: bool) -> bool:
    """Whether a delivery came to `state` because its channel cannot take it, and certainly is not out."""
    if was_in_doubt or code == OWN_DEFECT:
        return False
    return state is DeliveryState.FAILED or (state is DeliveryState.REJECTED and code in BLOCKED)


def is_given_up(
    state: ChannelState, blocked_since: datetime | None, now: datetime, *, was_in_doubt: bool, urgent: bool
) -> bool:
    """Whether what waits for the channel's new credentials had better not wait any longer. What is urgent does not wait."""
    if was_in_doubt or state is not ChannelState.NEEDS_REAUTHORIZATION or blocked_since is None:
        return False
    return urgent or now - blocked_since >= PATIENCE


def chosen(line: Sequence[Candidate]) -> int | None:
    """The place of the first that can take it. Where one of them has it already, nothing is to be made up for."""
    for place, candidate in enumerate(line):
        if candidate.has_it:
            return None
        if candidate.state is ChannelState.ACTIVE and candidate.is_below and candidate.takes_it:
            return place
    return None
