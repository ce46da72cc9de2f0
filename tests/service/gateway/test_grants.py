"""Grants: nobody gives more than they hold, and there is always an administrator."""

import asyncio
from datetime import timedelta

import pytest

from shared.permissions import Role
from tests.service.gateway.union import Gateway, Union


async def test_a_role_is_given_seen_and_taken_back(union: Union) -> None:
    primary = await union.organization()
    person = await union.person(primary["id"])
    grant = await union.grant(person["id"], Role.DISPATCHER, primary["id"])
    assert grant["given_by"] == str(union.administrator_id)
    assert (await union.admin.get(f"/v1/grants/{grant['id']}")).json() == grant
    listed = await union.admin.get("/v1/grants", params={"organization_id": primary["id"]})
    assert listed.json()["items"] == [grant]
    assert (await union.admin.get("/v1/grants", params={"person_id": person["id"]})).json()["items"] == [grant]
    assert (await union.admin.delete(f"/v1/grants/{grant['id']}")).status_code == 204
    assert (await union.admin.get(f"/v1/grants/{grant['id']}")).status_code == 404


async def test_a_role_is_given_once(gateway: Gateway, union: Union) -> None:
    person = await union.person()
    body = {"person_id": person["id"], "role": "lawyer", "organization_id": str(union.id)}
    until = (gateway.clock.now() + timedelta(minutes=1)).isoformat()
    assert (await union.admin.post("/v1/grants", json={**body, "until": until})).status_code == 201
    again = await union.admin.post("/v1/grants", json=body)
    assert (again.status_code, again.json()["code"]) == (409, "grant.exists")
    gateway.clock.advance(timedelta(minutes=2))
    assert (await union.admin.post("/v1/grants", json=body)).status_code == 201
    past = await union.admin.post("/v1/grants", json={**body, "role": "analyst", "until": until})
    assert (past.status_code, past.json()["code"]) == (422, "grant.ends_before_it_begins")


async def test_the_same_role_given_twice_at_once_is_given_once(union: Union) -> None:
    person = await union.person()
    body = {"person_id": person["id"], "role": "lawyer", "organization_id": str(union.id)}
    answers = await asyncio.gather(*(union.admin.post("/v1/grants", json=body) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409, 409]


async def test_a_grant_ends_by_itself(gateway: Gateway, union: Union) -> None:
    person = await union.person()
    until = (gateway.clock.now() + timedelta(minutes=5)).isoformat()
    body = {"person_id": person["id"], "role": "chair", "organization_id": str(union.id), "until": until}
    assert (await union.admin.post("/v1/grants", json=body)).status_code == 201
    tokens = await gateway.tokens(await union.sign_in_of(person["id"]))
    async with gateway.client(tokens["access_token"]) as chair:
        assert (await chair.get("/v1/people")).status_code == 200
        gateway.clock.advance(timedelta(minutes=6))
        assert (await chair.get("/v1/people")).status_code == 403
        assert (await chair.get("/v1/me")).json()["grants"] == []


async def test_a_chair_gives_roles_below_and_nowhere_else(union: Union) -> None:
    north, south = await union.organization(kind="territorial"), await union.organization(kind="territorial")
    primary = await union.organization(north["id"])
    person = await union.person(primary["id"])
    stranger = await union.person(south["id"])
    async with await union.staff(Role.CHAIR, north["id"]) as chair:

        async def give(person_id: str, organization_id: str) -> int:
            body = {"person_id": person_id, "role": "chair", "organization_id": organization_id}
            return (await chair.post("/v1/grants", json=body)).status_code

        assert await give(person["id"], primary["id"]) == 201
        assert await give(person["id"], south["id"]) == 404
        assert await give(person["id"], str(union.id)) == 404
        assert await give(stranger["id"], primary["id"]) == 404
        roots = await union.admin.get("/v1/grants", params={"person_id": str(union.administrator_id)})
        assert (await chair.delete(f"/v1/grants/{roots.json()['items'][0]['id']}")).status_code == 404


@pytest.mark.parametrize("role", [Role.INFORMATION_OFFICER, Role.LAWYER, Role.MEMBER, Role.AUDITOR])
async def test_who_does_not_manage_grants_gives_none(union: Union, role: Role) -> None:
    person = await union.person()
    async with await union.staff(role) as somebody:
        body = {"person_id": person["id"], "role": "member", "organization_id": str(union.id)}
        assert (await somebody.post("/v1/grants", json=body)).status_code == 403


async def test_the_last_administrator_stays(union: Union) -> None:
    second = await union.person()
    given = await union.grant(second["id"], Role.ADMINISTRATOR)
    own = (await union.admin.get("/v1/grants", params={"person_id": str(union.administrator_id)})).json()["items"][0]
    answers = await asyncio.gather(*(union.admin.delete(f"/v1/grants/{grant['id']}") for grant in (own, given)))
    assert sorted(answer.status_code for answer in answers) in ([204, 403], [204, 409])


async def test_whoever_was_merged_away_is_no_other_administrator(union: Union) -> None:
    second = await union.person()
    await union.grant(second["id"], Role.ADMINISTRATOR)
    merge = {"survivor_id": (await union.person())["id"], "merged_id": second["id"]}
    assert (await union.admin.post("/v1/people/merges", json=merge)).status_code == 201
    own = (await union.admin.get("/v1/grants", params={"person_id": str(union.administrator_id)})).json()["items"][0]
    refused = await union.admin.delete(f"/v1/grants/{own['id']}")
    assert (refused.status_code, refused.json()["code"]) == (409, "grant.last_administrator")
