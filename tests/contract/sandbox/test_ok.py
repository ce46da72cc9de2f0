"""The stand-in of OK: signed calls alone, topics without a key, and messages to those who wrote first."""

import json

import pytest
from pydantic import JsonValue

from deploy.sandbox.networks.ok.signing import APPLICATION_KEY, sign
from tests.contract.references import ok
from tests.contract.references.folder import JsonObject, as_object
from tests.contract.sandbox.stand import Stand, listening, png

TOPIC: JsonObject = {"media": [{"type": "text", "text": "Новость"}], "onBehalfOfGroup": "true"}


@pytest.fixture
async def stand(stand: Stand) -> Stand:
    await stand.open("ok")
    return stand


async def call(stand: Stand, method: str, changed: JsonObject | None = None, /, **params: object) -> JsonValue:
    """A call that is signed as it should be, then changed."""
    token = stand.token("ok", "user")
    given: JsonObject = {name: str(value) for name, value in params.items()}
    given |= {"application_key": APPLICATION_KEY, "method": method, "format": "json"}
    form = {**given, "sig": sign(given, token), "access_token": token, **(changed or {})}
    response = await stand.client.post("/ok/fb.do", data=form)
    answer: JsonValue = response.json()
    if method in ok.PARAMETERS:
        ok.check_reply(method, answer, response.status_code)
    return answer


async def graph(
    stand: Stand, method: str, path: str, body: JsonObject | None = None, kind: str = "community"
) -> JsonValue:
    query = {"access_token": stand.token("ok", kind)}
    response = await stand.client.request(method, f"/ok/graph/me/{path}", params=query, json=body)
    answer: JsonValue = response.json()
    ok.check_reply(f"{method} /graph/me/{path}", answer, response.status_code)
    return answer


async def post(stand: Stand, attachment: JsonObject = TOPIC, **more: object) -> JsonValue:
    topic = {"type": "GROUP_THEME", "gid": stand.community("ok"), "attachment": json.dumps(attachment), **more}
    return await call(stand, "mediatopic.post", **topic)


def code(answer: JsonValue) -> JsonValue:
    return as_object(answer)["error_code"]


async def test_a_repeat_is_another_topic(stand: Stand) -> None:
    assert await post(stand) != await post(stand)
    assert len(await stand.seen("/posts", network="ok")) == 2


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"application_key": "ANOTHER"}, 101),
        ({"access_token": "tkn1wrong"}, 103),
        ({"sig": "0" * 32}, 104),
        ({"gid": "1"}, 104),  # what was signed was another group
        ({"format": "xml"}, 100),
    ],
)
async def test_what_is_not_signed_by_the_application_is_refused(
    stand: Stand, changed: JsonObject, expected: int
) -> None:
    topic = {"type": "GROUP_THEME", "gid": stand.community("ok"), "attachment": json.dumps(TOPIC)}
    assert code(await call(stand, "mediatopic.post", changed, **topic)) == expected
    assert await stand.seen("/posts", network="ok") == []


async def test_a_groups_own_token_signs_nothing(stand: Stand) -> None:
    token = stand.token("ok", "community")
    assert code(await call(stand, "users.getCurrentUser", {"access_token": token})) == 103


async def test_an_unknown_method_and_what_is_not_modelled_are_refused(stand: Stand) -> None:
    assert code(await call(stand, "mediatopic.postAll")) == 3
    assert code(await post(stand, hidden_post="true")) == 100
    assert code(await post(stand, {"media": [{"type": "movie"}]})) == 100
    assert code(await post(stand, {"media": []})) == 100
    assert code(await post(stand, {"media": [{"type": "text", "text": "Новость"}]})) == 100  # nobody's name


async def test_somebody_elses_group_is_not_posted_to(stand: Stand) -> None:
    other = await stand.order("/communities", network="ok", title="Чужие", handle="others")
    assert code(await post(stand, gid=other["id"])) == 50
    assert code(await post(stand, gid=1)) == 160


async def test_images_come_in_the_order_of_their_ids(stand: Stand) -> None:
    address = as_object(await call(stand, "photosV2.getUploadUrl", gid=stand.community("ok"), count=2))
    files = {f"pic{number}": (f"{number}.png", png(width)) for number, width in ((1, 64), (2, 96))}
    uploaded = (await stand.client.post(str(address["upload_url"]), files=files)).json()
    assert list(uploaded["photos"]) == address["photo_ids"]
    for wrong in ({"pic2": ("2.png", png())}, {}, {"pic1": ("1.png", b"no image")}):
        refused = (await stand.client.post(str(address["upload_url"]), files=wrong)).json()
        assert code(refused) in {503, 505}
    unknown: JsonObject = {**TOPIC, "media": [{"type": "photo", "list": [{"id": "unknown"}]}]}
    assert code(await post(stand, unknown)) == 100


async def test_a_group_writes_to_those_who_wrote_to_it(stand: Stand) -> None:
    person = stand.people["ok"]
    body: JsonObject = {"recipient": {"user_ids": [f"user:{person}"]}, "message": {"text": "Ответ"}}
    assert await graph(stand, "POST", "messages", body) == {"success": [False]}
    await stand.write("ok")
    assert await graph(stand, "POST", "messages", body) == {"success": [True]}
    assert code(await graph(stand, "POST", "messages", body, kind="user")) == 103
    assert code(await graph(stand, "POST", "messages", {"message": {"text": "Кому?"}})) == 100


async def test_a_hook_hears_each_message_and_no_more_once_it_has_gone(stand: Stand) -> None:
    async with listening("ok") as (listener, url):
        assert await graph(stand, "POST", "subscribe", {"url": url}) == {"success": True}
        assert await graph(stand, "POST", "subscribe", {"url": url}) == {"success": True}
        await stand.write("ok", "Помогите")
        (notice,) = await listener.heard(1)
        assert as_object(notice["sender"])["user_id"] == f"user:{stand.people['ok']}"
        assert as_object(notice["message"])["text"] == "Помогите"
        assert await graph(stand, "POST", "unsubscribe", {"url": url}) == {"success": True}
        assert await graph(stand, "GET", "subscriptions") == {"subscriptions": []}
    assert code(await graph(stand, "POST", "subscribe", {"url": "https://elsewhere.example/"})) == 100
