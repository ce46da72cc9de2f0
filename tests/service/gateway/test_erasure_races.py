"""An erasure and a merge of the same person at one moment: whichever comes first, no name is left behind."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from uuid import UUID

from sqlalchemy import text

from services.gateway.people.tables import Person
from shared.context import unit_of_work
from shared.identity import system
from tests.service.gateway.test_subjects import CANARY, begun, canary, job_of, report, words_in
from tests.service.gateway.union import Gateway, Union
from tests.service.shared.waiting import eventually


@asynccontextmanager
async def held_up(gateway: Gateway, union: Union, person_id: str) -> AsyncGenerator[None, None]:
    """Everybody who wants this person's row waits in line until the block ends."""
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        await context.store.lock(Person, UUID(person_id))
        yield


async def in_line(gateway: Gateway, union: Union, count: int) -> None:
    async def waiting() -> bool:
        async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
            query = text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
            return (await context.store.execute(query)).scalar_one() >= count

    await eventually(waiting)


async def test_who_is_merged_while_an_erasure_begins_is_erased_with_them(gateway: Gateway, union: Union) -> None:
    survivor, merged = await canary(union), await canary(union)
    wish = await union.admin.post(f"/v1/subjects/{survivor}/erasure", json={"reason": "asked"})
    body = {"survivor_id": survivor, "merged_id": merged}
    async with held_up(gateway, union, survivor):
        merging = asyncio.create_task(union.admin.post("/v1/people/merges", json=body))
        await in_line(gateway, union, 1)
        erasing = asyncio.create_task(gateway.drain())
        await in_line(gateway, union, 2)
    assert (await merging).status_code == 201
    await erasing
    job = await job_of(gateway, union, wish)
    await report(gateway, union, job.id)
    assert CANARY not in await words_in(gateway, union)


async def test_the_erasure_of_somebody_who_was_merged_away_is_refused(gateway: Gateway, union: Union) -> None:
    merged, survivor = await canary(union), await canary(union)
    wish = await union.admin.post(f"/v1/subjects/{merged}/erasure", json={"reason": "asked"})
    body = {"survivor_id": survivor, "merged_id": merged}
    assert (await union.admin.post("/v1/people/merges", json=body)).status_code == 201
    job = await begun(gateway, union, wish)
    assert job.result == {"refused": "person.already_merged"}
    assert CANARY in await words_in(gateway, union), "nothing was erased under a certificate of somebody else"
