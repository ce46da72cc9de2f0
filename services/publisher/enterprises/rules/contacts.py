"""E-mail addresses and telephone numbers in one form each, so that whose they are can be found for an erasure."""

import re
from typing import Final

from shared.errors import BrokenRule

_LOCAL_PART: Final = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL: Final = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LONGEST_LOCAL: Final = 64
_PHONE_NOISE: Final = re.compile(r"[\s().\-\u2010-\u2015]")
_PHONE: Final = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
_RUSSIAN_LENGTH: Final = 11  # 8 495 123-45-67, as it is written inside Russia


def normal_email(text: str) -> str:
    """Lower case; a Cyrillic domain as it goes over the wire. Raises BrokenRule."""
    local, _, domain = text.strip().lower().rpartition("@")
    try:
        host = domain.encode("idna").decode("ascii")
    except UnicodeError:
        host = ""
    labels = host.split(".")
    if len(local) > _LONGEST_LOCAL or not _LOCAL_PART.fullmatch(local) or len(labels) < 2:  # noqa: PLR2004 - a name and a domain
        raise _not_an_address()
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise _not_an_address()
    return f"{local}@{host}"


def normal_phone(text: str) -> str:
    """E.164; a number of eleven digits that begins with 8 is Russian. Raises BrokenRule."""
    phone = _PHONE_NOISE.sub("", text)
    if len(phone) == _RUSSIAN_LENGTH and phone.startswith("8"):
        phone = "+7" + phone[1:]
    if not _PHONE.fullmatch(phone):
        raise BrokenRule(
            "phone",
            {"ru": "Номер с кодом страны, например +7 495 123-45-67", "en": "With the country code: +7 495 123-45-67"},
        )
    return phone


def _not_an_address() -> BrokenRule:
    return BrokenRule("email", {"ru": "Это не адрес почты", "en": "Not an e-mail address"})
