"""Two records of one person: suggested, merged, told apart again; nobody gains a right by it."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlmodel import select

from services.gateway.people.actions import keep_birth_day, link_proven_identifier
from services.gateway.people.actions.contacts import prove_contact
from services.gateway.people.rules import Network, Proof
from services.gateway.people.tables import Contact
from shared.clock import new_id
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.gateway import PersonChanged
from shared.identity import system
from shared.permissions import Role
from tests.service.gateway.union import Gateway, Union


async def merge(union: Union, survivor: dict[str, Any], merged: dict[str, Any], status: int = 201) -> dict[str, Any]:
    body = {"survivor_id": survivor["id"], "merged_id": merged["id"]}
    answer = await union.admin.post("/v1/people/merges", json=body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def read(union: Union, person: dict[str, Any]) -> dict[str, Any]:
    return (await union.admin.get(f"/v1/people/{person['id']}")).json()


def as_it_was(person: dict[str, Any]) -> dict[str, Any]:
    """Without the order of its lists, and its version."""
    lists: dict[str, list[Any]] = {name: value for name, value in person.items() if isinstance(value, list)}
    return person | {name: sorted(value, key=str) for name, value in lists.items()} | {"version": None}


async def test_a_merge_is_undone_to_what_was(gateway: Gateway, union: Union) -> None:
    north, south = await union.organization(), await union.organization()
    phone = {"kind": "phone", "value": "+79161234567"}
    survivor = await union.person(north["id"], contacts=[phone], profession="садовник")
    merged = await union.person(
        south["id"],
        contacts=[phone, {"kind": "email", "value": "maria@example.org"}],
        identifiers=[{"network": "vk", "external_id": "1"}],
        membership_number="7",
        birth_year=1980,
        profession="повар",
        joined_at="2020-02-01",
    )
    done = await merge(union, survivor, merged)
    one = await read(union, survivor)
    assert sorted(one["organization_ids"]) == sorted([north["id"], south["id"]])
    assert [account["external_id"] for account in one["identifiers"]] == ["1"]
    assert len(one["contacts"]) == 2
    traits = (one["membership_number"], one["birth_year"], one["profession"], one["joined_at"])
    assert traits == ("7", 1980, "садовник", "2020-02-01")
    assert (await union.admin.get(f"/v1/people/{merged['id']}")).status_code == 404
    found = (await union.admin.get("/v1/people", params={"search": "иванова"})).json()["items"]
    assert [person["id"] for person in found] == [survivor["id"]]
    listed = (await union.admin.get("/v1/people")).json()["items"]
    assert merged["id"] not in {person["id"] for person in listed}

    address = f"/v1/people/merges/{done['id']}"
    stale = await union.admin.post(f"{address}/undo", headers={"if-match": '"7"'})
    assert stale.status_code == 412
    undone = await union.admin.post(f"{address}/undo", headers={"if-match": '"1"'})
    assert (undone.status_code, undone.json()["version"]) == (200, 2)
    assert as_it_was(await read(union, survivor)) == as_it_was(survivor)
    assert as_it_was(await read(union, merged)) == as_it_was(merged)
    found = (await union.admin.get("/v1/people", params={"search": "иванова"})).json()["items"]
    assert len(found) == 2
    again = await union.admin.post(f"{address}/undo")
    assert (again.status_code, again.json()["code"]) == (409, "merge.undone")
    assert (await union.admin.get(address)).json() == undone.json()
    assert (await union.admin.get("/v1/people/merges")).json()["items"] == [undone.json()]


async def test_what_was_given_since_stays_with_the_survivor(union: Union) -> None:
    survivor = await union.person()
    merged = await union.person(birth_year=1980, identifiers=[{"network": "vk", "external_id": "1"}])
    done = await merge(union, survivor, merged)
    change = {"birth_year": 1981, "identifiers": [{"network": "max", "external_id": "2"}]}
    await union.admin.patch(f"/v1/people/{survivor['id']}", json=change)
    await union.admin.post(f"/v1/people/merges/{done['id']}/undo")
    one, other = await read(union, survivor), await read(union, merged)
    assert (one["birth_year"], other["birth_year"]) == (1981, 1980)
    assert [account["external_id"] for account in one["identifiers"]] == ["2"]
    assert other["identifiers"] == [], "staff took it away in between"


async def test_merges_are_undone_from_the_last(union: Union) -> None:
    first, second, third = [await union.person() for _ in range(3)]
    inner = await merge(union, second, third)
    outer = await merge(union, first, second)
    assert (await merge(union, first, third, 404))["code"] == "not_found"
    early = await union.admin.post(f"/v1/people/merges/{inner['id']}/undo")
    assert early.status_code == 404, "its survivor is nobody at present"
    assert (await union.admin.post(f"/v1/people/merges/{outer['id']}/undo")).status_code == 200
    assert (await union.admin.post(f"/v1/people/merges/{inner['id']}/undo")).status_code == 200
    same = await union.admin.post("/v1/people/merges", json={"survivor_id": first["id"], "merged_id": first["id"]})
    assert same.status_code == 422


async def test_roles_and_sign_ins_stay_where_they_are(union: Union) -> None:
    survivor, merged = await union.person(), await union.person()
    await union.grant(merged["id"], Role.CHAIR)
    name = await union.sign_in_of(survivor["id"])
    await merge(union, survivor, merged)
    async with union.gateway.client((await union.gateway.tokens(name))["access_token"]) as signed_in:
        assert (await signed_in.get("/v1/me")).json()["grants"] == []


async def test_both_must_be_managed(union: Union) -> None:
    north, south = await union.organization(kind="territorial"), await union.organization(kind="territorial")
    mine, theirs = await union.person(north["id"]), await union.person(south["id"])
    done = await merge(union, await union.person(south["id"]), await union.person(south["id"]))
    async with await union.staff(Role.CHAIR, north["id"]) as chair:
        for pair in ((mine, theirs), (theirs, mine)):
            body = {"survivor_id": pair[0]["id"], "merged_id": pair[1]["id"]}
            assert (await chair.post("/v1/people/merges", json=body)).status_code == 404
        assert (await chair.get(f"/v1/people/merges/{done['id']}")).status_code == 404
        assert (await chair.post(f"/v1/people/merges/{done['id']}/undo")).status_code == 404
        assert (await chair.get("/v1/people/merges")).json()["items"] == []


async def test_nobody_merges_into_somebody_who_holds_more_than_they_do(union: Union) -> None:
    branch = await union.organization()
    own, above = await union.person(branch["id"]), await union.person(branch["id"])
    await union.grant(above["id"], Role.ADMINISTRATOR)
    async with await union.staff(Role.CHAIR, branch["id"]) as chair:
        for pair in ((above, own), (own, above)):
            body = {"survivor_id": pair[0]["id"], "merged_id": pair[1]["id"]}
            refused = await chair.post("/v1/people/merges", json=body)
            assert (refused.status_code, refused.json()["code"]) == (403, "grant.exceeds_yours")
    await merge(union, above, own)


async def test_all_of_both_must_be_managed(union: Union) -> None:
    north, south = await union.organization(kind="territorial"), await union.organization(kind="territorial")
    mine = await union.person(north["id"])
    shared = await union.person(organization_ids=[north["id"], south["id"]])
    async with await union.staff(Role.CHAIR, north["id"]) as chair:
        for pair in ((mine, shared), (shared, mine)):
            body = {"survivor_id": pair[0]["id"], "merged_id": pair[1]["id"]}
            refused = await chair.post("/v1/people/merges", json=body)
            assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
    await merge(union, mine, shared)


async def test_all_of_both_must_be_managed_to_tell_them_apart(union: Union) -> None:
    north, south = await union.organization(kind="territorial"), await union.organization(kind="territorial")
    mine, theirs = await union.person(north["id"]), await union.person(south["id"])
    done = await merge(union, mine, theirs)
    address = f"/v1/people/merges/{done['id']}/undo"
    async with await union.staff(Role.CHAIR, north["id"]) as chair:
        refused = await chair.post(address)
        assert (refused.status_code, refused.json()["code"]) == (403, "forbidden")
        change = {"organization_ids": [north["id"]]}
        left = await union.admin.patch(f"/v1/people/{mine['id']}", json=change)
        assert left.json()["organization_ids"] == [north["id"]]
        assert (await chair.post(address)).status_code == 403, "they would belong to the other organization again"
    assert (await union.admin.post(address)).status_code == 200
    assert (await read(union, theirs))["organization_ids"] == [south["id"]]


async def test_nobody_tells_apart_who_holds_more_than_they_do(union: Union) -> None:
    branch = await union.organization()
    for leading in ("survivor", "merged"):
        survivor, merged = await union.person(branch["id"]), await union.person(branch["id"])
        done = await merge(union, survivor, merged)
        if leading == "survivor":
            await union.grant(survivor["id"], Role.ADMINISTRATOR)
        else:
            await union.admin.post(f"/v1/people/merges/{done['id']}/undo")
            await union.grant(merged["id"], Role.ADMINISTRATOR)
            done = await merge(union, survivor, merged)
        async with await union.staff(Role.CHAIR, branch["id"]) as chair:
            refused = await chair.post(f"/v1/people/merges/{done['id']}/undo")
            assert (refused.status_code, refused.json()["code"]) == (403, "grant.exceeds_yours")


async def test_the_last_administrator_is_merged_into_nobody(union: Union) -> None:
    other, administrator = await union.person(), {"id": str(union.administrator_id)}
    assert (await merge(union, other, administrator, 409))["code"] == "grant.last_administrator"
    branch = await union.organization()
    await union.grant(other["id"], Role.ADMINISTRATOR, branch["id"])
    assert (await merge(union, other, administrator, 409))["code"] == "grant.last_administrator"
    await union.grant(other["id"], Role.ADMINISTRATOR)
    await merge(union, other, administrator)


async def test_services_hear_of_both_and_no_account_is_two_peoples(gateway: Gateway, union: Union) -> None:
    survivor = await union.person()
    merged = await union.person(identifiers=[{"network": "vk", "external_id": "1"}])
    await gateway.house.forget(union.id)
    done = await merge(union, survivor, merged)
    await union.admin.post(f"/v1/people/merges/{done['id']}/undo")
    told = await gateway.house.outbox(ServiceName.GATEWAY, union.id, PersonChanged)
    in_order = sorted({message.position: message for message in told}.items())
    assert [(str(each.person_id), bool(each.identifiers)) for _, each in in_order] == [
        (merged["id"], False),
        (survivor["id"], True),
        (survivor["id"], False),
        (merged["id"], True),
    ]
    assert in_order[0][1].organization_ids == ()


async def test_likely_duplicates_are_suggested_and_nothing_more(gateway: Gateway, union: Union) -> None:
    contact = {"kind": "email", "value": "anna@example.org"}
    first = await union.person(family_name="Ёлкина", given_name="Анна", birth_year=1980, contacts=[contact])
    same = await union.person(family_name="ЕЛКИНА", given_name="Анна", birth_year=1980)
    await union.person(family_name="Елкина", given_name="Анна", birth_year=1981)
    await union.person(family_name="Елкина", given_name="Анна")
    other = await union.person(family_name="Орлова", given_name="Нина", contacts=[contact])
    assert await duplicates(union) == [(same["id"], first["id"], ["name"])]
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        for row in await context.store.all(select(Contact)):
            await prove_contact(context, row.person_id, row.id)
    assert await duplicates(union) == [(other["id"], first["id"], ["contact"]), (same["id"], first["id"], ["name"])]
    page = (await union.admin.get("/v1/people/duplicates", params={"limit": 1})).json()
    after = (await union.admin.get("/v1/people/duplicates", params={"limit": 1, "after": page["next"]})).json()
    assert [pair["person"]["id"] for pair in (*page["items"], *after["items"])] == [other["id"], same["id"]]
    assert after["next"] is None
    await merge(union, first, same)
    assert [pair[0] for pair in await duplicates(union)] == [other["id"]]


async def test_of_a_pair_one_does_not_manage_nothing_is_said(union: Union) -> None:
    north, south = await union.organization(kind="territorial"), await union.organization(kind="territorial")
    for organization in (north, south):
        await union.person(organization["id"], family_name="Ким", given_name="Ли", birth_year=1980)
    async with await union.staff(Role.CHAIR, north["id"]) as chair:
        assert (await chair.get("/v1/people/duplicates")).json()["items"] == []


async def duplicates(union: Union) -> list[tuple[str, str, list[str]]]:
    answer = await union.admin.get("/v1/people/duplicates")
    assert answer.status_code == 200, answer.text
    return [(pair["person"]["id"], pair["other"]["id"], pair["reasons"]) for pair in answer.json()["items"]]


async def test_a_life_is_kept(gateway: Gateway, union: Union) -> None:
    person = await union.person(status="prospective", since="2030-01-01")
    assert person["memberships"] == [{"organization_id": str(union.id), "since": "2030-01-01"}]
    for status in ("member", "member", "former"):
        gateway.clock.advance(timedelta(minutes=1))
        await union.admin.patch(f"/v1/people/{person['id']}", json={"status": status})
    history = (await union.admin.get(f"/v1/people/{person['id']}/status_changes")).json()["items"]
    assert [(change["before"], change["after"]) for change in history] == [
        (None, "prospective"),
        ("prospective", "member"),
        ("member", "former"),
    ]


async def test_traits_and_contacts_are_kept_in_one_form(union: Union) -> None:
    person = await union.person(
        contacts=[{"kind": "phone", "value": "8 916 123-45-67"}, {"kind": "email", "value": "Anna@Example.org"}],
        membership_number="1",
        gender="female",
    )
    assert [contact["value"] for contact in person["contacts"]] == ["+79161234567", "anna@example.org"]
    address = f"/v1/people/{person['id']}"
    wrong = await union.admin.patch(address, json={"contacts": [{"kind": "phone", "value": "123"}]})
    assert (wrong.status_code, wrong.json()["errors"][0]["pointer"]) == (422, "/contacts/0/value")
    emptied = (await union.admin.patch(address, json={"gender": None, "contacts": []})).json()
    assert (emptied["gender"], emptied["contacts"], emptied["membership_number"]) == (None, [], "1")
    for hidden in ("birth_day", "verified_at", "merged_into_id", "erased_at", "tenant_id"):
        assert (await union.admin.patch(address, json={hidden: None})).status_code == 422
    body = {"family_name": "Ким", "given_name": "Ли", "status": "member", "organization_ids": [str(union.id)]}
    taken = await union.admin.post("/v1/people", json={**body, "membership_number": "1"})
    assert (taken.status_code, taken.json()["code"]) == (409, "person.membership_number_taken")
    invisible = await union.admin.post("/v1/people", json={**body, "family_name": "К\u200bим"})
    assert invisible.status_code == 422


async def test_a_birthday_is_kept_under_a_consent_alone(gateway: Gateway, union: Union) -> None:
    person = await union.person()
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        await keep_birth_day(context, UUID(person["id"]), "05-20", new_id())
    assert (await read(union, person))["birth_day"] == "05-20"


async def test_a_merge_hands_over_no_proof_and_its_undoing_gives_it_back(gateway: Gateway, union: Union) -> None:
    """Whoever manages people cannot come into a member's account by a record of their own making."""
    mail = {"kind": "email", "value": "maria@example.org"}
    survivor, merged = await union.person(), await union.person(contacts=[mail])
    twin = await union.person(contacts=[mail])
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        await link_proven_identifier(context, UUID(merged["id"]), Network.VK, "1", Proof.NETWORK)
        for one in (merged, twin):
            (contact,) = await context.store.all(select(Contact).where(Contact.person_id == UUID(one["id"])))
            await prove_contact(context, contact.person_id, contact.id)
    before, before_twin = await read(union, merged), await read(union, twin)
    first, second = await merge(union, survivor, merged), await merge(union, survivor, twin)
    one = await read(union, survivor)
    assert [(account["proof"], account["proven_at"]) for account in one["identifiers"]] == [("staff", None)]
    assert [contact["verified_at"] for contact in one["contacts"]] == [None]
    for done in (second, first):
        assert (await union.admin.post(f"/v1/people/merges/{done['id']}/undo")).status_code == 200
    assert as_it_was(await read(union, merged)) == as_it_was(before)
    assert as_it_was(await read(union, twin)) == as_it_was(before_twin)
    assert before_twin["contacts"][0]["verified_at"] is not None


async def test_what_the_survivor_proved_since_stays_theirs(gateway: Gateway, union: Union) -> None:
    """An account that its owner signs in by is not given to somebody else by staff who think again."""
    mail = {"kind": "email", "value": "maria@example.org"}
    survivor = await union.person()
    merged = await union.person(contacts=[mail], identifiers=[{"network": "vk", "external_id": "1"}])
    before = await read(union, merged)
    done = await merge(union, survivor, merged)
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        await link_proven_identifier(context, UUID(survivor["id"]), Network.VK, "1", Proof.NETWORK)
        (contact,) = await context.store.all(select(Contact))
        await prove_contact(context, contact.person_id, contact.id)
    proven = await read(union, survivor)
    assert (await union.admin.post(f"/v1/people/merges/{done['id']}/undo")).status_code == 200
    one, other = await read(union, survivor), await read(union, merged)
    assert (one["identifiers"], one["contacts"]) == (proven["identifiers"], proven["contacts"])
    assert one["identifiers"][0]["proof"] == "network"
    assert one["contacts"][0]["verified_at"] is not None
    assert other["identifiers"] == []
    said = [(each["kind"], each["value"], each["verified_at"]) for each in other["contacts"]]
    assert said == [("email", "maria@example.org", None)]
    assert other["organization_ids"] == before["organization_ids"]


async def test_what_was_removed_since_comes_back_to_nobody(gateway: Gateway, union: Union) -> None:
    """Neither what was handed over nor what both had: staff who took it from the one record took it from the person."""
    north, south = await union.organization(), await union.organization()
    own, shared = [{"kind": "email", "value": f"{name}@example.org"} for name in ("maria", "family")]
    survivor = await union.person(north["id"], contacts=[shared])
    merged = await union.person(organization_ids=[north["id"], south["id"]], contacts=[own, shared])
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        for row in await context.store.all(select(Contact)):
            await prove_contact(context, row.person_id, row.id)
    done = await merge(union, survivor, merged)
    change = {"contacts": [], "organization_ids": [north["id"]]}
    assert (await union.admin.patch(f"/v1/people/{survivor['id']}", json=change)).status_code == 200
    assert (await union.admin.post(f"/v1/people/merges/{done['id']}/undo")).status_code == 200
    one, other = await read(union, survivor), await read(union, merged)
    assert (one["contacts"], other["contacts"]) == ([], [])
    assert one["organization_ids"] == other["organization_ids"] == [north["id"]]


async def test_doubles_come_back_in_whatever_order_merges_are_undone(union: Union) -> None:
    phone = {"kind": "phone", "value": "+79161234567"}
    survivor, first, second = await union.person(), *[await union.person(contacts=[phone]) for _ in range(2)]
    merges = [await merge(union, survivor, one) for one in (first, second)]
    for done in merges:
        assert (await union.admin.post(f"/v1/people/merges/{done['id']}/undo")).status_code == 200
    for before in (survivor, first, second):
        assert as_it_was(await read(union, before)) == as_it_was(before)


async def test_nobody_comes_back_where_no_one_would_find_them(union: Union) -> None:
    north, south = await union.organization(), await union.organization()
    survivor, merged = await union.person(north["id"]), await union.person(north["id"])
    done = await merge(union, survivor, merged)
    await union.admin.patch(f"/v1/people/{survivor['id']}", json={"organization_ids": [south["id"]]})
    assert (await union.admin.post(f"/v1/people/merges/{done['id']}/undo")).status_code == 200
    assert (await read(union, merged))["organization_ids"] == [north["id"]]


async def test_a_number_that_somebody_else_was_given_since_stays_theirs(union: Union) -> None:
    survivor = await union.person(membership_number="1")
    merged = await union.person(membership_number="7")
    done = await merge(union, survivor, merged)
    third = await union.person(membership_number="7")
    undone = await union.admin.post(f"/v1/people/merges/{done['id']}/undo")
    assert undone.status_code == 200, undone.text
    numbers = [(await read(union, person))["membership_number"] for person in (survivor, merged, third)]
    assert numbers == ["1", None, "7"]
