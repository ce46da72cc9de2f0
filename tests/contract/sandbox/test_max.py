"""The stand-in of the MAX Bot API: the token in the header, uploads that take a moment, errors with a code."""

import asyncio

import httpx
import pytest

from tests.contract.references.folder import JsonObject, as_list, as_object
from tests.contract.sandbox.stand import Stand, parsed, png

TEXT: JsonObject = {"text": "Текст", "attachments": None, "link": None}


async def uploaded(stand: Stand, content: bytes = png()) -> httpx.Response:
    _, place = await stand.max("POST /uploads", {"type": "image"})
    return await stand.client.post(str(place["url"]), files={"data": ("a.png", content)})


async def with_photo(stand: Stand) -> JsonObject:
    photos = parsed(await uploaded(stand))
    return {**TEXT, "attachments": [{"type": "image", "payload": photos}]}


async def post(stand: Stand, body: JsonObject) -> tuple[int, JsonObject]:
    return await stand.max("POST /messages", {"chat_id": stand.community("max")}, body)


def sent(reply: tuple[int, JsonObject]) -> JsonObject:
    assert reply[0] == 200, reply
    return as_object(reply[1]["message"])


def key(message: JsonObject) -> str:
    return str(as_object(message["body"])["mid"])


async def test_a_post_is_sent_and_read_back(stand: Stand) -> None:
    html: JsonObject = {
        **TEXT,
        "text": '<b>С юбилеем!</b> <a href="https://example.org">Открытка</a>',
        "format": "html",
    }
    message = sent(await post(stand, html))
    body = as_object(message["body"])
    assert body["text"] == "С юбилеем! Открытка"
    assert [as_object(m)["type"] for m in as_list(body["markup"])] == ["strong", "link"]
    second = key(sent(await post(stand, TEXT)))
    _, listed = await stand.max("GET /messages", {"chat_id": stand.community("max")})
    assert [key(as_object(m)) for m in as_list(listed["messages"])] == [second, key(message)]
    _, one = await stand.max("GET /messages/{messageId}", {"messageId": second})
    assert key(one) == second
    _, chosen = await stand.max("GET /messages", {"message_ids": second})
    assert len(as_list(chosen["messages"])) == 1


@pytest.mark.parametrize(("length", "taken"), [(3999, True), (4000, True), (4001, False)])
async def test_a_text_has_4000_characters(stand: Stand, length: int, taken: bool) -> None:
    status, reply = await post(stand, {**TEXT, "text": "я" * length})
    assert status == (200 if taken else 400)
    assert taken or reply["code"] == "proto.payload"


async def test_an_upload_is_not_ready_at_once(stand: Stand) -> None:
    await stand.settings(upload_processing_seconds=0.3)
    body = await with_photo(stand)
    assert await post(stand, body) == (400, {"code": "attachment.not.ready", "message": ""})
    async with asyncio.timeout(5):
        while (answer := await post(stand, body))[0] != 200:  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.02)
    photo = as_object(as_list(as_object(sent(answer)["body"])["attachments"])[0])
    picture = await stand.client.get(str(as_object(photo["payload"])["url"]))
    assert (picture.status_code, picture.content) == (200, png())


async def test_what_is_no_image_is_refused(stand: Stand) -> None:
    refused = await uploaded(stand, b"not an image")
    assert refused.status_code == 400
    _, place = await stand.max("POST /uploads", {"type": "image"})
    assert (await stand.client.post(str(place["url"]), files={"other": b"x"})).status_code == 400
    unknown: JsonObject = {**TEXT, "attachments": [{"type": "image", "payload": {"token": "unknown"}}]}
    assert (await post(stand, unknown))[0] == 400


async def test_a_post_is_changed_and_taken_away(stand: Stand) -> None:
    message = key(sent(await post(stand, await with_photo(stand))))
    status, _ = await stand.max("PUT /messages", {"message_id": message}, {**TEXT, "text": "Итог"})
    assert status == 200
    post_seen = (await stand.seen("/posts", network="max"))[0]
    assert (post_seen["text"], len(as_list(post_seen["pictures"]))) == ("Итог", 1)
    await stand.max("PUT /messages", {"message_id": message}, {**TEXT, "attachments": []})
    assert (await stand.seen("/posts", network="max"))[0]["pictures"] == []
    assert (await stand.max("DELETE /messages", {"message_id": message}))[1] == {"success": True}
    assert (await stand.max("DELETE /messages", {"message_id": message}))[0] == 404
    assert await stand.seen("/posts", network="max") == []


async def test_a_bot_answers_only_those_who_wrote_first(stand: Stand) -> None:
    person = stand.people["max"]
    assert (await stand.max("POST /messages", {"user_id": person}, TEXT))[0] == 403
    assert (await stand.max("POST /messages", {"user_id": 404}, TEXT))[0] == 404
    await stand.write("max")
    message = sent(await stand.max("POST /messages", {"user_id": person}, TEXT))
    chat = as_object(message["recipient"])
    assert (chat["chat_type"], chat["user_id"]) == ("dialog", person)
    by_chat = sent(await stand.max("POST /messages", {"chat_id": int(str(chat["chat_id"]))}, TEXT))
    assert as_object(by_chat["recipient"]) == chat
    _, described = await stand.max("GET /chats/{chatId}", {"chatId": int(str(chat["chat_id"]))})
    assert described["type"] == "dialog"


async def test_a_pressed_button_is_answered(stand: Stand) -> None:
    await stand.write("max")
    button: JsonObject = {"type": "callback", "text": "5", "payload": "rate:5"}
    keyboard: JsonObject = {"type": "inline_keyboard", "payload": {"buttons": [[button]]}}
    await stand.max("POST /messages", {"user_id": stand.people["max"]}, {**TEXT, "attachments": [keyboard]})
    press = as_object((await stand.press("max", "5"))["record"])
    answer: JsonObject = {"notification": "Спасибо", "message": {"text": "Оценка: 5", "attachments": [], "link": None}}
    assert (await stand.max("POST /answers", {"callback_id": str(press["id"])}, answer))[0] == 200
    last = (await stand.seen("/messages", network="max"))[-1]
    assert (last["text"], last["buttons"]) == ("Оценка: 5", [])
    assert (await stand.seen("/presses"))[0]["notification"] == "Спасибо"
    assert (await stand.max("POST /answers", {"callback_id": "unknown"}, answer))[0] == 400
    assert (await stand.max("POST /answers", {"callback_id": str(press["id"])}, {}))[0] == 400


async def test_a_bot_knows_itself_and_its_channel(stand: Stand) -> None:
    channel = stand.community("max")
    assert (await stand.max("GET /me"))[1]["user_id"] == stand.account("max")
    _, chat = await stand.max("GET /chats/{chatId}", {"chatId": channel})
    assert (chat["type"], chat["participants_count"]) == ("channel", 1201)
    _, member = await stand.max("GET /chats/{chatId}/members/me", {"chatId": channel})
    assert member["is_admin"] is True
    assert "write" in as_list(member["permissions"])


async def test_a_foreign_channel_is_denied(stand: Stand) -> None:
    foreign = await stand.order("/communities", network="max", title="Чужой", handle="foreign")
    assert (await stand.max("POST /messages", {"chat_id": int(str(foreign["id"]))}, TEXT))[0] == 403
    assert (await stand.max("GET /chats/{chatId}", {"chatId": int(str(foreign["id"]))}))[0] == 403
    assert (await stand.max("GET /chats/{chatId}", {"chatId": -1}))[0] == 404


NO_BUTTONS: JsonObject = {"type": "inline_keyboard", "payload": {"buttons": []}}
NO_PHOTO: JsonObject = {"type": "image", "payload": {}}
REFUSED: list[tuple[dict[str, str | int] | None, JsonObject]] = [
    ({}, TEXT),
    ({"chat_id": 1, "user_id": 1}, TEXT),
    (None, {**TEXT, "text": ""}),
    (None, {**TEXT, "text": None}),
    (None, {**TEXT, "format": "bbcode"}),
    (None, {**TEXT, "format": "html", "text": "<b>незакрытый"}),
    (None, {**TEXT, "invented": 1}),
    (None, {**TEXT, "attachments": [{"type": "hologram", "payload": 1}]}),
    (None, {**TEXT, "attachments": [NO_PHOTO]}),
    (None, {**TEXT, "attachments": [NO_BUTTONS]}),
]


@pytest.mark.parametrize(("query", "body"), REFUSED)
async def test_a_message_that_max_would_not_take(
    stand: Stand, query: dict[str, str | int] | None, body: JsonObject
) -> None:
    where = {"chat_id": stand.community("max")} if query is None else query
    status, reply = await stand.max("POST /messages", where, body)
    assert (status, reply["code"]) == (400, "proto.payload")


@pytest.mark.parametrize("content", [b"[]", b"{", b"text"])
async def test_a_body_that_is_no_object_is_refused(stand: Stand, content: bytes) -> None:
    headers = {"Authorization": stand.token("max", "bot")}
    answer = await stand.client.post("/max/messages?chat_id=1", content=content, headers=headers)
    assert answer.status_code == 400


@pytest.mark.parametrize("way", ["nowhere", "query", "scheme"])
async def test_the_token_comes_in_the_header_alone(stand: Stand, way: str) -> None:
    token = stand.token("max", "bot")
    params = {"access_token": token} if way == "query" else {}
    headers = {"Authorization": f"Bearer {token}"} if way == "scheme" else {}
    answer = await stand.client.get("/max/me", params=params, headers=headers)
    assert (answer.status_code, answer.json()) == (401, {"code": "verify.token", "message": "Invalid access_token"})


async def test_what_is_gone_since_0_0_30_is_gone(stand: Stand) -> None:
    answer = await stand.client.get("/max/chats", headers={"Authorization": stand.token("max", "bot")})
    assert answer.status_code == 404


async def test_subscriptions_are_made_listed_and_ended(stand: Stand) -> None:
    url = "http://127.0.0.1:1/hook"
    for secret in ("four", "with space", "я" * 8, "x" * 257):
        assert (await stand.max("POST /subscriptions", body={"url": url, "secret": secret}))[0] == 400
    assert (await stand.max("POST /subscriptions", body={"url": "https://example.org/hook"}))[0] == 400
    for _ in range(2):
        assert (await stand.max("POST /subscriptions", body={"url": url, "secret": "12345"}))[0] == 200
    _, listed = await stand.max("GET /subscriptions")
    assert [as_object(s)["url"] for s in as_list(listed["subscriptions"])] == [url]
    assert (await stand.max("DELETE /subscriptions", {"url": url}))[1]["success"] is True
    assert (await stand.max("DELETE /subscriptions", {"url": url}))[1]["success"] is False


async def test_too_many_messages_to_one_chat_are_refused(stand: Stand) -> None:
    await stand.settings(rate_limits=True)
    statuses = [(await post(stand, TEXT))[0] for _ in range(4)]
    assert statuses[:2] == [200, 200]
    assert 429 in statuses


COMMENTS = "/messages/{messageId}/comments"


async def commented(stand: Stand, post_key: str, body: JsonObject) -> tuple[int, JsonObject]:
    return await stand.max(f"POST {COMMENTS}", {"messageId": post_key}, body)


async def test_comments_are_written_read_changed_and_taken_away(stand: Stand) -> None:
    place = {"messageId": key(sent(await post(stand, TEXT)))}
    theirs = await stand.at_community("comments", "max", text="Вопрос")
    assert theirs["updates"] == 0, "nobody listens"
    _, listed = await stand.max(f"GET {COMMENTS}", place)
    (question,) = [as_object(one) for one in as_list(listed["messages"])]
    reply: JsonObject = {"text": "Ответ", "link": {"type": "reply", "mid": key(question)}}
    answer = sent(await commented(stand, place["messageId"], reply))
    assert "sender" not in answer, "the channel itself speaks"
    assert as_object(answer["recipient"])["post_id"] == place["messageId"]
    own, foreign = {**place, "comment_id": key(answer)}, {**place, "comment_id": key(question)}
    assert (await stand.max(f"PUT {COMMENTS}", own, {"text": "Точнее"}))[0] == 200
    assert (await stand.max(f"PUT {COMMENTS}", foreign, {"text": "Чужое"}))[0] == 403
    for each in (own, foreign):
        assert (await stand.max(f"DELETE {COMMENTS}", each))[0] == 200
        assert (await stand.max(f"DELETE {COMMENTS}", each))[0] == 404
    _, listed = await stand.max(f"GET {COMMENTS}", place)
    assert listed["messages"] == []


@pytest.mark.parametrize(
    "body",
    [
        {"text": ""},
        {"text": "я" * 4001},
        {"text": "Картинка", "attachments": []},
        {"text": "Дальше", "link": {"type": "forward", "mid": "mid.1"}},
    ],
)
async def test_a_comment_is_words_alone(stand: Stand, body: JsonObject) -> None:
    status, _ = await commented(stand, key(sent(await post(stand, TEXT))), body)
    assert status == 400


async def test_a_message_is_forwarded_and_found_by_its_channels_link(stand: Stand) -> None:
    source = sent(await post(stand, TEXT))
    _, chat = await stand.max("GET /chats/{chatLink}", {"chatLink": "union"})
    assert chat["chat_id"] == stand.community("max")
    forward: JsonObject = {"text": None, "attachments": None, "link": {"type": "forward", "mid": key(source)}}
    message = sent(await post(stand, forward))
    assert as_object(message["link"])["type"] == "forward"
    seen = await stand.client.get(str(source["url"]))
    assert seen.headers["location"] == f"/#max-{key(source)}"


async def test_the_commands_of_a_bot_replace_each_other(stand: Stand) -> None:
    for count, status in ((2, 200), (32, 200), (33, 400), (0, 200)):
        commands: JsonObject = {"commands": [{"name": f"ask{n}", "description": "Вопрос"} for n in range(count)]}
        assert (await stand.max("PATCH /me/commands", body=commands))[0] == status
    (bot,) = [one for one in await stand.seen("/bots", network="max") if one["id"] == stand.account("max")]
    assert bot["menu"] == []
