"""The stand-in of VK ID: a code is good once, for the app, the device and the verifier that it was asked with."""

import base64
import hashlib
from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.contract.sandbox.stand import Stand

CLIENT = "51000001"
VERIFIER = "v" * 43
STATE = "s" * 32
RETURN = "https://union.test/back"
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
QUERY = {
    "client_id": CLIENT,
    "redirect_uri": RETURN,
    "response_type": "code",
    "state": STATE,
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}


async def approved(stand: Stand) -> dict[str, str]:
    """What comes back to the app in the address."""
    answer = await stand.client.get("/vk_id/approve", params={**QUERY, "person_id": stand.people["vk"]})
    assert answer.status_code == 302
    assert answer.headers["location"].startswith(RETURN)
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


def form(came_back: Mapping[str, str]) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "client_id": CLIENT,
        "redirect_uri": RETURN,
        "code_verifier": VERIFIER,
        "code": came_back["code"],
        "device_id": came_back["device_id"],
        "state": came_back["state"],
    }


async def test_the_page_offers_the_people_of_vk(stand: Stand) -> None:
    page = await stand.client.get("/vk_id/authorize", params=QUERY)
    assert (page.status_code, "Войти как Анна Серова" in page.text) == (200, True)
    assert "default-src 'none'" in page.headers["content-security-policy"]


async def test_a_code_says_who_it_is(stand: Stand) -> None:
    came_back = await approved(stand)
    assert came_back["state"] == STATE
    tokens = (await stand.client.post("/vk_id/oauth2/auth", data=form(came_back))).json()
    assert (tokens["user_id"], tokens["token_type"]) == (stand.people["vk"], "Bearer")
    asked = {"client_id": CLIENT, "access_token": tokens["access_token"]}
    user = (await stand.client.post("/vk_id/oauth2/user_info", data=asked)).json()["user"]
    assert (user["user_id"], user["first_name"]) == (str(stand.people["vk"]), "Анна")


async def test_a_code_is_good_once(stand: Stand) -> None:
    came_back = await approved(stand)
    assert (await stand.client.post("/vk_id/oauth2/auth", data=form(came_back))).is_success
    again = await stand.client.post("/vk_id/oauth2/auth", data=form(came_back))
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


@pytest.mark.parametrize(
    ("changed", "error"),
    [
        ({"code": "x"}, "invalid_grant"),
        ({"code_verifier": "w" * 43}, "invalid_grant"),
        ({"code_verifier": ""}, "invalid_grant"),
        ({"device_id": "x"}, "invalid_grant"),
        ({"redirect_uri": "https://union.test/other"}, "invalid_request"),
        ({"client_id": "1"}, "invalid_client"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
    ],
)
async def test_what_does_not_belong_to_the_code_is_refused(stand: Stand, changed: dict[str, str], error: str) -> None:
    sent = form(await approved(stand)) | changed
    answer = await stand.client.post("/vk_id/oauth2/auth", data=sent)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


@pytest.mark.parametrize(
    "changed",
    [
        {"client_id": "1"},
        {"state": "short"},
        {"code_challenge": "x"},
        {"code_challenge_method": "plain"},
        {"response_type": "token"},
        {"redirect_uri": "javascript:alert(1)"},
    ],
)
async def test_a_wrong_question_is_refused(stand: Stand, changed: dict[str, str]) -> None:
    for path in ("/vk_id/authorize", "/vk_id/approve"):
        query = {**QUERY, **changed, "person_id": str(stand.people["vk"])}
        assert (await stand.client.get(path, params=query)).status_code == 400


async def test_nobody_is_nobody(stand: Stand) -> None:
    answer = await stand.client.get("/vk_id/approve", params={**QUERY, "person_id": "999"})
    assert (answer.status_code, answer.json()["error"]) == (400, "access_denied")
    info = await stand.client.post("/vk_id/oauth2/user_info", data={"client_id": CLIENT, "access_token": "x"})
    assert info.json()["error"] == "invalid_token"


async def test_markup_stays_text(stand: Stand) -> None:
    page = await stand.client.get("/vk_id/returned", params={"code": "<script>alert(1)</script>"})
    assert "<script>" not in page.text
