"""Requests about enterprises."""

from typing import Any

from shared.clock import new_id
from tests.security.attempts import Attempt
from tests.security.house import Branch
from tests.security.makers.registry import makes


def _enterprise_body(branch: Branch) -> dict[str, Any]:
    return {
        "organization_id": branch.organization,
        "name": "Завод «Северный свет»",
        "head": {"name": "Орлов Пётр Ильич", "email": "head@example.org"},
        "accounts": [{"network": "vk", "external_id": f"-{new_id().int % 10**15}"}],
        "organization_ids": [branch.organization],
    }


async def enterprise(branch: Branch) -> str:
    return (await branch.post("/enterprises", _enterprise_body(branch)))["id"]


@makes("enterprises_create")
async def new_enterprise(branch: Branch) -> Attempt:
    return Attempt(["/enterprises?limit=5"], body=_enterprise_body(branch))


@makes("enterprises_list")
async def enterprises(branch: Branch) -> Attempt:
    await enterprise(branch)
    return Attempt([], query={"organization_id": branch.organization, "at_organization_id": branch.organization})


@makes("enterprises_read", "enterprise_relationships_read")
async def an_enterprise(branch: Branch) -> Attempt:
    one = await enterprise(branch)
    return Attempt([f"/enterprises/{one}"], {"enterprise_id": one})


@makes("enterprises_update")
async def changed_enterprise(branch: Branch) -> Attempt:
    one = await enterprise(branch)
    body = {"name": "Чужое имя", "organization_ids": [branch.organization]}
    return Attempt([f"/enterprises/{one}"], {"enterprise_id": one}, body=body)


@makes("enterprise_events_create")
async def new_event(branch: Branch) -> Attempt:
    one = await enterprise(branch)
    body = {"kind": "thanks", "happened_at": "2020-05-21T12:00:00+03:00", "words": "Письмо"}
    return Attempt([f"/enterprises/{one}/history"], {"enterprise_id": one}, body=body)


@makes("enterprise_events_read")
async def an_event(branch: Branch) -> Attempt:
    attempt = await new_event(branch)
    made = await branch.post(f"/enterprises/{attempt.path['enterprise_id']}/history", attempt.body)
    return Attempt(attempt.watch, {**attempt.path, "event_id": made["id"]})


@makes("enterprise_events_list")
async def events(branch: Branch) -> Attempt:
    attempt = await new_event(branch)
    await branch.post(f"/enterprises/{attempt.path['enterprise_id']}/history", attempt.body)
    return Attempt(attempt.watch, attempt.path)
