"""Consents: what for, how they were given, and when they hold."""

import hashlib
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.errors import Conflict, Invalid

SKEW: Final = timedelta(minutes=5)  # of the clock of whoever wrote it down


class Purpose(StrEnum):
    """What personal data may be used for. A consent is for one purpose, apart from any other paper (152-FZ, article 9).

    `membership`: keeping the members' records: trade-union membership is a special category; `distribution`:
    publishing a name, a picture (article 10.1: a consent of its own); `greetings`: the day of birth, to
    congratulate; `messages`: news by mail and messenger; `requests`: handling a request for help; `surveys`:
    answers with a name; `events`: registration.
    """

    MEMBERSHIP = "membership"
    DISTRIBUTION = "distribution"
    GREETINGS = "greetings"
    MESSAGES = "messages"
    REQUESTS = "requests"
    SURVEYS = "surveys"
    EVENTS = "events"


class Way(StrEnum):
    """How it was given or withdrawn.

    `paper`: signed on paper; `web`: on a page; `messenger`: in a chat; `phone`: by telephone; `in_person`: said in
    person.
    """

    PAPER = "paper"
    WEB = "web"
    MESSENGER = "messenger"
    PHONE = "phone"
    IN_PERSON = "in_person"


class Step(StrEnum):
    GIVEN = "given"
    WITHDRAWN = "withdrawn"


class AlreadyWithdrawn(Conflict):
    code = "consent.already_withdrawn"
    title = {"ru": "Это согласие уже отозвано", "en": "This consent has been withdrawn already"}


class OutOfTime(Invalid):
    code = "consent.out_of_time"
    title = {"ru": "Такого момента для согласия быть не может", "en": "A consent cannot be of that moment"}


class NotForGreetings(Invalid):
    code = "consent.not_for_greetings"
    title = {
        "ru": "День рождения хранят только по согласию на поздравления",
        "en": "A birthday is kept by a consent to greetings alone",
    }


def hash_of(text: str) -> str:
    """SHA-256 of the words that were agreed to, in hexadecimal: whoever has the paper can compare."""
    return hashlib.sha256(text.encode()).hexdigest()


def check_moment(moment: datetime, now: datetime, *, not_before: datetime | None = None) -> None:
    """Raises OutOfTime for what lies ahead, and for a withdrawal before the consent."""
    if moment > now + SKEW:
        raise OutOfTime({"ru": "Он ещё не наступил", "en": "It is yet to come"})
    if not_before is not None and moment < not_before:
        raise OutOfTime({"ru": "Тогда согласия ещё не было", "en": "There was no consent then"})
