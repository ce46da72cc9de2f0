"""E-mail addresses and telephone numbers in one form each, so that the same contact is found again."""

import re
from enum import StrEnum
from typing import Final

import phonenumbers

from shared.errors import Conflict, FieldError, Invalid

REGION: Final = "RU"  # of numbers that are written without a country code
_EMAIL: Final = re.compile(
    r"[^@\s\x00-\x1f<>\"(),:;\[\]\\]{1,64}@[^@\s\x00-\x1f<>\"(),:;\[\]\\.]+(\.[^@\s\x00-\x1f<>\"(),:;\[\]\\.]+)+"
)
_NOISE: Final = re.compile(r"[\s().\-\u2010-\u2015]")
_RUSSIAN_MOBILE: Final = re.compile(r"(?:\+7|7|8)(9[0-9]{9})", re.ASCII)


class ContactKind(StrEnum):
    """What kind of contact it is.

    `email`: an address of mail; `phone`: a telephone.
    """

    EMAIL = "email"
    PHONE = "phone"


class InvalidContact(Invalid):
    code = "person.invalid_contact"
    title = {"ru": "Контакт указан неверно", "en": "The contact is not valid"}


class ContactUnprovable(Conflict):
    code = "person.contact_unprovable"
    title = {
        "ru": "Телефон подтвердить нельзя: СМС отсюда не отправляются",
        "en": "A telephone cannot be proven: no text messages are sent from here",
    }


def normal_contact(kind: ContactKind, text: str, pointer: str = "/value") -> str:
    """An e-mail address in lower case, a number in E.164. Raises InvalidContact, which names `pointer`."""
    if kind is ContactKind.EMAIL:
        email = text.strip().lower()
        if _EMAIL.fullmatch(email):
            return email
        raise InvalidContact(
            errors=(FieldError(pointer, "email", {"ru": "Это не адрес почты", "en": "Not an e-mail address"}),)
        )
    phone = _phone(text)
    if phone is not None:
        return phone
    detail = {"ru": "Номер вида +7 916 123-45-67", "en": "A number like +7 916 123-45-67"}
    raise InvalidContact(errors=(FieldError(pointer, "phone", detail),))


def _phone(text: str) -> str | None:
    # Most numbers are Russian mobile ones: recognised here a hundred times sooner, which a large import feels.
    mobile = _RUSSIAN_MOBILE.fullmatch(_NOISE.sub("", text))
    if mobile is not None:
        return f"+7{mobile[1]}"
    try:
        number = phonenumbers.parse(text, REGION)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
