"""Long work as whoever asked for it follows it; to everybody else it is not there."""

import asyncio
from collections.abc import AsyncGenerator
from uuid import UUID

import httpx
import pytest_asyncio

from shared.clock import new_id
from shared.consumers import Consumer, Consumers
from shared.context import Context, unit_of_work
from shared.contracts import ServiceName
from shared.contracts.gateway import JobDue
from shared.errors import Conflict
from shared.identity import Caller, CallerKind, Grant
from shared.jobs import Job, Progress, start_job, works_off
from shared.permissions import Role
from shared.testing.envelopes import enveloped
from tests.service.gateway.serving import listening, serving
from tests.service.gateway.union import Gateway, Union


class TooFew(Conflict):
    code = "count.too_few"
    title = {"ru": "Слишком мало", "en": "Too few"}


async def count(_: Context, job: Job) -> Progress:
    """One more at a time, and done at the total."""
    done = job.done + 1
    return Progress(done, result={"counted": done} if done == job.total else None, errors=[{"row": done}])


async def refuse(_: Context, __: Job) -> Progress:
    raise TooFew


def due(job_id: UUID) -> JobDue:
    return JobDue(job_id=job_id)


WORKER: Consumer = works_off(JobDue, due, {"count": count, "refuse": refuse})


async def begun(union: Union, kind: str = "count", total: int = 3) -> Job:
    """A job that the union's administrator asked for."""
    grants = (Grant(Role.ADMINISTRATOR, union.id),)
    caller = Caller(CallerKind.PERSON, union.id, union.administrator_id, grants)
    async with unit_of_work(union.gateway.runtime, union.id, caller) as context:
        job = await start_job(context, kind, due, memory={"secret": "of the job"}, total=total)
    await union.gateway.house.forget(union.id)  # this file's own worker does it
    return job


async def work(union: Union, job: Job) -> None:
    """One chunk."""
    envelope = enveloped(due(job.id), union.id, union.gateway.clock.now())
    answer = await Consumers(union.gateway.runtime, [WORKER]).handle(envelope)
    assert answer.error is None
    await union.gateway.house.forget(union.id)


def address(job: Job) -> str:
    return f"/v1/jobs/{job.public_id(ServiceName.GATEWAY)}"


async def view(client: httpx.AsyncClient, job: Job) -> dict[str, object]:
    answer = await client.get(address(job))
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_job_is_followed_by_whoever_began_it(union: Union) -> None:
    job = await begun(union)
    first = await view(union.admin, job)
    assert first == {
        "id": f"gateway-{job.id}",
        "kind": "count",
        "state": "waiting",
        "done": 0,
        "total": 3,
        "result": None,
        "errors": [],
        "created_at": first["created_at"],
    }
    await work(union, job)
    running = await view(union.admin, job)
    assert (running["state"], running["done"], running["errors"]) == ("running", 1, [{"row": 1}])
    for _ in range(2):
        await work(union, job)
    ended = await view(union.admin, job)
    assert (ended["state"], ended["done"], ended["result"]) == ("done", 3, {"counted": 3})


async def test_what_went_wrong_is_said(union: Union) -> None:
    job = await begun(union, "refuse")
    await work(union, job)
    failed = await view(union.admin, job)
    assert (failed["state"], failed["errors"]) == ("failed", [{"code": "count.too_few", "title": TooFew.title}])


async def test_to_anybody_else_it_is_not_there(gateway: Gateway, union: Union) -> None:
    job, foreign = await begun(union), await gateway.found()
    chair = await union.staff(Role.CHAIR)
    absent = await union.admin.get(f"/v1/jobs/gateway-{new_id()}")
    assert absent.status_code == 404
    for client in (chair, foreign.admin):
        for path in (address(job), f"{address(job)}/events"):
            answer = await client.get(path)
            assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
    async with gateway.client() as client:
        assert (await client.get(address(job))).status_code == 401
    for wrong in (str(job.id), f"publisher-{job.id}x", f"gateway-{job.id.hex}", "gateway-", f"GATEWAY-{job.id}"):
        answer = await union.admin.get(f"/v1/jobs/{wrong}")
        assert answer.status_code == (200 if wrong.startswith("publisher") else 404), wrong  # the stand-in echoes
    await chair.aclose()
    await foreign.admin.aclose()


@pytest_asyncio.fixture
async def url(gateway: Gateway) -> AsyncGenerator[str, None]:
    async with serving(gateway.edge) as url:
        yield url


async def test_progress_is_told_until_the_end(gateway: Gateway, union: Union, url: str) -> None:
    job = await begun(union, total=2)
    token = (await gateway.tokens(union.sign_in_name))["access_token"]
    async with listening(url, f"{address(job)}/events", token) as stream:
        seen = [await stream.next()]
        await work(union, job)
        seen.append(await stream.next())
        await work(union, job)
        seen += [await stream.next(), await stream.next()]
    states = [(told.event, told.data["done"], told.id) if told is not None else None for told in seen]
    assert states == [("waiting", 0, None), ("running", 1, None), ("done", 2, None), None]


async def test_the_progress_of_what_is_over_is_told_at_once(gateway: Gateway, union: Union, url: str) -> None:
    job = await begun(union, total=1)
    await work(union, job)
    token = (await gateway.tokens(union.sign_in_name))["access_token"]
    async with asyncio.timeout(2), listening(url, f"{address(job)}/events", token) as stream:
        told = await stream.next()
        assert told is not None
        assert told.event == "done"
        assert await stream.next() is None
