"""What the platform's administrator does with tenants: suspend, resume, export, delete. Never looks into them."""

from typing import Final
from uuid import UUID

from sqlalchemy import text

from services.gateway.organizations.actions.registry import (
    hold_tenant,
    mark_for_deletion,
    set_state,
    tenants_page,
)
from services.gateway.organizations.rules.tenants import (
    DeletionRuns,
    ExportNotReady,
    TenantEntry,
    check_confirmation,
    check_exists,
)
from services.gateway.organizations.schemas.tenants import TenantView
from shared.app import Page, PageQuery, check_match
from shared.app.schemas import after_id, cursor_of
from shared.context import Context
from shared.contracts.gateway import JobDue, TenantExportRequested, TenantStateChanged
from shared.errors import NotFound
from shared.jobs import Job, JobState, read_job, start_job
from shared.runtime import Runtime
from shared.standing import TenantState

EXPORT: Final = "tenant_export"
DELETION: Final = "tenant_deletion"


async def list_tenants(runtime: Runtime, page: PageQuery) -> Page[TenantView]:
    """In the order of their making."""
    found = await tenants_page(runtime, after_id(page), page.limit + 1)
    shown = found[: page.limit]
    following = cursor_of(shown[-1].id) if len(found) > page.limit else None
    return Page(items=[TenantView.of(tenant) for tenant in shown], next=following)


async def suspend_tenant(context: Context, if_match: str | None) -> TenantEntry:
    """Nobody signs in, nothing is sent, public pages are closed. Raises NotFound, Stale, TenantDeleted."""
    return await _set(context, TenantState.SUSPENDED, if_match)


async def resume_tenant(context: Context, if_match: str | None) -> TenantEntry:
    """Raises NotFound, Stale, TenantDeleted, DeletionRuns."""
    return await _set(context, TenantState.ACTIVE, if_match)


async def ask_for_deletion(context: Context, if_match: str | None) -> TenantEntry:
    """The first of two steps: the tenant is suspended, and marked. Raises NotFound, Stale, TenantDeleted."""
    tenant = await _set(context, TenantState.SUSPENDED, if_match)
    return tenant if tenant.deletion_asked_at is not None else await mark_for_deletion(context, tenant)


async def confirm_deletion(context: Context, confirm: str) -> Job:
    """The second step. Raises NotFound, TenantDeleted, NotMarked, WrongConfirmation, DeletionRuns."""
    tenant = await _held(context, None)
    check_confirmation(tenant.name, confirm, marked=tenant.deletion_asked_at is not None)
    await _check_no_deletion(context)
    return await start_job(context, DELETION, _due, memory={"step": "asking"}, total=3)


async def export_tenant(context: Context) -> Job:
    """Every service writes its rows and the gateway packs them. Raises NotFound, TenantDeleted."""
    await _held(context, None)
    job = await start_job(context, EXPORT, _due, memory={"step": "rows"}, total=3)
    await context.emit(TenantExportRequested(job_id=job.id, folder=folder_of(context.tenant_id, job.id)))
    return job


async def read_tenant_job(context: Context, job_id: UUID) -> Job:
    """Raises NotFound, also for jobs that are the union's own business."""
    job = await read_job(context.store, context.runtime.service, job_id)
    if job.kind not in {EXPORT, DELETION}:
        raise NotFound
    return job


async def read_volume(context: Context, job_id: UUID, number: int) -> bytes:
    """One file of an export. Raises NotFound, ExportNotReady."""
    job = await read_tenant_job(context, job_id)
    if job.kind != EXPORT:
        raise NotFound
    if job.state is not JobState.DONE:
        raise ExportNotReady
    return await context.runtime.storage.get(volume_key(context.tenant_id, job_id, number))


def folder_of(tenant_id: UUID, job_id: UUID) -> str:
    return f"exports/{tenant_id}/{job_id}/rows"


def volume_key(tenant_id: UUID, job_id: UUID, number: int) -> str:
    return f"exports/{tenant_id}/{job_id}/volumes/{number:04}.zip"


async def _check_no_deletion(context: Context) -> None:
    """Raises DeletionRuns. The tenant is held, so that none begins meanwhile."""
    running = text(
        "SELECT 1 FROM gateway.job WHERE tenant_id = :tenant_id AND kind = :kind AND state IN ('waiting', 'running')"
    )
    found = await context.store.execute(running, {"tenant_id": context.tenant_id, "kind": DELETION})
    if found.first() is not None:
        raise DeletionRuns


def _due(job_id: UUID) -> JobDue:
    return JobDue(job_id=job_id)


async def _set(context: Context, state: TenantState, if_match: str | None) -> TenantEntry:
    tenant = await _held(context, if_match)
    if state is TenantState.ACTIVE:
        await _check_no_deletion(context)
    if tenant.state is state:
        return tenant
    changed = await set_state(context, tenant, state)
    await context.emit(TenantStateChanged(state=state, state_version=changed.state_version))
    return changed


async def _held(context: Context, if_match: str | None) -> TenantEntry:
    tenant = await hold_tenant(context)
    check_exists(tenant.state)
    check_match(if_match, tenant.state_version)
    return tenant
