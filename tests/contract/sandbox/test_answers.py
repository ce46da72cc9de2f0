"""What people do with posts: kept, told to the hooks in the networks' own shape, shown on the page."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from tests.contract.references.folder import JsonObject, as_list, as_object
from tests.contract.sandbox.stand import Listener, Stand, hook_up, listening, parsed, png, telegram_error, vk_error

OPTIONS = ("В среду", "В четверг")


async def asked(stand: Stand, network: str, **more: object) -> None:
    """A poll on the community's wall."""
    if network == "telegram":
        options = [{"text": option} for option in OPTIONS]
        reply = await stand.telegram("sendPoll", chat_id="@union", question="Когда?", options=options, **more)
        assert reply["ok"], reply
        return
    owner = -stand.community("vk")
    answers = json.dumps(OPTIONS, ensure_ascii=False)
    made = await stand.vk("polls.create", "user", owner_id=owner, question="Когда?", add_answers=answers)
    poll = as_object(made["response"])
    attached = f"poll{poll['owner_id']}_{poll['id']}"
    wall = {"owner_id": owner, "from_group": 1, "message": "Решаем", "attachments": attached}
    assert "response" in await stand.vk("wall.post", "user", **wall)


def kinds_of(listener: Listener) -> list[str]:
    """Telegram names an update by its one field beside the number, VK by its type."""
    if listener.network == "vk":
        return [str(body["type"]) for body in listener.bodies]
    return [next(name for name in body if name != "update_id") for body in listener.bodies]


TOLD = {
    "telegram": ["message", "edited_message", "message", "message", "message_reaction_count", "poll", "poll"],
    "vk": [
        "wall_reply_new",
        "wall_reply_edit",
        "wall_reply_delete",
        "wall_repost",
        "like_add",
        "like_remove",
        "poll_vote_new",
    ],
}


@pytest.mark.parametrize("network", ["telegram", "vk"])
async def test_all_that_people_do_fits_the_official_schema(stand: Stand, network: str) -> None:
    await asked(stand, network)
    async with listening(network) as (listener, url):
        await hook_up(stand, listener, url)
        comment = as_object((await stand.at_community("comments", network, text="Спосибо"))["record"])
        place = {"network": network, "community_id": stand.community(network), "comment_number": comment["number"]}
        await stand.order("/inbound/comments/edits", **place, text="Спасибо")
        await stand.order("/inbound/comments/removals", **place)
        await stand.at_community("mentions", network, text="Спасибо профсоюзу")
        await stand.at_community("reposts", network, text="Важно")
        await stand.at_community("reactions", network)
        if network == "vk":
            await stand.at_community("reactions", network, removed=True)
        await stand.at_community("votes", network, options=[1])
        await stand.at_community("votes", network, options=[])
        await listener.heard(len(TOLD[network]))
    assert sorted(kinds_of(listener)) == sorted(TOLD[network])


async def test_a_vote_is_changed_and_taken_back(stand: Stand) -> None:
    await asked(stand, "telegram")
    for options, totals in (([0], [1, 0]), ([1], [0, 1]), ([], [0, 0])):
        record = as_object((await stand.at_community("votes", "telegram", options=options))["record"])
        votes = [as_object(vote)["options"] for vote in as_list(record["votes"])]
        assert [sum(number in as_list(vote) for vote in votes) for number in (0, 1)] == totals


@pytest.mark.parametrize("options", [[2], [0, 1], [-1]])
async def test_a_vote_that_the_poll_does_not_take(stand: Stand, options: list[int]) -> None:
    await asked(stand, "telegram")
    body = {"network": "telegram", "community_id": stand.community("telegram"), "person_id": stand.people["telegram"]}
    answer = await stand.client.post("/control/inbound/votes", json={**body, "options": options})
    assert answer.status_code == 404


async def test_a_poll_that_is_over_takes_no_votes(stand: Stand) -> None:
    ends = int((datetime.now(UTC) + timedelta(seconds=5)).timestamp())
    await asked(stand, "telegram", close_date=ends)
    body = {"network": "telegram", "community_id": stand.community("telegram"), "person_id": stand.people["telegram"]}
    assert (await stand.client.post("/control/inbound/votes", json={**body, "options": [0]})).status_code == 201
    past = await stand.telegram("sendPoll", chat_id="@union", question="?", options=[{"text": "1"}], close_date=1)
    assert telegram_error(past)[0] == 400


async def test_telegram_forwards_what_is_there_and_changes_nothing_of_it(stand: Stand) -> None:
    source = as_object((await stand.telegram("sendMessage", chat_id="@union", text="Победа"))["result"])
    forward = {"chat_id": "@union", "from_chat_id": "@union", "message_id": source["message_id"]}
    reply = as_object((await stand.telegram("forwardMessage", **forward))["result"])
    assert (reply["text"], as_object(reply["forward_origin"])["type"]) == ("Победа", "channel")
    edit = {"chat_id": "@union", "message_id": reply["message_id"], "text": "Иначе"}
    assert telegram_error(await stand.telegram("editMessageText", **edit))[1].endswith("message can't be edited")
    missing = await stand.telegram("forwardMessage", **{**forward, "message_id": 999})
    assert telegram_error(missing)[1].endswith("message to forward not found")


async def test_in_a_discussion_there_are_answers_alone(stand: Stand) -> None:
    full = as_object((await stand.telegram("getChat", chat_id="@union"))["result"])
    discussion = full["linked_chat_id"]
    alone = await stand.telegram("sendMessage", chat_id=discussion, text="Всем привет")
    photo = await stand.telegram("sendPhoto", {"photo": png()}, chat_id=discussion)
    assert telegram_error(alone)[0] == telegram_error(photo)[0] == 400
    assert await stand.seen("/posts", network="telegram") == []


async def test_vk_has_no_poll_alone_and_none_of_strangers(stand: Stand) -> None:
    await asked(stand, "vk")
    (poll,) = await stand.seen("/polls", network="vk")
    wall = {"owner_id": -stand.community("vk"), "from_group": 1, "attachments": f"poll-{poll['owner_id']}_{poll['id']}"}
    assert vk_error(await stand.vk("wall.post", "user", **wall)) == 100
    assert vk_error(await stand.vk("polls.create", owner_id=wall["owner_id"], question="?", add_answers='["1"]')) == 27
    foreign = await stand.order("/communities", network="vk", title="Чужие", handle="foreign")
    asking = {"owner_id": -int(str(foreign["id"])), "question": "?", "add_answers": '["1"]'}
    assert vk_error(await stand.vk("polls.create", "user", **asking)) == 250


async def test_vk_takes_a_comment_of_one_guid_once(stand: Stand) -> None:
    group = stand.community("vk")
    await stand.vk("wall.post", owner_id=-group, from_group=1, message="Новость")
    said = {"owner_id": -group, "post_id": 1, "from_group": group, "message": "Ответ", "guid": "reply-1"}
    replies = [as_object((await stand.vk("wall.createComment", **said))["response"]) for _ in range(3)]
    assert {str(reply["comment_id"]) for reply in replies} == {"1"}
    assert vk_error(await stand.vk("wall.createComment", **{**said, "post_id": 9})) == 213


async def view(stand: Stand, network: str) -> JsonObject:
    networks = as_list(parsed(await stand.client.get("/page/view"))["networks"])
    shown = next(one for one in map(as_object, networks) if one["name"] == network)
    return as_object(as_list(shown["communities"])[0])


async def test_the_page_shows_polls_reposts_stories_and_what_was_taken_down(stand: Stand) -> None:
    group = stand.community("vk")
    server = as_object((await stand.vk("stories.getPhotoUploadServer", group_id=group, add_to_news=1))["response"])
    uploaded = parsed(await stand.client.post(str(server["upload_url"]), files={"file": ("a.png", png())}))
    result = as_object(uploaded["response"])["upload_result"]
    assert "response" in await stand.vk("stories.save", upload_results=result)
    await asked(stand, "vk")
    await stand.at_community("votes", "vk", options=[0])
    await stand.vk("wall.repost", "user", object=f"wall-{group}_1", message="Ещё раз", group_id=group)
    await stand.vk("wall.post", owner_id=-group, from_group=1, message="Ошибка")
    await stand.vk("wall.delete", "user", owner_id=-group, post_id=3)
    shown = await view(stand, "vk")
    gone, repost, poll = map(as_object, as_list(shown["posts"]))
    assert (gone["withdrawn"], gone["text"], gone["pictures"]) == (True, "", [])
    assert as_object(repost["source"])["text"] == "Решаем"
    assert [as_object(o)["votes"] for o in as_list(as_object(poll["poll"])["options"])] == [1, 0]
    (story,) = map(as_object, as_list(shown["stories"]))
    assert (story["format"], len(as_list(story["pictures"]))) == ("story", 1)
    assert datetime.fromisoformat(str(story["visible_until"])) > datetime.now(UTC) + timedelta(hours=23)
