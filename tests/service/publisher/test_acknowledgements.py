"""Changes in the law and guides are acknowledged by those whom they are for, and counted against them."""

from typing import Any

import pytest

from shared.clock import new_id
from shared.identity import ApiKey, Caller, CallerKind
from shared.permissions import Permission, Role
from tests.service.publisher.newsroom import Newsroom, answered, refused

LAW = {
    "kind": "law_change",
    "act": "Приказ 7 от 01.03.2031",
    "in_force_on": "2031-04-01",
    "summary": "Перерыв длиннее",
    "source_url": "https://pravo.test/7",
}


async def law_change(newsroom: Newsroom, **more: object) -> dict[str, Any]:
    return await newsroom.published(await newsroom.channel(), **(LAW | more))


async def coverage(newsroom: Newsroom, publication: dict[str, Any]) -> dict[str, Any]:
    address = f"/v1/publications/{publication['id']}/acknowledgements/coverage"
    return answered(await newsroom.client.get(address))


async def test_a_member_sees_and_acknowledges_it_once(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    primary = await kit.new_organization(tenant)
    people = [await kit.new_person(tenant, primary) for _ in range(4)]
    await kit.new_person(tenant, primary, status="former")
    publication = await law_change(newsroom)
    assert (await coverage(newsroom, publication))["value"] == 0
    async with kit.client(tenant.caller(Role.MEMBER, primary, people[0])) as member:
        (wanted,) = answered(await member.get("/v1/acknowledgements", params={"pending": True}))["items"]
        assert (wanted["publication_id"], wanted["summary"]) == (publication["id"], LAW["summary"])
        assert wanted["acknowledged_at"] is None
        address = f"/v1/publications/{publication['id']}"
        first = answered(await member.post(f"{address}/acknowledge"))
        kit.advance(hours=1)
        assert answered(await member.post(f"{address}/acknowledge")) == first
        assert answered(await member.get("/v1/acknowledgements", params={"pending": True}))["items"] == []
        (done,) = answered(await member.get("/v1/acknowledgements", params={"pending": False}))["items"]
        assert done["acknowledged_at"] == first["acknowledged_at"]
        refused(await member.get(address), 403, "forbidden")
    assert await coverage(newsroom, publication) == {
        "value": 0.25,
        "numerator": 1,
        "denominator": 4,
        "n": 1,
        "method": "distinct_people_who_acknowledged_of_those_targeted",
        "reason_if_null": None,
    }
    listed = answered(await newsroom.client.get(f"{address}/acknowledgements"))["items"]
    assert [each["person_id"] for each in listed] == [str(people[0])]


async def test_others_acknowledgements_do_not_count_for_those_targeted(newsroom: Newsroom) -> None:
    await newsroom.kit.new_person(newsroom.tenant)
    publication = await law_change(newsroom)
    answered(await newsroom.client.post(f"/v1/publications/{publication['id']}/acknowledge"))
    counted = await coverage(newsroom, publication)
    assert (counted["numerator"], counted["denominator"], counted["n"]) == (0, 1, 1)


@pytest.mark.parametrize("status", ["member", "prospective"])
async def test_it_is_for_those_who_are_named(newsroom: Newsroom, status: str) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    primary = await kit.new_organization(tenant)
    other = await kit.new_organization(tenant)
    audience = [{"kind": status, "organization_id": str(primary)}]
    publication = await law_change(newsroom, audiences=audience)
    statuses = {"member": "prospective", "prospective": "member"}
    theirs = await kit.new_person(tenant, primary, status=status)
    strangers = [
        (other, await kit.new_person(tenant, other, status=status)),
        (primary, await kit.new_person(tenant, primary, status=statuses[status])),
    ]
    address = f"/v1/publications/{publication['id']}/acknowledge"
    async with kit.client(tenant.caller(Role.MEMBER, primary, theirs)) as person:
        answered(await person.post(address))
    for organization, stranger in strangers:
        async with kit.client(tenant.caller(Role.MEMBER, organization, stranger)) as person:
            refused(await person.post(address), 404, "not_found")
            assert answered(await person.get("/v1/acknowledgements"))["items"] == []
    counted = await coverage(newsroom, publication)
    assert (counted["value"], counted["denominator"]) == (1, 1)


async def test_a_guide_for_a_role_is_acknowledged_by_those_who_have_it(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    primary = await kit.new_organization(tenant)
    audience = [{"kind": "role", "role": "dispatcher"}]
    guide = await newsroom.published(await newsroom.channel(), kind="guide", audiences=audience)
    address = f"/v1/publications/{guide['id']}/acknowledge"
    async with kit.client(tenant.caller(Role.DISPATCHER, primary)) as dispatcher:
        assert len(answered(await dispatcher.get("/v1/acknowledgements"))["items"]) == 1
        answered(await dispatcher.post(address))
    async with kit.client(tenant.caller(Role.LAWYER, primary)) as lawyer:
        refused(await lawyer.post(address), 404, "not_found")
    counted = await coverage(newsroom, guide)
    assert (counted["value"], counted["denominator"], counted["n"]) == (None, None, 1)
    assert counted["reason_if_null"]["ru"]


async def test_a_role_is_named_for_roles_alone(newsroom: Newsroom) -> None:
    body = {"organization_id": str(newsroom.tenant.root), "kind": "guide"}
    for audience in ({"kind": "role"}, {"kind": "member", "role": "lawyer"}):
        response = await newsroom.client.post("/v1/publications", json=body | {"audiences": [audience]})
        refused(response, 422, "invalid")
    absent = {"kind": "member", "organization_id": str(new_id())}
    refused(await newsroom.client.post("/v1/publications", json=body | {"audiences": [absent]}), 404, "not_found")


async def test_only_what_is_out_and_asks_for_it_is_acknowledged(newsroom: Newsroom) -> None:
    draft = await newsroom.draft(await newsroom.channel(), **LAW)
    news = await newsroom.published(await newsroom.channel())
    person = await newsroom.kit.new_person(newsroom.tenant)
    caller = newsroom.tenant.caller(Role.MEMBER, person_id=person)
    for publication in (draft, news):
        address = f"/v1/publications/{publication['id']}/acknowledge"
        refused(await newsroom.client.post(address), 409, "publication.not_to_be_acknowledged")
    async with newsroom.kit.client(caller) as member:
        refused(await member.post(f"/v1/publications/{draft['id']}/acknowledge"), 404, "not_found")
        assert answered(await member.get("/v1/acknowledgements"))["items"] == []


async def test_a_partner_counts_but_is_not_told_who(newsroom: Newsroom) -> None:
    publication = await law_change(newsroom)
    scopes = frozenset({Permission.SEE_PUBLICATIONS, Permission.PUBLISH})
    key = ApiKey(new_id(), new_id(), newsroom.tenant.root, scopes)
    async with newsroom.kit.client(Caller(CallerKind.PARTNER, newsroom.tenant.id, key=key)) as partner:
        address = f"/v1/publications/{publication['id']}/acknowledgements"
        refused(await partner.get(address), 403, "forbidden")
        answered(await partner.get(f"{address}/coverage"))


async def test_where_nobody_is_targeted_there_is_no_value(newsroom: Newsroom) -> None:
    primary = await newsroom.kit.new_organization(newsroom.tenant)
    audience = [{"kind": "member", "organization_id": str(primary)}]
    counted = await coverage(newsroom, await law_change(newsroom, audiences=audience))
    assert (counted["value"], counted["denominator"]) == (None, 0)
