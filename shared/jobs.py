"""Long work: a row that is worked off in chunks, each its own transaction, woken by a message to the service itself.

    works_off(JobDue, due, {"people_import": import_chunk})                        in the worker
    job = await start_job(context, "people_import", due, memory={...}, total=100_000)     in an action

A chunk gets the job and the unit of work, does a part, and says how far it came. It is repeated after a crash, with the
memory of the last chunk that was committed: nothing is done twice, for a chunk's effect and its progress are one
transaction. Work that takes seconds of CPU between reading and writing goes to a process pool.
"""

import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

from pydantic import JsonValue
from sqlalchemy import text

from shared.clock import new_id
from shared.consumers import Consumer, consumes
from shared.context import Context
from shared.contracts import Message, ServiceName
from shared.db import Store
from shared.errors import NotFound, Problem

MOST_ERRORS: Final = 1000  # rows of a report; the count goes on


class JobState(StrEnum):
    """How far long work came.

    `waiting`: it has not begun; `running`: it is being done, part by part; `done`: it is finished, and its result
    is there; `failed`: it was given up; `errors` says why, where the view has them.
    """

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"


@dataclass(frozen=True)
class Job:
    """A job as it is now."""

    id: UUID
    kind: str
    state: JobState
    done: int
    total: int | None
    result: dict[str, JsonValue] | None
    errors: list[JsonValue]
    memory: dict[str, JsonValue]
    created_by: UUID | None
    created_at: datetime
    changed_at: datetime

    def public_id(self, service: ServiceName) -> str:
        """`gateway-01936f...`: the id says whose it is, so that the edge knows whom to ask."""
        return f"{service}-{self.id}"


@dataclass(frozen=True)
class Progress:
    """What a chunk says: how much is done, what it remembers, and the result once there is nothing left.

    `waits` is for a job whose next step begins with a message of somebody else: it is not woken by itself.
    """

    done: int
    memory: dict[str, JsonValue] = field(default_factory=dict[str, JsonValue])
    total: int | None = None
    result: dict[str, JsonValue] | None = None
    errors: Sequence[JsonValue] = ()
    waits: bool = False


Chunk = Callable[[Context, Job], Awaitable[Progress]]
MakeDue = Callable[[UUID], Message]


ENDED: Final = frozenset({JobState.DONE, JobState.FAILED})
_COLUMNS: Final = "id, kind, state, done, total, result, errors, memory, created_by, created_at, changed_at"


async def start_job(
    context: Context, kind: str, due: MakeDue, *, memory: dict[str, JsonValue], total: int | None = None
) -> Job:
    """Keep a new job and wake it. `due` makes the service's own message: `lambda job_id: JobDue(job_id=job_id)`."""
    job = Job(
        id=new_id(),
        kind=kind,
        state=JobState.WAITING,
        done=0,
        total=total,
        result=None,
        errors=[],
        memory=memory,
        created_by=context.caller.actor_id,
        created_at=context.now,
        changed_at=context.now,
    )
    await context.store.execute(
        text(
            f"INSERT INTO {context.runtime.service}.job (tenant_id, {_COLUMNS}) VALUES (:tenant_id, :id, :kind, :state, "  # noqa: S608 - a ServiceName
            ":done, :total, NULL, '[]', CAST(:memory AS jsonb), :created_by, :created_at, :changed_at)"
        ),
        {
            "tenant_id": context.tenant_id,
            "id": job.id,
            "kind": kind,
            "state": job.state.value,
            "done": 0,
            "total": total,
            "memory": json.dumps(memory, ensure_ascii=False),
            "created_by": job.created_by,
            "created_at": job.created_at,
            "changed_at": job.changed_at,
        },
    )
    await context.emit(due(job.id))
    return job


async def read_job(store: Store, service: ServiceName, job_id: UUID, *, lock: bool = False) -> Job:
    """Raises NotFound."""
    query = f"SELECT {_COLUMNS} FROM {service}.job WHERE tenant_id = :tenant_id AND id = :id"  # noqa: S608 - a ServiceName
    keys = {"tenant_id": store.tenant_id, "id": job_id}
    row = (await store.execute(text(query + (" FOR UPDATE" if lock else "")), keys)).mappings().first()
    if row is None:
        raise NotFound
    values: dict[str, Any] = {**row, "state": JobState(row["state"])}
    return Job(**values)


def works_off(due: type[Message], make: MakeDue, kinds: Mapping[str, Chunk]) -> Consumer:
    """The consumer of a service's own JobDue: one chunk, then the next wake-up.

    A Problem that a chunk raises ends the job as failed, with the problem among its errors; anything else is tried again.
    """

    async def handle(context: Context, message: Message) -> None:
        job = await read_job(context.store, context.runtime.service, _job_id(message), lock=True)
        if job.state in ENDED:
            return
        try:
            async with context.store.session.begin_nested():
                progress = await kinds[job.kind](context, job)
        except Problem as problem:
            await _write(context, job, JobState.FAILED, Progress(job.done, job.memory, errors=[_told(problem)]))
            return
        over = progress.result is not None
        await _write(context, job, JobState.DONE if over else JobState.RUNNING, progress)
        if not over and not progress.waits:
            await context.emit(make(job.id))

    return consumes(due, handle)


def _job_id(message: Message) -> UUID:
    job_id = getattr(message, "job_id", None)
    if not isinstance(job_id, UUID):
        raise TypeError(type(message))
    return job_id


def _told(problem: Problem) -> dict[str, JsonValue]:
    return {"code": problem.code, "title": dict(problem.title)}


async def _write(context: Context, job: Job, state: JobState, progress: Progress) -> None:
    await context.store.execute(
        text(
            f"UPDATE {context.runtime.service}.job SET state = :state, done = :done, "  # noqa: S608 - a ServiceName
            "total = coalesce(CAST(:total AS integer), total), result = CAST(:result AS jsonb), "
            "errors = CAST(:errors AS jsonb), memory = CAST(:memory AS jsonb), changed_at = :changed_at "
            "WHERE tenant_id = :tenant_id AND id = :id"
        ),
        {
            "tenant_id": context.tenant_id,
            "id": job.id,
            "state": state.value,
            "done": progress.done,
            "total": progress.total,
            "result": json.dumps(progress.result, ensure_ascii=False) if progress.result is not None else None,
            "errors": json.dumps([*job.errors, *progress.errors][:MOST_ERRORS], ensure_ascii=False),
            "memory": json.dumps(progress.memory, ensure_ascii=False),
            "changed_at": context.now,
        },
    )
