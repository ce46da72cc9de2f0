"""The stand-in of VK: HTTP 200 for everything, `error` for what is refused, once per guid and random id."""

import asyncio
import json

import pytest

from tests.contract.references.folder import JsonObject, as_list, as_object
from tests.contract.sandbox.stand import Stand, parsed, png, vk_error


async def uploaded(stand: Stand, content: bytes = png()) -> JsonObject:
    group_id = stand.community("vk")
    server = as_object((await stand.vk("photos.getWallUploadServer", "user", group_id=group_id))["response"])
    return parsed(await stand.client.post(str(server["upload_url"]), files={"photo": ("a.png", content)}))


async def saved_photo(stand: Stand) -> str:
    upload = await uploaded(stand)
    reply = await stand.vk("photos.saveWallPhoto", "user", group_id=stand.community("vk"), **upload, caption="Открытка")
    photo = as_object(as_list(reply["response"])[0])
    assert photo["text"] == "Открытка"
    return f"photo{photo['owner_id']}_{photo['id']}"


async def post(stand: Stand, kind: str = "community", /, **params: object) -> JsonObject:
    wall = {"owner_id": -stand.community("vk"), "from_group": 1}
    return await stand.vk("wall.post", kind, **{**wall, "message": "Текст", **params})


def response(reply: JsonObject) -> JsonObject:
    assert "response" in reply, reply
    return as_object(reply["response"])


async def test_the_same_guid_is_the_same_post(stand: Stand) -> None:
    replies = await asyncio.gather(*(post(stand, guid="delivery-1") for _ in range(10)))
    assert {str(response(reply)["post_id"]) for reply in replies} == {"1"}
    assert response(await post(stand, guid="delivery-2"))["post_id"] == 2
    assert len(await stand.seen("/posts", network="vk")) == 2


async def test_without_a_guid_every_call_is_a_post(stand: Stand) -> None:
    await post(stand)
    await post(stand)
    assert len(await stand.seen("/posts", network="vk")) == 2


async def test_a_community_token_posts_text_but_no_photo(stand: Stand) -> None:
    assert "response" in await post(stand)
    for method in ("photos.getWallUploadServer", "photos.saveWallPhoto"):
        params = {"photo": "[]", "server": 1, "hash": "0"} if method == "photos.saveWallPhoto" else {}
        reply = await stand.vk(method, "community", group_id=stand.community("vk"), **params)
        assert vk_error(reply) == 27


async def test_a_user_token_posts_a_photo_in_three_steps(stand: Stand) -> None:
    photo = await saved_photo(stand)
    assert "response" in await post(stand, "user", attachments=photo)
    wall = response(await stand.vk("wall.get", "user", owner_id=-stand.community("vk")))
    item = as_object(as_list(wall["items"])[0])
    assert as_object(as_list(item["attachments"])[0])["type"] == "photo"


@pytest.mark.parametrize("content", [b"not an image", png(2100, 100)])
async def test_an_upload_that_is_no_photo_is_not_saved(stand: Stand, content: bytes) -> None:
    upload = await uploaded(stand, content)
    assert upload["photo"] == "[]"
    reply = await stand.vk("photos.saveWallPhoto", "user", group_id=stand.community("vk"), **upload)
    assert vk_error(reply) == 22


async def test_a_photo_is_saved_with_its_own_hash_and_once(stand: Stand) -> None:
    upload, group_id = await uploaded(stand), stand.community("vk")
    wrong = await stand.vk("photos.saveWallPhoto", "user", group_id=group_id, **{**upload, "hash": "1" * 32})
    assert vk_error(wrong) == 121
    assert "response" in await stand.vk("photos.saveWallPhoto", "user", group_id=group_id, **upload)
    assert vk_error(await stand.vk("photos.saveWallPhoto", "user", group_id=group_id, **upload)) == 22


@pytest.mark.parametrize(("length", "taken"), [(15_999, True), (16_000, True), (16_001, False)])
async def test_a_post_has_16000_characters(stand: Stand, length: int, taken: bool) -> None:
    reply = await post(stand, message="я" * length)
    assert ("response" in reply) is taken
    assert taken or vk_error(reply) == 100


@pytest.mark.parametrize(("count", "taken"), [(10, True), (11, False)])
async def test_a_post_has_ten_attachments(stand: Stand, count: int, taken: bool) -> None:
    photo = await saved_photo(stand)
    reply = await post(stand, "user", attachments=",".join([photo] * count))
    assert ("response" in reply) is taken


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"message": " "}, 100),
        ({"attachments": "photo-1_1"}, 100),
        ({"attachments": "nonsense"}, 100),
        ({"from_group": 0}, 100),
        ({"owner_id": 5}, 214),
        ({"owner_id": -5}, 100),
        ({"invented": 1}, 100),
        ({"from_group": "yes"}, 100),
    ],
)
async def test_a_post_that_vk_would_not_take(stand: Stand, params: JsonObject, code: int) -> None:
    assert vk_error(await post(stand, **params)) == code
    assert await stand.seen("/posts", network="vk") == []


async def test_nobody_posts_on_a_foreign_wall(stand: Stand) -> None:
    foreign = await stand.order("/communities", network="vk", title="Чужие", handle="foreign")
    for kind in ("community", "user"):
        assert vk_error(await post(stand, kind, owner_id=-int(str(foreign["id"])))) == 214


async def test_a_wall_is_read_and_cleared_by_a_person_only(stand: Stand) -> None:
    wall = -stand.community("vk")
    first = response(await post(stand, message="Первый"))["post_id"]
    second = response(await post(stand, message="Второй"))["post_id"]
    items = as_list(response(await stand.vk("wall.get", "user", owner_id=wall))["items"])
    assert [as_object(item)["text"] for item in items] == ["Второй", "Первый"]
    found = response(await stand.vk("wall.getById", "user", posts=f"{wall}_{first},{wall}_999"))
    assert [as_object(item)["id"] for item in as_list(found["items"])] == [first]
    for method, params in (
        ("wall.get", {"owner_id": wall}),
        ("wall.getById", {"posts": f"{wall}_{first}"}),
        ("wall.delete", {"owner_id": wall, "post_id": first}),
    ):
        assert vk_error(await stand.vk(method, "community", **params)) == 27
    assert (await stand.vk("wall.delete", "user", owner_id=wall, post_id=second))["response"] == 1
    assert vk_error(await stand.vk("wall.delete", "user", owner_id=wall, post_id=second)) == 210
    for name in ("union", f"club{-wall}"):
        assert response(await stand.vk("wall.get", "user", domain=name, count=1))["count"] == 1


async def test_the_same_random_id_is_the_same_message(stand: Stand) -> None:
    person = stand.people["vk"]
    assert vk_error(await stand.vk("messages.send", user_id=person, random_id=1, message="Ответ")) == 901
    await stand.write("vk")
    send = {"peer_id": person, "random_id": 7, "message": "Ответ"}
    replies = await asyncio.gather(*(stand.vk("messages.send", **send) for _ in range(10)))
    assert len({str(reply["response"]) for reply in replies}) == 1
    assert "response" in await stand.vk("messages.send", **{**send, "random_id": 8})
    zero = [await stand.vk("messages.send", **{**send, "random_id": 0}) for _ in range(2)]
    assert len({str(reply["response"]) for reply in zero}) == 2
    outgoing = [m for m in await stand.seen("/messages", network="vk") if m["outgoing"]]
    assert len(outgoing) == 4


KEY = {"action": {"type": "text", "label": "5", "payload": '{"rate":5}'}, "color": "primary"}


@pytest.mark.parametrize(
    ("keyboard", "taken"),
    [
        ({"inline": True, "buttons": [[KEY] * 5]}, True),
        ({"inline": True, "buttons": [[KEY] * 6]}, False),
        ({"inline": True, "buttons": [[KEY]] * 7}, False),
        ({"inline": True, "one_time": True, "buttons": [[KEY]]}, False),
        ({"one_time": True, "buttons": [[KEY]]}, True),
        ({"buttons": [[{"action": {"type": "text", "label": "x", "payload": "not json"}}]]}, False),
        ({"buttons": [[{"action": {"type": "text", "label": "x" * 41}}]]}, False),
        ({"buttons": "nonsense"}, False),
    ],
)
async def test_a_keyboard_is_what_vk_takes(stand: Stand, keyboard: JsonObject, taken: bool) -> None:
    await stand.write("vk")
    sent = json.dumps({"one_time": False, **keyboard})
    params = {"user_id": stand.people["vk"], "random_id": 1, "message": "Оцените", "keyboard": sent}
    reply = await stand.vk("messages.send", **params)
    assert ("response" in reply) is taken
    assert taken or vk_error(reply) == 911


@pytest.mark.parametrize(
    ("params", "code"),
    [
        ({"random_id": 1, "message": "Текст"}, 100),
        ({"user_id": 1, "random_id": 1, "message": "Текст"}, 100),
        ({"message": "Текст"}, 100),
        ({"random_id": 1, "message": ""}, 100),
        ({"random_id": 1, "message": "я" * 9001}, 914),
    ],
)
async def test_a_message_that_vk_would_not_take(stand: Stand, params: JsonObject, code: int) -> None:
    await stand.write("vk")
    person = {} if params == {"random_id": 1, "message": "Текст"} else {"user_id": stand.people["vk"]}
    assert vk_error(await stand.vk("messages.send", **{**person, **params})) == code


async def test_a_person_does_not_write_as_the_community(stand: Stand) -> None:
    await stand.write("vk")
    reply = await stand.vk("messages.send", "user", user_id=stand.people["vk"], random_id=1, message="Текст")
    assert vk_error(reply) == 15


async def test_a_callback_button_is_answered_once(stand: Stand) -> None:
    await stand.write("vk")
    person = stand.people["vk"]
    action = {"type": "callback", "label": "5", "payload": '{"rate":5}'}
    keyboard = json.dumps({"one_time": False, "inline": True, "buttons": [[{"action": action}]]})
    await stand.vk("messages.send", user_id=person, random_id=1, message="Оцените", keyboard=keyboard)
    press = as_object((await stand.press("vk", "5"))["record"])
    answer = {"event_id": press["id"], "user_id": person, "peer_id": person}
    assert (await stand.vk("messages.sendMessageEventAnswer", **answer))["response"] == 1
    assert vk_error(await stand.vk("messages.sendMessageEventAnswer", **answer)) == 100


async def test_a_text_button_writes_its_label_with_its_payload(stand: Stand) -> None:
    await stand.write("vk")
    keyboard = json.dumps({"one_time": False, "inline": True, "buttons": [[KEY]]})
    await stand.vk("messages.send", user_id=stand.people["vk"], random_id=1, message="Оцените", keyboard=keyboard)
    message = as_object((await stand.press("vk", "5"))["record"])
    assert (message["text"], message["payload"]) == ("5", '{"rate":5}')


async def test_a_token_says_what_it_may(stand: Stand) -> None:
    permissions = as_list(response(await stand.vk("groups.getTokenPermissions"))["permissions"])
    assert {str(as_object(p)["name"]) for p in permissions} == {"messages", "photos", "wall", "manage", "stories"}
    assert vk_error(await stand.vk("groups.getTokenPermissions", "user")) == 15


async def test_who_is_who(stand: Stand) -> None:
    group_id, person = stand.community("vk"), stand.people["vk"]
    own = as_object(
        as_list(response(await stand.vk("groups.getById", fields="members_count,description"))["groups"])[0]
    )
    assert (own["id"], own["members_count"], own["is_admin"]) == (group_id, 1200, 1)
    by_name = response(await stand.vk("groups.getById", "user", group_id="union"))
    assert as_object(as_list(by_name["groups"])[0])["id"] == group_id
    users = as_list((await stand.vk("users.get", user_ids=f"{person},serova,404", fields="screen_name"))["response"])
    assert [as_object(user)["id"] for user in users] == [person, person]
    assert len(as_list((await stand.vk("users.get", "user"))["response"])) == 1
    await stand.at_community("joins", "vk")
    members = response(await stand.vk("groups.getMembers", group_id=group_id))
    assert (members["count"], members["items"]) == (1201, [person])
    assert vk_error(await stand.vk("groups.getById", "user", group_id="nobody")) == 100


@pytest.mark.parametrize(
    ("params", "headers", "code"),
    [
        ({}, True, 8),
        ({"v": "5.131"}, True, 8),
        ({"v": "5.199"}, False, 5),
        ({"v": "5.199", "access_token": "in the body"}, False, 5),
    ],
)
async def test_version_and_token_come_where_they_should(
    stand: Stand, params: dict[str, str], headers: bool, code: int
) -> None:
    token = {"Authorization": f"Bearer {stand.token('vk', 'community')}"} if headers else {}
    answer = await stand.client.post("/vk/method/groups.getById", data=params, headers=token)
    assert answer.status_code == 200
    assert vk_error(parsed(answer)) == code
    assert "in the body" not in answer.text


async def test_a_stranger_and_an_unknown_method_are_turned_away(stand: Stand) -> None:
    assert vk_error(await stand.vk_with("vk1.a.unknown", "groups.getById")) == 5
    headers = {"Authorization": f"Bearer {stand.token('vk', 'community')}"}
    answer = await stand.client.get("/vk/method/wall.sing", params={"v": "5.199"}, headers=headers)
    assert vk_error(parsed(answer)) == 3


async def test_callback_servers_are_counted_listed_and_removed(stand: Stand) -> None:
    group_id = stand.community("vk")
    server = {"group_id": group_id, "url": "http://127.0.0.1:1/", "title": "Вместе"}
    numbers = [response(await stand.vk("groups.addCallbackServer", **server))["server_id"] for _ in range(10)]
    assert vk_error(await stand.vk("groups.addCallbackServer", **server)) == 2000
    listed = response(await stand.vk("groups.getCallbackServers", group_id=group_id))
    assert [as_object(item)["id"] for item in as_list(listed["items"])] == numbers
    assert (await stand.vk("groups.deleteCallbackServer", group_id=group_id, server_id=numbers[0]))["response"] == 1
    missing = {"group_id": group_id, "server_id": numbers[0]}
    assert vk_error(await stand.vk("groups.deleteCallbackServer", **missing)) == 104
    assert vk_error(await stand.vk("groups.setCallbackSettings", **missing, message_new=1)) == 104
    assert vk_error(await stand.vk("groups.setCallbackSettings", **missing, invented=1)) == 100
    elsewhere = await stand.vk("groups.addCallbackServer", **{**server, "url": "https://example.org/hook"})
    assert vk_error(elsewhere) == 100


async def test_calls_per_second_are_limited(stand: Stand) -> None:
    await stand.settings(rate_limits=True)
    replies = await asyncio.gather(*(stand.vk("users.get", "user") for _ in range(8)))
    assert {vk_error(reply) for reply in replies if "error" in reply} == {6}


async def test_a_wall_takes_fifty_posts_a_day(stand: Stand) -> None:
    for number in range(50):
        assert "response" in await post(stand, guid=str(number))
    await stand.settings(rate_limits=True)
    await asyncio.sleep(0)
    assert vk_error(await post(stand, guid="one more")) == 214
    assert "response" in await post(stand, guid="49")
