"""The stand-in of Mastodon: a token, statuses under a key, limits, notifications in their order."""

from typing import cast

import httpx
import pytest

from tests.contract.references.folder import JsonObject
from tests.contract.sandbox.stand import Stand, png

STATUSES = "/api/v1/statuses"


class Caller:
    def __init__(self, stand: Stand) -> None:
        self.stand = stand
        self.token = stand.token("mastodon", "community")

    async def call(self, verb: str, path: str, body: JsonObject | None = None, **headers: str) -> httpx.Response:
        sent = {"Authorization": f"Bearer {self.token}", **headers}
        return await self.stand.client.request(verb, f"/mastodon{path}", json=body, headers=sent)

    async def post(self, text: str, **more: object) -> httpx.Response:
        return await self.call("POST", STATUSES, cast("JsonObject", {"status": text, **more}))

    async def image(self, content: bytes = png()) -> httpx.Response:
        return await self.stand.client.post(
            "/mastodon/api/v2/media",
            files={"file": ("a.png", content, "image/png")},
            data={"description": "Открытка"},
            headers={"Authorization": f"Bearer {self.token}"},
        )


@pytest.fixture
async def caller(stand: Stand) -> Caller:
    await stand.open("mastodon")
    return Caller(stand)


async def test_without_a_token_nothing_is_told(caller: Caller) -> None:
    caller.token = "x" * 43
    for verb, path in (("GET", "/api/v1/accounts/verify_credentials"), ("POST", STATUSES)):
        assert (await caller.call(verb, path, {} if verb == "POST" else None)).status_code == 401


async def test_a_repeat_under_a_key_is_the_same_status(caller: Caller) -> None:
    body: JsonObject = {"status": "Новость"}
    first, again = [await caller.call("POST", STATUSES, body, **{"Idempotency-Key": "k1"}) for _ in range(2)]
    other = await caller.call("POST", STATUSES, body, **{"Idempotency-Key": "k2"})
    assert first.json()["id"] == again.json()["id"] != other.json()["id"]
    await caller.call("DELETE", f"{STATUSES}/{first.json()['id']}")
    anew = await caller.call("POST", STATUSES, body, **{"Idempotency-Key": "k1"})
    assert anew.json()["id"] != first.json()["id"], "what was taken down is not what was made"


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({"status": "я" * 501}, "Text character limit of 500 exceeded"),
        ({"status": " "}, "Text can't be blank"),
        ({"status": "Что?", "poll": {"options": ["Да"], "expires_in": 600}}, "poll"),
        ({"status": "Что?", "poll": {"options": ["Да", "Нет"], "expires_in": 60}}, "poll"),
        ({"status": "Что?", "media_ids": ["1"], "poll": {"options": ["Да", "Нет"], "expires_in": 600}}, "poll"),
        ({"status": "Раз", "media_ids": ["404"]}, "media"),
        ({"status": "Раз", "language": "ru"}, "language"),  # not modelled
    ],
)
async def test_a_status_is_checked(caller: Caller, body: JsonObject, said: str) -> None:
    reply = await caller.call("POST", STATUSES, body)
    assert reply.status_code == 422
    assert said in reply.json()["error"]
    assert await caller.stand.seen("/posts", network="mastodon") == []


async def test_an_image_takes_its_time(caller: Caller) -> None:
    await caller.stand.settings(upload_processing_seconds=60)
    reply = await caller.image()
    assert (reply.status_code, reply.json()["url"]) == (202, None)
    assert (await caller.call("GET", f"/api/v1/media/{reply.json()['id']}")).status_code == 206
    refused = await caller.post("Раз", media_ids=[reply.json()["id"]])
    assert refused.status_code == 422
    assert (await caller.image(b"no image")).status_code == 422


async def test_somebody_elses_status_is_not_there(caller: Caller) -> None:
    other = await caller.stand.order("/communities", network="mastodon", title="Другой", handle="other")
    (token,) = cast("list[JsonObject]", other["tokens"])
    own, caller.token = caller.token, str(token["token"])
    theirs = (await caller.post("Наше")).json()["id"]
    caller.token = own
    for verb, body in (("DELETE", None), ("PUT", {"status": "Чужое"})):
        reply = await caller.call(verb, f"{STATUSES}/{theirs}", cast("JsonObject | None", body))
        assert reply.status_code == 404


async def test_calls_have_a_limit_that_tells_its_end(caller: Caller) -> None:
    await caller.stand.settings(rate_limits=True)
    replies = [await caller.image() for _ in range(31)]
    assert [reply.status_code for reply in replies] == [200] * 30 + [429]
    assert replies[-1].headers["X-RateLimit-Remaining"] == "0"
    assert replies[-1].headers["X-RateLimit-Reset"].endswith("Z")


async def test_notifications_go_on_from_the_last_one(caller: Caller) -> None:
    await caller.post("Новость")
    place = {"network": "mastodon", "community_id": caller.stand.community("mastodon")}
    for _ in range(3):
        await caller.stand.order(
            "/inbound/comments", **place, person_id=caller.stand.people["mastodon"], text="Спасибо"
        )
    newest = (await caller.call("GET", "/api/v1/notifications?limit=1")).json()
    first = (await caller.call("GET", "/api/v1/notifications?limit=2&min_id=1")).json()
    every = (await caller.call("GET", "/api/v1/notifications")).json()
    ids = [int(one["id"]) for one in every]
    assert ids == sorted(ids, reverse=True)
    assert newest == every[:1]
    assert [one["id"] for one in first] == [one["id"] for one in every if int(one["id"]) in (2, 3)]
