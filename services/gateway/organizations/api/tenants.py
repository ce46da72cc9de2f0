"""The platform's tenants, for its administrator: which there are, suspend, resume, export, delete.

`POST /tenants`, which also makes the first administrator, is in the room of sign-ins.
"""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Path, Query, Response

from services.gateway.organizations.actions.registry import read_tenant
from services.gateway.organizations.actions.tenants import (
    ask_for_deletion,
    confirm_deletion,
    export_tenant,
    list_tenants,
    read_tenant_job,
    read_volume,
    resume_tenant,
    suspend_tenant,
)
from services.gateway.organizations.rules.tenants import (
    DeletionRuns,
    ExportNotReady,
    NotMarked,
    TenantDeleted,
    TenantEntry,
    WrongConfirmation,
)
from services.gateway.organizations.schemas.tenants import TenantJobView, TenantView
from shared.app import ApiRouter, IfMatch, Page, Paging, etag, operator, problems
from shared.app.access import runtime_of
from shared.context import Context
from shared.errors import Invalid, NotFound, Stale
from shared.runtime import Runtime

router = ApiRouter(tags=["tenants"])
OfTenant = Annotated[Context, operator(tenant_from="tenant_id")]
AtPlatform = Annotated[Runtime, Depends(runtime_of)]
VolumeNumber = Annotated[int, Path(ge=1, le=100_000, description="which of the export's files, from 1")]
Confirm = Annotated[
    str, Query(max_length=300, description="the tenant's name, letter for letter: there is no way back")
]
_ZIP: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "a ZIP archive: JSON lines by service and table, and files",
        "content": {"application/zip": {}},
    }
}


@router.get("/tenants", operation_id="tenants_list", dependencies=[operator()], responses=problems(Invalid))
async def tenants_list(runtime: AtPlatform, page: Paging) -> Page[TenantView]:
    """All tenants, in the order of their making; the deleted ones with their certificates."""
    return await list_tenants(runtime, page)


@router.get("/tenants/{tenant_id}", operation_id="tenants_read")
async def tenants_read(tenant_id: UUID, context: OfTenant, response: Response) -> TenantView:
    """One tenant. Nothing of what is in it."""
    return _view(await read_tenant(context.runtime, tenant_id), response)


@router.post(
    "/tenants/{tenant_id}/suspend", operation_id="tenants_suspend", responses=problems(NotFound, Stale, TenantDeleted)
)
async def tenants_suspend(
    tenant_id: UUID,  # noqa: ARG001 - the dependency reads it
    context: OfTenant,
    response: Response,
    if_match: IfMatch = None,
) -> TenantView:
    """Stop a tenant's work within seconds: nobody signs in, nothing is sent, public pages are closed. Nothing is lost."""
    return _view(await suspend_tenant(context, if_match), response)


@router.post(
    "/tenants/{tenant_id}/resume",
    operation_id="tenants_resume",
    responses=problems(NotFound, Stale, TenantDeleted, DeletionRuns),
)
async def tenants_resume(
    tenant_id: UUID,  # noqa: ARG001 - the dependency reads it
    context: OfTenant,
    response: Response,
    if_match: IfMatch = None,
) -> TenantView:
    """Let a suspended tenant go on. A mark for deletion is taken back."""
    return _view(await resume_tenant(context, if_match), response)


@router.post(
    "/tenants/{tenant_id}/export",
    status_code=202,
    operation_id="tenants_export",
    responses=problems(NotFound, TenantDeleted),
)
async def tenants_export(tenant_id: UUID, context: OfTenant, response: Response) -> TenantJobView:
    """Write out all that the tenant has in all services. `Location` is the job; its result names the files."""
    job = await export_tenant(context)
    response.headers["location"] = f"/v1/tenants/{tenant_id}/jobs/{job.id}"
    return TenantJobView.of(job)


@router.post(
    "/tenants/{tenant_id}/mark",
    operation_id="tenants_mark",
    responses=problems(NotFound, Stale, TenantDeleted),
)
async def tenants_mark(tenant_id: UUID, context: OfTenant, response: Response, if_match: IfMatch = None) -> TenantView:  # noqa: ARG001 - the dependency reads it
    """The first of two steps of a deletion: the tenant is suspended and marked. `resume` takes it back."""
    return _view(await ask_for_deletion(context, if_match), response)


@router.delete(
    "/tenants/{tenant_id}",
    status_code=202,
    operation_id="tenants_delete",
    responses=problems(NotFound, TenantDeleted, NotMarked, WrongConfirmation, DeletionRuns),
)
async def tenants_delete(
    tenant_id: UUID, context: OfTenant, response: Response, confirm: Confirm = ""
) -> TenantJobView:
    """Delete a marked tenant: every row and file of it in every service. `Location` is the job, its result the certificate."""
    job = await confirm_deletion(context, confirm)
    response.headers["location"] = f"/v1/tenants/{tenant_id}/jobs/{job.id}"
    return TenantJobView.of(job)


@router.get("/tenants/{tenant_id}/jobs/{job_id}", operation_id="tenant_jobs_read", responses=problems(NotFound))
async def tenant_jobs_read(tenant_id: UUID, job_id: UUID, context: OfTenant) -> TenantJobView:  # noqa: ARG001 - the dependency reads it
    """An export or a deletion, and how far it came."""
    return TenantJobView.of(await read_tenant_job(context, job_id))


@router.get(
    "/tenants/{tenant_id}/exports/{job_id}/{volume}",
    operation_id="tenant_exports_download",
    response_class=Response,
    responses=_ZIP | problems(NotFound, ExportNotReady),
)
async def tenant_exports_download(tenant_id: UUID, job_id: UUID, volume: VolumeNumber, context: OfTenant) -> Response:
    """One file of an export, for seven days."""
    content = await read_volume(context, job_id, volume)
    name = f"tenant-{tenant_id}-{volume:04}.zip"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type="application/zip", headers=headers)


def _view(tenant: TenantEntry, response: Response) -> TenantView:
    etag(response, tenant.state_version)
    return TenantView.of(tenant)
