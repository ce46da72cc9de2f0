"""The stand-in of the Bot API: what it takes, what it refuses, in the original's words."""

import json

import pytest
from pydantic import JsonValue

from tests.contract.references.folder import JsonObject, as_list, as_object
from tests.contract.sandbox.stand import Stand, parsed, png, telegram_error

RATING = {"inline_keyboard": [[{"text": str(mark), "callback_data": f"rate:{mark}"} for mark in range(1, 6)]]}


def result(reply: JsonObject) -> JsonObject:
    assert reply["ok"], reply
    return as_object(reply["result"])


async def test_a_post_is_shown_as_it_was_formatted(stand: Stand) -> None:
    channel = stand.community("telegram")
    text = '<b>С юбилеем!</b> <a href="https://example.org">Открытка</a> &lt;75&gt; 🎉'
    message = result(await stand.telegram("sendMessage", chat_id=channel, text=text, parse_mode="HTML"))
    assert message["text"] == "С юбилеем! Открытка <75> 🎉"
    assert message["entities"] == [
        {"type": "bold", "offset": 0, "length": 10},
        {"type": "text_link", "offset": 11, "length": 8, "url": "https://example.org"},
    ]
    assert [post["text"] for post in await stand.seen("/posts", network="telegram")] == [message["text"]]


@pytest.mark.parametrize("chat", ["@union", "@UNION"])
async def test_a_channel_is_found_by_its_name(stand: Stand, chat: str) -> None:
    message = result(await stand.telegram("sendMessage", chat_id=chat, text="Текст"))
    assert as_object(message["chat"])["id"] == stand.community("telegram")


@pytest.mark.parametrize(("length", "taken"), [(1, True), (4095, True), (4096, True), (4097, False)])
async def test_a_text_has_4096_characters(stand: Stand, length: int, taken: bool) -> None:
    channel = stand.community("telegram")
    text = "<b>" + "я" * length + "</b>"  # counted after the entities are parsed
    reply = await stand.telegram("sendMessage", chat_id=channel, text=text, parse_mode="HTML")
    assert reply["ok"] is taken
    if not taken:
        assert telegram_error(reply) == (400, "Bad Request: message is too long")


@pytest.mark.parametrize(("length", "taken"), [(1023, True), (1024, True), (1025, False)])
async def test_a_caption_has_1024_characters(stand: Stand, length: int, taken: bool) -> None:
    channel = stand.community("telegram")
    reply = await stand.telegram("sendPhoto", {"photo": png()}, chat_id=channel, caption="я" * length)
    assert reply["ok"] is taken
    if not taken:
        assert telegram_error(reply) == (400, "Bad Request: message caption is too long")


async def test_an_emoji_counts_as_two(stand: Stand) -> None:
    channel = stand.community("telegram")
    assert (await stand.telegram("sendMessage", chat_id=channel, text="🎉" * 2048))["ok"]
    assert not (await stand.telegram("sendMessage", chat_id=channel, text="🎉" * 2049))["ok"]


@pytest.mark.parametrize(
    ("html", "complaint"),
    [
        ("<b>жирный", 'Can\'t find end tag corresponding to start tag "b"'),
        ("<h1>Заголовок</h1>", 'Unsupported start tag "h1" at byte offset 0'),
        ("<b><i>x</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("ю</b>", "Unexpected end tag at byte offset 2"),
        ("<a href=", "Unclosed start tag at byte offset 0"),
        ("<br>", 'Unsupported start tag "br" at byte offset 0'),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
    ],
)
async def test_html_that_does_not_parse_is_refused(stand: Stand, html: str, complaint: str) -> None:
    reply = await stand.telegram("sendMessage", chat_id=stand.community("telegram"), text=html, parse_mode="HTML")
    code, description = telegram_error(reply)
    assert code == 400
    if html != "<a href=":
        assert description == f"Bad Request: can't parse entities: {complaint}"
    assert description.startswith("Bad Request: can't parse entities: ")


async def test_a_photo_is_uploaded_once_and_sent_again_by_its_id(stand: Stand) -> None:
    channel = stand.community("telegram")
    message = result(await stand.telegram("sendPhoto", {"photo": png(1080, 1080)}, chat_id=channel, caption="Открытка"))
    sizes = [as_object(size) for size in as_list(message["photo"])]
    assert (sizes[-1]["width"], sizes[-1]["height"]) == (1080, 1080)
    again = await stand.telegram("sendPhoto", chat_id=channel, photo=str(sizes[-1]["file_id"]))
    assert as_list(result(again)["photo"])[-1] == sizes[-1]
    assert telegram_error(await stand.telegram("sendPhoto", chat_id=channel, photo="AgACAgyunknown")) == (
        400,
        "Bad Request: wrong file identifier/HTTP URL specified",
    )


async def test_a_photo_comes_from_an_address_of_this_machine_alone(stand: Stand) -> None:
    channel = stand.community("telegram")
    await stand.telegram("sendPhoto", {"photo": png()}, chat_id=channel)
    post = (await stand.seen("/posts", network="telegram"))[0]
    picture = f"{stand.address}/pictures/telegram/{as_list(post['pictures'])[0]}"
    assert (await stand.telegram("sendPhoto", chat_id=channel, photo=picture))["ok"]
    for url in ("https://example.org/a.png", f"{stand.address}/pictures/telegram/absent"):
        reply = await stand.telegram("sendPhoto", chat_id=channel, photo=url)
        assert telegram_error(reply) == (400, "Bad Request: failed to get HTTP URL content")


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"%PDF-1.7", "IMAGE_PROCESS_FAILED"),
        (png(2100, 100), "PHOTO_INVALID_DIMENSIONS"),
        (b"", "IMAGE_PROCESS_FAILED"),
        (b"\x89PNG" + b"0" * (10 * 1024 * 1024), "file is too big"),
    ],
)
async def test_what_is_no_photo_is_refused(stand: Stand, content: bytes, complaint: str) -> None:
    reply = await stand.telegram("sendPhoto", {"photo": content}, chat_id=stand.community("telegram"))
    assert telegram_error(reply) == (400, f"Bad Request: {complaint}")
    assert await stand.seen("/posts", network="telegram") == []


@pytest.mark.parametrize(("size", "taken"), [(1, False), (2, True), (10, True), (11, False)])
async def test_a_group_has_two_to_ten_photos(stand: Stand, size: int, taken: bool) -> None:
    media = [{"type": "photo", "media": f"attach://p{i}", "caption": "Митинг" if i == 0 else ""} for i in range(size)]
    files = {f"p{i}": png() for i in range(size)}
    token, channel = stand.token("telegram", "bot"), stand.community("telegram")
    uploads = {name: (name, content) for name, content in files.items()}
    form = {"chat_id": str(channel), "media": json.dumps(media)}
    reply = parsed(await stand.client.post(f"/telegram/bot{token}/sendMediaGroup", data=form, files=uploads))
    assert reply["ok"] is taken
    if taken:
        albums = {str(as_object(message)["media_group_id"]) for message in as_list(reply["result"])}
        assert len(albums) == 1
    assert len(await stand.seen("/posts", network="telegram")) == (size if taken else 0)


async def test_a_bot_answers_only_those_who_wrote_first(stand: Stand) -> None:
    person = stand.people["telegram"]
    assert telegram_error(await stand.telegram("sendMessage", chat_id=person, text="Первый")) == (
        403,
        "Forbidden: bot can't initiate conversation with a user",
    )
    await stand.write("telegram", "Помогите")
    message = result(await stand.telegram("sendMessage", chat_id=person, text="Ответ", reply_markup=RATING))
    assert as_object(message["chat"])["type"] == "private"
    assert as_object(message["reply_markup"]) == RATING
    texts = [(m["text"], m["outgoing"]) for m in await stand.seen("/messages", network="telegram")]
    assert texts == [("Помогите", False), ("Ответ", True)]


async def test_a_pressed_button_is_answered_once(stand: Stand) -> None:
    await stand.write("telegram")
    await stand.telegram("sendMessage", chat_id=stand.people["telegram"], text="Оцените", reply_markup=RATING)
    press = as_object((await stand.press("telegram", "5"))["record"])
    assert press["data"] == "rate:5"
    assert (await stand.telegram("answerCallbackQuery", callback_query_id=press["id"], text="Спасибо"))["ok"]
    late = await stand.telegram("answerCallbackQuery", callback_query_id=press["id"])
    assert telegram_error(late) == (
        400,
        "Bad Request: query is too old and response timeout expired or query ID is invalid",
    )
    assert (await stand.seen("/presses"))[0]["notification"] == "Спасибо"


@pytest.mark.parametrize(
    ("button", "complaint"),
    [
        ({"text": "Пусто"}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        ({"text": "Длинно", "callback_data": "x" * 65}, "BUTTON_DATA_INVALID"),
        ({"text": "Ссылка", "url": "javascript:alert(1)"}, "BUTTON_URL_INVALID"),
    ],
)
async def test_a_keyboard_that_would_not_work_is_refused(stand: Stand, button: JsonObject, complaint: str) -> None:
    markup = {"inline_keyboard": [[button]]}
    channel = stand.community("telegram")
    reply = await stand.telegram("sendMessage", chat_id=channel, text="Текст", reply_markup=markup)
    assert telegram_error(reply) == (400, f"Bad Request: {complaint}")


async def test_a_post_is_changed_and_taken_away(stand: Stand) -> None:
    channel = stand.community("telegram")
    number = result(await stand.telegram("sendMessage", chat_id=channel, text="Черновик"))["message_id"]
    changed = result(await stand.telegram("editMessageText", chat_id=channel, message_id=number, text="Итог"))
    assert changed["text"] == "Итог"
    assert "edit_date" in changed
    same = await stand.telegram("editMessageText", chat_id=channel, message_id=number, text="Итог")
    assert telegram_error(same)[1].startswith("Bad Request: message is not modified")
    assert (await stand.telegram("editMessageReplyMarkup", chat_id=channel, message_id=number, reply_markup=RATING))[
        "ok"
    ]
    assert (await stand.telegram("deleteMessage", chat_id=channel, message_id=number))["ok"]
    again = await stand.telegram("deleteMessage", chat_id=channel, message_id=number)
    assert telegram_error(again) == (400, "Bad Request: message to delete not found")
    assert await stand.seen("/posts", network="telegram") == []


async def test_a_caption_is_changed(stand: Stand) -> None:
    channel = stand.community("telegram")
    number = result(await stand.telegram("sendPhoto", {"photo": png()}, chat_id=channel))["message_id"]
    changed = await stand.telegram("editMessageCaption", chat_id=channel, message_id=number, caption="Подпись")
    assert result(changed)["caption"] == "Подпись"
    assert not (await stand.telegram("editMessageText", chat_id=channel, message_id=number, text="Текст"))["ok"]


async def test_a_bot_knows_itself_and_its_channel(stand: Stand) -> None:
    channel, bot = stand.community("telegram"), stand.account("telegram")
    assert result(await stand.telegram("getMe"))["id"] == bot
    assert result(await stand.telegram("getChat", chat_id=channel))["title"] == "Профсоюз завода"
    member = result(await stand.telegram("getChatMember", chat_id=channel, user_id=bot))
    assert (member["status"], member["can_post_messages"]) == ("administrator", True)
    other = await stand.telegram("getChatMember", chat_id=channel, user_id=stand.people["telegram"])
    assert result(other)["status"] == "left"
    assert (await stand.telegram("getChatMemberCount", chat_id=channel))["result"] == 1201


async def test_a_bot_posts_to_its_own_channels_only(stand: Stand) -> None:
    foreign = await stand.order("/communities", network="telegram", title="Чужой", handle="foreign")
    reply = await stand.telegram("sendMessage", chat_id=foreign["id"], text="Текст")
    assert telegram_error(reply) == (403, "Forbidden: bot is not a member of the channel chat")


@pytest.mark.parametrize(
    ("method", "params", "complaint"),
    [
        ("sendMessage", {"text": "Текст"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": -1, "text": "Текст"}, "chat not found"),
        ("sendMessage", {"chat_id": "@union", "text": "  "}, "message text is empty"),
        ("sendMessage", {"chat_id": "@union", "text": "Текст", "parse_mode": "BBCode"}, "unsupported parse_mode"),
        (
            "sendMessage",
            {"chat_id": "@union", "text": "Текст", "guid": "1"},
            'parameter "guid" is not modelled by the stand-in',
        ),
        ("sendMessage", {"chat_id": "@union", "text": "Текст", "reply_markup": "{"}, "object expected as JSON"),
        (
            "sendMessage",
            {"chat_id": "@union", "text": "Текст", "reply_parameters": {"message_id": 9}},
            "message to be replied not found",
        ),
        ("sendPhoto", {"chat_id": "@union"}, "there is no photo in the request"),
        (
            "setWebhook",
            {"url": "https://example.org/hook"},
            "bad webhook: the stand-in sends to loopback addresses only",
        ),
        (
            "setWebhook",
            {"url": "http://127.0.0.1:1/", "secret_token": "a b"},
            "secret token contains unallowed characters",
        ),
    ],
)
async def test_bad_parameters_are_named(stand: Stand, method: str, params: JsonObject, complaint: str) -> None:
    assert telegram_error(await stand.telegram(method, **params)) == (400, f"Bad Request: {complaint}")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("bot7100000001:AAwrong-wrong-wrong-wrong-wrong-wro/getMe", 401),
        ("botnonsense/getMe", 404),
        ("bot7100000001:AAwrong-wrong-wrong-wrong-wrong-wro/getUpdates", 401),
    ],
)
async def test_a_stranger_is_turned_away(stand: Stand, path: str, code: int) -> None:
    response = await stand.client.get(f"/telegram/{path}")
    assert response.status_code == code == parsed(response)["error_code"]


async def test_an_unknown_method_is_not_found(stand: Stand) -> None:
    response = await stand.client.post(f"/telegram/bot{stand.token('telegram', 'bot')}/sendHologram")
    assert (response.status_code, parsed(response)["ok"]) == (404, False)


@pytest.mark.parametrize("way", ["query", "form", "json"])
async def test_parameters_come_in_every_way_that_telegram_takes(stand: Stand, way: str) -> None:
    url = f"/telegram/bot{stand.token('telegram', 'bot')}/sendmessage"
    params: dict[str, str | int] = {"chat_id": stand.community("telegram"), "text": "Текст"}
    response = await {
        "query": lambda: stand.client.get(url, params=params),
        "form": lambda: stand.client.post(url, data={k: str(v) for k, v in params.items()}),
        "json": lambda: stand.client.post(url, json=params),
    }[way]()
    assert response.status_code == 200, response.text


@pytest.mark.parametrize("body", [b"[1]", b"{", b'"text"'])
async def test_a_body_that_is_no_object_is_refused(stand: Stand, body: bytes) -> None:
    url = f"/telegram/bot{stand.token('telegram', 'bot')}/sendMessage"
    response = await stand.client.post(url, content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 400


async def test_a_webhook_is_set_described_and_removed(stand: Stand) -> None:
    assert result(await stand.telegram("getWebhookInfo"))["url"] == ""
    assert (await stand.telegram("setWebhook", url="http://127.0.0.1:1/hook", secret_token="abc"))["ok"]
    await stand.write("telegram")
    info = result(await stand.telegram("getWebhookInfo"))
    assert (info["url"], info["pending_update_count"]) == ("http://127.0.0.1:1/hook", 1)
    assert (await stand.telegram("deleteWebhook", drop_pending_updates=True))["ok"]
    assert await stand.seen("/hooks/waiting") == []
    assert result(await stand.telegram("getWebhookInfo"))["url"] == ""


async def test_too_many_messages_to_one_chat_have_to_wait(stand: Stand) -> None:
    await stand.settings(rate_limits=True)
    channel = stand.community("telegram")
    replies = [await stand.telegram("sendMessage", chat_id=channel, text=str(i)) for i in range(5)]
    refused = next(reply for reply in replies if not reply["ok"])
    assert telegram_error(refused) == (429, "Too Many Requests: retry after 1")
    wait: JsonValue = as_object(refused["parameters"])["retry_after"]
    assert wait == 1
