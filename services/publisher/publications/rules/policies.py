"""How an organization publishes: by whose leave, and whether it asks to be asked before it carries what those above write."""

from datetime import timedelta
from enum import StrEnum

from services.publisher.publications.rules.states import TOO_LATE_AFTER, PublicationKind

ANSWER_HOURS = 24  # by default
GREETING_HOURS = 6  # congratulations are not to wait for the day after


class CarryingRule(StrEnum):
    """What happens to a publication of an organization above in one's own channels."""

    CARRY = "carry"  # it goes out
    ASK = "ask"  # it waits for a while: within it one may refuse or use words of one's own


class Consent(StrEnum):
    ASKED = "asked"
    ACCEPTED = "accepted"
    REFUSED = "refused"


def wait_for_answer(kind: PublicationKind, hours: int) -> timedelta:
    """How long those are waited for whose channels are to carry it."""
    return timedelta(hours=min(hours, GREETING_HOURS) if kind in TOO_LATE_AFTER else hours)
