"""Requests to the gateway's own rooms."""

from shared.clock import new_id
from shared.permissions import Role
from tests.security.attempts import Attempt
from tests.security.house import PASSWORD, Branch
from tests.security.makers.registry import makes

ORGANIZATIONS = "/organizations?limit=200"
PEOPLE = "/people?limit=5"
GRANTS = "/grants?limit=5"


@makes("organizations_create")
async def new_organization(branch: Branch) -> Attempt:
    body = {"parent_id": branch.organization, "kind": "primary", "name": "Новая первичка"}
    return Attempt([ORGANIZATIONS, f"/organizations/{branch.organization}/subtree"], body=body)


@makes("organizations_list")
async def parts(branch: Branch) -> Attempt:
    await branch.part()
    return Attempt([], query={"parent_id": branch.organization})


@makes("organizations_read", "organization_subtree_read")
async def an_organization(branch: Branch) -> Attempt:
    part = await branch.part()
    return Attempt([f"/organizations/{part}"], {"organization_id": part})


@makes("organizations_update")
async def changed_organization(branch: Branch) -> Attempt:
    part = await branch.part()
    return Attempt([f"/organizations/{part}"], {"organization_id": part}, body={"name": "Переименована"})


@makes("people_create")
async def new_person(branch: Branch) -> Attempt:
    body = {
        "family_name": "Новикова",
        "given_name": "Нина",
        "status": "member",
        "organization_ids": [branch.organization],
    }
    return Attempt([PEOPLE], body=body)


@makes("people_list")
async def people(branch: Branch) -> Attempt:
    await branch.person()
    return Attempt([], query={"organization_id": branch.organization})


@makes("people_read")
async def a_person(branch: Branch) -> Attempt:
    person = await branch.person()
    return Attempt([f"/people/{person}"], {"person_id": person})


@makes("people_update")
async def changed_person(branch: Branch) -> Attempt:
    person = await branch.person()
    body = {"given_name": "Другая", "organization_ids": [branch.organization]}
    return Attempt([f"/people/{person}"], {"person_id": person}, body=body)


@makes("people_set_sign_in")
async def first_sign_in(branch: Branch) -> Attempt:
    person = await branch.person()
    body = {"sign_in_name": f"{new_id()}@example.org", "password": PASSWORD}
    return Attempt([f"/people/{person}"], {"person_id": person}, body=body)


@makes("grants_create")
async def new_grant(branch: Branch) -> Attempt:
    body = {"person_id": await branch.person(), "role": Role.LAWYER, "organization_id": branch.organization}
    return Attempt([GRANTS], body=body)


@makes("grants_list")
async def grants(branch: Branch) -> Attempt:
    body = (await new_grant(branch)).body
    assert body is not None
    await branch.post("/grants", body)
    return Attempt([], query={"person_id": body["person_id"], "organization_id": branch.organization})


@makes("grants_read", "grants_delete")
async def a_grant(branch: Branch) -> Attempt:
    grant = (await branch.post("/grants", (await new_grant(branch)).body))["id"]
    return Attempt([f"/grants/{grant}", GRANTS], {"grant_id": grant})
