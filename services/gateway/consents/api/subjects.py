"""A person's file, their erasure, legal holds, and who read whose file."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Response

from services.gateway.consents.actions.access import list_access
from services.gateway.consents.actions.retention import read_terms
from services.gateway.consents.actions.subjects import (
    ExportOver,
    lift_hold,
    list_erasures,
    list_holds,
    read_erasure,
    read_export_file,
    read_hold,
    set_hold,
    start_erasure,
    start_export,
)
from services.gateway.consents.actions.working_off import opened_file
from services.gateway.consents.rules.erasure import ErasureRunning, HoldLifted, OnLegalHold
from services.gateway.consents.schemas.subjects import (
    AccessQuery,
    AccessView,
    ErasuresQuery,
    ErasureView,
    JobStarted,
    LegalHoldsQuery,
    LegalHoldView,
    NewErasure,
    NewLegalHold,
)
from services.gateway.people.rules.rights import LastAdministrator, RoleExceedsYours
from shared.app import ApiRouter, IfMatch, Page, allowed, created, etag, problems, signed_in
from shared.context import Context
from shared.contracts.states import Kept
from shared.errors import Forbidden, NotFound, Stale
from shared.jobs import Job
from shared.permissions import Permission

router = ApiRouter(tags=["personal_data"])
LookingAfter = Annotated[Context, allowed(Permission.MANAGE_PERSONAL_DATA)]
Auditing = Annotated[Context, allowed(Permission.MANAGE_PERSONAL_DATA, Permission.SEE_AUDIT)]
SignedIn = Annotated[Context, signed_in()]


@router.post(
    "/subjects/{person_id}/export",
    status_code=202,
    operation_id="subjects_export",
    responses=problems(NotFound, Forbidden, RoleExceedsYours),
)
async def subjects_export(person_id: UUID, context: SignedIn, response: Response) -> JobStarted:
    """Gather all that every service holds of a person, as one zip with a page to read and JSON.

    Everybody may ask for their own. For somebody else's the caller looks after the data of all their organizations.
    The job's result has the file's address, for whoever asked, for a week. Only accounts and contacts that are proven
    to be the person's lead to chats, requests and registrations. Of somebody who is erased the file has what the books
    keep under their id.
    """
    return _started(context, response, await start_export(context, person_id))


@router.get(
    "/subject_exports/{export_id}/file",
    operation_id="subject_exports_download",
    response_class=Response,
    responses={
        **problems(NotFound, ExportOver),
        200: {"content": {"application/zip": {"schema": {"type": "string", "format": "binary"}}}},
    },
)
async def subject_exports_download(export_id: UUID, context: SignedIn) -> Response:
    """The file, for whoever asked for it."""
    days = next(term.days for term in (await read_terms(context)).policies if term.kind is Kept.SUBJECT_EXPORTS)
    content = opened_file(context, await read_export_file(context, export_id, days))
    return Response(
        content,
        media_type="application/zip",
        headers={"content-disposition": 'attachment; filename="personal-data.zip"', "cache-control": "no-store"},
    )


@router.post(
    "/subjects/{person_id}/erasure",
    status_code=202,
    operation_id="subjects_erase",
    responses=problems(NotFound, RoleExceedsYours, OnLegalHold, ErasureRunning, LastAdministrator),
)
async def subjects_erase(person_id: UUID, body: NewErasure, context: LookingAfter, response: Response) -> JobStarted:
    """Erase a person in all services, for good. With `dry_run` the job only counts what would go, kind by kind.

    Figures stay: seats, scores, totals, members count as before, with nobody's name on them. The person stands in no list
    any more and is not found (404); their id stays in the books. The job's result has the certificate's address. Kept
    answers of the union's idempotent requests may quote anybody: they are let go of too, and not counted.

    The id of somebody who is erased is taken again, though nobody is found by it: what was still under way as theirs while
    the services were asked may have been written after that. A second erasure takes it, with a certificate of its own.
    """
    return _started(context, response, await start_erasure(context, person_id, body))


@router.get("/erasures", operation_id="erasures_list", responses=problems(NotFound))
async def erasures_list(context: LookingAfter, query: Annotated[ErasuresQuery, Query()]) -> Page[ErasureView]:
    """The certificates, newest first."""
    rows, after = await list_erasures(context, query)
    return Page(items=[ErasureView.of(row) for row in rows], next=after)


@router.get("/erasures/{erasure_id}", operation_id="erasures_read", responses=problems(NotFound))
async def erasures_read(erasure_id: UUID, context: LookingAfter) -> ErasureView:
    """One certificate: what was erased, when, how much; nobody is named.

    `certificate_hash` can be checked with nothing but this answer. Take of it the fields `counts`, `finished_at`, `id`,
    `person_id`, `reason`, `requested_at` and `requested_by`, as they stand here; write them as one JSON object in UTF-8,
    the keys of every object in alphabetical order, without white space between the parts, characters beyond ASCII as they
    are; its SHA-256, in lower-case hexadecimal, is the hash.
    """
    return ErasureView.of(await read_erasure(context, erasure_id))


@router.post(
    "/legal_holds", status_code=201, operation_id="legal_holds_create", responses=problems(NotFound, ErasureRunning)
)
async def legal_holds_create(body: NewLegalHold, context: LookingAfter, response: Response) -> LegalHoldView:
    """Forbid the erasure of a person: a court, an inspection, a claim needs the data."""
    hold = await set_hold(context, body)
    created(response, f"/v1/legal_holds/{hold.id}")
    etag(response, hold.version)
    return LegalHoldView.of(hold)


@router.get("/legal_holds", operation_id="legal_holds_list", responses=problems(NotFound))
async def legal_holds_list(context: LookingAfter, query: Annotated[LegalHoldsQuery, Query()]) -> Page[LegalHoldView]:
    """The holds, lifted ones too, newest first."""
    rows, after = await list_holds(context, query)
    return Page(items=[LegalHoldView.of(row) for row in rows], next=after)


@router.get("/legal_holds/{legal_hold_id}", operation_id="legal_holds_read", responses=problems(NotFound))
async def legal_holds_read(legal_hold_id: UUID, context: LookingAfter, response: Response) -> LegalHoldView:
    """One hold."""
    hold = await read_hold(context, legal_hold_id)
    etag(response, hold.version)
    return LegalHoldView.of(hold)


@router.post(
    "/legal_holds/{legal_hold_id}/lift",
    operation_id="legal_holds_lift",
    responses=problems(NotFound, Stale, HoldLifted),
)
async def legal_holds_lift(
    legal_hold_id: UUID, context: LookingAfter, response: Response, if_match: IfMatch = None
) -> LegalHoldView:
    """The data is not needed any longer."""
    hold = await lift_hold(context, legal_hold_id, if_match)
    etag(response, hold.version)
    return LegalHoldView.of(hold)


@router.get("/access_log", operation_id="access_log_list", responses=problems())
async def access_log_list(context: Auditing, query: Annotated[AccessQuery, Query()]) -> Page[AccessView]:
    """Who read whose file, newest first. An auditor sees readers by pseudonyms."""
    entries, after = await list_access(context, query)
    return Page(items=entries, next=after)


def _started(context: Context, response: Response, job: Job) -> JobStarted:
    started = JobStarted.of(job, context.runtime.service)
    created(response, f"/v1/jobs/{started.id}")
    return started
