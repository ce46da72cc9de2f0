"""Sealing what was written: in batches, by a timer, tenant by tenant. No writer waits for it.

A tenant's sealers take turns on its key's row. What a slow transaction commits after its neighbours were sealed goes
under the next seal: its mark is of a later minute than the sealer looks at, or stays for the next round.
"""

from uuid import UUID

from sqlalchemy import delete, exists, insert, select

from services.gateway.audit.rules import (
    NO_HASH,
    SEAL_SIZE,
    SETTLED_AFTER,
    Entry,
    hash_of,
    head_of,
    line_of,
    oldest_unsealed,
)
from services.gateway.audit.tables import AuditEntry, AuditKey, AuditSeal, AuditSealed, audit_mark
from shared.context import Context, unit_of_work
from shared.db import table_of
from shared.identity import system
from shared.runtime import Runtime


async def seal_all(runtime: Runtime) -> None:
    """Seal what was written some minutes ago, in every tenant that has written anything."""
    async with runtime.database.before_tenant() as connection:
        settled = runtime.clock.now() - SETTLED_AFTER
        query = select(audit_mark.c.tenant_id).where(audit_mark.c.minute <= settled).distinct()
        tenants = list((await connection.execute(query)).scalars())
    for tenant_id in tenants:
        await seal_tenant(runtime, tenant_id)


async def seal_tenant(runtime: Runtime, tenant_id: UUID) -> None:
    more = True
    while more:
        async with unit_of_work(runtime, tenant_id, system(tenant_id)) as context:
            more = await _seal_batch(context)


async def _seal_batch(context: Context) -> bool:
    """Put up to SEAL_SIZE entries under one seal. False when there is no more to seal."""
    if await context.store.find(AuditKey, context.tenant_id) is not None:
        await context.store.lock(AuditKey, context.tenant_id)
    last = await _last_seal(context)
    entries = await _unsealed(context, last)
    if len(entries) < SEAL_SIZE:
        settled = context.now - SETTLED_AFTER
        await context.store.execute(
            delete(audit_mark).where(audit_mark.c.tenant_id == context.tenant_id, audit_mark.c.minute <= settled)
        )
    if entries:
        await _seal(context, last, entries)
    return len(entries) == SEAL_SIZE


async def _seal(context: Context, last: AuditSeal | None, entries: list[Entry]) -> None:
    sequence, previous = (last.sequence + 1, last.hash) if last is not None else (1, NO_HASH)
    sealed_at = context.now
    lines = [head_of(sequence, previous, sealed_at), *map(line_of, entries)]
    context.store.add(
        AuditSeal(
            sequence=sequence,
            count=len(entries),
            last_id=entries[-1].id,
            previous_hash=previous,
            hash=hash_of(lines),
            sealed_at=sealed_at,
        )
    )
    rows = [{"tenant_id": context.tenant_id, "id": entry.id, "sequence": sequence} for entry in entries]
    await context.store.execute(insert(table_of(AuditSealed)), rows)


async def _last_seal(context: Context) -> AuditSeal | None:
    seal = table_of(AuditSeal)
    newest = select(AuditSeal).where(seal.c.tenant_id == context.tenant_id).order_by(seal.c.sequence.desc())
    return await context.store.first(newest)


async def _unsealed(context: Context, last: AuditSeal | None) -> list[Entry]:
    """The oldest that stand under no seal, looked for no further back than one can have been late."""
    entry, sealed = table_of(AuditEntry), table_of(AuditSealed)
    stands = exists().where(sealed.c.tenant_id == entry.c.tenant_id, sealed.c.id == entry.c.id)
    columns = [entry.c[name] for name in Entry.__dataclass_fields__]
    query = (
        select(*columns)
        .where(
            entry.c.tenant_id == context.tenant_id,
            entry.c.id >= oldest_unsealed(last.last_id if last is not None else None),
            ~stands,
        )
        .order_by(entry.c.id)
        .limit(SEAL_SIZE)
    )
    return [Entry(*row) for row in await context.store.execute(query)]
