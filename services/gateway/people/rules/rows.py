"""What a row of a sheet says of a person, or why it cannot be taken; and which rows are about the same one."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final, TypeVar

from services.gateway.people.rules.columns import Column
from services.gateway.people.rules.contacts import ContactKind, InvalidContact, normal_contact
from services.gateway.people.rules.names import clean_name, display_name, name_key
from services.gateway.people.rules.people import OLDEST_BIRTH_YEAR, Gender, PersonStatus
from shared.errors import Text

_LENGTHS: Final[Mapping[Column, int]] = {
    Column.FAMILY_NAME: 100,
    Column.GIVEN_NAME: 100,
    Column.ADDITIONAL_NAME: 100,
    Column.MEMBERSHIP_NUMBER: 40,
    Column.PROFESSION: 200,
    Column.WORKPLACE: 300,
    Column.ORGANIZATION: 300,
}
_NAMES: Final = frozenset({Column.FAMILY_NAME, Column.GIVEN_NAME, Column.FULL_NAME})
_STATUSES: Final = {
    **{status.value: status for status in PersonStatus},
    "член профсоюза": PersonStatus.MEMBER,
    "член": PersonStatus.MEMBER,
    "состоит": PersonStatus.MEMBER,
    "соискатель": PersonStatus.PROSPECTIVE,
    "кандидат": PersonStatus.PROSPECTIVE,
    "бывший": PersonStatus.FORMER,
    "выбыл": PersonStatus.FORMER,
    "исключен": PersonStatus.FORMER,
}
_GENDERS: Final = {
    "female": Gender.FEMALE,
    "f": Gender.FEMALE,
    "ж": Gender.FEMALE,
    "женский": Gender.FEMALE,
    "жен": Gender.FEMALE,
    "male": Gender.MALE,
    "m": Gender.MALE,
    "м": Gender.MALE,
    "мужской": Gender.MALE,
    "муж": Gender.MALE,
}
_ISO_DATE: Final = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})", re.ASCII)
_LOCAL_DATE: Final = re.compile(r"([0-9]{1,2})[./]([0-9]{1,2})[./]([0-9]{4})", re.ASCII)
_YEAR: Final = re.compile(r"[0-9]{4}", re.ASCII)


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


FAULT_TEXTS: Final[Mapping[RowFault, Text]] = {
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


class Outcome(StrEnum):
    """What became of a row."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True)
class Fault:
    """What is wrong, and in which column, if it is in one."""

    code: RowFault
    column: Column | None = None


class BadRow(Exception):
    """All that is wrong with a row: one fault for a column at most, and at most one for the row as a whole."""

    def __init__(self, *faults: Fault) -> None:
        super().__init__(*faults)
        self.faults = faults


@dataclass(frozen=True)
class SheetPerson:
    """A person as a row has them. What is None or empty was not in the row, and stays as it is."""

    family_name: str
    given_name: str
    additional_name: str | None = None
    membership_number: str | None = None
    status: PersonStatus | None = None
    birth_year: int | None = None
    gender: Gender | None = None
    profession: str | None = None
    workplace: str | None = None
    joined_at: date | None = None
    organization: str | None = None
    contacts: tuple[tuple[ContactKind, str], ...] = ()

    @cached_property
    def name(self) -> str:
        return display_name(self.family_name, self.given_name, self.additional_name)

    @cached_property
    def key(self) -> str:
        return name_key(self.name)


def person_of(cells: Sequence[str], places: Mapping[Column, int], this_year: int) -> SheetPerson:
    """Raises BadRow with everything that cannot be read."""
    faults: list[Fault] = []
    texts: dict[Column, str] = {}
    for column, place in places.items():
        if place < len(cells) and cells[place]:
            cleaned = _clean(column, cells[place], faults)
            if cleaned is not None:
                texts[column] = cleaned
    family_name, given_name, additional_name = _names(texts, faults)
    person = SheetPerson(
        family_name=family_name,
        given_name=given_name,
        additional_name=additional_name,
        membership_number=texts.get(Column.MEMBERSHIP_NUMBER),
        status=_one(texts, Column.STATUS, _STATUSES, faults),
        birth_year=_read(texts, Column.BIRTH_YEAR, lambda text: _birth_year(text, this_year), faults),
        gender=_one(texts, Column.GENDER, _GENDERS, faults),
        profession=texts.get(Column.PROFESSION),
        workplace=texts.get(Column.WORKPLACE),
        joined_at=_read(texts, Column.JOINED_AT, _date, faults),
        organization=texts.get(Column.ORGANIZATION),
        contacts=_contacts(texts, faults),
    )
    if faults:
        raise BadRow(*faults)
    return person


def _clean(column: Column, text: str, faults: list[Fault]) -> str | None:
    try:
        cleaned = clean_name(text)
    except ValueError:
        faults.append(Fault(RowFault.UNREADABLE, column))
        return None
    if len(cleaned) > _LENGTHS.get(column, 254):
        faults.append(Fault(RowFault.TOO_LONG, column))
        return None
    return cleaned


def _names(texts: Mapping[Column, str], faults: list[Fault]) -> tuple[str, str, str | None]:
    """Of a full name the first word is the family name, the second the given one. A bad cell is not a missing one."""
    family_name, given_name = texts.get(Column.FAMILY_NAME), texts.get(Column.GIVEN_NAME)
    additional_name = texts.get(Column.ADDITIONAL_NAME)
    words = texts.get(Column.FULL_NAME, "").split(maxsplit=2)
    if family_name is None and given_name is None and len(words) > 1:
        family_name, given_name, *rest = words
        additional_name = rest[0] if rest else additional_name
    if family_name is None or given_name is None:
        if not any(fault.column in _NAMES for fault in faults):
            faults.append(Fault(RowFault.NAME_MISSING))
        return "", "", None
    if max(len(family_name), len(given_name), len(additional_name or "")) > _LENGTHS[Column.FAMILY_NAME]:
        faults.append(Fault(RowFault.TOO_LONG, Column.FULL_NAME))
    return family_name, given_name, additional_name


_Value = TypeVar("_Value")


def _read(
    texts: Mapping[Column, str], column: Column, read: Callable[[str], _Value], faults: list[Fault]
) -> _Value | None:
    text = texts.get(column)
    if text is None:
        return None
    try:
        return read(text)
    except (ValueError, KeyError):
        faults.append(Fault(RowFault.UNREADABLE, column))
        return None


def _one(
    texts: Mapping[Column, str], column: Column, known: Mapping[str, _Value], faults: list[Fault]
) -> _Value | None:
    return _read(texts, column, lambda text: known[text.casefold().replace("ё", "е").rstrip(".")], faults)


def _birth_year(text: str, this_year: int) -> int:
    year = int(text) if _YEAR.fullmatch(text) else _date(text).year
    if not OLDEST_BIRTH_YEAR <= year <= this_year:
        raise ValueError(year)
    return year


def _date(text: str) -> date:
    """2020-02-01, 01.02.2020 or 01/02/2020: days stand before months."""
    found = _ISO_DATE.fullmatch(text)
    if found is not None:
        return date(int(found[1]), int(found[2]), int(found[3]))
    found = _LOCAL_DATE.fullmatch(text)
    if found is None:
        raise ValueError(text)
    return date(int(found[3]), int(found[2]), int(found[1]))


def _contacts(texts: Mapping[Column, str], faults: list[Fault]) -> tuple[tuple[ContactKind, str], ...]:
    found: list[tuple[ContactKind, str]] = []
    for column, kind in ((Column.PHONE, ContactKind.PHONE), (Column.EMAIL, ContactKind.EMAIL)):
        try:
            found += [(kind, normal_contact(kind, texts[column]))] if column in texts else []
        except InvalidContact:
            faults.append(Fault(RowFault.UNREADABLE, column))
    return tuple(found)


@dataclass
class Seen:
    """The people of the rows so far. Two numbers are two people; a row without one must not look like another row."""

    _numbers: set[str] = field(default_factory=set[str])
    _names: dict[int, list[tuple[int | None, bool]]] = field(
        default_factory=dict[int, list[tuple[int | None, bool]]]
    )  # by the hash of a name: a clash of two in 100,000 is one chance in four thousand million

    def add(self, person: SheetPerson) -> None:
        """Raises BadRow for somebody who was there before: else each run would change them back and forth."""
        numbered = person.membership_number is not None
        if person.membership_number is not None and person.membership_number in self._numbers:
            raise BadRow(Fault(RowFault.DUPLICATE, Column.MEMBERSHIP_NUMBER))
        alike = self._names.setdefault(hash((person.key, person.organization)), [])
        if any(
            not (numbered and also_numbered) and may_be_equal(year, person.birth_year) for year, also_numbered in alike
        ):
            raise BadRow(Fault(RowFault.DUPLICATE))
        alike.append((person.birth_year, numbered))
        if person.membership_number is not None:
            self._numbers.add(person.membership_number)


def may_be_equal(year: int | None, other: int | None) -> bool:
    """Whether two years of birth, as far as they are known, may be one person's."""
    return year is None or other is None or year == other
