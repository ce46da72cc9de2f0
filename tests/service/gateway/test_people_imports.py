"""Imports of people: what the file says, what became of each row, and what is left when it is hostile."""

import csv
import io
import zipfile
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from sqlalchemy import text

from services.gateway.people.rules.cells import ACCEPTED
from services.gateway.people.rules.columns import Column
from shared.context import unit_of_work
from shared.identity import system
from shared.permissions import Role
from tests.service.gateway.union import Gateway, Union

HEADER = "Фамилия;Имя;Отчество;Номер билета;Год рождения;Телефон;Организация"


async def upload(union: Union, content: bytes, organization_id: str | None = None, **form: str) -> dict[str, Any]:
    """Start an import, let the worker do it, and read what became of it."""
    answer = await union.admin.post(
        "/v1/people/imports",
        data={"organization_id": organization_id or str(union.id), **form},
        files={"file": ("people.csv", content, "text/csv")},
    )
    assert answer.status_code == 202, answer.text
    started = answer.json()
    assert answer.headers["location"] == f"/v1/jobs/{started['job_id']}"
    assert [one.error for one in await union.gateway.drain() if one.error is not None] == []
    return (await union.admin.get(f"/v1/people/imports/{started['id']}")).json()


async def report(union: Union, import_id: str, language: str = "ru") -> list[list[str]]:
    address, asked = f"/v1/people/imports/{import_id}/report.csv", {"accept-language": language}
    answer = await union.admin.get(address, headers=asked)
    assert answer.status_code == 200, answer.text
    assert (answer.headers["content-language"], "accept-language" in answer.headers["vary"].lower()) == (language, True)
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig")), delimiter=";"))


def sheet(*rows: str, header: str = HEADER) -> bytes:
    return "\n".join([header, *rows]).encode()


def counts(done: dict[str, Any]) -> dict[str, int]:
    return {name: done[name] for name in ("created", "changed", "unchanged", "failed")}


async def test_people_come_in_and_a_second_run_changes_nothing(union: Union) -> None:
    primary = await union.organization(name="ППО парка")
    content = sheet(
        "Ёлкина;Анна;Петровна;1;1980;8 916 123-45-67;ППО парка",
        "Орлов;Пётр;;2;20.05.1975;;",
        "Ким;Ли;;;;;",
    )
    first = await upload(union, content)
    assert (first["state"], first["total"], counts(first)) == (
        "done",
        3,
        {"created": 3, "changed": 0, "unchanged": 0, "failed": 0},
    )
    found = (await union.admin.get("/v1/people", params={"organization_id": primary["id"]})).json()["items"]
    assert [(one["display_name"], one["membership_number"], one["birth_year"]) for one in found] == [
        ("Ёлкина Анна Петровна", "1", 1980)
    ]
    (contact,) = found[0]["contacts"]
    assert (contact["kind"], contact["value"], contact["verified_at"]) == ("phone", "+79161234567", None)
    orlov = (await union.admin.get("/v1/people", params={"search": "орлов"})).json()["items"][0]
    assert (orlov["birth_year"], orlov["birth_day"]) == (1975, None)
    before = (await union.admin.get("/v1/people")).json()
    second = await upload(union, content)
    assert counts(second) == {"created": 0, "changed": 0, "unchanged": 3, "failed": 0}
    assert (await union.admin.get("/v1/people")).json() == before


async def test_a_changed_row_changes_its_person_and_empty_cells_change_nothing(union: Union) -> None:
    await upload(union, sheet("Иванова;Мария;Петровна;7;1980;;"))
    changed = await upload(union, sheet("Петрова;Мария;;7;;+79161234567;"))
    assert counts(changed) == {"created": 0, "changed": 1, "unchanged": 0, "failed": 0}
    (person,) = (await union.admin.get("/v1/people", params={"search": "петрова"})).json()["items"]
    assert (person["display_name"], person["birth_year"], person["version"]) == ("Петрова Мария Петровна", 1980, 2)
    assert (await union.admin.get("/v1/people", params={"search": "иванова"})).json()["items"] == []


async def test_bad_rows_are_told_and_the_rest_is_taken(union: Union) -> None:
    await union.organization(name="Двойная")
    await union.organization(name="Двойная")
    done = await upload(
        union,
        sheet(
            "Хорошая;Анна;;1;1980;;",
            ";Анна;;2;;;",
            "Дата;Анна;;3;80;;",
            "Телефон;Анна;;4;;12;",
            "Нигде;Анна;;5;;;Неведомая",
            "Двойня;Анна;;6;;;Двойная",
            "Хорошая;Анна;;1;1980;;",
            f"{'Д' * 101};Анна;;8;;;",
            "=cmd|' /C calc'!A0;Анна;;9;;;",
            "Невидимая\u200b;Анна;;10;;;",
        ),
    )
    assert counts(done) == {"created": 2, "changed": 0, "unchanged": 0, "failed": 8}
    lines = (await report(union, done["id"]))[1:]
    assert [(line[0], line[2], line[3]) for line in lines if line[1] == "failed"] == [
        ("3", "name_missing", ""),
        ("4", "unreadable", "birth_year"),
        ("5", "unreadable", "phone"),
        ("6", "organization_unknown", "organization"),
        ("7", "organization_ambiguous", "organization"),
        ("8", "duplicate", "membership_number"),
        ("9", "too_long", "family_name"),
        ("11", "unreadable", "family_name"),
    ]
    assert Counter(line[1] for line in lines) == {"created": 2, "failed": 8}
    assert not any(cell.startswith(("=", "+", "-", "@")) for line in lines for cell in line)


async def test_all_that_is_wrong_with_a_row_is_told_in_the_readers_language(union: Union) -> None:
    done = await upload(union, sheet("Иванова;;;1;80;12;", f"Кни\u200bга;Анна;;{'9' * 41};1980;;", "Ким;Ли;;3;;;"))
    assert counts(done) == {"created": 1, "changed": 0, "unchanged": 0, "failed": 2}
    faults = [
        ("2", "name_missing", ""),
        ("2", "unreadable", "birth_year"),
        ("2", "unreadable", "phone"),
        ("3", "unreadable", "family_name"),
        ("3", "too_long", "membership_number"),
    ]
    for language, words in (("ru", "Нет фамилии или имени"), ("en", "The family name or the given name is missing")):
        lines = (await report(union, done["id"], language))[1:]
        assert [(line[0], line[2], line[3]) for line in lines if line[1] == "failed"] == faults
        assert lines[0][4] == words
    job = (await union.admin.get(f"/v1/jobs/{done['job_id']}")).json()
    told = [(str(one["row"]), one["code"], one["column"] or "") for one in job["errors"]]
    assert told == faults


async def test_what_cannot_be_read_hides_nothing_else_of_its_row(union: Union) -> None:
    await union.organization(name="ППО парка")
    await union.person(family_name="Чужой", given_name="Пётр", membership_number="9")
    north = await union.organization(name="Север")
    done = await upload(
        union,
        sheet(
            "Орлов;Пётр;9;президент;12;Неведомая", "Ким;Ли;10;;;", header="Фамилия;Имя;Номер билета;Статус;Телефон;ППО"
        ),
        north["id"],
        preview="true",
    )
    assert counts(done) == {"created": 1, "changed": 0, "unchanged": 0, "failed": 1}
    lines = (await report(union, done["id"]))[1:]
    assert [(line[2], line[3], line[4]) for line in lines if line[1] == "failed"] == [
        (
            "unreadable",
            "status",
            f"Значение не разобрать. О{ACCEPTED[Column.STATUS]['ru'][1:]}",
        ),
        ("unreadable", "phone", "Значение не разобрать. Номер вида +7 916 123-45-67"),
        ("organization_unknown", "organization", "Такой организации здесь нет"),
        ("number_taken", "membership_number", "Этот номер у человека из другой организации"),
    ]


async def test_a_preview_says_the_same_and_writes_nothing(union: Union) -> None:
    await union.person(family_name="Иванова", given_name="Мария", membership_number="1")
    before = (await union.admin.get("/v1/people")).json()
    content = sheet("Иванова;Мария;Петровна;1;;;", "Новая;Анна;;2;;;", ";;Анна;3;;;")
    seen = await upload(union, content, preview="true")
    assert seen["preview"] is True
    assert (await union.admin.get("/v1/people")).json() == before
    done = await upload(union, content)
    assert counts(seen) == counts(done) == {"created": 1, "changed": 1, "unchanged": 0, "failed": 1}


async def test_an_office_sends_windows_1251_with_commas_and_xlsx(union: Union) -> None:
    old = await upload(union, '"ФИО",Почта\n"Соколова Ольга Ивановна",OLGA@Example.ORG\n'.encode("cp1251"))
    assert counts(old)["created"] == 1
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["Full name", "Birth date", "Joined", "Membership number", "Email", "Пол"])
    book.active.append(["Соколова Ольга Ивановна", date(1990, 5, 20), date(2020, 2, 1), 15.0, "olga@example.org", "Ж"])
    written = io.BytesIO()
    book.save(written)
    new = await upload(union, written.getvalue())
    assert counts(new) == {"created": 0, "changed": 1, "unchanged": 0, "failed": 0}
    (person,) = (await union.admin.get("/v1/people", params={"search": "соколова"})).json()["items"]
    told = (person["birth_year"], person["joined_at"], person["membership_number"], person["gender"])
    assert told == (1990, "2020-02-01", "15", "female")
    assert [contact["value"] for contact in person["contacts"]] == ["olga@example.org"]


def files_of(gateway: Gateway, key: str) -> list[Path]:
    return [*Path(gateway.settings.media_url.removeprefix("file://"), key).glob("*")]


def zip_bomb() -> bytes:
    written = io.BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as bomb:
        bomb.writestr("xl/worksheets/sheet1.xml", b"0" * 310_000_000)
    return written.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param("Цвет;Вкус\nсиний;сладкий".encode(), "import.missing_columns", id="other columns"),
        pytest.param("Имя;Фамилия;имя\nА;Б;В".encode(), "import.repeated_column", id="twice"),
        pytest.param(b"PK\x03\x04" + b"x" * 1000, "import.not_a_sheet", id="no zip"),
        pytest.param("Фамилия;Имя\n".encode() + b"x" * 5000 + b"\0", "import.not_a_sheet", id="bytes later on"),
        pytest.param("Фамилия;Имя\n".encode() + "А;Б\n".encode() * 1_000_000, "import.too_many_rows", id="a million"),
    ],
)
async def test_a_file_that_is_none_is_refused_with_a_report(union: Union, content: bytes, code: str) -> None:
    done = await upload(union, content)
    assert (done["state"], counts(done)["created"]) == ("failed", 0)
    job = (await union.admin.get(f"/v1/jobs/{done['job_id']}")).json()
    (reason,) = job["errors"]
    assert (job["state"], reason["code"], set(reason["title"])) == ("failed", code, {"ru", "en"})
    for language in ("ru", "en"):
        _, (_, outcome, told, _, words, _) = await report(union, done["id"], language)
        assert (outcome, told, words) == ("failed", code, reason["title"][language])
    assert len((await union.admin.get("/v1/people")).json()["items"]) == 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        pytest.param(b"", "import.empty", id="nothing"),
        pytest.param(b"\xef\xbb\xbf\r\n;;\r\n", "import.empty", id="nothing in it"),
        pytest.param(b"\x89PNG\r\n\x1a\n\0\0", "import.not_a_sheet", id="a picture"),
        pytest.param(b"%PDF-1.7\n", "import.not_a_sheet", id="a document"),
        pytest.param(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16), "import.not_a_sheet", id="an old Excel's"),
        pytest.param("Фамилия;Имя\n".encode("utf-16"), "import.not_a_sheet", id="of two bytes a letter"),
    ],
)
async def test_what_is_no_sheet_at_first_sight_is_refused_at_once(
    gateway: Gateway, union: Union, content: bytes, code: str
) -> None:
    form = {"organization_id": str(union.id)}
    refused = await union.admin.post("/v1/people/imports", data=form, files={"file": ("people.csv", content)})
    assert (refused.status_code, refused.json()["code"]) == (422, code)
    assert files_of(gateway, f"imports/{union.id}") == []


async def test_a_zip_bomb_is_refused_before_it_is_unpacked(union: Union) -> None:
    done = await upload(union, zip_bomb())
    _, (_, _, told, *_) = await report(union, done["id"])
    assert told == "import.unpacks_too_large"


async def test_nothing_of_the_file_stays(gateway: Gateway, union: Union) -> None:
    for content in (sheet("Иванова;Мария;;1;;;"), b"nonsense"):
        done = await upload(union, content)
        assert files_of(gateway, f"imports/{union.id}/{done['id']}") == []


async def test_only_who_manages_people_there_imports_there(union: Union) -> None:
    north, south = await union.organization(kind="territorial"), await union.organization(kind="territorial")
    stranger = await union.person(south["id"], membership_number="5")
    done = await upload(union, sheet("Чужая;Анна;;5;;;", f"Чужая;Ольга;;;;;{south['id']}"), north["id"])
    lines = (await report(union, done["id"]))[1:]
    assert [line[2] for line in lines] == ["number_taken", "organization_unknown"]
    assert (await union.admin.get(f"/v1/people/{stranger['id']}")).json() == stranger
    async with await union.staff(Role.CHAIR, north["id"]) as chair:
        file = {"file": ("people.csv", sheet(), "text/csv")}
        for hidden in (south["id"], str(union.id)):
            answer = await chair.post("/v1/people/imports", data={"organization_id": hidden}, files=file)
            assert answer.status_code == 404
        elsewhere = await upload(union, sheet("А;Б;;;;;"), south["id"])
        for address in ("", "/report.csv"):
            assert (await chair.get(f"/v1/people/imports/{elsewhere['id']}{address}")).status_code == 404
    async with await union.staff(Role.LAWYER) as lawyer:
        answer = await lawyer.post("/v1/people/imports", data={"organization_id": str(union.id)}, files=file)
        assert answer.status_code == 403


async def test_a_part_is_taken_in_in_a_handful_of_statements_and_told_in_batches(
    gateway: Gateway, union: Union
) -> None:
    rows = [f"Иванова;Мария;;{number};{1950 + number % 50};;" for number in range(1, 1201)]
    before = await counted(gateway, union)
    statements: list[str] = []
    with gateway.counting(statements):
        done = await upload(union, sheet(*rows))
    assert counts(done)["created"] == 1200
    assert len(statements) < 150
    after = await counted(gateway, union)
    assert after["positions"] - before["positions"] == 3, "of 500, 500 and 200 people"
    assert after["status_changes"] - before["status_changes"] == 1200


async def counted(gateway: Gateway, union: Union) -> dict[str, int]:
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        found = await context.store.execute(
            text(
                "SELECT (SELECT position FROM gateway.tenant_position) AS positions, "
                "(SELECT count(*) FROM gateway.status_change) AS status_changes"
            )
        )
        return dict(found.mappings().one())
