"""People: taken in, changed and found, as far as the caller reaches; what the services hear of them."""

from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.gateway import CalendarChanged, OrganizationChanged, OrganizationsChanged, PersonChanged
from shared.contracts.message import Message
from shared.identity import system
from shared.permissions import Role
from shared.testing.kit import House
from tests.conftest import Ground
from tests.service.gateway.union import Gateway, Union


async def test_a_person_is_taken_in_and_found(union: Union) -> None:
    primary = await union.organization()
    account = {"network": "telegram", "external_id": "123"}
    person = await union.person(primary["id"], additional_name="Петровна", identifiers=[account])
    assert person["display_name"] == "Иванова Мария Петровна"
    read = await union.admin.get(f"/v1/people/{person['id']}")
    assert read.json() == person
    assert read.headers["etag"].startswith('"1.')
    found = (await union.admin.get("/v1/people", params={"organization_id": primary["id"], "status": "member"})).json()
    assert [item["id"] for item in found["items"]] == [person["id"]]
    nobody = await union.admin.get("/v1/people", params={"organization_id": primary["id"], "status": "former"})
    assert nobody.json()["items"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"organization_ids": []},
        {"status": "president"},
        {"role": "administrator"},
        {"family_name": ""},
        {"family_name": "x" * 101},
        {"family_name": "a\0b"},
        {"identifiers": [{"network": "myspace", "external_id": "1"}]},
    ],
)
async def test_what_does_not_fit_is_refused(union: Union, body: dict[str, Any]) -> None:
    whole = {
        "family_name": "Иванова",
        "given_name": "Мария",
        "status": "member",
        "organization_ids": [str(union.id)],
        **body,
    }
    answer = await union.admin.post("/v1/people", json=whole)
    assert (answer.status_code, answer.json()["code"]) == (422, "invalid")


async def test_an_account_belongs_to_one_person(gateway: Gateway, union: Union) -> None:
    account = {"network": "vk", "external_id": "1"}
    first = await union.person(identifiers=[account])
    body = {"family_name": "Ким", "given_name": "Ли", "status": "member", "organization_ids": [str(union.id)]}
    answer = await union.admin.post("/v1/people", json={**body, "identifiers": [account]})
    assert (answer.status_code, answer.json()["code"]) == (409, "person.identifier_taken")
    await union.admin.patch(f"/v1/people/{first['id']}", json={"identifiers": []})
    assert (await union.admin.post("/v1/people", json={**body, "identifiers": [account]})).status_code == 201
    other = await gateway.found()
    await other.person(identifiers=[account])  # the same account in another union
    await other.admin.aclose()


async def test_a_change_keeps_what_it_does_not_name(union: Union) -> None:
    person = await union.person(additional_name="Петровна")
    address = f"/v1/people/{person['id']}"
    changed = await union.admin.patch(address, json={"status": "former"}, headers={"if-match": '"1"'})
    assert changed.json() == {**person, "status": "former", "version": 2}
    stale = await union.admin.patch(address, json={"status": "member"}, headers={"if-match": '"1"'})
    assert stale.status_code == 412
    bare = await union.admin.patch(address, json={"additional_name": None})
    assert bare.json()["display_name"] == "Иванова Мария"


async def test_people_are_reached_through_their_organizations(union: Union) -> None:
    north = await union.organization(kind="territorial")
    south = await union.organization(kind="territorial")
    primary = await union.organization(north["id"])
    inside = await union.person(primary["id"])
    outside = await union.person(south["id"])
    async with await union.staff(Role.CHAIR, north["id"]) as chair:
        assert (await chair.get(f"/v1/people/{inside['id']}")).status_code == 200
        assert (await chair.get(f"/v1/people/{outside['id']}")).status_code == 404
        assert (await chair.patch(f"/v1/people/{outside['id']}", json={"status": "former"})).status_code == 404
        listed = {item["id"] for item in (await chair.get("/v1/people")).json()["items"]}
        assert inside["id"] in listed
        assert outside["id"] not in listed
        for hidden in (south["id"], str(union.id)):
            for room in ("people", "grants"):
                answer = await chair.get(f"/v1/{room}", params={"organization_id": hidden})
                assert (answer.status_code, answer.json()["code"]) == (404, "not_found")
        taken = {"family_name": "Ким", "given_name": "Ли", "status": "member", "organization_ids": [south["id"]]}
        assert (await chair.post("/v1/people", json=taken)).status_code == 404
        stolen = {"organization_ids": [primary["id"], south["id"]]}
        assert (await chair.patch(f"/v1/people/{inside['id']}", json=stolen)).status_code == 404
    async with await union.staff(Role.INFORMATION_OFFICER, north["id"]) as officer:
        assert (await officer.get("/v1/people")).status_code == 403


async def test_moving_a_person_needs_leave_at_both_ends(union: Union) -> None:
    north, south = await union.organization(kind="territorial"), await union.organization(kind="territorial")
    person = await union.person(north["id"])
    async with await union.staff(Role.CHAIR, south["id"]) as chair:
        answer = await chair.patch(f"/v1/people/{person['id']}", json={"organization_ids": [south["id"]]})
        assert answer.status_code == 404
    moved = await union.admin.patch(f"/v1/people/{person['id']}", json={"organization_ids": [south["id"]]})
    assert moved.json()["organization_ids"] == [south["id"]]


async def test_a_closed_organization_takes_nobody_in(union: Union) -> None:
    closed = await union.organization()
    staying = await union.person(closed["id"])
    await union.admin.patch(f"/v1/organizations/{closed['id']}", json={"closed": True})
    body = {"family_name": "Ким", "given_name": "Ли", "status": "member", "organization_ids": [closed["id"]]}
    answer = await union.admin.post("/v1/people", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "organization.closed")
    other = await union.person()
    moved = await union.admin.patch(f"/v1/people/{other['id']}", json={"organization_ids": [closed["id"]]})
    assert moved.json()["code"] == "organization.closed"
    assert (await union.admin.patch(f"/v1/people/{staying['id']}", json={"status": "former"})).status_code == 200


async def test_a_list_costs_the_same_however_long_it_is(gateway: Gateway, union: Union) -> None:
    statements: list[str] = []

    async def count(limit: int) -> int:
        statements.clear()
        with gateway.counting(statements):
            await union.admin.get("/v1/people", params={"limit": limit})
        return len(statements)

    for _ in range(6):
        await union.person(identifiers=[{"network": "vk", "external_id": uuid4().hex}])
    await count(1)  # what is known of the caller is asked for once
    assert await count(1) == await count(6)


async def test_the_services_hear_the_whole_state_in_order(ground: Ground, gateway: Gateway, union: Union) -> None:
    primary = await union.organization(timezone="Asia/Omsk")
    person = await union.person(primary["id"], identifiers=[{"network": "max", "external_id": "7"}])
    await union.admin.patch(f"/v1/people/{person['id']}", json={"status": "former"})
    await union.admin.patch(f"/v1/organizations/{primary['id']}", json={"name": "Новое имя"})
    house = House(ground.relay_url, {ServiceName.GATEWAY: (gateway.runtime, [])})
    organizations = _once(await house.outbox(ServiceName.GATEWAY, union.id, OrganizationChanged))
    people = _once(await house.outbox(ServiceName.GATEWAY, union.id, PersonChanged))
    others = [
        message
        for kind in (OrganizationsChanged, CalendarChanged)
        for message in _once(await house.outbox(ServiceName.GATEWAY, union.id, kind))
    ]
    await house.close()
    heard = organizations[-1]
    assert (heard.organization_id, heard.path) == (UUID(primary["id"]), (union.id, UUID(primary["id"])))
    assert (heard.name, heard.timezone, heard.entity_version) == ("Новое имя", "Asia/Omsk", 2)
    assert [(each.status, each.entity_version) for each in people[-2:]] == [("member", 1), ("former", 2)]
    assert [account.external_id for account in people[-1].identifiers] == ["7"]
    positions = sorted(each.position for each in [*organizations, *people, *others])
    assert positions == list(range(1, len(positions) + 1))


async def test_another_tenant_sees_no_row(gateway: Gateway, union: Union) -> None:
    stranger = await gateway.found()
    await stranger.admin.aclose()
    async with unit_of_work(gateway.runtime, stranger.id, system(stranger.id)) as context:
        for table in ("person", "organization", "role_grant", "session", "credential", "membership", "tenant_position"):
            rows = await context.store.execute(text(f"SELECT DISTINCT tenant_id FROM gateway.{table}"))  # noqa: S608 - names above
            assert set(rows.scalars()) <= {stranger.id}


def _once(messages: list[Any]) -> list[Any]:
    """One of the three that go to three services."""
    seen: dict[int, Message] = {message.position: message for message in messages}
    return [seen[position] for position in sorted(seen)]
