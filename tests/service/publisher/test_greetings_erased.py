"""Of somebody who is erased no greeting tells: no card, no picture, no publication, no day."""

import unicodedata
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from services.publisher.networks.accounts import Network
from shared.clock import new_id
from shared.contracts.gateway import PartReported, SubjectErasureRequested, SubjectExportRequested
from shared.contracts.states import Subject
from shared.subjects import SHOWN
from tests.service.publisher.campaigning import attach, officer_of, opened
from tests.service.publisher.newsroom import Newsroom, answered, refused
from tests.service.publisher.test_occasions import consented, soon

NAME = "Мария Кузнецова"


def about(newsroom: Newsroom, person: UUID) -> str:
    return newsroom.kit.runtime.cipher.encrypt(Subject(person_id=person).model_dump_json())


async def rows_of(newsroom: Newsroom) -> str:
    found: list[str] = []
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        for table in ("card", "media", "publication", "publication_variant", "delivery", "occasion"):
            rows = await context.store.execute(text(f"SELECT to_jsonb(t)::text FROM publisher.{table} AS t"))  # noqa: S608
            found += rows.scalars()
    return "\n".join(found)


async def drawn_for(newsroom: Newsroom, person: UUID, name: str, **said: str) -> dict[str, Any]:
    """A draft that shows their card."""
    body = {"organization_id": str(newsroom.tenant.root), "template": "personal", "person": name, "greeting": "Ура!"}
    card = {**body, "person_id": str(person), "sizes": ["post"]}
    (drawn,) = answered(await newsroom.client.post("/v1/cards", json=card), 201)["pictures"]
    return await newsroom.draft(**said, media_ids=[drawn["media_id"]])


async def copied(newsroom: Newsroom, of: dict[str, Any], **change: object) -> dict[str, Any]:
    copy = answered(await newsroom.client.post(f"/v1/publications/{of['id']}/copy"), 201)
    return answered(await newsroom.client.patch(f"/v1/publications/{copy['id']}", json=change))


async def test_a_persons_greetings_are_shown_and_erased_with_their_pictures(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    person = await kit.new_person(tenant, name=NAME)
    greeting = {"organization_id": str(tenant.root), "person_id": str(person), "greeting": f"Дорогая {NAME}!"}
    body = {**greeting, "template": "personal", "person": NAME, "sizes": ["post"]}
    card = answered(await newsroom.client.post("/v1/cards", json=body), 201)
    (picture,) = card["pictures"]
    await newsroom.draft(
        kind="greeting", title=f"День: {NAME}", text=f"{NAME}, с праздником!", media_ids=[picture["media_id"]]
    )
    occasion = {**greeting, "kind": "personal", "title": f"День рождения: {NAME}"}
    answered(await newsroom.client.post("/v1/occasions", json=occasion), 201)

    await kit.deliver(tenant, SubjectExportRequested(job_id=new_id(), sealed_subject=about(newsroom, person)))
    export = (await kit.emitted(tenant, PartReported))[-1]
    assert export.sealed is not None
    shown = SHOWN.validate_json(kit.runtime.cipher.decrypt(export.sealed))
    assert [len(shown[kind]) for kind in ("occasions", "cards", "card_pictures", "publications_about")] == [1, 1, 1, 1]

    assert (await newsroom.client.get(picture["content_url"])).status_code == 200
    await kit.deliver(tenant, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(newsroom, person)))
    erased = (await kit.emitted(tenant, PartReported))[-1]
    assert erased.counts["cards"] == erased.counts["card_pictures"] == 1
    assert "Кузнецова" not in await rows_of(newsroom)
    refused(await newsroom.client.get(picture["content_url"]), 404, "not_found")
    folder = f"media/{tenant.id}"
    assert [key async for key, _ in kit.runtime.storage.files(folder)] == []


async def test_anothers_greetings_stay(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    person = await kit.new_person(tenant, name=NAME)
    body = {
        "organization_id": str(tenant.root),
        "template": "personal",
        "person": NAME,
        "person_id": str(person),
        "greeting": "Ура!",
        "sizes": ["post"],
    }
    card = answered(await newsroom.client.post("/v1/cards", json=body), 201)
    await kit.deliver(tenant, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(newsroom, new_id())))
    assert answered(await newsroom.client.get(f"/v1/cards/{card['id']}")) == card
    assert (await newsroom.client.get(card["pictures"][0]["content_url"])).status_code == 200


async def test_their_name_is_erased_in_single_networks_in_copies_and_in_archives(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    person = await kit.new_person(tenant, name=NAME)
    body = {"organization_id": str(tenant.root), "template": "personal", "person": NAME, "greeting": "Ура!"}
    card = {**body, "person_id": str(person), "sizes": ["post"]}
    (drawn,) = answered(await newsroom.client.post("/v1/cards", json=card), 201)["pictures"]
    union, primary = await newsroom.channel(Network.VK), await kit.new_organization(tenant)
    cake = await newsroom.picture()
    own = {"variants": {"vk": {"text": f"{NAME}, ВК поздравляет", "media_ids": [drawn["media_id"]]}}}
    published = await newsroom.published(union, title=NAME, text=f"Ура, {NAME}!", media_ids=[cake["id"]], **own)
    campaign = await opened(newsroom)
    async with officer_of(newsroom, primary) as officer:
        theirs = await newsroom.channel(organization_id=str(primary))
        subscription = {"organization_id": str(primary), "channel_ids": [theirs["id"]], "automatic": True}
        answered(await officer.post(f"{campaign}/subscriptions", json=subscription), 201)
    await attach(newsroom.client, campaign, published)
    await newsroom.drain()
    assert NAME in newsroom.networks[Network.TELEGRAM].posts[0].text, "the copy has gone out"
    archive = await newsroom.client.post("/v1/publication_archives", json={"organization_id": str(tenant.root)})
    await newsroom.drain()
    (file,) = answered(await newsroom.client.get(archive.headers["location"]))["files"]

    await kit.deliver(tenant, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(newsroom, person)))
    assert "Кузнецова" not in await rows_of(newsroom)
    refused(await newsroom.client.get(file), 404, "not_found")


async def test_copies_that_name_them_are_found_whatever_they_show(newsroom: Newsroom) -> None:
    """By hand without the picture, of a copy again, in another case, and after the draft has lost its picture."""
    kit, tenant = newsroom.kit, newsroom.tenant
    person = await kit.new_person(tenant, name=NAME)
    draft = await drawn_for(newsroom, person, NAME, title=NAME, text=f"Ура, {NAME}!")
    bare = await copied(newsroom, draft, media_ids=[])
    again = await copied(newsroom, bare, title="Ещё раз", text="Поздравляем Марию КУЗНЕЦОВУ с юбилеем!")
    other = await copied(newsroom, again, title="Иван Петров", text="Ура, Иван Петров!")

    await kit.deliver(tenant, SubjectExportRequested(job_id=new_id(), sealed_subject=about(newsroom, person)))
    export = (await kit.emitted(tenant, PartReported))[-1]
    assert export.sealed is not None
    shown = SHOWN.validate_json(kit.runtime.cipher.decrypt(export.sealed))
    assert sorted(str(one["id"]) for one in shown["publications_about"]) == [draft["id"], bare["id"], again["id"]]

    await kit.deliver(tenant, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(newsroom, person)))
    assert "кузнецов" not in (await rows_of(newsroom)).casefold()
    assert (await newsroom.read(other))["text"] == "Ура, Иван Петров!", "it is about somebody else by now"


async def test_copies_that_were_rewritten_stay_whatever_they_still_say(newsroom: Newsroom) -> None:
    """A greeting's title and its wishes are anybody's, and news may quote them."""
    kit, tenant = newsroom.kit, newsroom.tenant
    person = await kit.new_person(tenant, name=NAME)
    title, wish = "С днём рождения!", "Желаем крепкого здоровья, счастья и долгих лет жизни!"
    draft = await drawn_for(newsroom, person, NAME, title=title, text=f"Дорогая {NAME}! {wish}")
    others = [
        await copied(newsroom, draft, media_ids=[], text=said)
        for said in (
            f"Дорогой Иван Петров! {wish}",
            f"Дорогая Мария Петрова! {wish}",
            f"Коллектив поздравил юбиляров словами «{title}» и обсудил договор на 2027 год",
        )
    ]
    await kit.deliver(tenant, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(newsroom, person)))
    left = [await newsroom.read(other) for other in others]
    assert [(one["title"], one["text"]) for one in left] == [(title, other["text"]) for other in others]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("Ли Ян", "Ли Ян, поздравляем вас с юбилеем"),
        ("Павел Орёл", "Поздравляем Павла Орла"),
        ("Семён Семёнов", unicodedata.normalize("NFD", "Поздравляем Семёна Семёнова!")),
        ("Лев Коган", "Льва Ко\u00adгана поздравляем"),
    ],
)
async def test_copies_name_them_in_other_letters(newsroom: Newsroom, name: str, said: str) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    person = await kit.new_person(tenant, name=name)
    draft = await drawn_for(newsroom, person, name, title=name, text=f"Ура, {name}!")
    copy = await copied(newsroom, draft, media_ids=[], title="Ещё раз", text=said)
    await kit.deliver(tenant, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(newsroom, person)))
    assert (await newsroom.read(copy))["text"] == ""


async def test_a_draft_of_their_day_is_found_without_its_picture(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    person = await kit.new_person(tenant, name=NAME)
    tomorrow = soon(newsroom, 1)
    await kit.deliver(tenant, consented(newsroom, person, tomorrow.strftime("%m-%d"), 2))
    occasion = {
        "organization_id": str(tenant.root),
        "person_id": str(person),
        "kind": "personal",
        "title": f"День рождения: {NAME}",
        "greeting": "Ура!",
        "text": f"{NAME}, с днём рождения!",
    }
    answered(await newsroom.client.post("/v1/occasions", json=occasion), 201)
    await newsroom.drain()
    (drafted,) = answered(await newsroom.client.get("/v1/publications"))["items"]
    answered(await newsroom.client.patch(f"/v1/publications/{drafted['id']}", json={"media_ids": []}))
    await kit.deliver(tenant, SubjectErasureRequested(job_id=new_id(), sealed_subject=about(newsroom, person)))
    assert "Кузнецова" not in await rows_of(newsroom)
