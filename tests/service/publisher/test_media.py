"""Images come in clean, are described, and are handed out to those who may see them."""

import io

import pytest
from PIL import Image

from shared.permissions import Role
from tests.service.publisher.newsroom import ABSENT, Newsroom, answered, picture, refused


async def test_what_was_uploaded_comes_back_as_a_picture(newsroom: Newsroom) -> None:
    media = await newsroom.picture("  Торт  ")
    assert (media["width"], media["height"], media["format"], media["alt_text"]) == (60, 40, "image/png", "Торт")
    content = await newsroom.client.get(media["content_url"])
    assert content.headers["content-type"] == "image/png"
    assert content.headers["x-content-type-options"] == "nosniff"
    assert Image.open(io.BytesIO(content.content)).size == (60, 40)
    assert len(content.content) == media["size"]


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", 422, "media.not_an_image"),
        (b"", 422, "media.not_an_image"),
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 50, 422, "media.not_an_image"),
        (picture(13_000, 1), 422, "media.too_many_pixels"),
        (b"\xff\xd8\xff" + b"\0" * 20 * 1024 * 1024, 413, "media.too_large"),
        (b"\xff\xd8\xff" + b"\0" * 26_000_000, 413, "too_large"),
    ],
)
async def test_what_is_no_picture_is_refused(newsroom: Newsroom, content: bytes, status: int, code: str) -> None:
    response = await newsroom.client.post(
        "/v1/media",
        data={"organization_id": str(newsroom.tenant.root)},
        files={"file": ("cake.png", content, "image/png")},
    )
    refused(response, status, code)
    assert answered(await newsroom.client.get("/v1/media"))["items"] == []


async def test_an_upload_can_be_repeated(newsroom: Newsroom) -> None:
    request = newsroom.client.build_request(
        "POST",
        "/v1/media",
        data={"organization_id": str(newsroom.tenant.root)},
        files={"file": ("cake.png", picture(), "image/png")},
        headers={"idempotency-key": "cake"},
    )
    body = request.read()
    headers = {"idempotency-key": "cake", "content-type": request.headers["content-type"]}
    first = await newsroom.client.post("/v1/media", content=body, headers=headers)
    again = await newsroom.client.post("/v1/media", content=body, headers=headers)
    assert answered(first, 201) == answered(again, 201)
    assert len(answered(await newsroom.client.get("/v1/media"))["items"]) == 1


async def test_nul_in_an_alt_text_is_refused(newsroom: Newsroom) -> None:
    response = await newsroom.client.post(
        "/v1/media",
        data={"organization_id": str(newsroom.tenant.root), "alt_text": "a\0b"},
        files={"file": ("cake.png", picture(), "image/png")},
    )
    refused(response, 422, "invalid")


async def test_describing_needs_the_present_version_and_words(newsroom: Newsroom) -> None:
    media = await newsroom.picture("")
    address = f"/v1/media/{media['id']}"
    stale = await newsroom.client.patch(address, json={"alt_text": "Торт"}, headers={"if-match": '"7"'})
    refused(stale, 412, "stale")
    refused(await newsroom.client.patch(address, json={"alt_text": " "}), 422, "invalid")
    assert answered(await newsroom.client.patch(address, json={"alt_text": "Торт"}))["version"] == 2


async def test_only_those_it_concerns_see_it(newsroom: Newsroom) -> None:
    kit, tenant = newsroom.kit, newsroom.tenant
    branch, other = await kit.new_organization(tenant), await kit.new_organization(tenant)
    media = await newsroom.picture(organization_id=branch)
    stranger = await kit.new_tenant()
    for caller in (tenant.caller(Role.CHAIR, other), stranger.caller(Role.CHAIR)):
        async with kit.client(caller) as client:
            refused(await client.get(f"/v1/media/{media['id']}"), 404, "not_found")
            refused(await client.get(media["content_url"]), 404, "not_found")
            refused(await client.patch(f"/v1/media/{media['id']}", json={"alt_text": "x"}), 404, "not_found")
            assert answered(await client.get("/v1/media"))["items"] == []
    async with kit.client(tenant.caller(Role.INFORMATION_OFFICER, other)) as officer:
        response = await officer.post(
            "/v1/media", data={"organization_id": str(branch)}, files={"file": ("a.png", picture(), "image/png")}
        )
        refused(response, 404, "not_found")
    refused(await newsroom.client.get(f"/v1/media/{ABSENT}"), 404, "not_found")
