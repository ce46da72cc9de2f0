"""Letters whose turn it is."""

from services.publisher.releases.actions.sending import send_letter
from shared.consumers import Consumer, performs
from shared.contracts.publisher import ReleaseLetterDue


def consumers() -> list[Consumer]:
    return [performs(ReleaseLetterDue, send_letter)]
