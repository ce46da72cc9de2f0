"""Who came into a community, in the words of all networks alike."""

import pytest

from services.publisher.networks.accounts import Network
from services.publisher.networks.inbound import MemberJoined, MemberLeft, Sender, Update
from tests.unit.publisher.networks.test_updates import ANNA, AT, MAX_ANNA, MILLISECONDS, SECONDS, Json, parsed, vk

CHANNEL = {"id": -1005, "type": "channel", "title": "Профсоюз", "username": "union_of_museums"}


def telegram(old: str, new: str, *, link: str | None = None, **of_new: object) -> list[Update]:
    change: Json = {
        "chat": CHANNEL,
        "from": ANNA,
        "date": SECONDS,
        "old_chat_member": {"status": old, "user": ANNA},
        "new_chat_member": {"status": new, "user": ANNA, **of_new},
    }
    if link is not None:
        change["invite_link"] = {"invite_link": "https://t.me/+x", "name": link}
    return parsed(Network.TELEGRAM, {"update_id": 905, "chat_member": change})


def test_somebody_comes_into_a_telegram_channel() -> None:
    sender, places = Sender("7100000042", "Анна Серова"), ("-1005", "@union_of_museums")
    assert telegram("left", "member") == [MemberJoined("905", sender, places, None, AT)]
    assert telegram("left", "member", link="a1") == [MemberJoined("905", sender, places, "a1", AT)]


@pytest.mark.parametrize(
    ("old", "new", "comes"),
    [
        ("left", "member", True),
        ("kicked", "member", True),
        ("left", "administrator", True),
        ("member", "administrator", False),
        ("administrator", "member", False),
        ("left", "kicked", False),
        ("left", "restricted", False),
    ],
)
def test_only_who_was_not_there_comes(old: str, new: str, *, comes: bool) -> None:
    assert any(isinstance(update, MemberJoined) for update in telegram(old, new)) is comes


@pytest.mark.parametrize(
    ("old", "new", "goes"),
    [
        ("member", "left", True),
        ("administrator", "kicked", True),
        ("member", "restricted", True),
        ("left", "kicked", False),
        ("member", "administrator", False),
    ],
)
def test_only_who_was_there_goes(old: str, new: str, *, goes: bool) -> None:
    sender, places = Sender("7100000042", "Анна Серова"), ("-1005", "@union_of_museums")
    assert telegram(old, new) == ([MemberLeft("905", sender, places, AT)] if goes else [])


def test_who_may_not_write_is_a_member_all_the_same() -> None:
    assert len(telegram("left", "restricted", is_member=True)) == 1


def test_bots_are_nobody() -> None:
    assert telegram("left", "member", user={**ANNA, "is_bot": True}) == []
    bot: Json = {
        "update_type": "user_added",
        "timestamp": MILLISECONDS,
        "chat_id": 1,
        "user": {**MAX_ANNA, "is_bot": True},
    }
    assert parsed(Network.MAX, bot) == []


@pytest.mark.parametrize(
    ("join_type", "comes"),
    [("join", True), ("accepted", True), ("approved", True), ("request", False), ("unsure", False)],
)
def test_who_only_asks_vk_to_be_let_in_is_no_member_yet(join_type: str, *, comes: bool) -> None:
    joined = vk("group_join", {"user_id": 42, "join_type": join_type})
    assert bool(joined) is comes
    if comes:
        (update,) = joined
        assert isinstance(update, MemberJoined)
        assert (update.sender, update.places, update.invitation) == (Sender("42", None), ("225",), None)


def test_somebody_comes_into_a_max_channel() -> None:
    added: Json = {"update_type": "user_added", "timestamp": MILLISECONDS, "chat_id": -71, "user": MAX_ANNA}
    (update,) = parsed(Network.MAX, added)
    assert isinstance(update, MemberJoined)
    assert (update.sender, update.places, update.at) == (Sender("42", "Анна"), ("-71",), AT)
    assert parsed(Network.MAX, added) == [update]
