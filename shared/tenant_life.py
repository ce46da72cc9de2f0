"""The end of a tenant, and its way out, in every service: consumers that work on while the tenant is suspended.

Rows are written out or deleted for some seconds at a time; in between the message comes again. What was counted before
the first row went lies in the service's `job` table until it is reported.
"""

import json
from typing import Final
from uuid import UUID

from sqlalchemy import MetaData, text

from shared.consumers import Consumer, Later, Work
from shared.context import Context
from shared.contracts.gateway import PartReported, TenantExportRequested, TenantStateChanged
from shared.standing import TenantState, keep_standing
from shared.tenant_rows import count_rows, delete_files, delete_rows, export_rows, forget_sent

_ON_SECONDS: Final = 0.1  # until the work goes on
FILES: Final = "files"  # counted beside the tables


def tenant_consumers(metadata: MetaData) -> list[Consumer]:
    """For the tables of one service."""

    async def change(work: Work) -> None:
        message = TenantStateChanged.model_validate(work.envelope.payload)
        state = TenantState(message.state)
        if state is TenantState.DELETED and message.job_id is not None:
            await _delete(work, metadata, message.state_version, message.job_id)
            return
        async with work.transaction() as context:
            if await work.claim(context):
                await keep_standing(context, state, message.state_version)

    async def export(work: Work) -> None:
        message = TenantExportRequested.model_validate(work.envelope.payload)
        folder = f"{message.folder}/{work.runtime.service}"
        async with work.transaction() as context:
            over = await export_rows(context, metadata, folder)
        if not over:
            raise Later(_ON_SECONDS)
        async with work.transaction() as context:
            if await work.claim(context):
                counts = await count_rows(context, metadata)
                await _report(context, message.job_id, counts)

    return [Consumer(TenantStateChanged, change), Consumer(TenantExportRequested, export)]


async def _delete(work: Work, metadata: MetaData, version: int, job_id: UUID) -> None:
    """From the first transaction on the service takes in nothing of the tenant any more."""
    async with work.transaction() as context:
        if await keep_standing(context, TenantState.DELETED, version):
            await _remember(context, job_id, await count_rows(context, metadata))
    async with work.transaction() as context:
        over = await delete_rows(context, metadata, keep_job=job_id)
    if not over:
        raise Later(_ON_SECONDS)
    files = await delete_files(work.runtime.storage, work.tenant_id)
    async with work.transaction() as context:
        counts = await _recall(context, job_id)
        if counts is None:
            return  # reported before
        await delete_rows(context, metadata)
        await forget_sent(context)
        await _report(context, job_id, {**counts, FILES: files})


async def _report(context: Context, job_id: UUID, counts: dict[str, int]) -> None:
    await context.emit(PartReported(job_id=job_id, service=context.runtime.service, counts=counts))


async def _remember(context: Context, job_id: UUID, counts: dict[str, int]) -> None:
    statement = text(
        f"INSERT INTO {context.runtime.service}.job (tenant_id, id, kind, state, errors, memory, created_at, changed_at) "  # noqa: S608 - a ServiceName
        "VALUES (:tenant_id, :id, 'tenant_deletion', 'running', '[]', CAST(:counts AS jsonb), :now, :now)"
    )
    values = {"tenant_id": context.tenant_id, "id": job_id, "counts": json.dumps(counts), "now": context.now}
    await context.store.execute(statement, values)


async def _recall(context: Context, job_id: UUID) -> dict[str, int] | None:
    query = text(
        f"SELECT memory FROM {context.runtime.service}.job WHERE tenant_id = :tenant_id AND id = :id FOR UPDATE"  # noqa: S608 - a ServiceName
    )
    values = {"tenant_id": context.tenant_id, "id": job_id}
    counts: dict[str, int] | None = (await context.store.execute(query, values)).scalar()
    return counts
