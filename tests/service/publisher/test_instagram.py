"""Instagram: off until its warning is accepted, fed by addresses that open one picture, heard by signed hooks."""

import base64
import hashlib
import hmac
import io
import json
from typing import Any
from uuid import UUID

import httpx
import pytest
from PIL import Image

from services.publisher.networks.accounts import Network, Probe
from services.publisher.networks.capabilities import INSTAGRAM_WARNING
from services.publisher.networks.instagram.connector import InstagramConnector
from services.publisher.networks.transport import Timeouts
from shared.contracts.publisher import AnswerHeard
from tests.service.publisher.newsroom import CREDENTIALS, Newsroom, refused

SECRET = CREDENTIALS[Network.INSTAGRAM]["app_secret"]


async def instagram(newsroom: Newsroom, **more: object) -> dict[str, Any]:
    return await newsroom.channel(Network.INSTAGRAM, **more)


@pytest.mark.parametrize("accepted", [{}, {"accepted_warning": "yes"}, {"accepted_warning": None}])
async def test_it_is_off_until_its_warning_is_accepted(newsroom: Newsroom, accepted: dict[str, str]) -> None:
    body = newsroom.new_channel(Network.INSTAGRAM) | accepted
    if not accepted:
        del body["accepted_warning"]
    for language, words in INSTAGRAM_WARNING.text.items():
        response = await newsroom.client.post("/v1/channels", json=body, headers={"accept-language": language})
        problem = refused(response, 422, "channel.warning_not_accepted")
        assert words in problem["detail"]
        assert INSTAGRAM_WARNING.code in problem["detail"]
    assert newsroom.networks[Network.INSTAGRAM].accounts == [], "the network is not even asked"


async def test_what_was_accepted_stays_to_be_seen(newsroom: Newsroom) -> None:
    channel = await instagram(newsroom)
    assert channel["accepted_warning"] == INSTAGRAM_WARNING.code
    (warning,) = channel["warnings"]
    assert (warning["code"], warning["text"]) == (INSTAGRAM_WARNING.code, dict(INSTAGRAM_WARNING.text))
    assert "stories" in channel["capabilities"]["abilities"]
    assert not {"polls", "reposts"} & set(channel["capabilities"]["abilities"])


async def test_a_picture_is_fetched_at_its_own_address_and_at_no_other(newsroom: Newsroom) -> None:
    channel = await instagram(newsroom)
    media, other = await newsroom.picture(), await newsroom.picture("Другая")
    await newsroom.published(channel, media_ids=[media["id"]])
    (post,) = newsroom.networks[Network.INSTAGRAM].posts
    (image,) = post.images
    assert image.content_type == "image/jpeg", "what was uploaded is a PNG: Instagram takes none"
    assert image.url is not None
    assert image.url.startswith("https://vmeste.test/v1/media/shown/")
    path = image.url.removeprefix("https://vmeste.test")
    async with newsroom.kit.client() as nobody:
        fetched = await nobody.get(path)
        assert (fetched.status_code, fetched.headers["content-type"]) == (200, "image/jpeg")
        assert fetched.content == image.content
        assert Image.open(io.BytesIO(fetched.content)).size == (60, 40)
        *_, shown, network, until, signature = path.split("/")
        wrong = [
            (shown, network, until, "0" * 64 + ".jpg"),
            (shown, "vk", until, signature),
            (shown, network, str(int(until) + 1), signature),
            (other_id(shown, media["id"], other["id"]), network, until, signature),
        ]
        for parts in wrong:
            refused(await nobody.get("/v1/media/shown/" + "/".join(parts)), 404, "not_found")
        newsroom.kit.advance(hours=1, seconds=1)
        refused(await nobody.get(path), 404, "not_found")
        refused(await nobody.get(f"/v1/media/{media['id']}/content"), 401, "unauthenticated")


def other_id(shown: str, own: str, other: str) -> str:
    """The public id of another picture of the same tenant."""
    raw = base64.urlsafe_b64decode(shown + "=")
    assert raw[16:] == UUID(own).bytes
    return base64.urlsafe_b64encode(raw[:16] + UUID(other).bytes).decode().rstrip("=")


async def test_a_text_alone_is_refused_before_anything_is_sent(newsroom: Newsroom) -> None:
    draft = await newsroom.draft(await instagram(newsroom))
    problem = refused(
        await newsroom.client.post(f"/v1/publications/{draft['id']}/publish"), 422, "publication.not_publishable"
    )
    assert [error["code"] for error in problem["errors"]] == ["publication.images_needed"]


async def test_a_renewed_token_is_kept_from_the_daily_measure(newsroom: Newsroom) -> None:
    network = newsroom.networks[Network.INSTAGRAM]
    await instagram(newsroom)
    await newsroom.drain()
    network.probed = Probe(title="Профсоюз", follower_count=130, learned={"token": "renewed-token-of-the-union"})
    newsroom.kit.advance(days=1, hours=5)
    await newsroom.drain()
    network.probed = Probe(title="Профсоюз", follower_count=131)
    newsroom.kit.advance(days=1, hours=5)
    await newsroom.drain()
    last = network.accounts[-1].secrets
    assert last["token"] == "renewed-token-of-the-union"
    assert last["app_secret"] == SECRET


class Hooked:
    """The real connector, before a network that a test plays."""

    def __init__(self, newsroom: Newsroom, address: str, secret: str, account: str) -> None:
        self.newsroom = newsroom
        self.address = address.removeprefix("https://vmeste.test")
        self.secret = secret
        self.account = account

    async def told(self, field: str, value: dict[str, Any], key: str = SECRET) -> httpx.Response:
        body = json.dumps(
            {
                "object": "instagram",
                "entry": [{"id": self.account, "time": 1_700_000_000, "changes": [{"field": field, "value": value}]}],
            }
        ).encode()
        signature = "sha256=" + hmac.new(key.encode(), body, hashlib.sha256).hexdigest()
        async with self.newsroom.kit.client() as network:
            return await network.post(self.address, content=body, headers={"x-hub-signature-256": signature})

    async def heard(self) -> list[AnswerHeard]:
        return await self.newsroom.kit.emitted(self.newsroom.tenant, AnswerHeard)


def _answer(request: httpx.Request) -> httpx.Response:
    if "18500000000000002" in str(request.url):
        return httpx.Response(500, json={"error": {"code": 2, "message": "away"}})
    if "mentioned_media" in str(request.url):
        found = {
            "caption": "Спасибо профсоюзу!",
            "permalink": "https://www.instagram.com/p/abc/",
            "timestamp": "2026-11-20T10:00:00+0000",
            "username": "press_service",
        }
        return httpx.Response(200, json={"id": "1", "mentioned_media": found})
    return httpx.Response(200, json={"success": True})


@pytest.fixture
async def hooked(newsroom: Newsroom) -> Hooked:
    channel = await instagram(newsroom)
    await newsroom.drain()
    hook = newsroom.networks[Network.INSTAGRAM].hooks[-1]
    client = httpx.AsyncClient(transport=httpx.MockTransport(_answer))
    real, fake = InstagramConnector(client, "https://{server}", Timeouts()), newsroom.networks[Network.INSTAGRAM]
    for heard_by in (
        "hook_secret",
        "verify_hook",
        "answer_to_confirmation",
        "answer_to_hook",
        "parse_updates",
        "look_up",
    ):
        setattr(fake, heard_by, getattr(real, heard_by))
    return Hooked(newsroom, hook.url, hook.secret, channel["external_id"])


async def test_the_first_question_is_answered_to_whoever_knows_the_secret(hooked: Hooked) -> None:
    asked = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": hooked.secret}
    async with hooked.newsroom.kit.client() as network:
        answer = await network.get(hooked.address, params=asked)
        assert (answer.status_code, answer.text) == (200, "1158201444")
        assert answer.headers["content-type"].startswith("text/plain")
        for wrong in ({"hub.verify_token": "guess"}, {"hub.mode": "unsubscribe"}, {"hub.verify_token": ""}):
            refused(await network.get(hooked.address, params=asked | wrong), 404, "not_found")
        absent = hooked.address.rpartition("/")[0] + "/0190a6a0-0000-7000-8000-00000000dead"
        refused(await network.get(absent, params=asked), 404, "not_found")


async def test_a_signed_comment_is_heard_once(hooked: Hooked) -> None:
    comment = {"id": "180", "text": "Спасибо!", "from": {"id": "7", "username": "anna"}, "media": {"id": "179"}}
    refused(await hooked.told("comments", comment, key="0" * 32), 404, "not_found")
    refused(await hooked.told("comments", comment, key=hooked.secret), 404, "not_found")
    for _ in range(2):
        assert (await hooked.told("comments", comment)).status_code == 200
    (heard,) = await hooked.heard()
    assert (heard.kind, heard.text, heard.display_name, heard.post_id) == ("comment", "Спасибо!", "anna", "179")
    assert heard.places == (hooked.account,)


async def test_what_was_said_in_a_mention_is_asked_for(hooked: Hooked) -> None:
    assert (await hooked.told("mentions", {"media_id": "18500000000000001"})).status_code == 200
    (heard,) = await hooked.heard()
    assert (heard.kind, heard.text, heard.url) == (
        "mention",
        "Спасибо профсоюзу!",
        "https://www.instagram.com/p/abc/",
    )
    assert heard.display_name == "press_service"


async def test_a_mention_that_cannot_be_asked_for_now_is_told_again(hooked: Hooked) -> None:
    refused(await hooked.told("mentions", {"media_id": "18500000000000002"}), 503, "network.unreachable")
    assert await hooked.heard() == []


async def test_a_mention_of_an_account_that_is_none_of_ours_is_nothing(hooked: Hooked) -> None:
    hooked.account = "17841499999999999"
    assert (await hooked.told("mentions", {"media_id": "18500000000000001"})).status_code == 200
    assert await hooked.heard() == []
