"""Requests to the room of people: their lives, merges, imports and invitations."""

from typing import Any

from tests.security.attempts import Attempt
from tests.security.house import Branch, done
from tests.security.makers.publisher import channel
from tests.security.makers.registry import makes

PEOPLE = "/people?limit=5"
SHEET = ("people.csv", "Фамилия;Имя\nНовикова;Нина\n".encode(), "text/csv")


@makes("people_history_read")
async def a_life(branch: Branch) -> Attempt:
    person = await branch.person()
    return Attempt([f"/people/{person}/status_changes"], {"person_id": person})


@makes("people_invitation_funnel_read")
async def an_inviter(branch: Branch) -> Attempt:
    person = await branch.person()
    return Attempt([f"/people/{person}/invitation_funnel"], {"person_id": person})


@makes("organization_invitation_funnel_read")
async def a_place_to_invite_to(branch: Branch) -> Attempt:
    part = await branch.part()
    return Attempt([f"/organizations/{part}/invitation_funnel"], {"organization_id": part})


async def two_people(branch: Branch) -> dict[str, str]:
    return {"survivor_id": await branch.person(), "merged_id": await branch.person()}


@makes("people_merges_create")
async def new_merge(branch: Branch) -> Attempt:
    body = await two_people(branch)
    return Attempt([f"/people/{person}" for person in body.values()], body=body)


@makes("people_merges_read", "people_merges_undo")
async def a_merge(branch: Branch) -> Attempt:
    merge = (await branch.post("/people/merges", await two_people(branch)))["id"]
    return Attempt([f"/people/merges/{merge}", PEOPLE], {"merge_id": merge})


@makes("people_imports_create")
async def new_import(branch: Branch) -> Attempt:
    return Attempt([PEOPLE], form={"organization_id": branch.organization}, files={"file": SHEET})


@makes("people_imports_read", "people_imports_report_read")
async def an_import(branch: Branch) -> Attempt:
    attempt = await new_import(branch)
    answer = await branch.client.post("/v1/people/imports", data=dict(attempt.form), files=attempt.files)
    started = done(answer, 202)["id"]
    await branch.services.drain()
    return Attempt([f"/people/imports/{started}"], {"import_id": started})


async def community(branch: Branch) -> str:
    """A channel that the gateway has heard of."""
    made = await channel(branch)
    await branch.services.drain()
    return made


async def invitation_body(branch: Branch) -> dict[str, Any]:
    channel_id = await community(branch)
    return {"organization_id": branch.organization, "kind": "community", "channel_id": channel_id}


@makes("invitations_create")
async def new_invitation(branch: Branch) -> Attempt:
    return Attempt(["/invitations?limit=5"], body=await invitation_body(branch))


async def invitation(branch: Branch) -> dict[str, Any]:
    return await branch.post("/invitations", {"organization_id": branch.organization, "kind": "membership"})


@makes("invitations_list")
async def invitations(branch: Branch) -> Attempt:
    made = await invitation(branch)
    return Attempt([], query={"organization_id": branch.organization, "inviter_id": made["inviter_id"]})


@makes("invitations_read", "invitations_revoke")
async def an_invitation(branch: Branch) -> Attempt:
    made = (await invitation(branch))["id"]
    return Attempt([f"/invitations/{made}"], {"invitation_id": made})


@makes("me_link_code_create")
async def new_link_code(branch: Branch) -> Attempt:
    return Attempt(["/me"], body={"channel_id": await community(branch)})
