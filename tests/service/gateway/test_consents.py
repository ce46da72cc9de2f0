"""The ledger of consents: what was agreed to, by whom, until when; never changed."""

import asyncio
from datetime import timedelta
from typing import Any

import httpx
import pytest
import pytest_asyncio
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from services.gateway.consents.rules.ledger import Purpose, hash_of
from shared.context import unit_of_work
from shared.contracts import ServiceName
from shared.contracts.gateway import PersonChanged
from shared.db import sql_state
from shared.identity import system
from shared.permissions import Role
from tests.service.gateway.union import Gateway, Union

WORDS = "Я разрешаю поздравлять меня с днём рождения"


async def words(union: Union, organization_id: str | None = None, **more: Any) -> dict[str, Any]:
    body = {
        "organization_id": organization_id or str(union.id),
        "purpose": "greetings",
        "title": "Согласие",
        "text": WORDS,
        **more,
    }
    answer = await union.admin.post("/v1/consent_texts", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def given(client: httpx.AsyncClient, person_id: str, text_id: str, **more: Any) -> httpx.Response:
    body = {"person_id": person_id, "consent_text_id": text_id, "way": "paper", **more}
    return await client.post("/v1/consents", json=body)


async def holds(union: Union, person_id: str, purpose: Purpose = Purpose.GREETINGS) -> bool:
    answer = await union.admin.get("/v1/consents", params={"person_id": person_id, "purpose": purpose})
    return any(one["withdrawn_at"] is None for one in answer.json()["items"])


@pytest_asyncio.fixture
async def text_id(union: Union) -> str:
    return (await words(union))["id"]


async def test_words_are_versions_that_stay(union: Union) -> None:
    first = await words(union)
    second = await words(union, text=f"{WORDS}, публично")
    other = await words(union, purpose="distribution")
    assert [one["text_version"] for one in (first, second, other)] == [1, 2, 1]
    assert first["text_hash"] == hash_of(WORDS)
    assert (await union.admin.get(f"/v1/consent_texts/{first['id']}")).json() == first
    listed = await union.admin.get("/v1/consent_texts", params={"purpose": "greetings"})
    assert [one["id"] for one in listed.json()["items"]] == [second["id"], first["id"]]


async def test_two_versions_at_once_get_two_numbers(union: Union) -> None:
    made = await asyncio.gather(*(words(union) for _ in range(4)))
    assert sorted(one["text_version"] for one in made) == [1, 2, 3, 4]


async def test_a_consent_holds_until_it_is_withdrawn(gateway: Gateway, union: Union, text_id: str) -> None:
    person = (await union.person())["id"]
    assert not await holds(union, person)
    answer = await given(union.admin, person, text_id, evidence="Папка 3, лист 17")
    assert answer.status_code == 201, answer.text
    consent = answer.json()
    assert await holds(union, person)
    assert not await holds(union, person, Purpose.DISTRIBUTION)
    gateway.clock.advance(timedelta(minutes=5))
    withdrawn = await union.admin.post(f"/v1/consents/{consent['id']}/withdraw", json={"way": "in_person"})
    assert withdrawn.status_code == 200, withdrawn.text
    assert (withdrawn.json()["given_at"], withdrawn.json()["version"]) == (consent["given_at"], 2)
    assert withdrawn.json()["withdrawn_at"] > consent["given_at"]
    assert not await holds(union, person)
    again = await union.admin.post(f"/v1/consents/{consent['id']}/withdraw", json={"way": "in_person"})
    assert (again.status_code, again.json()["code"]) == (409, "consent.already_withdrawn")
    stale = await union.admin.post(
        f"/v1/consents/{consent['id']}/withdraw", json={"way": "web"}, headers={"if-match": '"1"'}
    )
    assert stale.status_code == 412
    listed = (await union.admin.get("/v1/consents", params={"person_id": person})).json()["items"]
    assert listed == [withdrawn.json()]
    assert (await given(union.admin, person, text_id)).status_code == 201
    assert await holds(union, person), "agreed anew"


async def test_twice_withdrawn_at_once_is_once(union: Union, text_id: str) -> None:
    consent = (await given(union.admin, (await union.person())["id"], text_id)).json()
    address = f"/v1/consents/{consent['id']}/withdraw"
    answers = await asyncio.gather(*(union.admin.post(address, json={"way": "web"}) for _ in range(5)))
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409, 409]


async def test_a_birthday_is_known_for_as_long_as_it_may_be(union: Union, text_id: str) -> None:
    person = (await union.person())["id"]
    other = (await words(union, purpose="events"))["id"]
    refused = await given(union.admin, person, other, birth_day="05-20")
    assert (refused.status_code, refused.json()["code"]) == (422, "consent.not_for_greetings")
    assert (await given(union.admin, person, text_id, birth_day="02-30")).json()["code"] == "person.invalid_birth_day"
    consent = (await given(union.admin, person, text_id, birth_day="05-20")).json()
    assert (await union.admin.get(f"/v1/people/{person}")).json()["birth_day"] == "05-20"
    assert await day_told(union) == "05-20"
    assert (await given(union.admin, person, other)).status_code == 201
    await union.admin.post(f"/v1/consents/{consent['id']}/withdraw", json={"way": "web"})
    assert (await union.admin.get(f"/v1/people/{person}")).json()["birth_day"] is None
    assert await day_told(union) is None


async def day_told(union: Union) -> str | None:
    """What those who congratulate heard of last."""
    return (await union.gateway.house.outbox(ServiceName.GATEWAY, union.id, PersonChanged))[-1].birth_day


async def test_no_consent_comes_from_the_future_or_ends_before_it_began(
    gateway: Gateway, union: Union, text_id: str
) -> None:
    person = (await union.person())["id"]
    tomorrow = (gateway.clock.now() + timedelta(days=1)).isoformat()
    early = await given(union.admin, person, text_id, happened_at=tomorrow)
    assert (early.status_code, early.json()["code"]) == (422, "consent.out_of_time")
    consent = (await given(union.admin, person, text_id)).json()
    yesterday = (gateway.clock.now() - timedelta(days=1)).isoformat()
    body = {"way": "web", "happened_at": yesterday}
    before = await union.admin.post(f"/v1/consents/{consent['id']}/withdraw", json=body)
    assert (before.status_code, before.json()["code"]) == (422, "consent.out_of_time")


async def test_everybody_agrees_for_themselves_and_for_nobody_else(
    gateway: Gateway, union: Union, text_id: str
) -> None:
    person, other = (await union.person())["id"], (await union.person())["id"]
    async with gateway.client((await gateway.tokens(await union.sign_in_of(person)))["access_token"]) as member:
        own = await given(member, person, text_id, way="web")
        assert own.status_code == 201, own.text
        assert (await given(member, other, text_id)).status_code == 404
        assert (await member.get("/v1/consents", params={"person_id": other})).status_code == 404
        assert [one["id"] for one in (await member.get("/v1/consents")).json()["items"]] == [own.json()["id"]]
        end = await member.post(f"/v1/consents/{own.json()['id']}/withdraw", json={"way": "web"})
        assert end.status_code == 200, end.text
        assert (await member.post("/v1/consent_texts", json={})).status_code in {403, 422}


async def test_who_does_not_look_after_personal_data_writes_nothing_down(union: Union, text_id: str) -> None:
    person = (await union.person())["id"]
    async with await union.staff(Role.LAWYER) as lawyer:
        assert (await given(lawyer, person, text_id)).status_code == 404


async def test_the_database_itself_changes_no_line(gateway: Gateway, union: Union, text_id: str) -> None:
    await given(union.admin, (await union.person())["id"], text_id)
    for verb in ("UPDATE gateway.consent_entry SET text_hash = ''", "DELETE FROM gateway.consent_entry"):
        with pytest.raises(DBAPIError) as refused:
            async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
                await context.store.execute(text(verb))
        assert sql_state(refused.value) == "42501"


async def test_people_agree_to_words_of_their_own_organization_or_above(gateway: Gateway, union: Union) -> None:
    here, beside = await union.organization(), await union.organization()
    person = (await union.person(here["id"]))["id"]
    own, above, foreign = [(await words(union, one))["id"] for one in (here["id"], str(union.id), beside["id"])]
    async with gateway.client((await gateway.tokens(await union.sign_in_of(person)))["access_token"]) as member:
        shown = [one["id"] for one in (await member.get("/v1/consent_texts")).json()["items"]]
        assert shown == [above, own]
        assert (await member.get(f"/v1/consent_texts/{foreign}")).status_code == 404
        assert [(await given(member, person, one)).status_code for one in (own, above, foreign)] == [201, 201, 404]


async def test_evidence_lies_sealed(gateway: Gateway, union: Union, text_id: str) -> None:
    await given(union.admin, (await union.person())["id"], text_id, evidence="Папка 3, лист 17")
    async with unit_of_work(gateway.runtime, union.id, system(union.id)) as context:
        kept = (await context.store.execute(text("SELECT sealed FROM gateway.consent_evidence"))).scalar_one()
    assert "Папка" not in kept
    assert gateway.runtime.cipher.decrypt(kept) == "Папка 3, лист 17"


async def test_a_page_of_consents_costs_the_same_however_long(gateway: Gateway, union: Union, text_id: str) -> None:
    counts: list[int] = []
    for _ in range(2):
        for _ in range(3):
            await given(union.admin, (await union.person())["id"], text_id)
        statements: list[str] = []
        await union.admin.get("/v1/me")
        with gateway.counting(statements):
            assert (await union.admin.get("/v1/consents")).status_code == 200
        counts.append(len(statements))
    assert counts[0] == counts[1]
