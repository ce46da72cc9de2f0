"""E-mail addresses and telephone numbers in one form each, so that the same contact is found again."""

import re

from shared.errors import FieldError, Invalid

_EMAIL = re.compile(
    r"[^@\s\x00-\x1f<>\"(),:;\[\]\\]{1,64}@[^@\s\x00-\x1f<>\"(),:;\[\]\\.]+(\.[^@\s\x00-\x1f<>\"(),:;\[\]\\.]+)+"
)
_PHONE_NOISE = re.compile(r"[\s().\-\u2010-\u2015]")
_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
_RUSSIAN_LENGTH = 11  # 8 916 123-45-67, as it is written inside Russia


class InvalidContact(Invalid):
    code = "registration.invalid_contact"
    title = {"ru": "Контакт указан неверно", "en": "The contact is not valid"}


class ContactNeeded(Invalid):
    code = "registration.contact_needed"
    title = {"ru": "Укажите почту или телефон", "en": "Give an e-mail address or a telephone number"}


def normal_email(text: str) -> str:
    """Lower case, without surrounding space. Raises InvalidContact."""
    email = text.strip().lower()
    if not _EMAIL.fullmatch(email):
        detail = {"ru": "Это не адрес почты", "en": "Not an e-mail address"}
        raise InvalidContact(errors=(FieldError("/email", "email", detail),))
    return email


def normal_phone(text: str) -> str:
    """E.164; a number of eleven digits that begins with 8 is Russian. Raises InvalidContact."""
    phone = _PHONE_NOISE.sub("", text)
    if len(phone) == _RUSSIAN_LENGTH and phone.startswith("8"):
        phone = "+7" + phone[1:]
    if not _PHONE.fullmatch(phone):
        detail = {
            "ru": "Номер с кодом страны, например +7 916 123-45-67",
            "en": "With the country code: +7 916 123-45-67",
        }
        raise InvalidContact(errors=(FieldError("/phone", "phone", detail),))
    return phone
