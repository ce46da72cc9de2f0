"""Finding people: by words of the name, within one's reach, whichever way the pages are gathered."""

from typing import Any
from uuid import UUID

import pytest

from services.gateway.people.actions import finding
from services.gateway.people.tables import Person
from shared.context import unit_of_work
from shared.identity import system
from shared.permissions import Role
from tests.service.gateway.union import Gateway, Union


async def names(client: Any, **query: str) -> list[str]:
    answer = await client.get("/v1/people", params=query)
    assert answer.status_code == 200, answer.text
    return [one["display_name"] for one in answer.json()["items"]]


async def test_beginnings_of_words_in_any_order_case_and_yo(union: Union) -> None:
    await union.person(family_name="Ёлкина", given_name="Анна", additional_name="Петровна")
    await union.person(family_name="Петрова", given_name="Анна")
    await union.person(family_name="Салтыков-Щедрин", given_name="Михаил")
    assert await names(union.admin, search="елк") == ["Ёлкина Анна Петровна"]
    assert await names(union.admin, search="ПЁТРОВ анна петровн") == ["Ёлкина Анна Петровна"]
    assert await names(union.admin, search="анна ПЕТР") == ["Петрова Анна", "Ёлкина Анна Петровна"]
    assert await names(union.admin, search="щед м") == ["Салтыков-Щедрин Михаил"]
    assert await names(union.admin, search="лкина") == []
    for nothing in ("а б", "--", "%%", "анна '; DROP TABLE person"):
        assert await names(union.admin, search=nothing) == []
    assert (await union.admin.get("/v1/people", params={"search": "а"})).status_code == 422


async def test_a_new_name_is_found_and_the_old_one_is_not(union: Union) -> None:
    person = await union.person(family_name="Старая")
    await union.admin.patch(f"/v1/people/{person['id']}", json={"family_name": "Новая"})
    assert await names(union.admin, search="старая") == []
    assert await names(union.admin, search="новая") == ["Новая Мария"]


@pytest.mark.parametrize(("small", "patience"), [(5000, 3000), (1, 3000), (1, 2)])
async def test_every_way_of_gathering_finds_the_same(
    union: Union, monkeypatch: pytest.MonkeyPatch, small: int, patience: int
) -> None:
    """A small subtree is gathered; in a large one the newest are asked, and it is gathered if they do not fit."""
    monkeypatch.setattr(finding, "SMALL", small)
    monkeypatch.setattr(finding, "PATIENCE", patience)
    north = await union.organization(kind="territorial")
    south = await union.organization(kind="territorial")
    primary = await union.organization(north["id"])
    inside = [
        await union.person(primary["id"], family_name=f"Иванова{number}", status=status)
        for number, status in enumerate(["member", "former", "member", "prospective"])
    ]
    for number in range(5):
        await union.person(south["id"], family_name=f"Иванова{number}")
    async with await union.staff(Role.CHAIR, north["id"]) as chair:
        me = (await chair.get("/v1/me")).json()["person"]["id"]
        await union.admin.patch(f"/v1/people/{me}", json={"family_name": "Председателева"})
        expected = [one["display_name"] for one in reversed(inside)]
        assert await names(chair, search="иванова мария") == expected
        assert await names(chair, organization_id=primary["id"]) == expected
        assert await names(chair, search="ив", status="member") == [expected[1], expected[3]]
        assert await names(chair, organization_id=primary["id"], status="former") == [expected[2]]
        pages: list[str] = []
        query = {"organization_id": primary["id"], "limit": "3"}
        while True:
            page = (await chair.get("/v1/people", params=query)).json()
            pages += [one["display_name"] for one in page["items"]]
            if page["next"] is None:
                break
            query["after"] = page["next"]
        assert pages == expected
    everybody = await names(union.admin, search="ив")
    assert len(everybody) == len(inside) + 5


async def test_who_was_erased_stands_in_no_list_and_is_not_changed(gateway: Gateway, union: Union) -> None:
    """They keep their memberships, from which figures are counted."""
    north = await union.organization(kind="territorial")
    erased = await union.person(north["id"])
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        person = await context.store.get(Person, UUID(erased["id"]))
        person.erased_at = context.now
    for query in ({}, {"status": "member"}, {"search": "иванова"}, {"organization_id": north["id"]}):
        assert "Иванова Мария" not in await names(union.admin, **query), query
    address = f"/v1/people/{erased['id']}"
    assert (await union.admin.patch(address, json={"family_name": "Новая"})).status_code == 404
    other = await union.person(north["id"])
    body = {"survivor_id": other["id"], "merged_id": erased["id"]}
    assert (await union.admin.post("/v1/people/merges", json=body)).status_code == 404


async def test_a_list_takes_as_many_questions_for_one_as_for_many(gateway: Gateway, union: Union) -> None:
    north = await union.organization(kind="territorial")
    for number in range(6):
        await union.person(north["id"], contacts=[{"kind": "email", "value": f"m{number}@example.org"}])
    async with await union.staff(Role.CHAIR, north["id"]) as chair:
        for client, query, expected in (
            (union.admin, {}, 12),
            (chair, {}, 13),
            (chair, {"search": "иванова"}, 13),
        ):
            counted: list[int] = []
            for limit in ("1", "6"):
                await client.get("/v1/people", params={**query, "limit": limit})  # what is known of the caller
                statements: list[str] = []
                with gateway.counting(statements):
                    answer = await client.get("/v1/people", params={**query, "limit": limit})
                assert len(answer.json()["items"]) == int(limit)
                counted.append(len(statements))
            assert counted[0] == counted[1] <= expected, statements
