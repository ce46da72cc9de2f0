"""Until when those whose channel it is may say no to a publication of an organization above."""

from datetime import datetime

from services.publisher.channels.rules.attempts import WAITING, DeliveryState
from services.publisher.networks.outcomes import Reason
from services.publisher.publications.rules.policies import Consent
from shared.errors import Conflict, Text

_REFUSED: Text = {
    "ru": "Организация, чей это канал, отказалась её выпустить",
    "en": "The organization whose channel this is declined to carry it",
}


def refused(comment: str) -> Reason:
    """Why it is not sent; `comment` is theirs, in their own language."""
    more = f": {comment}" if comment else ""
    return Reason("delivery.not_carried", {language: said + more for language, said in _REFUSED.items()})


class AnswerTooLate(Conflict):
    code = "delegation.too_late"
    title = {
        "ru": "На эту просьбу уже ответили, или её срок прошёл",
        "en": "This was answered before, or its time is over",
    }


def check_answerable(consent: Consent | None, state: DeliveryState, until: datetime | None, now: datetime) -> None:
    """Raises AnswerTooLate."""
    if consent is not Consent.ASKED or state not in WAITING or until is None or now >= until:
        raise AnswerTooLate
