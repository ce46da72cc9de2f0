"""Exports and deletions of tenants, step by step. The gateway begins, every service does its part, the gateway ends.

An export: the services and the gateway write their rows (`rows`), then rows and files are packed into volumes
(`packing`). A deletion: the services delete (`asking`, `services`), then the gateway (`rows`), last of all the tenant's
name; its certificate is what remains.
"""

import hashlib
import io
import json
import zipfile
from datetime import timedelta
from typing import Final
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import text

from services.gateway.base import metadata
from services.gateway.organizations.actions.registry import active_tenants, bury, hold_tenant
from services.gateway.organizations.actions.tenants import DELETION, EXPORT, folder_of, volume_key
from shared.clock import written
from shared.context import Context, unit_of_work
from shared.contracts import ServiceName
from shared.contracts.gateway import READ_MODELS, TenantStateChanged
from shared.identity import system
from shared.job_parts import drop_parts, parts_of
from shared.jobs import Job, Progress
from shared.runtime import Runtime
from shared.storage import Storage
from shared.tenant_rows import count_rows, delete_files, delete_rows, export_rows, files_of, forget_sent
from shared.tenant_states import TenantState

VOLUME_BYTES: Final = 32_000_000
KEPT_DAYS: Final = 7

Memory = dict[str, JsonValue]


async def export_chunk(context: Context, job: Job) -> Progress:
    folder = folder_of(context.tenant_id, job.id)
    if job.memory["step"] == "rows":
        if not await export_rows(context, metadata, f"{folder}/{ServiceName.GATEWAY}"):
            return Progress(0, job.memory)
        counts: Memory = {ServiceName.GATEWAY: dict(await count_rows(context, metadata))}
        return Progress(1, {"step": "services", "counts": counts}, waits=not await _all_reported(context, job))
    if job.memory["step"] == "services":
        if not await _all_reported(context, job):
            return Progress(1, job.memory, waits=True)
        counts = {**_object(job.memory["counts"]), **await _reported(context, job)}
        return Progress(2, {"step": "packing", "counts": counts, "volumes": 0, "after": ""})
    return await _pack(context, job)


async def deletion_chunk(context: Context, job: Job) -> Progress:
    if job.memory["step"] == "asking":
        tenant = await hold_tenant(context)
        version = tenant.state_version + 1
        message = TenantStateChanged(state=TenantState.DELETED, state_version=version, job_id=job.id)
        await context.emit(message)
        counts: Memory = {ServiceName.GATEWAY: dict(await count_rows(context, metadata))}
        return Progress(1, {"step": "services", "counts": counts}, waits=True)
    if job.memory["step"] == "services":
        if not await _all_reported(context, job):
            return Progress(1, job.memory, waits=True)
        counts = {**_object(job.memory["counts"]), **await _reported(context, job)}
        return Progress(2, {"step": "rows", "counts": counts})
    if not await delete_rows(context, metadata, keep_job=job.id):
        return Progress(2, job.memory)
    await delete_files(context.runtime.storage, context.tenant_id)
    return await _certify(context, job)


async def let_go_of_exports(runtime: Runtime) -> None:
    """An export is whole unions' personal data: it lies here for seven days."""
    for tenant_id in await active_tenants(runtime):
        async with unit_of_work(runtime, tenant_id, system(tenant_id)) as context:
            old = text(
                "DELETE FROM gateway.job WHERE tenant_id = :tenant_id AND kind = :kind "
                "AND state IN ('done', 'failed') AND changed_at < :before RETURNING id"
            )
            values = {"tenant_id": tenant_id, "kind": EXPORT, "before": context.now - timedelta(days=KEPT_DAYS)}
            for job_id in (await context.store.execute(old, values)).scalars():
                await _delete_folder(runtime.storage, f"exports/{tenant_id}/{job_id}")


async def _all_reported(context: Context, job: Job) -> bool:
    return len(await parts_of(context, job.id)) == len(READ_MODELS)


async def _reported(context: Context, job: Job) -> Memory:
    parts = await parts_of(context, job.id)
    await drop_parts(context, job.id)
    return {service: dict(part.counts) for service, part in parts.items()}


async def _pack(context: Context, job: Job) -> Progress:
    """One volume: the next files in the order of their keys, until it is full."""
    storage, folder = context.runtime.storage, folder_of(context.tenant_id, job.id)
    after, number = str(job.memory["after"]), int(str(job.memory["volumes"]))
    chosen, more = _next_files(await _files(storage, context.tenant_id, folder), after)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        if number == 0:
            archive.writestr("counts.json", json.dumps(job.memory["counts"], ensure_ascii=False, indent=2))
        for key in chosen:
            name = key.removeprefix(f"{folder}/") if key.startswith(folder) else f"files/{key}"
            archive.writestr(name, await storage.get(key))
    await storage.put(volume_key(context.tenant_id, job.id, number + 1), packed.getvalue())
    memory: Memory = {**job.memory, "after": chosen[-1] if chosen else after, "volumes": number + 1}
    if more:
        return Progress(2, memory)
    await _delete_folder(storage, folder)
    address = f"/v1/tenants/{context.tenant_id}/exports/{job.id}"
    files: list[JsonValue] = [f"{address}/{volume}" for volume in range(1, number + 2)]
    return Progress(3, memory, result={"files": files, "counts": job.memory["counts"]})


async def _files(storage: Storage, tenant_id: UUID, folder: str) -> list[tuple[str, int]]:
    """The rows that were written, and the tenant's files; no other export of it."""
    found = [file async for file in storage.files(folder)]
    found += [file async for file in files_of(storage, tenant_id) if not file[0].startswith("exports/")]
    return sorted(found)


def _next_files(files: list[tuple[str, int]], after: str) -> tuple[list[str], bool]:
    """The files of the next volume, and whether there are more. One file may be larger than a volume."""
    left = [file for file in files if file[0] > after]
    chosen: list[str] = []
    size = 0
    for key, length in left:
        if chosen and size + length > VOLUME_BYTES:
            break
        chosen.append(key)
        size += length
    return chosen, len(chosen) < len(left)


async def _certify(context: Context, job: Job) -> Progress:
    tenant = await hold_tenant(context)
    asked_at = tenant.deletion_asked_at or job.created_at
    certificate: Memory = {
        "tenant_id": str(tenant.id),
        "asked_at": written(asked_at),
        "deleted_at": written(context.now),
        "confirmed_by": None if job.created_by is None else str(job.created_by),
        "counts": job.memory["counts"],
    }
    text_of_it = json.dumps(certificate, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    certificate["sha256"] = hashlib.sha256(text_of_it.encode()).hexdigest()
    await forget_sent(context)
    await bury(context, tenant, certificate)
    return Progress(3, {}, result=certificate)


async def _delete_folder(storage: Storage, folder: str) -> None:
    for key in [key async for key, _ in storage.files(folder)]:
        await storage.delete(key)


def _object(value: JsonValue) -> Memory:
    if not isinstance(value, dict):
        raise TypeError(type(value))
    return value


KINDS: Final = {EXPORT: export_chunk, DELETION: deletion_chunk}
