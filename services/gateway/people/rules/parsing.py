"""A whole file into parts of rows that are read one after another. All computation: it runs in a process of its own.

The parts are compressed, so that neither process ever holds the file unpacked: some 50 bytes of memory a row.
"""

import json
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from pydantic import JsonValue

from services.gateway.people.rules.columns import Column, MissingColumns, columns_of
from services.gateway.people.rules.contacts import ContactKind
from services.gateway.people.rules.faults import BadRow, Fault, RowFault
from services.gateway.people.rules.people import Gender, PersonStatus
from services.gateway.people.rules.rows import Seen, SheetPerson, person_of
from services.gateway.people.rules.sheets import rows_of

ROWS_IN_A_PART: Final = 1000
_FIELDS: Final = tuple(field.name for field in fields(SheetPerson))


@dataclass(frozen=True)
class SheetRow:
    """One row: the person as far as it can be read, and what is wrong with it. With a fault it is not taken."""

    number: int
    person: SheetPerson
    faults: tuple[Fault, ...] = ()


def parse_sheet(content: bytes, this_year: int) -> tuple[list[bytes], int]:
    """The parts, and how many rows there are in all. Raises what `rows_of` and `columns_of` raise."""
    rows = rows_of(content)
    nothing: tuple[int, list[str]] = (0, [])
    _, header = next(rows, nothing)
    if not header:
        raise MissingColumns
    places = columns_of(header)
    seen = Seen()
    parts: list[bytes] = []
    waiting: list[dict[str, JsonValue]] = []
    total = 0
    for number, cells in rows:
        waiting.append(_written(_row(number, cells, places, seen, this_year)))
        total += 1
        if len(waiting) == ROWS_IN_A_PART:
            parts.append(_packed(waiting))
            waiting = []
    if waiting:
        parts.append(_packed(waiting))
    return parts, total


def _row(number: int, cells: list[str], places: dict[Column, int], seen: Seen, this_year: int) -> SheetRow:
    person, faults = person_of(cells, places, this_year)
    try:
        if faults:
            seen.check_number(person)
        else:
            seen.add(person)
    except BadRow as bad:
        faults += bad.faults
    return SheetRow(number, person, faults)


def _packed(rows: Iterable[dict[str, JsonValue]]) -> bytes:
    return zlib.compress(json.dumps(list(rows), ensure_ascii=False, separators=(",", ":")).encode(), 1)


def _written(row: SheetRow) -> dict[str, JsonValue]:
    values = {name: getattr(row.person, name) for name in _FIELDS}
    said = {name: value for name, value in values.items() if value is not None and value != ()}
    if row.person.joined_at is not None:
        said["joined_at"] = row.person.joined_at.isoformat()
    written: dict[str, JsonValue] = {"number": row.number, "person": said}
    if row.faults:
        written["faults"] = [[fault.code, fault.column] for fault in row.faults]
    return written


def unpacked(part: bytes) -> list[SheetRow]:
    """The rows of one part."""
    return [_read(row) for row in json.loads(zlib.decompress(part))]


def _read(row: dict[str, Any]) -> SheetRow:
    said: dict[str, Any] = row["person"]
    readers: dict[str, Callable[[str], Any]] = {
        "status": PersonStatus,
        "gender": Gender,
        "joined_at": date.fromisoformat,
    }
    values: dict[str, Any] = {name: readers[name](value) if name in readers else value for name, value in said.items()}
    values["contacts"] = tuple((ContactKind(kind), value) for kind, value in said.get("contacts", []))
    faults = (Fault(RowFault(code), Column(name) if name is not None else None) for code, name in row.get("faults", []))
    return SheetRow(row["number"], SheetPerson(**values), tuple(faults))
