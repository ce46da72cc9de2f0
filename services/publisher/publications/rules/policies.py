"""How an organization publishes: by whose leave, and whether it asks to be asked before it carries what those above write."""

from datetime import timedelta
from enum import StrEnum

from services.publisher.publications.rules.states import TOO_LATE_AFTER, PublicationKind

ANSWER_HOURS = 24  # by default
GREETING_HOURS = 6  # congratulations are not to wait for the day after


class CarryingRule(StrEnum):
    """What happens to a publication of an organization above in one's own channels.

    `carry`: it goes out; `ask`: it waits for a while: within it one may refuse or use words of one's own.
    """

    CARRY = "carry"
    ASK = "ask"


class Consent(StrEnum):
    """What those say in whose channel an organization above wants to publish.

    `asked`: nothing yet: it goes out when their time is over; `accepted`: they carry it, in its words or their own;
    `refused`: they do not: it is not sent there.
    """

    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"


def wait_for_answer(kind: PublicationKind, hours: int) -> timedelta:
    """How long those are waited for whose channels are to carry it."""
    return timedelta(hours=min(hours, GREETING_HOURS) if kind in TOO_LATE_AFTER else hours)
