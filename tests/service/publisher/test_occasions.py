"""Occasions draft their greetings by themselves, and send them when somebody let them."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from services.publisher.networks.accounts import Network
from services.publisher.publications.rules.states import PublicationState
from shared.contracts.gateway import PersonChanged
from shared.permissions import Role
from tests.service.publisher.newsroom import ABSENT, Newsroom, answered, refused

GREETING = "Спасибо за свет и тепло в каждом доме!"


def soon(newsroom: Newsroom, days: int) -> datetime:
    return newsroom.kit.clock.now().astimezone(ZoneInfo("Europe/Moscow")) + timedelta(days=days)


def holiday(newsroom: Newsroom, days: int = 10, **more: object) -> dict[str, Any]:
    on = soon(newsroom, days)
    return {
        "organization_id": str(newsroom.tenant.root),
        "kind": "fixed_date",
        "title": "День энергетика",
        "month": on.month,
        "day": on.day,
        "greeting": GREETING,
        "text": "С Днём энергетика!",
        "days_ahead": 3,
        **more,
    }


async def created(newsroom: Newsroom, body: dict[str, Any]) -> dict[str, Any]:
    return answered(await newsroom.client.post("/v1/occasions", json=body), 201)


async def greetings(newsroom: Newsroom, occasion: dict[str, Any]) -> list[dict[str, Any]]:
    return answered(await newsroom.client.get(f"/v1/occasions/{occasion['id']}/greetings"))["items"]


async def publications(newsroom: Newsroom) -> list[dict[str, Any]]:
    return answered(await newsroom.client.get("/v1/publications?kind=greeting"))["items"]


async def test_a_greeting_is_drafted_so_many_days_before_with_its_card(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    occasion = await created(newsroom, holiday(newsroom, channel_ids=[channel["id"]]))
    assert occasion["next_on"] == soon(newsroom, 10).date().isoformat()
    await newsroom.drain()
    assert await greetings(newsroom, occasion) == []

    newsroom.kit.advance(days=7)
    await newsroom.drain()
    (greeting,) = await greetings(newsroom, occasion)
    assert greeting["on_day"] == occasion["next_on"]
    card = answered(await newsroom.client.get(f"/v1/cards/{greeting['card_id']}"))
    assert (card["template"], card["title"], card["day"]) == ("holiday", "День энергетика", occasion["next_on"])
    (draft,) = await publications(newsroom)
    assert (draft["id"], draft["state"], draft["text"]) == (greeting["publication_id"], "draft", "С Днём энергетика!")
    assert draft["channel_ids"] == [channel["id"]]
    (post,) = [picture["media_id"] for picture in card["pictures"] if picture["size"] == "post"]
    assert draft["media_ids"] == [post]

    newsroom.kit.advance(days=4)
    await newsroom.drain()
    assert newsroom.networks[Network.TELEGRAM].posts == []  # nobody let it go
    again = answered(await newsroom.client.get(f"/v1/occasions/{occasion['id']}"))
    assert int(again["next_on"][:4]) == int(occasion["next_on"][:4]) + 1
    assert len(await greetings(newsroom, occasion)) == 1


async def test_what_was_approved_in_advance_goes_out_on_the_day(newsroom: Newsroom) -> None:
    channel = await newsroom.channel()
    occasion = await created(newsroom, holiday(newsroom, channel_ids=[channel["id"]], publish_time="09:30:00"))
    answered(await newsroom.client.post(f"/v1/occasions/{occasion['id']}/approve"))
    newsroom.kit.advance(days=7)
    await newsroom.drain()
    (planned,) = await publications(newsroom)
    assert planned["state"] == PublicationState.SCHEDULED
    assert planned["plan"]["local_time"] == f"{occasion['next_on']}T09:30:00"
    newsroom.kit.advance(days=4)
    await newsroom.drain()
    (post,) = newsroom.networks[Network.TELEGRAM].posts
    assert (post.text, len(post.images)) == ("С Днём энергетика!", 1)
    assert (await publications(newsroom))[0]["state"] == PublicationState.PUBLISHED


async def test_what_cannot_go_out_stays_a_draft(newsroom: Newsroom) -> None:
    occasion = await created(newsroom, holiday(newsroom, days=2))  # no channels
    answered(await newsroom.client.post(f"/v1/occasions/{occasion['id']}/approve"))
    await newsroom.drain()
    assert [each["state"] for each in await publications(newsroom)] == [PublicationState.DRAFT]


async def test_other_words_take_the_approval_back_and_a_pause_does_not(newsroom: Newsroom) -> None:
    occasion = await created(newsroom, holiday(newsroom))
    address = f"/v1/occasions/{occasion['id']}"
    approved = answered(await newsroom.client.post(f"{address}/approve", headers={"if-match": '"1"'}))
    assert (approved["approved"], approved["version"]) == (True, 2)
    refused(await newsroom.client.patch(address, json={"paused": True}, headers={"if-match": '"1"'}), 412, "stale")
    assert answered(await newsroom.client.patch(address, json={"paused": True}))["approved"] is True
    newsroom.kit.advance(days=20)
    await newsroom.drain()
    assert await greetings(newsroom, occasion) == []
    assert answered(await newsroom.client.patch(address, json={"greeting": "Ура!"}))["approved"] is False
    refused(await newsroom.client.patch(address, json={"greeting": "漢字"}), 422, "card.character_not_drawable")


async def test_a_birthday_is_kept_by_consent_alone(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    person = await kit.new_person(tenant, name="Мария Кузнецова")
    body = holiday(newsroom, kind="personal", title="День рождения", person_id=str(person), days_ahead=2)
    del body["month"], body["day"]
    occasion = await created(newsroom, body)
    assert occasion["next_on"] is None
    on = soon(newsroom, 6)
    await kit.deliver(tenant, consented(newsroom, person, on.strftime("%m-%d"), 2))
    newsroom.kit.advance(days=1, minutes=1)
    await newsroom.drain()
    known = answered(await newsroom.client.get(f"/v1/occasions/{occasion['id']}"))
    assert known["next_on"] == on.date().isoformat()

    await kit.deliver(tenant, consented(newsroom, person, None, 3))
    newsroom.kit.advance(days=4)
    await newsroom.drain()
    assert await greetings(newsroom, occasion) == []  # the consent was taken back

    await kit.deliver(tenant, consented(newsroom, person, soon(newsroom, 1).strftime("%m-%d"), 4))
    newsroom.kit.advance(days=1, minutes=1)
    await newsroom.drain()
    (greeting,) = await greetings(newsroom, occasion)
    card = answered(await newsroom.client.get(f"/v1/cards/{greeting['card_id']}"))
    assert (card["template"], card["person"], card["person_id"]) == ("personal", "Мария Кузнецова", str(person))


def consented(newsroom: Newsroom, person: UUID, birth_day: str | None, version: int) -> PersonChanged:
    newsroom.tenant.position += 1
    return PersonChanged(
        position=newsroom.tenant.position,
        person_id=person,
        entity_version=version,
        display_name="Мария Кузнецова",
        status="member",
        organization_ids=(newsroom.tenant.root,),
        birth_day=birth_day,
    )


async def test_an_enterprises_founding_makes_its_anniversaries(newsroom: Newsroom) -> None:
    on = soon(newsroom, 5)
    founded = {
        "organization_id": str(newsroom.tenant.root),
        "name": "Завод «Заря»",
        "founded_on": f"{on.year - 75}-{on:%m-%d}",
    }
    enterprise = answered(await newsroom.client.post("/v1/enterprises", json=founded), 201)
    body = holiday(newsroom, kind="anniversary", title="Юбилей", every_years=5, enterprise_id=enterprise["id"])
    del body["month"], body["day"]
    occasion = await created(newsroom, body)
    assert (occasion["enterprise"], occasion["next_on"]) == ("Завод «Заря»", on.date().isoformat())
    newsroom.kit.advance(days=3)
    await newsroom.drain()
    (greeting,) = await greetings(newsroom, occasion)
    card = answered(await newsroom.client.get(f"/v1/cards/{greeting['card_id']}"))
    assert (card["enterprise"], card["years"], card["enterprise_id"]) == ("Завод «Заря»", 75, enterprise["id"])
    later = answered(await newsroom.client.get(f"/v1/occasions/{occasion['id']}"))["next_on"]
    assert int(later[:4]) == on.year + 5


async def test_a_card_that_cannot_be_drawn_any_more_says_why(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    person = await kit.new_person(tenant, name="Мария Кузнецова")
    body = holiday(newsroom, kind="personal", title="День рождения", person_id=str(person), days_ahead=3)
    del body["month"], body["day"]
    occasion = await created(newsroom, body)
    renamed = consented(newsroom, person, soon(newsroom, 3).strftime("%m-%d"), 2)
    await kit.deliver(tenant, renamed.model_copy(update={"display_name": "漢字"}))
    newsroom.kit.advance(days=1, minutes=1)
    await newsroom.drain()
    (greeting,) = await greetings(newsroom, occasion)
    assert greeting["card_id"] is None
    assert greeting["reason"]["code"] == "card.character_not_drawable"


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"day": None}, 422, "occasion.bad_rule"),
        ({"month": 2, "day": 30}, 422, "occasion.bad_rule"),
        ({"kind": "nth_weekday"}, 422, "occasion.bad_rule"),
        ({"kind": "personal"}, 422, "occasion.bad_rule"),
        ({"greeting": ""}, 422, "card.text_missing"),
        ({"days_ahead": 61}, 422, "invalid"),
        ({"channel_ids": [ABSENT]}, 404, "not_found"),
        ({"enterprise_id": ABSENT}, 404, "not_found"),
    ],
)
async def test_what_makes_no_occasion_is_refused(
    newsroom: Newsroom, change: dict[str, object], status: int, code: str
) -> None:
    refused(await newsroom.client.post("/v1/occasions", json=holiday(newsroom) | change), status, code)


async def test_occasions_are_listed_removed_and_seen_by_those_they_concern(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    branch, other = await kit.new_organization(tenant), await kit.new_organization(tenant)
    here = await created(newsroom, holiday(newsroom))
    there = await created(newsroom, holiday(newsroom, organization_id=str(branch), title="День строителя"))
    assert answered(await newsroom.client.get("/v1/occasions"))["items"] == [there, here]
    listed = await newsroom.client.get(f"/v1/occasions?organization_id={branch}&kind=fixed_date")
    assert answered(listed)["items"] == [there]
    async with kit.client(tenant.caller(Role.CHAIR, other)) as client:
        refused(await client.get(f"/v1/occasions/{there['id']}"), 404, "not_found")
        refused(await client.delete(f"/v1/occasions/{there['id']}"), 404, "not_found")
        assert answered(await client.get("/v1/occasions"))["items"] == []
    assert (await newsroom.client.delete(f"/v1/occasions/{there['id']}")).status_code == 204
    refused(await newsroom.client.get(f"/v1/occasions/{there['id']}"), 404, "not_found")
    newsroom.kit.advance(days=8)
    await newsroom.drain()
    assert len(await publications(newsroom)) == 1


async def test_the_holidays_of_a_year_are_there_to_choose_from(newsroom: Newsroom) -> None:
    holidays = answered(await newsroom.client.get("/v1/professional_holidays?year=2026"))["items"]
    builders = next(each for each in holidays if each["code"] == "builders")
    assert builders["on_day"] == "2026-08-09"
    body = holiday(newsroom) | {name: builders[name] for name in ("kind", "title", "month", "day", "weekday", "nth")}
    occasion = await created(newsroom, body)
    now = datetime.now(UTC)
    assert occasion["kind"] == "nth_weekday"
    assert now.year <= int(occasion["next_on"][:4])


async def test_what_is_known_from_elsewhere_may_fit_no_card(newsroom: Newsroom) -> None:
    """Names and dates of people and enterprises have other limits than cards have."""
    root, founded = str(newsroom.tenant.root), {"kind": "anniversary", "every_years": 5, "month": None, "day": None}

    async def enterprise(**more: object) -> str:
        body = {"organization_id": root, "name": "Завод", **more}
        return answered(await newsroom.client.post("/v1/enterprises", json=body), 201)["id"]

    async def asked(**more: Any) -> Any:
        return await newsroom.client.post("/v1/occasions", json=holiday(newsroom, **more))

    ancient = await enterprise(founded_on="0001-01-01")
    refused(await asked(**founded, enterprise_id=ancient), 422, "card.years_out_of_range")
    wordy = await enterprise(name="Завод " * 33, founded_on="1951-05-20")
    refused(await asked(**founded, enterprise_id=wordy), 422, "card.text_too_long")
    person = await newsroom.kit.new_person(newsroom.tenant, name="Длинный " * 15)
    personal = {"kind": "personal", "person_id": str(person), "month": None, "day": None}
    refused(await asked(**personal), 422, "card.text_too_long")
