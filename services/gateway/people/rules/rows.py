"""What a row of a sheet says of a person, or why it cannot be taken; and which rows are about the same one."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import Final, TypeVar

from services.gateway.people.rules.cells import read_birth_year, read_date, read_gender, read_status
from services.gateway.people.rules.columns import Column
from services.gateway.people.rules.contacts import ContactKind, InvalidContact, normal_contact
from services.gateway.people.rules.faults import BadRow, Fault, RowFault
from services.gateway.people.rules.names import clean_name, display_name, name_key
from services.gateway.people.rules.people import Gender, PersonStatus

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


class Outcome(StrEnum):
    """What became of a row."""

    CREATED = "created"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAILED = "failed"


@dataclass(frozen=True)
class SheetPerson:
    """A person as a row has them. What is None or empty was not in the row, or could not be read, and stays as it is."""

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


def person_of(
    cells: Sequence[str], places: Mapping[Column, int], this_year: int
) -> tuple[SheetPerson, tuple[Fault, ...]]:
    """The person as far as the row can be read, and everything that cannot."""
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
        status=_read(texts, Column.STATUS, read_status, faults),
        birth_year=_read(texts, Column.BIRTH_YEAR, lambda text: read_birth_year(text, this_year), faults),
        gender=_read(texts, Column.GENDER, read_gender, faults),
        profession=texts.get(Column.PROFESSION),
        workplace=texts.get(Column.WORKPLACE),
        joined_at=_read(texts, Column.JOINED_AT, read_date, faults),
        organization=texts.get(Column.ORGANIZATION),
        contacts=_contacts(texts, faults),
    )
    return person, tuple(faults)


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
        self.check_number(person)
        numbered = person.membership_number is not None
        alike = self._names.setdefault(hash((person.key, person.organization)), [])
        if any(
            not (numbered and also_numbered) and may_be_equal(year, person.birth_year) for year, also_numbered in alike
        ):
            raise BadRow(Fault(RowFault.DUPLICATE))
        alike.append((person.birth_year, numbered))
        if person.membership_number is not None:
            self._numbers.add(person.membership_number)

    def check_number(self, person: SheetPerson) -> None:
        """All that can be asked of a row which cannot be read as a whole. Raises BadRow."""
        if person.membership_number is not None and person.membership_number in self._numbers:
            raise BadRow(Fault(RowFault.DUPLICATE, Column.MEMBERSHIP_NUMBER))


def may_be_equal(year: int | None, other: int | None) -> bool:
    """Whether two years of birth, as far as they are known, may be one person's."""
    return year is None or other is None or year == other
