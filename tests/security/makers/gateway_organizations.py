"""Requests about the tree's shape, its committees and counts, and about working calendars."""

from datetime import date
from itertools import count
from typing import Any

from services.gateway.organizations.actions import count_month
from services.gateway.people.actions.belonging import Belonging
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.identity import system
from tests.security.attempts import Attempt
from tests.security.house import Branch
from tests.security.makers.registry import makes

CALENDARS = "/calendars?limit=5"
WEEK = {day: [["09:00", "18:00"]] for day in ("monday", "tuesday", "wednesday", "thursday", "friday")}


@makes("organizations_move")
async def moved_organization(branch: Branch) -> Attempt:
    place, part = await branch.part(), await branch.part("shop")
    watch = [f"/organizations/{part}", f"/organizations/{place}/subtree"]
    return Attempt(watch, {"organization_id": part}, body={"parent_id": place})


@makes("organizations_close")
async def closed_organization(branch: Branch) -> Attempt:
    successor, part = await branch.part(), await branch.part()
    watch = [f"/organizations/{part}", f"/organizations/{successor}"]
    return Attempt(watch, {"organization_id": part}, body={"hand_over_to": successor})


_NUMBERS = count()  # a month is counted once, and a part that was made later is not in it


@makes("organization_counts_list")
async def counts(branch: Branch) -> Attempt:
    runtime = branch.services.runtime(ServiceName.GATEWAY)
    part, number = await branch.part(), next(_NUMBERS)
    async with unit_of_work(runtime, branch.tenant_id, system(branch.tenant_id)) as context:
        assert await count_month(context, Belonging(), date(1900 + number // 12, number % 12 + 1, 1))
    return Attempt([], {"organization_id": part})


@makes("organization_committee_read")
async def a_committee(branch: Branch) -> Attempt:
    part = await branch.part()
    return Attempt([f"/organizations/{part}/committee"], {"organization_id": part})


@makes("organization_committee_set")
async def another_committee(branch: Branch) -> Attempt:
    part = await branch.part()
    body = {"name": "Профком", "members": [{"person_id": await branch.person(), "role": "chair"}]}
    return Attempt([f"/organizations/{part}/committee"], {"organization_id": part}, body=body)


def _calendar_body(branch: Branch) -> dict[str, Any]:
    return {"organization_id": branch.organization, "name": "Приёмная", "week": WEEK}


async def calendar(branch: Branch) -> str:
    return (await branch.post("/calendars", _calendar_body(branch)))["id"]


@makes("calendars_create")
async def new_calendar(branch: Branch) -> Attempt:
    return Attempt([CALENDARS], body=_calendar_body(branch))


@makes("calendars_list")
async def calendars(branch: Branch) -> Attempt:
    await calendar(branch)
    return Attempt([], query={"organization_id": branch.organization})


@makes("calendars_read", "calendars_delete", "calendar_days_list")
async def a_calendar(branch: Branch) -> Attempt:
    one = await calendar(branch)
    return Attempt([f"/calendars/{one}", CALENDARS], {"calendar_id": one})


@makes("calendars_update")
async def changed_calendar(branch: Branch) -> Attempt:
    one = await calendar(branch)
    return Attempt([f"/calendars/{one}"], {"calendar_id": one}, body={"name": "Другая приёмная"})


@makes("calendars_count")
async def a_deadline(branch: Branch) -> Attempt:
    body = {"start": "2026-04-10T16:30:00+03:00", "minutes": 240}
    return Attempt([], {"calendar_id": await calendar(branch)}, body=body)


@makes("organization_calendar_read")
async def a_chosen_calendar(branch: Branch) -> Attempt:
    part = await branch.part()
    return Attempt([f"/organizations/{part}/calendar"], {"organization_id": part})


@makes("organization_calendar_set")
async def another_chosen_calendar(branch: Branch) -> Attempt:
    part = await branch.part()
    body = {"calendar_id": await calendar(branch)}
    return Attempt([f"/organizations/{part}/calendar"], {"organization_id": part}, body=body)
