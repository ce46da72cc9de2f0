"""Jobs that wait for the other services: each reports its part, and the job is woken when one arrives.

    async def chunk(context: Context, job: Job) -> Progress:
        parts = await parts_of(context, job.id)
        if len(parts) < len(READ_MODELS):
            return Progress(len(parts), job.memory, waits=True)
        ...
        await drop_parts(context, job.id)

`collects(make)` is the gateway's one consumer of PartReported, for jobs of every kind.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import text

from shared.consumers import Consumer, consumes
from shared.context import Context
from shared.contracts import ServiceName
from shared.contracts.gateway import PartReported
from shared.jobs import MakeDue


@dataclass(frozen=True)
class Part:
    """What one service counted, and its sealed part of a file."""

    counts: Mapping[str, int]
    sealed: str | None


def collects(make: MakeDue) -> Consumer:
    """Keep each service's part once, and wake its job: `collects(lambda job_id: JobDue(job_id=job_id))`."""

    async def keep(context: Context, part: PartReported) -> None:
        statement = text(
            f"INSERT INTO {context.runtime.service}.job_part (tenant_id, job_id, service, counts, sealed) "  # noqa: S608 - a ServiceName
            "SELECT tenant_id, id, :service, CAST(:counts AS jsonb), :sealed "
            f"FROM {context.runtime.service}.job WHERE tenant_id = :tenant_id AND id = :job_id "
            "AND state IN ('waiting', 'running') ON CONFLICT DO NOTHING"
        )
        values = {
            "tenant_id": context.tenant_id,
            "job_id": part.job_id,
            "service": part.service.value,
            "counts": json.dumps(part.counts),
            "sealed": part.sealed,
        }
        if await context.store.changed(statement, values) == 1:
            await context.emit(make(part.job_id))

    return consumes(PartReported, keep)


async def parts_of(context: Context, job_id: UUID) -> dict[ServiceName, Part]:
    """What was reported so far."""
    query = text(
        f"SELECT service, counts, sealed FROM {context.runtime.service}.job_part "  # noqa: S608 - a ServiceName
        "WHERE tenant_id = :tenant_id AND job_id = :job_id"
    )
    rows = await context.store.execute(query, {"tenant_id": context.tenant_id, "job_id": job_id})
    return {ServiceName(row.service): Part(row.counts, row.sealed) for row in rows}


async def drop_parts(context: Context, job_id: UUID) -> None:
    """Once the job has what it waited for."""
    statement = text(
        f"DELETE FROM {context.runtime.service}.job_part WHERE tenant_id = :tenant_id AND job_id = :job_id"  # noqa: S608 - a ServiceName
    )
    await context.store.execute(statement, {"tenant_id": context.tenant_id, "job_id": job_id})
