"""What somebody who holds a dump of the database can join: people to answers, by order or by a shared value.

Nothing here knows how the tables are meant; it tries every column of every table. It is the same for the storage that
is in use and for the naive one that the control keeps.
"""

import asyncio
import json
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

_ELEMENT = re.compile(r'"((?:[^"\\]|\\.)*)"')  # of an array of texts
_COPY = re.compile(r"^COPY (\S+) \(.*\) FROM stdin;$")

Row = list[str]
Dump = dict[str, list[Row]]


async def pg_dump(binaries: Path, url: str, schema: str, row_with: str) -> Dump:
    """Every table of a schema with its rows, in the order of the dump; only rows in which `row_with` occurs."""
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    process = await asyncio.create_subprocess_exec(
        binaries / "pg_dump",
        "--data-only",
        f"--schema={schema}",
        f"--dbname={address}",
        stdout=asyncio.subprocess.PIPE,
        env={**os.environ, "PGCLIENTENCODING": "UTF8"},
    )
    output, _ = await process.communicate()
    assert process.returncode == 0
    dump: Dump = {}
    table: list[Row] | None = None
    for line in output.decode().splitlines():
        begins = _COPY.match(line)
        if begins:
            table = dump.setdefault(begins[1], [])
        elif line == "\\.":
            table = None
        elif table is not None and row_with in line:
            table.append(line.split("\t"))
    return dump


@dataclass(frozen=True)
class Mark:
    """One person or one answer found in a row."""

    name: str
    row: Row


def joined(dump: Dump, people: Sequence[str], answers: Mapping[str, str]) -> int:
    """The most people that any way of joining attributes to their own answer.

    `people` are ids; `answers` is the truth: the answer's text by person. Each person's answer is unlike the others'.
    """
    person_runs = list(_runs(dump, set(people)))
    answer_runs = list(_runs(dump, set(answers.values())))
    assert person_runs
    assert answer_runs
    best = 0
    for persons in person_runs:
        for given in answer_runs:
            best = max(
                best, _right(zip(persons, given, strict=False), answers), _right(_sharing(persons, given), answers)
            )
    return best


def in_order(dump: Dump, people: Sequence[str], answers: Mapping[str, str]) -> int:
    """The most that somebody attributes who knows, from elsewhere, in what order `people` answered."""
    known = [Mark(person, []) for person in people]
    return max(_right(zip(known, given, strict=False), answers) for given in _runs(dump, set(answers.values())))


def _right(pairs: Iterator[tuple[Mark, Mark]], answers: Mapping[str, str]) -> int:
    return len({person.name for person, answer in pairs if answers.get(person.name) == answer.name})


def _runs(dump: Dump, wanted: set[str]) -> Iterator[list[Mark]]:
    """What is wanted, as it comes in each column of each table: in the dump's order, and sorted by each other column."""
    for rows in dump.values():
        for column in range(len(rows[0]) if rows else 0):
            marks = [Mark(name, row) for row in rows for name in _names(row[column]) if name in wanted]
            if not marks:
                continue
            yield marks
            for by in range(len(rows[0])):
                yield sorted(marks, key=lambda mark, by=by: mark.row[by])


def _names(cell: str) -> list[str]:
    """The values in a cell: itself, the elements of an array, an object in one form."""
    cell = cell.replace("\\\\", "\\")  # COPY doubles the backslash
    if cell.startswith('{"{'):
        return [normal(json.loads(element.replace('\\"', '"'))) for element in _ELEMENT.findall(cell)]
    if cell.startswith('{"'):
        return [normal(json.loads(cell))]
    if cell.startswith("{") and cell.endswith("}"):
        return cell[1:-1].split(",")
    return [cell]


def normal(answer: object) -> str:
    return json.dumps(answer, sort_keys=True)


def _sharing(persons: list[Mark], given: list[Mark]) -> Iterator[tuple[Mark, Mark]]:
    """Pairs of rows that have a value in common which no other row of theirs has."""
    owners = _owners(persons)
    for value, answer in _owners(given).items():
        if answer is not None and owners.get(value) is not None:
            yield owners[value] or answer, answer


def _owners(marks: list[Mark]) -> dict[str, Mark | None]:
    owners: dict[str, Mark | None] = {}
    for mark in marks:
        for value in set(mark.row):
            owners[value] = None if value in owners else mark
    return owners
