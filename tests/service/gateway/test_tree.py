"""The tree's shape and what runs down it: settings, moves, closings, committees, counts."""

import asyncio
from datetime import date
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import text

from services.gateway.organizations.actions import count_month, end_retelling, retell_organizations
from services.gateway.organizations.rules import OrganizationKind
from services.gateway.people.actions.belonging import Belonging
from services.gateway.sign_in.actions import NewTenant, create_tenant
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.gateway import OrganizationChanged, OrganizationsChanged, PeopleChanged
from shared.contracts.states import OrganizationState
from shared.identity import system
from shared.permissions import Role
from tests.service.gateway.union import PASSWORD, Gateway, Union


async def told(gateway: Gateway, union: Union) -> dict[str, OrganizationState]:
    """The newest state of each organization that the services were told."""
    one_by_one = await gateway.house.outbox(ServiceName.GATEWAY, union.id, OrganizationChanged)
    batches = await gateway.house.outbox(ServiceName.GATEWAY, union.id, OrganizationsChanged)
    states: list[OrganizationState] = [*one_by_one, *(state for batch in batches for state in batch.organizations)]
    return {str(state.organization_id): state for state in sorted(states, key=lambda state: state.entity_version)}


async def changed(union: Union, organization_id: str | UUID, status: int = 200, **body: Any) -> dict[str, Any]:
    answer = await union.admin.patch(f"/v1/organizations/{organization_id}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def read(union: Union, organization_id: str | UUID) -> dict[str, Any]:
    return (await union.admin.get(f"/v1/organizations/{organization_id}")).json()


# --- settings


async def test_settings_are_inherited_until_somebody_decides_otherwise(gateway: Gateway, union: Union) -> None:
    territorial = await union.organization(kind="territorial")
    primary = await union.organization(territorial["id"])
    branding = {"primary_colour": "#1f4e79", "short_name": "ПМР"}
    await changed(union, union.id, timezone="Asia/Omsk", settings={"least_numbers": 7, "branding": branding})
    await changed(union, primary["id"], settings={"branding": {"short_name": "ППО"}})
    effective = (await read(union, primary["id"]))["effective"]
    assert effective["timezone"] == {"value": "Asia/Omsk", "from_organization_id": str(union.id)}
    assert effective["least_numbers"] == {"value": 7, "from_organization_id": str(union.id)}
    assert effective["least_texts"] == {"value": 10, "from_organization_id": None}
    assert effective["primary_colour"] == {"value": "#1f4e79", "from_organization_id": str(union.id)}
    assert effective["short_name"] == {"value": "ППО", "from_organization_id": primary["id"]}
    state = (await told(gateway, union))[primary["id"]]
    assert (state.timezone, state.least_numbers, state.least_texts) == ("Asia/Omsk", 7, 10)
    assert state.branding == {"primary_colour": "#1f4e79", "short_name": "ППО"}
    assert (await told(gateway, union))[territorial["id"]].branding["short_name"] == "ПМР"


async def test_null_gives_a_setting_back(union: Union) -> None:
    primary = await union.organization(timezone="Asia/Omsk", settings={"least_texts": 20})
    assert primary["settings"]["timezone"] == "Asia/Omsk"
    back = await changed(union, primary["id"], timezone=None, settings={"least_texts": None, "branding": None})
    assert (back["timezone"], back["settings"]["timezone"]) == ("Europe/Moscow", None)
    assert back["effective"]["least_texts"] == {"value": 10, "from_organization_id": None}
    later = await changed(union, union.id, timezone="Asia/Tomsk")
    assert later["timezone"] == (await read(union, primary["id"]))["timezone"] == "Asia/Tomsk"


async def test_only_the_parts_that_inherit_are_told_of_a_change(gateway: Gateway, union: Union) -> None:
    own = await union.organization(timezone="Asia/Omsk")
    heir = await union.organization()
    before = await told(gateway, union)
    await changed(union, union.id, timezone="Asia/Tomsk")
    after = await told(gateway, union)
    assert after[own["id"]].entity_version == before[own["id"]].entity_version
    assert after[heir["id"]].entity_version == before[heir["id"]].entity_version + 1
    assert (await read(union, heir["id"]))["version"] == after[heir["id"]].entity_version


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"settings": {"least_numbers": 2}}, "invalid"),
    ({"settings": {"branding": {"primary_colour": "red"}}}, "invalid"),
    ({"settings": {"timezone": "Asia/Omsk"}}, "invalid"),
    ({"settings": {"calendar_id": str(uuid4())}}, "invalid"),
    ({"timezone": "Mars/Olympus"}, "organization.unknown_timezone"),
    ({"employee_count": -1}, "invalid"),
    (
        {"affiliations": [{"name": "МФП", "kind": "federation", "since": "2020-01-01", "until": "2019-01-01"}]},
        "organization.affiliation_ends_before_it_began",
    ),
]


@pytest.mark.parametrize(("body", "code"), WRONG)
async def test_settings_that_make_no_sense_are_refused(union: Union, body: dict[str, Any], code: str) -> None:
    assert (await changed(union, union.id, 422, **body))["code"] == code


async def test_affiliations_and_employees_are_kept(union: Union) -> None:
    affiliations = [
        {"name": "МФП", "kind": "federation", "since": "1990-11-28", "until": None, "reference": None},
        {"name": "UNI", "kind": "international", "since": None, "until": None, "reference": "uniglobal.org"},
    ]
    primary = await union.organization(affiliations=affiliations, employee_count=640)
    assert primary["affiliations"] == affiliations
    assert primary["employee_count"] == 640
    gone = await changed(union, primary["id"], employee_count=None, affiliations=[])
    assert (gone["employee_count"], gone["affiliations"]) == (None, [])
    assert (await changed(union, primary["id"], name="Новое"))["version"] == 3


# --- depth, search, subtree


async def test_a_tree_of_all_seven_kinds_stands(gateway: Gateway) -> None:
    name = f"{uuid4().hex}@example.org"
    new = NewTenant("Федерация профсоюзов", OrganizationKind.FEDERATION, "Орлова", "Вера", name, PASSWORD)
    founded = await create_tenant(gateway.desk, new)
    tokens = await gateway.tokens(name)
    async with gateway.client(tokens["access_token"]) as admin:
        above = str(founded.tenant_id)
        for kind in list(OrganizationKind)[1:]:
            body = {"parent_id": above, "kind": kind, "name": f"Уровень {kind}"}
            above = (await admin.post("/v1/organizations", json=body)).json()["id"]
        answer = await admin.get(f"/v1/organizations/{founded.tenant_id}/subtree")
    assert [part["organization"]["kind"] for part in answer.json()["items"]] == list(OrganizationKind)
    assert len(OrganizationKind) == 7


async def test_a_subtree_comes_in_pages_level_by_level(union: Union) -> None:
    territorial = await union.organization(kind="territorial")
    made = [(await union.organization(territorial["id"]))["id"] for _ in range(4)]
    late = await union.organization(kind="territorial")
    seen: list[tuple[int, str]] = []
    after: str | None = None
    for _ in range(10):
        query = {"limit": 2} | ({"after": after} if after else {})
        page = (await union.admin.get(f"/v1/organizations/{union.id}/subtree", params=query)).json()
        seen += [(part["depth"], part["organization"]["id"]) for part in page["items"]]
        after = page["next"]
        if after is None:
            break
    assert seen == [(0, str(union.id)), (1, territorial["id"]), (1, late["id"]), *[(2, one) for one in made]]
    shallow = await union.admin.get(f"/v1/organizations/{union.id}/subtree", params={"depth": 1, "kind": "territorial"})
    assert [part["organization"]["id"] for part in shallow.json()["items"]] == [territorial["id"], late["id"]]
    broken = await union.admin.get(f"/v1/organizations/{union.id}/subtree", params={"after": "x"})
    assert broken.status_code == 422


@pytest.mark.parametrize(
    ("search", "found"),
    [("жилищник", True), ("ЖИЛ арб", True), ("арбат ппо", True), ("расчет", True), ("жилищникк", False), ("ж", False)],
)
async def test_an_organization_is_found_by_the_beginnings_of_its_words(
    union: Union, search: str, *, found: bool
) -> None:
    primary = await union.organization(name="ППО «Жилищник района Арбат» (расчётный центр)")
    await union.organization(name="ППО театра")
    answer = await union.admin.get("/v1/organizations", params={"search": search})
    if len(search) < 2:
        assert answer.status_code == 422
    else:
        assert [one["id"] for one in answer.json()["items"]] == ([primary["id"]] if found else [])


async def test_a_renamed_organization_is_found_by_its_new_name_alone(union: Union) -> None:
    primary = await union.organization(name="ППО «Заря»")
    await changed(union, primary["id"], name="ППО «Рассвет»")
    for search, found in (("заря", []), ("рассвет", [primary["id"]])):
        answer = await union.admin.get("/v1/organizations", params={"search": search})
        assert [one["id"] for one in answer.json()["items"]] == found


async def test_a_search_reaches_no_further_than_the_caller(union: Union) -> None:
    north, south = [await union.organization(kind="territorial", name="Округ") for _ in range(2)]
    async with await union.staff(Role.MEMBER, north["id"]) as member:
        answer = await member.get("/v1/organizations", params={"search": "округ"})
        assert [one["id"] for one in answer.json()["items"]] == [north["id"]]
    assert south["id"] != north["id"]


# --- moving


async def move(union: Union, organization_id: str, parent_id: str | UUID, client: Any = None, **headers: str) -> Any:
    address = f"/v1/organizations/{organization_id}/move"
    return await (client or union.admin).post(address, json={"parent_id": str(parent_id)}, headers=headers)


async def test_a_branch_moves_with_all_its_parts(gateway: Gateway, union: Union) -> None:
    north, south = [await union.organization(kind="territorial") for _ in range(2)]
    await changed(union, south["id"], timezone="Asia/Omsk")
    primary = await union.organization(north["id"])
    shop = await union.organization(primary["id"], kind="shop")
    async with (
        await union.staff(Role.CHAIR, north["id"]) as northern,
        await union.staff(Role.CHAIR, south["id"]) as southern,
    ):
        assert (await northern.get(f"/v1/organizations/{shop['id']}")).status_code == 200
        moved = await move(union, primary["id"], south["id"])
        assert moved.json()["parent_id"] == south["id"]
        assert (await northern.get(f"/v1/organizations/{shop['id']}")).status_code == 404
        assert (await southern.get(f"/v1/organizations/{shop['id']}")).json()["timezone"] == "Asia/Omsk"
    state = (await told(gateway, union))[shop["id"]]
    assert [str(one) for one in state.path] == [str(union.id), south["id"], primary["id"], shop["id"]]
    assert state.timezone == "Asia/Omsk"
    assert await closure(gateway, union) == await expected_closure(gateway, union)


async def closure(gateway: Gateway, union: Union) -> set[tuple[Any, ...]]:
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        statement = "SELECT ancestor_id, organization_id, depth FROM gateway.organization_reach"
        return {tuple(row) for row in await context.store.execute(text(statement))}


async def expected_closure(gateway: Gateway, union: Union) -> set[tuple[Any, ...]]:
    """Climbed anew from each organization."""
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        statement = (
            "WITH RECURSIVE up(id, above, depth) AS (SELECT id, id, 0 FROM gateway.organization UNION ALL "
            "SELECT up.id, o.parent_id, up.depth + 1 FROM up JOIN gateway.organization o ON o.id = up.above "
            "WHERE o.parent_id IS NOT NULL) SELECT above, id, depth FROM up"
        )
        return {tuple(row) for row in await context.store.execute(text(statement))}


async def test_a_move_that_makes_no_tree_is_refused(union: Union) -> None:
    territorial = await union.organization(kind="territorial")
    primary = await union.organization(territorial["id"])
    shop = await union.organization(primary["id"], kind="shop")
    closed = await union.organization(kind="territorial")
    await changed(union, closed["id"], closed=True)
    for organization_id, parent_id, status, code in (
        (str(union.id), territorial["id"], 409, "organization.root_stays"),
        (primary["id"], shop["id"], 409, "organization.would_be_circle"),
        (primary["id"], primary["id"], 409, "organization.would_be_circle"),
        (primary["id"], closed["id"], 409, "organization.closed"),
        (territorial["id"], (await union.organization())["id"], 422, "organization.wrong_kind"),
        (primary["id"], str(uuid4()), 404, "not_found"),
        (str(uuid4()), primary["id"], 404, "not_found"),
    ):
        answer = await move(union, organization_id, parent_id)
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    stale = await move(union, primary["id"], str(union.id), **{"if-match": '"7"'})
    assert stale.status_code == 412


async def test_whoever_moves_a_branch_manages_both_places(union: Union) -> None:
    north, south = [await union.organization(kind="territorial") for _ in range(2)]
    primary = await union.organization(north["id"])
    inner = await union.organization(south["id"])
    async with (
        await union.staff(Role.CHAIR, primary["id"]) as own,
        await union.staff(Role.CHAIR, north["id"]) as northern,
    ):
        assert (await move(union, primary["id"], south["id"], own)).status_code == 404
        assert (await move(union, primary["id"], south["id"], northern)).status_code == 404
        assert (await move(union, inner["id"], north["id"], northern)).status_code == 404
    both = await union.person(north["id"])
    await union.grant(both["id"], Role.CHAIR, primary["id"])
    await union.grant(both["id"], Role.CHAIR, south["id"])
    tokens = await union.gateway.tokens(await union.sign_in_of(both["id"]))
    async with union.gateway.client(tokens["access_token"]) as chair:  # not of the place that it leaves
        assert (await move(union, primary["id"], south["id"], chair)).status_code == 403


# --- closing


async def test_a_closed_organizations_members_belong_to_its_successor(gateway: Gateway, union: Union) -> None:
    old, new = [await union.organization() for _ in range(2)]
    people = [await union.person(old["id"]) for _ in range(3)]
    in_both = await union.person(old["id"], organization_ids=[old["id"], new["id"]])
    answer = await union.admin.post(f"/v1/organizations/{old['id']}/close", json={"hand_over_to": new["id"]})
    assert (answer.status_code, answer.json()["closed"], answer.json()["member_count"]) == (200, True, 0)
    assert (await read(union, new["id"]))["member_count"] == 4
    for person in [*people, in_both]:
        found = (await union.admin.get(f"/v1/people/{person['id']}")).json()
        assert found["organization_ids"] == [new["id"]]
    messages = await gateway.house.outbox(ServiceName.GATEWAY, union.id, PeopleChanged)
    states = {str(one.person_id): one for message in messages for one in message.people}
    assert {one["id"] for one in [*people, in_both]} <= states.keys()
    assert all([str(place) for place in states[one["id"]].organization_ids] == [new["id"]] for one in people)


async def test_a_closing_that_cannot_be_is_refused(union: Union) -> None:
    territorial = await union.organization(kind="territorial")
    primary, other = [await union.organization(territorial["id"]) for _ in range(2)]
    for organization_id, successor, status, code in (
        (territorial["id"], primary["id"], 409, "organization.has_open_parts"),
        (str(union.id), primary["id"], 409, "organization.root_stays"),
        (primary["id"], primary["id"], 422, "organization.wrong_successor"),
        (primary["id"], str(uuid4()), 404, "not_found"),
    ):
        address = f"/v1/organizations/{organization_id}/close"
        answer = await union.admin.post(address, json={"hand_over_to": successor})
        assert (answer.status_code, answer.json()["code"]) == (status, code)
    address = f"/v1/organizations/{primary['id']}/close"
    for status in (200, 409):
        assert (await union.admin.post(address, json={"hand_over_to": other["id"]})).status_code == status


# --- committees and counts


async def test_a_committee_is_named_to_those_who_may_see_people(union: Union) -> None:
    primary = await union.organization()
    chair, member = [await union.person(primary["id"]) for _ in range(2)]
    address = f"/v1/organizations/{primary['id']}/committee"
    seats = [{"person_id": chair["id"], "role": "chair"}, {"person_id": member["id"], "role": "member"}]
    kept = await union.admin.put(address, json={"name": "Профком", "members": seats})
    assert (kept.status_code, kept.json()["members"]) == (200, seats)
    assert (await union.admin.get(address)).json()["members"] == seats
    async with await union.staff(Role.MEMBER, primary["id"]) as outsider:
        assert (await outsider.get(address)).json() == kept.json() | {"members": []}
    stale = await union.admin.put(address, json={"name": "Иной"}, headers={"if-match": '"1"'})
    assert stale.status_code == 412


async def test_a_committee_that_cannot_be_is_refused(gateway: Gateway, union: Union) -> None:
    one, two = [await union.person() for _ in range(2)]
    address = f"/v1/organizations/{union.id}/committee"
    async with (await gateway.found()).admin as stranger:
        body: dict[str, Any] = {
            "family_name": "Чужая",
            "given_name": "Нина",
            "status": "member",
            "organization_ids": [],
        }
        home = (await stranger.get("/v1/me")).json()["tenant_id"]
        foreign = (await stranger.post("/v1/people", json=body | {"organization_ids": [home]})).json()["id"]
    for ids, roles, status, code in (
        ((one["id"], two["id"]), ("chair", "chair"), 422, "organization.two_chairs"),
        ((one["id"], one["id"]), ("chair", "member"), 422, "organization.seated_twice"),
        ((one["id"], foreign), ("chair", "member"), 404, "not_found"),
        ((one["id"], str(uuid4())), ("chair", "member"), 404, "not_found"),
    ):
        seats = [{"person_id": one_id, "role": role} for one_id, role in zip(ids, roles, strict=True)]
        answer = await union.admin.put(address, json={"name": "Профком", "members": seats})
        assert (answer.status_code, answer.json()["code"]) == (status, code)


async def test_members_are_counted_through_the_tree_each_once(union: Union) -> None:
    territorial = await union.organization(kind="territorial")
    first, second = [await union.organization(territorial["id"]) for _ in range(2)]
    await union.person(first["id"], organization_ids=[first["id"], second["id"]])
    await union.person(first["id"])
    await union.person(first["id"], status="prospective")
    assert (await read(union, territorial["id"]))["member_count"] == 2
    assert (await read(union, second["id"]))["member_count"] == 1


async def test_counts_are_kept_for_each_month_once(gateway: Gateway, union: Union) -> None:
    primary = await union.organization(employee_count=40)
    await union.person(primary["id"])
    for month, first_time in ((date(2031, 1, 1), True), (date(2031, 2, 1), True), (date(2031, 2, 1), False)):
        async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
            assert await count_month(context, Belonging(), month) is first_time
    listed = await union.admin.get(f"/v1/organizations/{primary['id']}/counts")
    assert listed.json()["items"] == [
        {"month": f"2031-0{month}-01", "member_count": 1, "employee_count": 40} for month in (2, 1)
    ]


# --- what it costs, and telling anew


async def test_pages_ask_as_much_for_many_as_for_one(gateway: Gateway, union: Union) -> None:
    addresses = ("/v1/organizations", f"/v1/organizations/{union.id}/subtree", "/v1/organizations?search=%D0%BF%D0%BF")
    counts: list[list[int]] = []
    for _ in range(2):
        counts.append([])
        for address in addresses:
            await union.admin.get(address)
            statements: list[str] = []
            with gateway.counting(statements):
                assert (await union.admin.get(address)).status_code == 200
            counts[-1].append(len(statements))
        for _ in range(5):
            await union.organization()
    assert counts[0] == counts[1]
    assert max(counts[0]) <= 3


async def test_all_is_told_anew_and_what_was_lost_is_not_waited_for(gateway: Gateway, union: Union) -> None:
    primary = await union.organization()
    await gateway.house.forget(union.id)
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        await retell_organizations(context)
        await end_retelling(context)
    assert (await told(gateway, union)).keys() == {str(union.id), primary["id"]}
    messages = await gateway.house.outbox(ServiceName.GATEWAY, union.id, OrganizationsChanged)
    assert [message.whole for message in messages[-1:]] == [True]
    assert messages[-1].position > messages[0].position


async def test_changes_of_the_tree_that_cross_wait_for_each_other(union: Union) -> None:
    """Each holds what the other wants next: without one order for both, the database would end one of them."""
    north = await union.organization(kind="territorial")
    for _ in range(3):
        south, primary = await union.organization(kind="territorial"), await union.organization(north["id"])
        close = union.admin.post(f"/v1/organizations/{south['id']}/close", json={"hand_over_to": primary["id"]})
        answers = await asyncio.gather(move(union, primary["id"], south["id"]), close)
        assert sorted(answer.status_code for answer in answers) == [200, 409], [answer.text for answer in answers]
