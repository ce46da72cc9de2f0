"""A card is drawn for an enterprise and published like any other picture."""

import io

import pytest
from PIL import Image

from services.publisher.networks.accounts import Network
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


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"accent": "red"}, "card.bad_accent"),
        ({"greeting": "漢字"}, "card.character_not_drawable"),
        ({"greeting": "а\nб\nв\nг\nд"}, "card.text_too_long"),
        ({"years": 0}, "invalid"),
        ({"template": "wedding"}, "invalid"),
        ({"sizes": []}, "invalid"),
    ],
)
async def test_what_cannot_be_drawn_is_refused(newsroom: Newsroom, change: dict[str, object], code: str) -> None:
    refused(await newsroom.client.post("/v1/cards", json=card(newsroom, **change)), 422, code)
    assert answered(await newsroom.client.get("/v1/media"))["items"] == []


async def test_templates_say_what_they_take(newsroom: Newsroom) -> None:
    (template,) = answered(await newsroom.client.get("/v1/card_templates"))["items"]
    assert template["template"] == "jubilee"
    assert {size["size"]: (size["width"], size["height"]) for size in template["sizes"]} == {
        "story": (1080, 1920),
        "post": (1080, 1080),
    }


async def test_another_branch_neither_sees_nor_draws(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    other = await kit.new_organization(tenant)
    made = answered(await newsroom.client.post("/v1/cards", json=card(newsroom, sizes=["post"])), 201)
    async with kit.client(tenant.caller(Role.CHAIR, other)) as client:
        refused(await client.get(f"/v1/cards/{made['id']}"), 404, "not_found")
        refused(await client.post("/v1/cards", json=card(newsroom)), 404, "not_found")
        assert answered(await client.get("/v1/cards"))["items"] == []
