"""What one cell of a sheet says: the words for a status and a gender, the forms of dates. And how that is told."""

import re
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Final

from services.gateway.people.rules.columns import Column
from services.gateway.people.rules.people import OLDEST_BIRTH_YEAR, Gender, PersonStatus
from shared.errors import Text

STATUSES: Final[Mapping[PersonStatus, tuple[str, ...]]] = {
    PersonStatus.PROSPECTIVE: ("prospective", "соискатель", "кандидат"),
    PersonStatus.MEMBER: ("member", "член профсоюза", "член", "состоит"),
    PersonStatus.FORMER: ("former", "бывший", "выбыл", "исключен"),
}
GENDERS: Final[Mapping[Gender, tuple[str, ...]]] = {
    Gender.FEMALE: ("female", "f", "ж", "жен", "женский"),
    Gender.MALE: ("male", "m", "м", "муж", "мужской"),
}
_STATUS_OF: Final = {word: status for status, words in STATUSES.items() for word in words}
_GENDER_OF: Final = {word: gender for gender, words in GENDERS.items() for word in words}
_ISO_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", re.ASCII)
_LOCAL_DATE: Final = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})", re.ASCII)
_YEAR: Final = re.compile(r"[0-9]{4}", re.ASCII)
_DATES: Final[Text] = {
    "ru": "дата вида 2020-02-01, 01.02.2020 или 01/02/2020, день перед месяцем",
    "en": "a date like 2020-02-01, 01.02.2020 or 01/02/2020, the day before the month",
}


def _listed(words: Iterable[Iterable[str]]) -> str:
    """`member, член; former, выбыл`: words of one meaning together."""
    return "; ".join(", ".join(alike) for alike in words)


def _one_of(words: Iterable[Iterable[str]]) -> Text:
    return {"ru": f"одно из: {_listed(words)}", "en": f"one of: {_listed(words)}"}


ACCEPTED: Final[Mapping[Column, Text]] = {
    **{column: {"ru": "без невидимых знаков", "en": "without characters that nobody sees"} for column in Column},
    Column.STATUS: _one_of(STATUSES.values()),
    Column.GENDER: _one_of(GENDERS.values()),
    Column.BIRTH_YEAR: {
        "ru": f"год, с {OLDEST_BIRTH_YEAR} по нынешний, или {_DATES['ru']}",
        "en": f"a year from {OLDEST_BIRTH_YEAR} to the present one, or {_DATES['en']}",
    },
    Column.JOINED_AT: _DATES,
    Column.PHONE: {"ru": "номер вида +7 916 123-45-67", "en": "a number like +7 916 123-45-67"},
    Column.EMAIL: {"ru": "адрес вида anna@example.org", "en": "an address like anna@example.org"},
}
"""What a column takes, for the report and the reference."""


def read_status(text: str) -> PersonStatus:
    """In any case, with `е` or `ё`, with a full stop or without. Raises KeyError."""
    return _STATUS_OF[_plain(text)]


def read_gender(text: str) -> Gender:
    """As a status. Raises KeyError."""
    return _GENDER_OF[_plain(text)]


def _plain(text: str) -> str:
    return text.casefold().replace("ё", "е").rstrip(".")


def read_birth_year(text: str, this_year: int) -> int:
    """Of a date the year. Raises ValueError."""
    year = int(text) if _YEAR.fullmatch(text) else read_date(text).year
    if not OLDEST_BIRTH_YEAR <= year <= this_year:
        raise ValueError(year)
    return year


def read_date(text: str) -> date:
    """2020-02-01, 01.02.2020 or 01/02/2020: days stand before months. Raises ValueError."""
    found = _ISO_DATE.fullmatch(text)
    if found is not None:
        return date(int(found[1]), int(found[2]), int(found[3]))
    found = _LOCAL_DATE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return date(int(found[3]), int(found[2]), int(found[1]))
