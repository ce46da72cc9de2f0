"""What a call to a network came to. A connector never repeats one that may have had an effect: the caller decides.

Outcome
    Sent                  the network has it
    Rejected              the network said no: repeating changes nothing
    Throttled             not taken, this channel must pause
    Retry                 not taken, or a repeat with the same key is harmless: try again
    Unknown               the network may have taken it
    NeedsReauthorization  not taken, and nothing will be until somebody gives new secrets
"""

from dataclasses import dataclass

from services.publisher.networks.storing import storable
from shared.errors import Text, Unavailable


class Unreachable(Unavailable):
    """The network cannot be asked now. Only of calls without an effect: `probe`, `reconcile`, `register_hook`."""

    code = "network.unreachable"
    title = {"ru": "Социальная сеть сейчас не отвечает", "en": "The social network does not answer now"}


@dataclass(frozen=True)
class Reason:
    """Why something was not done. `code` is ours and stable; `network_code` is what the network itself said."""

    code: str
    text: Text
    network_code: str | None = None

    def __post_init__(self) -> None:
        _clean(self, "network_code")


class UpdatesRefused(Unreachable):
    """The network tells this account nothing until somebody mends what `reason` says. Only of `fetch_updates`."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason.text)
        self.reason = reason


@dataclass(frozen=True)
class Sent:
    external_id: str
    url: str | None = None
    poll_id: str | None = None  # of a poll: what `PollVoted` and `poll_totals` name it by

    def __post_init__(self) -> None:
        _clean(self, "external_id", "url", "poll_id")


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


Refusal = Rejected | Throttled | Retry | Unknown | NeedsReauthorization
Outcome = Sent | Refusal


@dataclass(frozen=True)
class NoProof:
    """No match was found, which does not prove that the post was not taken."""


@dataclass(frozen=True)
class Unsupported:
    """This network, or this account's token, cannot do that."""

    reason: Reason


Reconciliation = Sent | NoProof | Unsupported


@dataclass(frozen=True)
class Done:
    """It is as was asked; also when it was so before."""


Change = Done | Unsupported | Refusal


def _clean(outcome: Reason | Sent, *names: str) -> None:
    """What came of a call is kept whatever the network answered: else nobody would know that it has the post."""
    for name in names:
        said = getattr(outcome, name)
        if isinstance(said, str):
            object.__setattr__(outcome, name, storable(said))  # frozen: this is still its making
