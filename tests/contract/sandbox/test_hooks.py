"""Updates on their way to a hook: with its secret, in order, again until taken, and with the faults of the way."""

import asyncio

import pytest

from tests.contract.references.folder import JsonObject, as_object
from tests.contract.sandbox.stand import SECRET, Listener, Stand, hook_up, listening

SECRET_HEADERS = {"telegram": "x-telegram-bot-api-secret-token", "max": "x-max-bot-api-secret"}


def text_of(network: str, body: JsonObject) -> str:
    match network:
        case "telegram":
            return str(as_object(body["message"])["text"])
        case "vk":
            return str(as_object(as_object(body["object"])["message"])["text"])
        case _:
            return str(as_object(as_object(body["message"])["body"])["text"])


def kind_of(network: str, body: JsonObject) -> str:
    match network:
        case "telegram":
            return next(key for key in body if key != "update_id")
        case "vk":
            return str(body["type"])
        case _:
            return str(body["update_type"])


async def drained(stand: Stand) -> None:
    """Until no update waits any more."""
    async with asyncio.timeout(10):
        while await stand.seen("/hooks/waiting"):  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.02)


async def test_a_message_reaches_the_hook_with_its_secret(stand: Stand, listener: Listener) -> None:
    assert (await stand.write(listener.network, "Помогите"))["updates"] == 1
    bodies = await listener.heard(1)
    assert text_of(listener.network, bodies[0]) == "Помогите"
    if listener.network == "vk":
        assert (bodies[0]["secret"], bodies[0]["group_id"]) == (SECRET, stand.community("vk"))
    else:
        assert listener.headers[-1][SECRET_HEADERS[listener.network]] == SECRET


async def test_one_chat_arrives_in_order(stand: Stand, listener: Listener) -> None:
    for number in range(8):
        await stand.write(listener.network, str(number))
    bodies = await listener.heard(8)
    assert [text_of(listener.network, body) for body in bodies] == [str(number) for number in range(8)]
    assert listener.most_at_once == 1


@pytest.mark.parametrize("status", [500, 404, 301, 302])
async def test_a_hook_that_fails_is_tried_again_and_the_order_stays(
    stand: Stand, listener: Listener, status: int
) -> None:
    failures = iter(range(3))
    listener.answer = lambda _: (status, "") if next(failures, None) is not None else (200, "ok")
    await stand.write(listener.network, "первое")
    await stand.write(listener.network, "второе")
    bodies = await listener.heard(5)
    assert [text_of(listener.network, body) for body in bodies] == ["первое"] * 4 + ["второе"]
    await drained(stand)


async def test_what_comes_while_nobody_listens_waits(stand: Stand, network: str) -> None:
    async with listening(network) as (listener, url):
        await hook_up(stand, listener, url)
    for number in range(3):
        await stand.write(network, str(number))
    async with asyncio.timeout(5):
        while not any(a["error"] for a in await stand.seen("/hooks/attempts")):  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.02)
    assert len(await stand.seen("/hooks/waiting")) == 3
    async with listening(network, port=int(url.split(":")[2].split("/")[0])) as (listener, _):
        await stand.client.post("/control/hooks/retry")
        bodies = await listener.heard(3)
    assert [text_of(network, body) for body in bodies] == ["0", "1", "2"]


async def test_an_update_is_given_up_in_the_end(stand: Stand, listener: Listener) -> None:
    await stand.settings(hook_give_up_seconds=0.1)
    listener.answer = lambda _: (503, "")
    await stand.write(listener.network)
    await drained(stand)


async def test_vk_wants_ok_and_nothing_else(stand: Stand) -> None:
    async with listening("vk") as (listener, url):
        await hook_up(stand, listener, url)
        answers = iter(["accepted", "<html>ok</html>"])
        listener.answer = lambda _: (200, next(answers, "ok"))
        await stand.write("vk")
        bodies = await listener.heard(3)
        assert len({str(body["event_id"]) for body in bodies}) == 1


async def test_vk_sends_nothing_to_who_gives_the_wrong_code(stand: Stand) -> None:
    async with listening("vk") as (listener, url):
        group_id = stand.community("vk")
        await stand.vk("groups.addCallbackServer", group_id=group_id, url=url, title="Вместе")
        await listener.heard(1)
        await drained(stand)
        assert [hook["state"] for hook in await stand.seen("/hooks", network="vk")] == ["failed"]
        assert (await stand.write("vk"))["updates"] == 0


async def test_an_update_that_is_sent_twenty_times_at_once(stand: Stand, listener: Listener) -> None:
    listener.together = asyncio.Barrier(20)
    await stand.fault("duplicate_hooks", listener.network, copies=20, times=1)
    await stand.write(listener.network, "Двадцать раз")
    bodies = await listener.heard(20)
    assert {str(body) for body in bodies} == {str(bodies[0])}
    assert listener.most_at_once == 20
    await drained(stand)
    assert len(listener.bodies) == 20


async def test_updates_that_arrive_the_wrong_way_round(stand: Stand, listener: Listener) -> None:
    await stand.fault("reorder_hooks", listener.network, copies=3)
    for number in range(3):
        await stand.write(listener.network, str(number))
    bodies = await listener.heard(3)
    assert [text_of(listener.network, body) for body in bodies] == ["2", "1", "0"]


async def test_a_reordered_update_does_not_wait_for_company_forever(stand: Stand, listener: Listener) -> None:
    await stand.fault("reorder_hooks", listener.network)
    await stand.write(listener.network, "одно")
    assert text_of(listener.network, (await listener.heard(1))[0]) == "одно"


TOLD = {
    "telegram": ["message", "message", "message", "chat_member", "chat_member"],
    "vk": ["message_allow", "wall_post_new", "wall_reply_new", "wall_repost", "group_join", "group_leave"],
    "max": ["bot_started", "comment_created", "user_added", "user_removed"],
}


async def test_each_network_tells_what_it_tells(stand: Stand, listener: Listener) -> None:
    network = listener.network
    start = {"network": network, "account_id": stand.account(network), "person_id": stand.people[network]}
    await stand.order("/inbound/starts", **start, payload="card-75")
    match network:
        case "telegram":
            await stand.telegram("sendMessage", chat_id="@union", text="Пост")
        case "vk":
            await stand.vk("wall.post", owner_id=-stand.community("vk"), from_group=1, message="Пост")
        case _:
            await stand.max("POST /messages", {"chat_id": stand.community("max")}, {"text": "Пост"})
    told = {"telegram": (1, 1), "vk": (1, 1), "max": (1, 0)}[network]
    assert (await stand.at_community("comments", network, text="Поздравляем!"))["updates"] == told[0]
    assert (await stand.at_community("reposts", network, text="Спасибо"))["updates"] == told[1]
    for act in ("joins", "joins", "leaves", "leaves"):  # the second changes nothing
        await stand.at_community(act, network)
    bodies = await listener.heard(len(TOLD[network]))
    assert sorted(kind_of(network, body) for body in bodies) == sorted(TOLD[network])
    await drained(stand)
    assert len(listener.bodies) == len(TOLD[network])


async def test_a_press_reaches_the_hook(stand: Stand, listener: Listener) -> None:
    network, person = listener.network, stand.people[listener.network]
    await stand.write(network)
    match network:
        case "telegram":
            markup = {"inline_keyboard": [[{"text": "5", "callback_data": "rate:5"}]]}
            await stand.telegram("sendMessage", chat_id=person, text="Оцените", reply_markup=markup)
        case "vk":
            keyboard = '{"inline":true,"one_time":false,"buttons":[[{"action":{"type":"callback","label":"5","payload":"5"}}]]}'
            await stand.vk("messages.send", user_id=person, random_id=1, message="Оцените", keyboard=keyboard)
        case _:
            button: JsonObject = {"type": "callback", "text": "5", "payload": "rate:5"}
            attached: JsonObject = {"type": "inline_keyboard", "payload": {"buttons": [[button]]}}
            await stand.max("POST /messages", {"user_id": person}, {"text": "Оцените", "attachments": [attached]})
    assert (await stand.press(network, "5"))["updates"] == 1
    bodies = await listener.heard(2)
    kinds = {"telegram": "callback_query", "vk": "message_event", "max": "message_callback"}
    assert kind_of(network, bodies[1]) == kinds[network]


async def test_telegram_tells_of_members_only_those_who_asked(stand: Stand) -> None:
    async with listening("telegram") as (_, url):
        await stand.telegram("setWebhook", url=url)
        assert (await stand.at_community("joins", "telegram"))["updates"] == 0


async def test_vk_tells_only_what_is_switched_on(stand: Stand) -> None:
    async with listening("vk") as (listener, url):
        await hook_up(stand, listener, url)
        hook = (await stand.seen("/hooks", network="vk"))[0]
        off = {"group_id": stand.community("vk"), "server_id": hook["id"], "message_new": 0}
        assert (await stand.vk("groups.setCallbackSettings", **off))["response"] == 1
        assert (await stand.write("vk"))["updates"] == 0


@pytest.mark.parametrize("path", ["messages", "starts", "presses", "comments", "reposts", "joins", "leaves"])
async def test_nobody_does_anything_nowhere(stand: Stand, path: str) -> None:
    body = {"network": "vk", "person_id": 404}
    more = {"messages": {"text": "x"}, "presses": {"button": "5"}}.get(path, {})
    place = {"account_id": 1} if path in {"messages", "starts", "presses"} else {"community_id": 1}
    answer = await stand.client.post(f"/control/inbound/{path}", json={**body, **place, **more})
    assert answer.status_code == 404, answer.text
