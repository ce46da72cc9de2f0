"""Requests about occasions."""

from datetime import timedelta
from typing import Any

from shared.contracts import ServiceName
from tests.security.attempts import Attempt
from tests.security.house import Branch
from tests.security.makers.publisher import channel
from tests.security.makers.publisher_enterprises import enterprise
from tests.security.makers.registry import makes


async def _occasion_body(branch: Branch) -> dict[str, Any]:
    return {
        "organization_id": branch.organization,
        "kind": "personal",
        "title": "День рождения председателя",
        "person_id": branch.chair,
        "enterprise_id": await enterprise(branch),
        "greeting": "Здоровья и радости!",
        "channel_ids": [await channel(branch)],
    }


async def occasion(branch: Branch) -> str:
    return (await branch.post("/occasions", await _occasion_body(branch)))["id"]


@makes("occasions_create", within_the_union=("person_id",))
async def new_occasion(branch: Branch) -> Attempt:
    return Attempt(["/occasions?limit=5"], body=await _occasion_body(branch))


@makes("occasions_list")
async def occasions(branch: Branch) -> Attempt:
    await occasion(branch)
    return Attempt([], query={"organization_id": branch.organization})


@makes("occasions_read", "occasions_approve", "occasions_delete")
async def an_occasion(branch: Branch) -> Attempt:
    one = await occasion(branch)
    return Attempt([f"/occasions/{one}"], {"occasion_id": one})


@makes("occasions_update")
async def changed_occasion(branch: Branch) -> Attempt:
    one = await occasion(branch)
    body = {"greeting": "Иное", "channel_ids": [await channel(branch)]}
    return Attempt([f"/occasions/{one}"], {"occasion_id": one}, body=body)


@makes("occasion_greetings_list")
async def greeted(branch: Branch) -> Attempt:
    on = branch.services.runtime(ServiceName.PUBLISHER).clock.now() + timedelta(days=2)
    body = {
        "organization_id": branch.organization,
        "kind": "fixed_date",
        "title": "День энергетика",
        "month": on.month,
        "day": on.day,
        "greeting": "Ура!",
    }
    one = (await branch.post("/occasions", body))["id"]
    await branch.services.drain()
    return Attempt([f"/occasions/{one}/greetings"], {"occasion_id": one})
