"""The columns that an import knows, by the headings that offices give them."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

from shared.errors import Invalid


class Column(StrEnum):
    FAMILY_NAME = "family_name"
    GIVEN_NAME = "given_name"
    ADDITIONAL_NAME = "additional_name"
    FULL_NAME = "full_name"
    MEMBERSHIP_NUMBER = "membership_number"
    STATUS = "status"
    BIRTH_YEAR = "birth_year"
    GENDER = "gender"
    PROFESSION = "profession"
    WORKPLACE = "workplace"
    JOINED_AT = "joined_at"
    PHONE = "phone"
    EMAIL = "email"
    ORGANIZATION = "organization"


HEADINGS: Final[Mapping[Column, tuple[str, ...]]] = {
    Column.FAMILY_NAME: ("family_name", "family name", "last name", "surname", "фамилия"),
    Column.GIVEN_NAME: ("given_name", "given name", "first name", "имя"),
    Column.ADDITIONAL_NAME: ("additional_name", "additional name", "patronymic", "middle name", "отчество"),
    Column.FULL_NAME: ("full_name", "full name", "name", "фио", "фамилия имя отчество"),
    Column.MEMBERSHIP_NUMBER: (
        *("membership_number", "membership number", "card number"),
        *("номер билета", "номер профбилета", "профбилет", "№ профбилета", "номер профсоюзного билета"),
    ),
    Column.STATUS: ("status", "статус"),
    Column.BIRTH_YEAR: ("birth_year", "birth year", "birth date", "date of birth", "год рождения", "дата рождения"),
    Column.GENDER: ("gender", "sex", "пол"),
    Column.PROFESSION: ("profession", "occupation", "профессия", "должность"),
    Column.WORKPLACE: ("workplace", "employer", "место работы", "предприятие"),
    Column.JOINED_AT: ("joined_at", "joined", "joined on", "дата вступления", "вступил", "дата приема"),
    Column.PHONE: ("phone", "telephone", "mobile", "телефон", "мобильный телефон", "номер телефона"),
    Column.EMAIL: ("email", "e-mail", "mail", "почта", "электронная почта", "эл. почта"),
    Column.ORGANIZATION: ("organization", "organisation", "организация", "первичка", "ппо", "подразделение"),
}
"""Of a birth date the year alone is kept."""

_BY_HEADING: Final = {heading: column for column, headings in HEADINGS.items() for heading in headings}
_SPACE: Final = re.compile(r"\s+")


class MissingColumns(Invalid):
    code = "import.missing_columns"
    title = {
        "ru": "В первой строке нужны столбцы «Фамилия» и «Имя» или «ФИО»",
        "en": "The first row must name the columns `family_name` and `given_name`, or `full_name`",
    }


class RepeatedColumn(Invalid):
    code = "import.repeated_column"
    title = {"ru": "Один столбец назван дважды", "en": "A column is named twice"}


def columns_of(header: Sequence[str]) -> dict[Column, int]:
    """Where each known column stands; others are passed over. Raises MissingColumns, RepeatedColumn."""
    places: dict[Column, int] = {}
    for place, heading in enumerate(header):
        column = _BY_HEADING.get(_SPACE.sub(" ", heading).strip().casefold().replace("ё", "е"))
        if column is None:
            continue
        if column in places:
            raise RepeatedColumn
        places[column] = place
    if Column.FULL_NAME not in places and not {Column.FAMILY_NAME, Column.GIVEN_NAME} <= places.keys():
        raise MissingColumns
    return places
