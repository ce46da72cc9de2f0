"""Invite links of Telegram's stand-in: made by the channel's bot, followed by people, told with the join."""

from datetime import UTC, datetime, timedelta

import pytest

from tests.contract.references.folder import JsonObject, as_object
from tests.contract.sandbox.stand import Stand, hook_up, listening

JOINS = "/control/inbound/joins"


async def link_of(stand: Stand, **more: object) -> JsonObject:
    reply = await stand.telegram("createChatInviteLink", chat_id=stand.community("telegram"), **more)
    return as_object(reply["result"])


async def try_to_join(stand: Stand, person_id: object, link: JsonObject) -> int:
    body = {"network": "telegram", "community_id": stand.community("telegram"), "person_id": person_id}
    answer = await stand.client.post(JOINS, json={**body, "invite_link": link["invite_link"]})
    return answer.status_code


async def test_a_join_names_the_link_that_was_followed(stand: Stand) -> None:
    expires = int((datetime.now(UTC) + timedelta(days=1)).timestamp())
    link = await link_of(stand, name="a" * 32, member_limit=1, expire_date=expires)
    assert (link["name"], link["member_limit"], link["expire_date"]) == ("a" * 32, 1, expires)
    async with listening("telegram") as (listener, url):
        await hook_up(stand, listener, url)
        assert await try_to_join(stand, stand.people["telegram"], link) == 201
        (body,) = await listener.heard(1)
    assert as_object(body["chat_member"])["invite_link"] == link


async def test_a_join_without_a_link_names_none(stand: Stand) -> None:
    async with listening("telegram") as (listener, url):
        await hook_up(stand, listener, url)
        await stand.at_community("joins", "telegram")
        (body,) = await listener.heard(1)
    assert "invite_link" not in as_object(body["chat_member"])


async def test_a_link_lets_in_as_many_as_it_says(stand: Stand) -> None:
    link = await link_of(stand, member_limit=1)
    second = await stand.order("/people", network="telegram", first_name="Олег", last_name="Котов")
    assert await try_to_join(stand, stand.people["telegram"], link) == 201
    assert await try_to_join(stand, second["id"], link) == 404


async def test_a_link_that_is_over_lets_nobody_in(stand: Stand) -> None:
    link = await link_of(stand, expire_date=int(datetime.now(UTC).timestamp()) - 1)
    assert await try_to_join(stand, stand.people["telegram"], link) == 404


@pytest.mark.parametrize(
    ("params", "complaint"),
    [
        ({"member_limit": 0}, "member_limit"),
        ({"name": "a" * 33}, "name"),
        ({"chat_id": 404}, "chat not found"),
    ],
)
async def test_a_link_that_telegram_would_not_make_is_refused(
    stand: Stand, params: dict[str, object], complaint: str
) -> None:
    reply = await stand.telegram("createChatInviteLink", **{"chat_id": stand.community("telegram"), **params})
    assert complaint in str(reply["description"])


async def test_a_bot_makes_links_into_its_own_channels_only(stand: Stand) -> None:
    theirs = await stand.order("/communities", network="telegram", title="Чужой", handle="theirs_union")
    reply = await stand.telegram("createChatInviteLink", chat_id=theirs["id"])
    assert "not enough rights" in str(reply["description"])
