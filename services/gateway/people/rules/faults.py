"""What may be wrong with a row of a sheet, and how its reader is told: by the column's own rule, never by the value."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from services.gateway.people.rules.cells import ACCEPTED
from services.gateway.people.rules.columns import Column
from shared.errors import Text


class RowFault(StrEnum):
    """Why a row is not taken."""

    NAME_MISSING = "name_missing"
    TOO_LONG = "too_long"
    UNREADABLE = "unreadable"  # not a date, not a number, not a status; characters that nobody sees
    DUPLICATE = "duplicate"  # an earlier row is about the same person
    ORGANIZATION_UNKNOWN = "organization_unknown"
    ORGANIZATION_AMBIGUOUS = "organization_ambiguous"
    ORGANIZATION_CLOSED = "organization_closed"
    AMBIGUOUS = "ambiguous"  # several people whom it may mean
    NUMBER_TAKEN = "number_taken"  # by somebody outside of the organization that the file is for


_TEXTS: Final[Mapping[RowFault, Text]] = {
    RowFault.NAME_MISSING: {"ru": "Нет фамилии или имени", "en": "The family name or the given name is missing"},
    RowFault.TOO_LONG: {"ru": "Слишком длинное значение", "en": "The value is too long"},
    RowFault.UNREADABLE: {"ru": "Значение не разобрать", "en": "The value cannot be read"},
    RowFault.DUPLICATE: {"ru": "Этот человек уже есть выше в файле", "en": "This person stands in the file above"},
    RowFault.ORGANIZATION_UNKNOWN: {"ru": "Такой организации здесь нет", "en": "There is no such organization here"},
    RowFault.ORGANIZATION_AMBIGUOUS: {
        "ru": "Так называются несколько организаций: укажите id",
        "en": "Several organizations have this name: give the id",
    },
    RowFault.ORGANIZATION_CLOSED: {"ru": "Организация закрыта", "en": "The organization is closed"},
    RowFault.AMBIGUOUS: {
        "ru": "Подходят несколько человек: укажите номер билета",
        "en": "It may be several people: give the membership number",
    },
    RowFault.NUMBER_TAKEN: {
        "ru": "Этот номер у человека из другой организации",
        "en": "Somebody of another organization has this number",
    },
}


@dataclass(frozen=True)
class Fault:
    """What is wrong, and in which column, if it is in one."""

    code: RowFault
    column: Column | None = None

    def said(self, language: str) -> str:
        """In the reader's words; of what cannot be read, with what the column takes."""
        words = _TEXTS[self.code][language]
        if self.code is not RowFault.UNREADABLE or self.column is None:
            return words
        accepted = ACCEPTED[self.column][language]
        return f"{words}. {accepted[0].upper()}{accepted[1:]}"


class BadRow(Exception):
    """All that is wrong with a row: one fault for a column at most, and at most one for the row as a whole."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults
