"""Gather what an organization published, file by file; hand the files to whoever asked; let go of them after a week."""

from typing import Final
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import ColumnElement, func, text
from sqlalchemy import select as select_columns
from sqlmodel import col, select

from services.publisher.archives.actions.packing import packed
from services.publisher.archives.rules import (
    KEPT,
    MOST_KEPT,
    PUBLICATIONS_AT_ONCE,
    ArchiveOver,
    NotForPartners,
    TooManyArchives,
)
from services.publisher.directory.tables import DIRECTORY, Organization
from services.publisher.publications.tables import Publication
from shared.context import Context
from shared.contracts import ServiceName
from shared.contracts.publisher import ArchiveDue, ArchiveOverDue
from shared.errors import NotFound
from shared.jobs import ENDED, Job, JobState, Progress, read_job, start_job
from shared.permissions import Permission

KIND: Final = "publication_archive"
_FIRST: Final = UUID(int=0)


async def start_archive(context: Context, organization_id: UUID) -> Job:
    """Raises NotFound, Forbidden, NotForPartners, TooManyArchives."""
    await DIRECTORY.reachable(context, organization_id, Permission.SEE_PUBLICATIONS)
    if context.caller.key is not None:
        raise NotForPartners
    await context.store.lock(Organization, organization_id)  # one after another: they are counted
    if await _kept_of(context, organization_id) >= MOST_KEPT:
        raise TooManyArchives
    total = await context.store.execute(
        select_columns(func.count()).select_from(Publication).where(*_published(context, organization_id))
    )
    memory: dict[str, JsonValue] = {"organization_id": str(organization_id), "after": str(_FIRST), "files": 0}
    job = await start_job(context, KIND, archive_due, memory=memory, total=total.scalar_one())
    await context.emit(ArchiveOverDue(job_id=job.id), available_at=context.now + KEPT)
    return job


def archive_due(job_id: UUID) -> ArchiveDue:
    return ArchiveDue(job_id=job_id)


async def read_archive(context: Context, archive_id: UUID) -> Job:
    """Only whoever asked for it sees it, while they may see what it is of. Raises NotFound, Forbidden."""
    job = await read_job(context.store, ServiceName.PUBLISHER, archive_id)
    if job.kind != KIND or job.created_by is None or job.created_by != context.caller.actor_id:
        raise NotFound
    await DIRECTORY.reachable(context, UUID(str(job.memory["organization_id"])), Permission.SEE_PUBLICATIONS)
    return job


async def read_file(context: Context, archive_id: UUID, number: int) -> bytes:
    """Raises NotFound, Forbidden, ArchiveOver."""
    job = await read_archive(context, archive_id)
    if job.state is not JobState.DONE or not 1 <= number <= int(str(job.memory["files"])):
        raise NotFound
    if job.created_at + KEPT <= context.now:
        raise ArchiveOver
    return await context.runtime.storage.get(_key(context, job.id, number))


async def files_kept(context: Context) -> list[str]:
    """Of all archives that there still are: for an erasure, for nobody knows what lies in which of them."""
    query = text(
        "SELECT id, memory FROM publisher.job WHERE tenant_id = :tenant_id AND kind = :kind AND created_at > :since"
    )
    values = {"tenant_id": context.tenant_id, "kind": KIND, "since": context.now - KEPT}
    return [
        _key(context, row["id"], number)
        for row in (await context.store.execute(query, values)).mappings()
        for number in range(1, int(str(row["memory"]["files"])) + 1)
    ]


async def gather(context: Context, job: Job) -> Progress:
    """One file: the next publications in their order, until it is full."""
    organization_id = UUID(str(job.memory["organization_id"]))
    query = (
        select(Publication)
        .where(*_published(context, organization_id), col(Publication.id) > UUID(str(job.memory["after"])))
        .order_by(col(Publication.id))
        .limit(PUBLICATIONS_AT_ONCE + 1)
    )
    found = await context.store.all(query)  # one more than is taken: whether this is the last file
    number = int(str(job.memory["files"])) + 1
    taken, content = await packed(context, organization_id, found[:PUBLICATIONS_AT_ONCE])
    await context.runtime.storage.put(_key(context, job.id, number), content)
    memory: dict[str, JsonValue] = {**job.memory, "files": number}
    if taken:
        memory["after"] = str(found[taken - 1].id)
    over = taken == len(found)
    return Progress(job.done + taken, memory, result={"files": number} if over else None)


async def let_go(context: Context, over: ArchiveOverDue) -> None:
    """Of its files; the entry that there was an archive stays with the other jobs."""
    job = await read_job(context.store, ServiceName.PUBLISHER, over.job_id)
    if job.state in ENDED:
        for number in range(1, int(str(job.memory["files"])) + 1):
            await context.runtime.storage.delete(_key(context, job.id, number))


async def _kept_of(context: Context, organization_id: UUID) -> int:
    query = text(
        "SELECT count(*) FROM publisher.job WHERE tenant_id = :tenant_id AND kind = :kind AND state <> 'failed' "
        "AND created_at > :since AND memory->>'organization_id' = :organization_id"
    )
    values = {
        "tenant_id": context.tenant_id,
        "kind": KIND,
        "since": context.now - KEPT,
        "organization_id": str(organization_id),
    }
    return (await context.store.execute(query, values)).scalar_one()


def _published(context: Context, organization_id: UUID) -> tuple[ColumnElement[bool], ...]:
    return (
        col(Publication.tenant_id) == context.tenant_id,
        col(Publication.published_at).is_not(None),
        DIRECTORY.under(context, Publication.organization_id, organization_id),
    )


def _key(context: Context, job_id: UUID, number: int) -> str:
    return f"exports/{context.tenant_id}/{job_id}/{number}.zip"
