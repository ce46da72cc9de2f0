"""A card is drawn for an enterprise and published like any other picture."""

import asyncio
import io
from time import perf_counter
from urllib.parse import urlsplit

import pytest
from PIL import Image

from services.publisher.directory.tables import Organization
from services.publisher.networks.accounts import Network
from services.publisher.runtime import MOST_DRAWINGS
from shared.permissions import Role
from tests.service.publisher.newsroom import Newsroom, answered, refused


def card(newsroom: Newsroom, **more: object) -> dict[str, object]:
    return {
        "organization_id": str(newsroom.tenant.root),
        "enterprise": "Завод «Северный свет»",
        "years": 75,
        "greeting": "Три четверти века ваш завод держит город в тепле.",
        "signed_by": {"union": "Профсоюз муниципальных работников Москвы", "person": "Ирина Соколова"},
        **more,
    }


async def test_a_card_is_drawn_in_both_sizes_with_its_words_for_those_who_hear_it(newsroom: Newsroom) -> None:
    response = await newsroom.client.post("/v1/cards", json=card(newsroom))
    made = answered(response, 201)
    assert response.headers["location"] == f"/v1/cards/{made['id']}"
    assert [each["size"] for each in made["pictures"]] == ["story", "post"]
    for each, size in zip(made["pictures"], [(1080, 1920), (1080, 1080)], strict=True):
        media = answered(await newsroom.client.get(f"/v1/media/{each['media_id']}"))
        assert (media["width"], media["height"]) == size
        assert "Северный свет" in media["alt_text"]
        assert "75 лет" in media["alt_text"]
        content = await newsroom.client.get(each["content_url"])
        assert Image.open(io.BytesIO(content.content)).size == size
    assert answered(await newsroom.client.get(f"/v1/cards/{made['id']}")) == made
    assert answered(await newsroom.client.get("/v1/cards"))["items"] == [made]

    published = await newsroom.published(
        await newsroom.channel(), kind="greeting", media_ids=[made["pictures"][1]["media_id"]]
    )
    assert published["state"] == "published"
    assert len(newsroom.networks[Network.TELEGRAM].posts[0].images) == 1


async def test_an_enterprises_history_has_the_card_that_came_out(newsroom: Newsroom) -> None:
    enterprise = {"organization_id": str(newsroom.tenant.root), "name": "Завод «Северный свет»"}
    one = answered(await newsroom.client.post("/v1/enterprises", json=enterprise), 201)["id"]
    made = answered(
        await newsroom.client.post("/v1/cards", json=card(newsroom, enterprise_id=one, sizes=["post"])), 201
    )
    history = f"/v1/enterprises/{one}/history"
    assert answered(await newsroom.client.get(history))["items"] == []
    media_ids = [made["pictures"][0]["media_id"]]
    published = await newsroom.published(await newsroom.channel(), kind="greeting", media_ids=media_ids)
    (event,) = answered(await newsroom.client.get(history))["items"]
    assert (event["kind"], event["publication_id"]) == ("card_sent", published["id"])


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"enterprise": ""}, "Завод «Северный свет»"),
        ({"enterprise": "  "}, "Завод «Северный свет»"),
        ({"enterprise": "Северяне"}, "Северяне"),
        ({"template": "sheet", "title": "Собрание", "years": None, "enterprise": ""}, ""),
    ],
)
async def test_a_known_enterprise_need_not_be_named_again(
    newsroom: Newsroom, change: dict[str, object], name: str
) -> None:
    enterprise = {"organization_id": str(newsroom.tenant.root), "name": "Завод «Северный свет»"}
    one = answered(await newsroom.client.post("/v1/enterprises", json=enterprise), 201)["id"]
    body = card(newsroom, enterprise_id=one, **change)
    made = answered(await newsroom.client.post("/v1/cards", json=body), 201)
    assert (made["enterprise"], made["enterprise_id"]) == (name, one)
    picture = answered(await newsroom.client.get(f"/v1/media/{made['pictures'][0]['media_id']}"))
    assert name in picture["alt_text"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"accent": "red"}, "card.bad_accent"),
        ({"greeting": "漢字"}, "card.character_not_drawable"),
        ({"greeting": "а\nб\nв\nг\nд"}, "card.text_too_long"),
        ({"years": 0}, "invalid"),
        ({"template": "wedding"}, "invalid"),
        ({"template": "thanks"}, "card.field_not_taken"),
        ({"years": None}, "card.text_missing"),
        ({"sizes": ["sheet"]}, "card.size_not_drawn"),
        ({"sizes": []}, "invalid"),
    ],
)
async def test_what_cannot_be_drawn_is_refused(newsroom: Newsroom, change: dict[str, object], code: str) -> None:
    refused(await newsroom.client.post("/v1/cards", json=card(newsroom, **change)), 422, code)
    assert answered(await newsroom.client.get("/v1/media"))["items"] == []


async def test_templates_say_what_they_take_and_show_themselves(newsroom: Newsroom) -> None:
    templates = {each["template"]: each for each in answered(await newsroom.client.get("/v1/card_templates"))["items"]}
    assert list(templates) == ["jubilee", "holiday", "thanks", "personal", "announcement", "sheet"]
    assert [field["field"] for field in templates["jubilee"]["fields"] if field["required"]] == [
        "enterprise",
        "years",
        "greeting",
    ]
    for template in templates.values():
        assert {"ru", "en"} == set(template["purpose"])
        size = template["sizes"][-1]
        picture = await newsroom.client.get(size["example_url"])
        assert picture.headers["content-type"] == "image/png"
        assert Image.open(io.BytesIO(picture.content)).size == (size["width"], size["height"])
    refused(await newsroom.client.get("/v1/card_templates/sheet/example?size=story"), 422, "card.size_not_drawn")


async def test_a_sheet_is_printed_with_a_code_whose_scans_are_counted(newsroom: Newsroom) -> None:
    await _own_host(newsroom)
    body = {
        "organization_id": str(newsroom.tenant.root),
        "template": "sheet",
        "title": "Школа трудового права",
        "greeting": "Приглашаем на встречу с юристом.",
        "time": "12 декабря, 15:00",
        "link": "https://union.example/register?id=7",
    }
    made = answered(await newsroom.client.post("/v1/cards", json=body), 201)
    assert [picture["size"] for picture in made["pictures"]] == ["sheet"]
    assert made["link"] == "https://union.example/register?id=7"
    assert "/l/" in made["printed_link"]
    followed = await newsroom.client.get(urlsplit(str(made["printed_link"])).path)
    assert followed.headers["location"].startswith("https://union.example/register?id=7")
    pdf = await newsroom.client.get(made["pdf_url"])
    assert pdf.headers["content-type"] == "application/pdf"
    assert pdf.content.startswith(b"%PDF")
    assert made["printed_link"].encode() in pdf.content
    again = answered(await newsroom.client.post("/v1/cards", json=body), 201)
    other = answered(await newsroom.client.post("/v1/cards", json=body | {"title": "Для цеха № 2"}), 201)
    assert again["printed_link"] == made["printed_link"] != other["printed_link"]


async def test_a_code_leads_nowhere_else(newsroom: Newsroom) -> None:
    body = card(newsroom, template="announcement", title="Встреча", link="https://evil.example/")
    for field in ("enterprise", "years"):
        del body[field]
    refused(await newsroom.client.post("/v1/cards", json=body), 422, "link.unsafe_target")


async def test_a_greeting_has_no_pdf(newsroom: Newsroom) -> None:
    made = answered(await newsroom.client.post("/v1/cards", json=card(newsroom, sizes=["post"])), 201)
    assert made["pdf_url"] is None
    refused(await newsroom.client.get(f"/v1/cards/{made['id']}/pdf"), 404, "not_found")


async def test_the_organizations_branding_is_on_its_cards(newsroom: Newsroom) -> None:
    logo = await newsroom.picture("Знак профсоюза")
    plain = answered(await newsroom.client.post("/v1/cards", json=card(newsroom, sizes=["post"], signed_by={})), 201)
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        organization = await context.store.get(Organization, newsroom.tenant.root)
        organization.branding = {
            "primary_colour": "#7A1F3D",
            "accent_colour": "#2E8B57",
            "short_name": "ПМР Москвы",
            "logo_media_id": logo["id"],
        }
    branded = answered(await newsroom.client.post("/v1/cards", json=card(newsroom, sizes=["post"], signed_by={})), 201)
    assert (branded["accent"], branded["highlight"]) == ("#7A1F3D", "#2E8B57")
    assert branded["signed_by"] == {"union": "ПМР Москвы", "person": ""}
    pictures = [(await newsroom.client.get(each["pictures"][0]["content_url"])).content for each in (plain, branded)]
    assert pictures[0] != pictures[1]
    own = answered(await newsroom.client.post("/v1/cards", json=card(newsroom, accent="#123456", sizes=["post"])), 201)
    assert own["accent"] == "#123456"


async def test_cards_are_listed_by_template(newsroom: Newsroom) -> None:
    made = answered(await newsroom.client.post("/v1/cards", json=card(newsroom, sizes=["post"])), 201)
    thanks = card(newsroom, template="thanks", sizes=["post"])
    del thanks["years"]
    other = answered(await newsroom.client.post("/v1/cards", json=thanks), 201)
    assert answered(await newsroom.client.get("/v1/cards?template=thanks"))["items"] == [other]
    assert answered(await newsroom.client.get("/v1/cards?template=jubilee"))["items"] == [made]


async def _own_host(newsroom: Newsroom) -> None:
    body = {"organization_id": str(newsroom.tenant.root), "host": "union.example"}
    async with newsroom.kit.client(newsroom.tenant.caller(Role.CHAIR)) as chair:
        answered(await chair.post("/v1/link_hosts", json=body), 201)


async def test_another_branch_neither_sees_nor_draws(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    other = await kit.new_organization(tenant)
    made = answered(await newsroom.client.post("/v1/cards", json=card(newsroom, sizes=["post"])), 201)
    async with kit.client(tenant.caller(Role.CHAIR, other)) as client:
        refused(await client.get(f"/v1/cards/{made['id']}"), 404, "not_found")
        refused(await client.post("/v1/cards", json=card(newsroom)), 404, "not_found")
        assert answered(await client.get("/v1/cards"))["items"] == []


async def test_a_sample_is_drawn_once(newsroom: Newsroom) -> None:
    address = "/v1/card_templates/sheet/example"
    first = await newsroom.client.get(address)
    begun = perf_counter()
    again = [await newsroom.client.get(address) for _ in range(5)]
    assert perf_counter() - begun < 5.0, "drawn anew they take twice as long and more"
    assert {answer.content for answer in again} == {first.content}


async def test_one_union_does_not_keep_the_others_from_drawing(newsroom: Newsroom) -> None:
    kit = newsroom.kit
    other = await kit.new_tenant()
    body = {"template": "thanks", "enterprise": "Завод", "greeting": "Спасибо!", "sizes": ["post"]}
    mine = {**body, "organization_id": str(newsroom.tenant.root)}
    many = [asyncio.create_task(newsroom.client.post("/v1/cards", json=mine)) for _ in range(MOST_DRAWINGS * 3)]
    await asyncio.wait(many, return_when=asyncio.FIRST_COMPLETED)
    async with kit.client(other.caller(Role.INFORMATION_OFFICER)) as elsewhere:
        answered(await elsewhere.post("/v1/cards", json={**body, "organization_id": str(other.root)}), 201)
    answers = await asyncio.gather(*many)
    drawn = sum(answer.status_code == 201 for answer in answers)
    put_off = [answer for answer in answers if answer.status_code == 503]
    assert (drawn >= MOST_DRAWINGS, drawn + len(put_off)) == (True, len(many))
    assert {answer.headers["retry-after"] for answer in put_off} == {"2"}
    await kit.house.forget(other.id)
