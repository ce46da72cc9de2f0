"""Requests about slots, plans that recur and the calendar."""

from typing import Any

from tests.security.attempts import Attempt
from tests.security.house import Branch, done
from tests.security.makers.publisher import channel, draft
from tests.security.makers.registry import makes


async def _slot_body(branch: Branch) -> dict[str, Any]:
    return {"channel_id": await channel(branch), "weekday": 3, "local_time": "10:30:00"}


async def slot(branch: Branch) -> dict[str, Any]:
    return await branch.post("/slots", await _slot_body(branch))


async def _plan_body(branch: Branch) -> dict[str, Any]:
    return {
        "template_id": await draft(branch),
        "title": "Приём юриста",
        "repeat": "month",
        "day": 15,
        "local_time": "10:00:00",
        "starts_on": "2026-01-01",
    }


async def plan(branch: Branch) -> dict[str, Any]:
    return await branch.post("/plans", await _plan_body(branch))


@makes("slots_create")
async def new_slot(branch: Branch) -> Attempt:
    return Attempt(["/slots?limit=5"], body=await _slot_body(branch))


@makes("slots_list")
async def slots(branch: Branch) -> Attempt:
    kept = await slot(branch)
    return Attempt([], query={"organization_id": branch.organization, "channel_id": kept["channel_id"]})


@makes("slots_read", "slots_delete")
async def a_slot(branch: Branch) -> Attempt:
    one = (await slot(branch))["id"]
    return Attempt([f"/slots/{one}"], {"slot_id": one})


@makes("publications_schedule_in_slots")
async def scheduled_in_slots(branch: Branch) -> Attempt:
    one = await draft(branch)
    (target,) = done(await branch.client.get(f"/v1/publications/{one}"))["channel_ids"]
    await branch.post("/slots", {"channel_id": target, "weekday": 3, "local_time": "10:30:00"})
    return Attempt([f"/publications/{one}"], {"publication_id": one}, body={})


@makes("plans_create")
async def new_plan(branch: Branch) -> Attempt:
    return Attempt(["/plans?limit=5"], body=await _plan_body(branch))


@makes("plans_list")
async def plans(branch: Branch) -> Attempt:
    await plan(branch)
    return Attempt([], query={"organization_id": branch.organization})


@makes("plan_occurrences_list")
async def occurrences(branch: Branch) -> Attempt:
    made = await plan(branch)
    await branch.post(f"/plans/{made['id']}/skip", {"on_day": made["next_on"]}, status=200)
    return Attempt([], {"plan_id": made["id"]})


@makes("plans_read", "plans_delete")
async def a_plan(branch: Branch) -> Attempt:
    one = (await plan(branch))["id"]
    return Attempt([f"/plans/{one}"], {"plan_id": one})


@makes("plans_update")
async def changed_plan(branch: Branch) -> Attempt:
    one = (await plan(branch))["id"]
    return Attempt([f"/plans/{one}"], {"plan_id": one}, body={"title": "Приём", "paused": True})


@makes("plans_skip")
async def skipped_day(branch: Branch) -> Attempt:
    made = await plan(branch)
    return Attempt([f"/plans/{made['id']}"], {"plan_id": made["id"]}, body={"on_day": made["next_on"]})


@makes("calendar_read", "calendar_file_read")
async def calendar(branch: Branch) -> Attempt:
    kept = await slot(branch)
    return Attempt([], query={"organization_id": branch.organization, "channel_id": kept["channel_id"]})


@makes("cadences_list")
async def cadences(branch: Branch) -> Attempt:
    await slot(branch)
    return Attempt([], query={"organization_id": branch.organization})
