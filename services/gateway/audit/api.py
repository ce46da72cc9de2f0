"""The audit of a union: who changed what, under seals that anybody can check."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import StreamingResponse

from services.gateway.audit.actions import export_after, list_entries, list_seals
from services.gateway.audit.rules import WholeUnionOnly
from services.gateway.audit.schemas import AuditEntryView, AuditQuery, AuditSealView, ExportQuery
from shared.app import ApiRouter, Page, Paging, allowed, problems
from shared.context import Context
from shared.permissions import Permission

router = ApiRouter(tags=["audit"])
Auditing = Annotated[Context, allowed(Permission.SEE_AUDIT)]


@router.get("/audit", operation_id="audit_list", responses=problems(WholeUnionOnly))
async def audit_list(context: Auditing, query: Annotated[AuditQuery, Query()]) -> Page[AuditEntryView]:
    """What was changed, newest first. Who did it stands there as a pseudonym."""
    return await list_entries(context, query)


@router.get("/audit/seals", operation_id="audit_seals_list", responses=problems(WholeUnionOnly))
async def audit_seals_list(context: Auditing, page: Paging) -> Page[AuditSealView]:
    """The chain of seals, newest first. Keep the newest hash elsewhere: with it a cut tail is seen."""
    return await list_seals(context, page)


@router.get(
    "/audit/export",
    operation_id="audit_export",
    response_class=StreamingResponse,
    responses={
        200: {
            "description": "JSON lines, seal by seal",
            "content": {"application/x-ndjson": {"schema": {"type": "string"}}},
        },
        **problems(WholeUnionOnly),
    },
)
async def audit_export(context: Auditing, query: Annotated[ExportQuery, Query()]) -> StreamingResponse:
    """Fifty seals after the given one, as JSON lines that anybody can check with SHA-256 alone.

    Each seal is a head line (its number, its moment, the hash of the seal before), a line for each of its entries, and
    a last line `{"hash": ...}`: the SHA-256 of all its lines before that one, line feeds included. An empty answer means
    that there is no later seal.
    """
    return StreamingResponse(export_after(context, query.after), media_type="application/x-ndjson")
