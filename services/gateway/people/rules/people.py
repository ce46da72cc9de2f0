"""Who a person is to the union, and what may be known of them."""

import re
from enum import StrEnum
from typing import Final

from shared.errors import Conflict, Invalid

OLDEST_BIRTH_YEAR: Final = 1900
_BIRTH_DAY: Final = re.compile(r"(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])", re.ASCII)
_DAYS: Final = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


class PersonStatus(StrEnum):
    """What somebody is to the union.

    `prospective`: thinks of joining; `member`: is in it; `former`: was in it.
    """

    PROSPECTIVE = "prospective"
    MEMBER = "member"
    FORMER = "former"


class Gender(StrEnum):
    """As the person says.

    `female`: a woman; `male`: a man.
    """

    FEMALE = "female"
    MALE = "male"


class Network(StrEnum):
    """Where a person's account may be.

    `vk`: VKontakte; `telegram`: Telegram; `max`: MAX; `ok`: Odnoklassniki; `instagram`: Instagram; `mastodon`:
    Mastodon; `bluesky`: Bluesky.
    """

    VK = "vk"
    TELEGRAM = "telegram"
    MAX = "max"
    OK = "ok"
    INSTAGRAM = "instagram"
    MASTODON = "mastodon"
    BLUESKY = "bluesky"


class Proof(StrEnum):
    """How an account is known to be the person's. What staff wrote down lets nobody sign in.

    `staff`: somebody entered it; `network`: the network itself said who signed in; `link_code`: the account sent
    the code that the person was given.
    """

    STAFF = "staff"
    NETWORK = "network"
    LINK_CODE = "link_code"


class IdentifierTaken(Conflict):
    code = "person.identifier_taken"
    title = {"ru": "Этот аккаунт уже принадлежит другому человеку", "en": "This account belongs to somebody else"}


class MembershipNumberTaken(Conflict):
    code = "person.membership_number_taken"
    title = {"ru": "Этот номер билета уже у другого человека", "en": "Somebody else has this membership number"}


class InvalidBirthDay(Invalid):
    code = "person.invalid_birth_day"
    title = {"ru": "Дня рождения в таком виде нет: нужен вид 05-20", "en": "No such birthday: it looks like 05-20"}


def check_birth_day(text: str) -> str:
    """`05-20`: month and day, never the year. Raises InvalidBirthDay."""
    if not _BIRTH_DAY.fullmatch(text) or int(text[3:]) > _DAYS[int(text[:2]) - 1]:
        raise InvalidBirthDay
    return text
