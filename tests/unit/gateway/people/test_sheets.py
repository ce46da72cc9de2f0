"""Sheets of people: what is read out of any file, and which rows are about the same person."""

import io
import re
import zipfile
from collections.abc import Callable
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from services.gateway.people.rules.cells import ACCEPTED, read_birth_year, read_date, read_gender, read_status
from services.gateway.people.rules.columns import HEADINGS, Column, columns_of
from services.gateway.people.rules.exporting import as_text
from services.gateway.people.rules.faults import BadRow, Fault, RowFault
from services.gateway.people.rules.parsing import ROWS_IN_A_PART, parse_sheet, unpacked
from services.gateway.people.rules.rows import Outcome, Seen, SheetPerson, person_of
from services.gateway.people.rules.sheets import NotASheet, UnpacksTooLarge, check_looks_like_a_sheet, rows_of
from shared.errors import Invalid

YEAR = 2031
PLACES = {Column.FAMILY_NAME: 0, Column.GIVEN_NAME: 1, Column.BIRTH_YEAR: 2, Column.JOINED_AT: 3, Column.STATUS: 4}


@given(content=st.binary(max_size=2000))
def test_any_bytes_are_read_or_refused(content: bytes) -> None:
    try:
        parts, total = parse_sheet(content, YEAR)
    except Invalid:
        return
    assert sum(len(unpacked(part)) for part in parts) == total


@given(content=st.binary(max_size=300))
def test_a_broken_archive_is_no_sheet(content: bytes) -> None:
    with pytest.raises((NotASheet, UnpacksTooLarge)):
        list(rows_of(b"PK\x03\x04" + content))


def test_an_archive_of_something_else_is_no_sheet() -> None:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w") as archive:
        archive.writestr("letter.txt", "hello")
    with pytest.raises(NotASheet):
        list(rows_of(written.getvalue()))


def test_a_sheet_whose_last_row_is_far_down_is_read_to_it() -> None:
    book = Workbook()
    assert book.active is not None
    book.active.append(["Фамилия", "Имя"])
    book.active.cell(row=200_000, column=1, value="Орлов")
    book.active.cell(row=200_000, column=2, value="Пётр")
    written = io.BytesIO()
    book.save(written)
    (part,), total = parse_sheet(written.getvalue(), YEAR)
    assert (total, unpacked(part)[0].number) == (1, 200_000)


def test_a_sheet_that_begins_with_thousands_of_empty_rows_is_not_empty() -> None:
    content = b";;\r\n" * 5000 + "Фамилия;Имя\r\nОрлов;Пётр\r\n".encode()
    check_looks_like_a_sheet(content)
    assert parse_sheet(content, YEAR)[1] == 1


def test_a_character_that_is_in_no_text_spoils_its_row_alone() -> None:
    content = "Фамилия;Имя\nОрлов;Пё\vтр\nСойкина;Анна\n".encode()
    check_looks_like_a_sheet(content)
    (part,), _ = parse_sheet(content, YEAR)
    spoilt, good = unpacked(part)
    assert [(fault.code, fault.column) for fault in spoilt.faults] == [(RowFault.UNREADABLE, Column.GIVEN_NAME)]
    assert (good.person.name, good.faults) == ("Сойкина Анна", ())


def test_every_heading_is_known_in_any_case() -> None:
    for column, headings in HEADINGS.items():
        names = ["Фамилия", "Имя"] if column not in {Column.FAMILY_NAME, Column.GIVEN_NAME} else ["ФИО"]
        for heading in headings:
            if column is not Column.FULL_NAME or "ФИО" not in names:
                assert columns_of([*names, f" {heading.upper()}  "])[column] == len(names)


@given(years=st.lists(st.none() | st.integers(1950, 1953), max_size=8))
def test_no_two_rows_that_are_taken_may_be_one_person(years: list[int | None]) -> None:
    """Else a second run could change them back and forth."""
    seen, taken = Seen(), list[int | None]()
    for year in years:
        with suppress(BadRow):
            seen.add(SheetPerson("Иванова", "Мария", birth_year=year))
            taken.append(year)
    assert len(taken) == len(set(taken))
    assert taken == [None] or None not in taken


def test_two_numbers_are_two_people() -> None:
    seen = Seen()
    for number in ("1", "2"):
        seen.add(SheetPerson("Иванова", "Мария", membership_number=number))
    for again in (SheetPerson("Орлова", "Вера", membership_number="1"), SheetPerson("Иванова", "Мария")):
        with pytest.raises(BadRow):
            seen.add(again)


@pytest.mark.parametrize(
    ("cells", "fault"),
    [
        (["", "Мария"], RowFault.NAME_MISSING),
        (["И" * 101, "Мария"], RowFault.TOO_LONG),
        (["Иванова", "Мария", "1899"], RowFault.UNREADABLE),
        (["Иванова", "Мария", "2032"], RowFault.UNREADABLE),
        (["Иванова", "Мария", "", "31.02.2020"], RowFault.UNREADABLE),
        (["Иванова", "Мария", "", "", "президент"], RowFault.UNREADABLE),
        (["Ива\u202eнова", "Мария"], RowFault.UNREADABLE),
    ],
)
def test_a_row_that_cannot_be_taken_says_why(cells: list[str], fault: RowFault) -> None:
    _, faults = person_of(cells, PLACES, YEAR)
    assert [one.code for one in faults] == [fault]


@pytest.mark.parametrize(("column", "read"), [(Column.STATUS, read_status), (Column.GENDER, read_gender)])
def test_every_word_that_a_column_is_said_to_take_it_takes(column: Column, read: Callable[[str], object]) -> None:
    for language, head in (("ru", "Значение не разобрать. Одно из: "), ("en", "The value cannot be read. One of: ")):
        told = Fault(RowFault.UNREADABLE, column).said(language)
        assert told.startswith(head)
        meanings = [alike.split(", ") for alike in told.removeprefix(head).split("; ")]
        assert [len({read(word.upper()) for word in alike}) for alike in meanings] == [1] * len(meanings)
        assert len({read(alike[0]) for alike in meanings}) == len(meanings)


def test_every_form_of_a_date_that_is_told_is_read() -> None:
    for column in (Column.JOINED_AT, Column.BIRTH_YEAR):
        forms = re.findall(r"[0-9]+[-./][0-9]+[-./][0-9]+", ACCEPTED[column]["ru"])
        assert {read_date(form) for form in forms} == {date(2020, 2, 1)}
        assert [read_birth_year(form, YEAR) for form in forms] == [2020] * 3


@pytest.mark.parametrize("column", Column)
@pytest.mark.parametrize("language", ["ru", "en"])
def test_of_every_column_it_is_told_what_it_takes(column: Column, language: str) -> None:
    assert Fault(RowFault.UNREADABLE, column).said(language).endswith(ACCEPTED[column][language][1:])


def test_a_row_survives_being_packed() -> None:
    header = ";".join(headings[-1] for column, headings in HEADINGS.items() if column is not Column.FULL_NAME)
    row = "Ёлкина;Анна;Петровна;7;член;20.05.1980;ж;садовник;Парк;2020-02-01;+79161234567;A@b.ru;ППО"
    (part,), total = parse_sheet(f"{header}\n{row}\n".encode(), YEAR)
    (read,) = unpacked(part)
    assert (total, read.number) == (1, 2)
    assert (read.person, read.faults) == person_of(row.split(";"), columns_of(header.split(";")), YEAR)
    assert read.person.birth_year == 1980


def test_a_row_with_faults_survives_being_packed() -> None:
    """What of it can be read is asked of the database too."""
    content = "ФИО;Номер билета;Статус;Организация\nОрлов Пётр;7;;ППО\nКим Ли;7;президент;ППО\n".encode()
    (part,), _ = parse_sheet(content, YEAR)
    _, spoilt = unpacked(part)
    assert spoilt.faults == (
        Fault(RowFault.UNREADABLE, Column.STATUS),
        Fault(RowFault.DUPLICATE, Column.MEMBERSHIP_NUMBER),
    )
    assert spoilt.person == SheetPerson("Ким", "Ли", membership_number="7", organization="ППО")


def test_a_long_sheet_comes_in_parts() -> None:
    rows = "".join(f"Иванова;Мария;{number}\n" for number in range(ROWS_IN_A_PART + 1))
    parts, total = parse_sheet(f"Фамилия;Имя;Номер билета\n{rows}".encode(), YEAR)
    assert (total, [len(unpacked(part)) for part in parts]) == (ROWS_IN_A_PART + 1, [ROWS_IN_A_PART, 1])


@given(cell=st.text())
def test_no_exported_cell_is_a_formula(cell: str) -> None:
    assert not as_text(cell).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert as_text(cell).removeprefix("'") in {cell, cell.removeprefix("'")}
    assert as_text(Outcome.CREATED) == "created"
