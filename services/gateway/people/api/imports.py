"""People out of a sheet."""

from typing import Annotated
from uuid import UUID

from fastapi import File, Form, Request, Response, UploadFile

from services.gateway.organizations.rules import OrganizationClosed
from services.gateway.people.actions.importing import read_import, report_of, start_import
from services.gateway.people.rules.cells import ACCEPTED
from services.gateway.people.rules.columns import Column
from services.gateway.people.rules.sheets import MOST_BYTES, EmptyFile, FileTooLarge, NotASheet
from services.gateway.people.schemas.imports import ImportView
from shared.app import ApiRouter, Outside, allowed, created, outside, problems
from shared.app.problems import language
from shared.context import Context
from shared.contracts import ServiceName
from shared.errors import NotFound
from shared.permissions import Permission

router = ApiRouter(tags=["people"])
Managing = Annotated[Context, allowed(Permission.MANAGE_PEOPLE)]
Uploading = Annotated[Outside, outside(Permission.MANAGE_PEOPLE)]
_CHOSEN = (Column.STATUS, Column.GENDER, Column.BIRTH_YEAR, Column.JOINED_AT, Column.PHONE, Column.EMAIL)
_TAKEN = "\n".join(f"- `{column}`: {ACCEPTED[column]['en']}" for column in _CHOSEN)
_IMPORT = f"""Import people from a sheet. Its first row names the columns, in English or in Russian.

`family_name` (Фамилия) and `given_name` (Имя), or `full_name` (ФИО), are needed. Known too: `additional_name` (Отчество),
`membership_number` (Номер билета), `status` (Статус), `birth_year` (Год рождения; of a date the year is kept), `gender`
(Пол), `profession` (Профессия), `workplace` (Место работы), `joined_at` (Дата вступления), `phone` (Телефон), `email`
(Почта), `organization` (Организация: the name or the id of one under `organization_id`). Other columns are passed over.
CSV is in UTF-8 or Windows-1251, with `;` or `,`.

Some columns take certain words or forms alone, in any letter case:

{_TAKEN}

A row means the person with its membership number; without one, the person of that name, in that organization, whose year
of birth may be the same. Empty cells leave what is there, so a second run changes nothing. The rows go in in parts, each
wholly or not at all; every row gets its outcome in the report. A file that turns out to be no such sheet only when it is
read fails the job: its `errors` say why, in Russian and English.
"""


@router.post(
    "/people/imports",
    status_code=202,
    operation_id="people_imports_create",
    description=_IMPORT,
    responses=problems(NotFound, OrganizationClosed, FileTooLarge, EmptyFile, NotASheet),
)
async def people_imports_create(
    organization_id: Annotated[UUID, Form(description="where people go whose row names no organization under it")],
    file: Annotated[UploadFile, File(description="CSV or XLSX, at most 25 MB and 100,000 rows")],
    uploading: Uploading,
    response: Response,
    preview: Annotated[bool, Form(description="true: only say what would happen")] = False,
) -> ImportView:
    """The description above: what the columns take stands in one table with what reads them."""
    content = await file.read(MOST_BYTES + 1)
    kept, job = await start_import(uploading, organization_id, content, preview=preview)
    view = ImportView.of(kept, job, ServiceName.GATEWAY)
    created(response, f"/v1/jobs/{view.job_id}")
    return view


@router.get("/people/imports/{import_id}", operation_id="people_imports_read", responses=problems(NotFound))
async def people_imports_read(import_id: UUID, context: Managing) -> ImportView:
    """How far an import is."""
    return await read_import(context, import_id)


@router.get(
    "/people/imports/{import_id}/report.csv",
    operation_id="people_imports_report_read",
    response_class=Response,
    responses={
        **problems(NotFound),
        200: {
            "content": {"text/csv": {"schema": {"type": "string"}}},
            "description": "a line for every row, or for each of its faults",
        },
    },
)
async def people_imports_report_read(import_id: UUID, context: Managing, request: Request) -> Response:
    """What became of every row, as CSV: row, outcome, code, column, text, person_id.

    A bad row has a line for each of its faults, at most one for each column; whether it means one of several people, or by
    its name somebody of an earlier row, is asked once all of it can be read. Of a value that cannot be read the text says what the
    column takes. The text follows Accept-Language (ru, en).
    """
    tongue = language(request.headers.get("accept-language", ""))
    report = await report_of(context, import_id, tongue)
    headers = {"content-language": tongue, "vary": "accept-language"}
    return Response(report.encode("utf-8-sig"), media_type="text/csv; charset=utf-8", headers=headers)
