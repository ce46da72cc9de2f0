"""The tree: who may add and change what, and what the services hear of it."""

from uuid import uuid4

import pytest

from services.gateway.organizations.actions import next_position
from shared.context import unit_of_work
from shared.identity import system
from shared.permissions import Role
from tests.service.gateway.union import Gateway, Union


async def test_an_organization_takes_its_parents_zone_and_is_seen_in_the_subtree(union: Union) -> None:
    territorial = await union.organization(kind="territorial", timezone="Asia/Omsk")
    primary = await union.organization(territorial["id"])
    assert primary["timezone"] == "Asia/Omsk"
    answer = await union.admin.get(f"/v1/organizations/{union.id}/subtree")
    assert [(part["depth"], part["organization"]["id"]) for part in answer.json()["items"]] == [
        (0, str(union.id)),
        (1, territorial["id"]),
        (2, primary["id"]),
    ]


@pytest.mark.parametrize(
    ("body", "status", "code"),
    [
        ({"kind": "union"}, 422, "organization.wrong_kind"),
        ({"timezone": "Mars/Olympus"}, 422, "organization.unknown_timezone"),
        ({"kind": "castle"}, 422, "invalid"),
        ({"tenant_id": str(uuid4())}, 422, "invalid"),
        ({"parent_id": str(uuid4())}, 404, "not_found"),
    ],
)
async def test_what_does_not_fit_is_refused(union: Union, body: dict[str, str], status: int, code: str) -> None:
    whole = {"parent_id": str(union.id), "kind": "primary", "name": "ППО", **body}
    answer = await union.admin.post("/v1/organizations", json=whole)
    assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_a_closed_organization_takes_nothing_new(union: Union) -> None:
    territorial = await union.organization(kind="territorial")
    primary = await union.organization(territorial["id"])
    address = f"/v1/organizations/{territorial['id']}"
    assert (await union.admin.patch(address, json={"closed": True})).json()["code"] == "organization.has_open_parts"
    await union.admin.patch(f"/v1/organizations/{primary['id']}", json={"closed": True})
    assert (await union.admin.patch(address, json={"closed": True})).json()["closed"] is True
    body = {"parent_id": territorial["id"], "kind": "primary", "name": "ППО"}
    assert (await union.admin.post("/v1/organizations", json=body)).json()["code"] == "organization.closed"
    reopened = await union.admin.patch(f"/v1/organizations/{primary['id']}", json={"closed": False})
    assert reopened.json()["code"] == "organization.closed"


async def test_the_root_cannot_be_closed(union: Union) -> None:
    answer = await union.admin.patch(f"/v1/organizations/{union.id}", json={"closed": True})
    assert (answer.status_code, answer.json()["code"]) == (409, "organization.root_stays")


async def test_a_change_based_on_an_old_version_is_refused(union: Union) -> None:
    primary = await union.organization()
    address = f"/v1/organizations/{primary['id']}"
    read = await union.admin.get(address)
    changed = await union.admin.patch(address, json={"name": "Новое"}, headers={"if-match": read.headers["etag"]})
    assert changed.json()["version"] == 2
    stale = await union.admin.patch(address, json={"name": "Старое"}, headers={"if-match": read.headers["etag"]})
    assert stale.status_code == 412
    assert (await union.admin.get(address)).json()["name"] == "Новое"


async def test_grants_reach_down_and_nowhere_else(union: Union) -> None:
    north = await union.organization(kind="territorial")
    south = await union.organization(kind="territorial")
    inner = await union.organization(north["id"])
    async with (
        await union.staff(Role.CHAIR, north["id"]) as chair,
        await union.staff(Role.MEMBER, north["id"]) as member,
    ):
        assert (await chair.get(f"/v1/organizations/{inner['id']}")).status_code == 200
        assert (await chair.get(f"/v1/organizations/{south['id']}")).status_code == 404
        assert (await chair.get(f"/v1/organizations/{union.id}")).status_code == 404
        listed = (await chair.get("/v1/organizations")).json()["items"]
        assert [item["id"] for item in listed] == [north["id"], inner["id"]]
        assert (await chair.patch(f"/v1/organizations/{inner['id']}", json={"name": "Новое"})).status_code == 200
        assert (await member.patch(f"/v1/organizations/{inner['id']}", json={"name": "Своё"})).status_code == 403
        assert (await chair.patch(f"/v1/organizations/{south['id']}", json={"name": "Чужое"})).status_code == 404


async def test_another_tenants_organization_is_not_there(gateway: Gateway, union: Union) -> None:
    stranger = await gateway.found()
    async with stranger.admin as admin:
        absent = await admin.get(f"/v1/organizations/{uuid4()}")
        foreign = await admin.get(f"/v1/organizations/{union.id}")
        hidden = ("instance", "request_id")
        assert absent.status_code == foreign.status_code == 404
        assert {k: v for k, v in absent.json().items() if k not in hidden} == {
            k: v for k, v in foreign.json().items() if k not in hidden
        }


async def test_pages_hold_every_organization_once(union: Union) -> None:
    made = [(await union.organization())["id"] for _ in range(5)]
    seen: list[str] = []
    after = None
    while True:
        query = {"limit": 2, "kind": "primary"} | ({"after": after} if after else {})
        page = (await union.admin.get("/v1/organizations", params=query)).json()
        seen += [item["id"] for item in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == made


async def test_a_repeated_key_makes_one_organization(union: Union) -> None:
    body = {"parent_id": str(union.id), "kind": "primary", "name": "ППО"}
    first = await union.admin.post("/v1/organizations", json=body, headers={"idempotency-key": "one"})
    again = await union.admin.post("/v1/organizations", json=body, headers={"idempotency-key": "one"})
    assert first.json() == again.json()
    assert again.headers["idempotent-replayed"] == "true"


async def test_positions_are_counted_without_gaps(gateway: Gateway, union: Union) -> None:
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        before = await next_position(context)
    await union.organization()
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        assert await next_position(context) == before + 2
