"""The stand-in of Bluesky: sessions, records under keys of the caller's, blobs that only a record judges, notifications."""

import pytest
from pydantic import JsonValue

from deploy.sandbox.networks.bluesky.names import did_of
from tests.contract.references.folder import JsonObject, as_list, as_object
from tests.contract.sandbox.stand import Stand, parsed, png

KEY, OTHER_KEY = "3kabcdefghijk", "3kabcdefghijm"
POST: JsonObject = {"$type": "app.bsky.feed.post", "text": "🎉 Новость", "createdAt": "2026-11-23T10:00:00.000Z"}
LINK: JsonObject = {"$type": "app.bsky.richtext.facet#link", "uri": "https://union.example"}


class Caller:
    def __init__(self, stand: Stand, session: JsonObject) -> None:
        self.stand = stand
        self.session = session

    async def call(self, method: str, body: JsonObject, by: str = "accessJwt") -> tuple[int, JsonObject]:
        headers = {"Authorization": f"Bearer {self.session[by]}"}
        reply = await self.stand.client.post(f"/bluesky/xrpc/{method}", json=body or None, headers=headers)
        return reply.status_code, parsed(reply)

    async def ask(self, method: str, **query: str | int) -> JsonObject:
        headers = {"Authorization": f"Bearer {self.session['accessJwt']}"}
        reply = await self.stand.client.get(f"/bluesky/xrpc/{method}", params=query, headers=headers)
        assert reply.status_code == 200, reply.text
        return parsed(reply)

    async def put(self, record: JsonObject, key: str = KEY, **more: str | None) -> tuple[int, JsonObject]:
        place: JsonObject = {"repo": self.session["did"], "collection": "app.bsky.feed.post", "rkey": key}
        return await self.call("com.atproto.repo.putRecord", {**place, "record": record, **more})

    async def blob(self, content: bytes) -> JsonObject:
        headers = {"Authorization": f"Bearer {self.session['accessJwt']}", "Content-Type": "image/png"}
        reply = await self.stand.client.post(
            "/bluesky/xrpc/com.atproto.repo.uploadBlob", content=content, headers=headers
        )
        return as_object(parsed(reply)["blob"])


@pytest.fixture
async def caller(stand: Stand) -> Caller:
    await stand.open("bluesky")
    login = {"identifier": "union.bsky.test", "password": stand.token("bluesky", "community")}
    reply = await stand.client.post("/bluesky/xrpc/com.atproto.server.createSession", json=login)
    assert reply.status_code == 200, reply.text
    return Caller(stand, parsed(reply))


def with_images(*blobs: JsonObject) -> JsonObject:
    images: list[JsonValue] = [{"image": blob, "alt": "Открытка"} for blob in blobs]
    embed: JsonObject = {"$type": "app.bsky.embed.images", "images": images}
    return {**POST, "embed": embed}


async def test_a_refresh_token_is_good_once(caller: Caller) -> None:
    status, fresh = await caller.call("com.atproto.server.refreshSession", {}, "refreshJwt")
    assert (status, fresh["did"]) == (200, caller.session["did"])
    status, spent = await caller.call("com.atproto.server.refreshSession", {}, "refreshJwt")
    assert (status, spent["error"]) == (400, "ExpiredToken")


async def test_a_session_of_nobody_is_refused(caller: Caller) -> None:
    caller.session = {**caller.session, "accessJwt": "eyJ.forged"}
    status, reply = await caller.put(POST)
    assert (status, reply["error"]) == (400, "InvalidToken")


async def test_a_key_is_taken_once(caller: Caller) -> None:
    status, kept = await caller.put(POST, swapRecord=None)
    assert (status, kept["uri"]) == (200, f"at://{caller.session['did']}/app.bsky.feed.post/{KEY}")
    status, again = await caller.put({**POST, "text": "Другое"}, swapRecord=None)
    assert (status, again["error"]) == (400, "InvalidSwap")
    assert [post["text"] for post in await caller.stand.seen("/posts", network="bluesky")] == ["🎉 Новость"]


@pytest.mark.parametrize(
    "change",
    [
        {"text": "я" * 301},
        {"text": "👨‍👩‍👧‍👦" * 121},  # few signs, many bytes
        {"facets": [{"index": {"byteStart": 0, "byteEnd": 3}, "features": [LINK]}]},  # through a character
        {"facets": [{"index": {"byteStart": 0, "byteEnd": 99}, "features": [LINK]}]},
        {"extra": 1},
        {"createdAt": "gestern"},
    ],
)
async def test_a_record_is_checked(caller: Caller, change: JsonObject) -> None:
    status, reply = await caller.put({**POST, **change})
    assert (status, reply["error"]) == (400, "InvalidRequest")
    assert await caller.stand.seen("/posts", network="bluesky") == []


async def test_keys_that_are_no_tid_are_refused(caller: Caller) -> None:
    for key in ("", "2026", "zkabcdefghijk", "3kabcdefghij1"):
        assert (await caller.put(POST, key))[0] == 400


async def test_only_a_record_judges_a_blob(caller: Caller) -> None:
    good, broken = await caller.blob(png()), await caller.blob(b"no image")
    large = await caller.blob(png() + b"\0" * 2_000_000)
    assert (await caller.put(with_images(good, good, good, good)))[0] == 200
    for blobs, name in [((broken,), "InvalidMimeType"), ((large,), "BlobTooLarge"), ((good,) * 5, "InvalidRequest")]:
        status, reply = await caller.put(with_images(*blobs), OTHER_KEY)
        assert (status, reply["error"]) == (400, name)


async def test_creations_have_a_limit_that_tells_its_end(caller: Caller) -> None:
    await caller.stand.settings(rate_limits=True)
    await caller.stand.fault("flood", "bluesky", times=1, retry_after=30)
    headers = {"Authorization": f"Bearer {caller.session['accessJwt']}"}
    reply = await caller.stand.client.post("/bluesky/xrpc/com.atproto.repo.putRecord", json={}, headers=headers)
    assert (reply.status_code, reply.json()["error"]) == (429, "RateLimitExceeded")
    assert int(reply.headers["RateLimit-Reset"]) > 1_700_000_000


async def test_notifications_are_read_from_the_newest_back(caller: Caller) -> None:
    await caller.put(POST)
    place = {"network": "bluesky", "community_id": caller.stand.community("bluesky")}
    for number in range(3):
        person = caller.stand.people["bluesky"]
        await caller.stand.order("/inbound/comments", **place, person_id=person, text=f"Ответ {number}")
    first = await caller.ask("app.bsky.notification.listNotifications", limit=2)
    texts = [as_object(as_object(each)["record"])["text"] for each in as_list(first["notifications"])]
    assert texts == ["Ответ 2", "Ответ 1"]
    second = await caller.ask("app.bsky.notification.listNotifications", limit=2, cursor=str(first["cursor"]))
    (last,) = [as_object(each) for each in as_list(second["notifications"])]
    assert as_object(last["record"])["text"] == "Ответ 0"
    assert as_object(last["author"])["did"] == did_of(caller.stand.people["bluesky"])
    assert "cursor" not in second


async def test_nobody_writes_in_private(caller: Caller) -> None:
    body = {"network": "bluesky", "person_id": caller.stand.people["bluesky"], "text": "Здравствуйте"}
    reply = await caller.stand.client.post(
        "/control/inbound/messages", json={**body, "account_id": caller.stand.community("bluesky")}
    )
    assert reply.status_code == 404
