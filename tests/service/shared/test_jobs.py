"""Long work in chunks: each is one transaction with its progress, repeated after a crash, ended by a problem."""

from typing import Any, ClassVar
from uuid import UUID

import pytest
from pydantic import JsonValue

from shared.context import Context
from shared.contracts import Message, ServiceName
from shared.errors import Conflict, NotFound
from shared.jobs import MOST_ERRORS, Chunk, Job, JobState, Progress, read_job, start_job, works_off
from shared.testing.kit import ServiceKit, Tenant
from tests.service.shared.conftest import MakeKit


class WorkDue(Message):
    type: ClassVar[str] = "surveys.work_due"
    destinations: ClassVar[tuple[ServiceName, ...]] = (ServiceName.SURVEYS,)

    job_id: UUID


class Full(Conflict):
    code = "work.full"
    title = {"ru": "Больше не помещается", "en": "No more room"}


def due(job_id: UUID) -> WorkDue:
    return WorkDue(job_id=job_id)


async def begun(kit: ServiceKit, tenant: Tenant, **memory: Any) -> UUID:
    async with kit.transaction(tenant) as context:
        job = await start_job(context, "work", due, memory=memory, total=3)
        assert (job.state, job.public_id(context.runtime.service)) == (JobState.WAITING, f"surveys-{job.id}")
    return job.id


async def read(kit: ServiceKit, tenant: Tenant, job_id: UUID) -> Job:
    async with kit.transaction(tenant) as context:
        return await read_job(context.store, kit.service, job_id)


def kit_of(make_kit: MakeKit, chunk: Chunk) -> ServiceKit:
    return make_kit(works_off(WorkDue, due, {"work": chunk}))


async def count_up(_: Context, job: Job) -> Progress:
    """One at a time, up to three."""
    done = job.done + 1
    return Progress(done, {"seen": done}, result={"sum": done} if done == 3 else None, errors=[{"row": done}])


async def test_a_job_goes_on_from_where_the_last_chunk_ended(make_kit: MakeKit) -> None:
    kit = kit_of(make_kit, count_up)
    tenant = await kit.new_tenant()
    job_id = await begun(kit, tenant)
    assert len(await kit.drain()) == 3
    job = await read(kit, tenant, job_id)
    assert (job.state, job.done, job.total, job.result) == (JobState.DONE, 3, 3, {"sum": 3})
    assert (job.memory, job.errors) == ({"seen": 3}, [{"row": 1}, {"row": 2}, {"row": 3}])


async def test_a_chunk_that_dies_is_repeated_and_leaves_no_trace(make_kit: MakeKit) -> None:
    deaths = iter([False, True, False, False])

    async def chunk(context: Context, job: Job) -> Progress:
        progress = await count_up(context, job)
        if next(deaths):
            raise RuntimeError
        return progress

    kit = kit_of(make_kit, chunk)
    tenant = await kit.new_tenant()
    job_id = await begun(kit, tenant)
    await kit.drain()
    died = await read(kit, tenant, job_id)
    assert (died.state, died.done, died.memory) == (JobState.RUNNING, 1, {"seen": 1})
    kit.advance(hours=1)
    await kit.drain()
    job = await read(kit, tenant, job_id)
    assert (job.state, job.result, len(job.errors)) == (JobState.DONE, {"sum": 3}, 3)


async def test_a_problem_ends_the_job_and_undoes_its_chunk(make_kit: MakeKit) -> None:
    async def chunk(context: Context, job: Job) -> Progress:
        if job.done == 1:
            await start_job(context, "work", due, memory={})
            raise Full
        return Progress(1)

    kit = kit_of(make_kit, chunk)
    tenant = await kit.new_tenant()
    job_id = await begun(kit, tenant)
    assert len(await kit.drain()) == 2
    job = await read(kit, tenant, job_id)
    assert (job.state, job.done, job.errors) == (
        JobState.FAILED,
        1,
        [{"code": "work.full", "title": {"ru": "Больше не помещается", "en": "No more room"}}],
    )


async def test_a_job_that_is_over_is_not_done_again(make_kit: MakeKit) -> None:
    asked: list[UUID] = []

    async def chunk(_: Context, job: Job) -> Progress:
        asked.append(job.id)
        return Progress(1, result={})

    kit = kit_of(make_kit, chunk)
    tenant = await kit.new_tenant()
    job_id = await begun(kit, tenant)
    await kit.drain()
    await kit.deliver(tenant, due(job_id))
    assert asked == [job_id]


async def test_a_job_that_waits_is_not_woken_by_itself(make_kit: MakeKit) -> None:
    async def chunk(_: Context, job: Job) -> Progress:
        return Progress(job.done + 1, waits=job.done == 0, result={} if job.done == 1 else None)

    kit = kit_of(make_kit, chunk)
    tenant = await kit.new_tenant()
    job_id = await begun(kit, tenant)
    assert len(await kit.drain()) == 1
    assert (await read(kit, tenant, job_id)).state is JobState.RUNNING
    await kit.deliver(tenant, due(job_id))
    assert (await read(kit, tenant, job_id)).state is JobState.DONE


async def test_a_report_has_an_end(make_kit: MakeKit) -> None:
    async def chunk(_: Context, job: Job) -> Progress:
        rows: list[JsonValue] = [{"row": number} for number in range(MOST_ERRORS)]
        return Progress(job.done + 1, errors=rows, result={} if job.done == 1 else None)

    kit = kit_of(make_kit, chunk)
    tenant = await kit.new_tenant()
    job_id = await begun(kit, tenant)
    await kit.drain()
    assert len((await read(kit, tenant, job_id)).errors) == MOST_ERRORS


async def test_a_job_is_of_its_tenant(make_kit: MakeKit) -> None:
    kit = kit_of(make_kit, count_up)
    tenant, other = await kit.new_tenant(), await kit.new_tenant()
    job_id = await begun(kit, tenant)
    with pytest.raises(NotFound):
        await read(kit, other, job_id)
    answer = await kit.deliver(other, due(job_id))
    assert answer.error is not None, "a message of another tenant finds no job"
    assert (await read(kit, tenant, job_id)).state is JobState.WAITING
