"""What became of an import, as a whole and row by row."""

import csv
import io
from collections.abc import Iterator
from typing import Final
from uuid import UUID

from sqlalchemy import select

from services.gateway.organizations.actions import REACH
from services.gateway.people.rules.columns import Column
from services.gateway.people.rules.exporting import as_text
from services.gateway.people.rules.faults import Fault, RowFault
from services.gateway.people.rules.rows import Outcome
from services.gateway.people.schemas.imports import ImportView
from services.gateway.people.tables import PeopleImport, import_row
from shared.context import Context
from shared.jobs import Job, JobState, read_job
from shared.permissions import Permission

_HEADER: Final = ("row", "outcome", "code", "column", "text", "person_id")


async def read_import(context: Context, import_id: UUID) -> ImportView:
    """Raises NotFound, Forbidden."""
    kept = await REACH.get(context, PeopleImport, import_id, Permission.MANAGE_PEOPLE)
    service = context.runtime.service
    return ImportView.of(kept, await read_job(context.store, service, kept.job_id), service)


async def report_of(context: Context, import_id: UUID, language: str) -> str:
    """As CSV with semicolons: a line for every row, one for each fault of a bad one; one for a file that was refused.

    Codes are kept, and put into the reader's words here. Raises as `read_import`.
    """
    kept = await REACH.get(context, PeopleImport, import_id, Permission.MANAGE_PEOPLE)
    written = io.StringIO(newline="")
    lines = csv.writer(written, delimiter=";", lineterminator="\r\n")
    lines.writerow(_HEADER)
    job = await read_job(context.store, context.runtime.service, kept.job_id)
    lines.writerows(
        ("", Outcome.FAILED, as_text(code), "", as_text(title), "") for code, title in _refusals(job, language)
    )
    query = (
        select(
            import_row.c.row_number,
            import_row.c.outcome,
            import_row.c.faults,
            import_row.c.person_id,
        )
        .where(import_row.c.tenant_id == context.tenant_id, import_row.c.import_id == import_id)
        .order_by(import_row.c.row_number)
    )
    for row in (await context.store.execute(query)).mappings():
        faults: list[tuple[str | None, str | None]] = row["faults"] or [(None, None)]
        for code, column in faults:
            fault = Fault(RowFault(code), Column(column) if column is not None else None) if code is not None else None
            said = fault.said(language) if fault is not None else ""
            lines.writerow((row["row_number"], row["outcome"], code, column, said, row["person_id"]))
    return written.getvalue()


def _refusals(job: Job, language: str) -> Iterator[tuple[str, str]]:
    """Why a file was refused as a whole: the code and the title."""
    for error in job.errors if job.state is JobState.FAILED else ():
        if isinstance(error, dict) and isinstance(title := error.get("title"), dict):
            yield str(error["code"]), str(title[language])
