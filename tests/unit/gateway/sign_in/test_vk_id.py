"""VK ID as a counterpart: its yes, its no in every form, and its silence."""

from collections.abc import Callable
from urllib.parse import parse_qs, parse_qsl, urlsplit

import httpx
import pytest

from services.gateway.sign_in.actions.vk_id import HttpVkId
from services.gateway.sign_in.rules.problems import WrongSignIn
from services.gateway.sign_in.rules.vk_id import challenge_of, verifier_text
from shared.errors import Unavailable

Answer = Callable[[httpx.Request], httpx.Response]


def vk_id(answer: Answer) -> HttpVkId:
    return HttpVkId(httpx.AsyncClient(transport=httpx.MockTransport(answer)), "https://id.vk.test/", "77")


async def asked(answer: Answer) -> str:
    return await vk_id(answer).user_id("code", "device", "state", "verifier", "https://union.test/vk")


@pytest.mark.parametrize("user_id", ["1234567890", 1234567890])
async def test_who_it_is_comes_from_the_second_answer(user_id: str | int) -> None:
    sent: list[tuple[str, dict[str, str]]] = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append((request.url.path, dict(parse_qsl(request.content.decode()))))
        tokens = {"access_token": "t", "user_id": 666, "expires_in": 3600}
        return httpx.Response(200, json=tokens if len(sent) == 1 else {"user": {"user_id": user_id, "first_name": "А"}})

    assert await asked(answer) == "1234567890"
    (exchange, form), (info, question) = sent
    assert (exchange, info) == ("/oauth2/auth", "/oauth2/user_info")
    assert form == {
        "grant_type": "authorization_code",
        "client_id": "77",
        "redirect_uri": "https://union.test/vk",
        "code": "code",
        "code_verifier": "verifier",
        "device_id": "device",
        "state": "state",
    }
    assert question == {"client_id": "77", "access_token": "t"}


@pytest.mark.parametrize("status", [200, 400, 401])
async def test_a_no_is_a_no_whatever_the_status(status: int) -> None:
    body = {"error": "invalid_grant", "error_description": "Code is invalid or expired"}
    with pytest.raises(WrongSignIn):
        await asked(lambda _: httpx.Response(status, json=body))


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(502, text="<html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"access_token": 5}),
        httpx.Response(200, content=b"\xff"),
    ],
)
async def test_what_is_not_understood_is_no_wrong_sign_in(response: httpx.Response) -> None:
    with pytest.raises(Unavailable):
        await asked(lambda _: response)


async def test_silence_is_no_wrong_sign_in() -> None:
    def silent(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("nothing", request=request)

    with pytest.raises(Unavailable):
        await asked(silent)


def test_the_browser_is_sent_with_a_challenge_alone() -> None:
    verifier = verifier_text(bytes(range(32)))
    url = vk_id(lambda _: httpx.Response(200)).authorization_url(
        "s" * 32, challenge_of(verifier), "https://union.test/vk"
    )
    query = parse_qs(urlsplit(url).query)
    assert url.startswith("https://id.vk.test/authorize?")
    assert query["code_challenge_method"] == ["S256"]
    assert verifier not in url


def test_the_challenge_is_that_of_the_standard() -> None:
    """RFC 7636, appendix B."""
    assert challenge_of("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk") == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
