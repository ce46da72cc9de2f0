"""What people do with posts, as Telegram and VK word it, is read into the words of all networks alike."""

from datetime import UTC, datetime

import pytest

from services.publisher.networks.accounts import Network
from services.publisher.networks.contents import MenuAction, payload_of
from services.publisher.networks.inbound import (
    ButtonPressed,
    CommentReceived,
    MalformedUpdate,
    MemberLeft,
    Mentioned,
    MessageReceived,
    PollVoted,
    ReactionsCounted,
    Reposted,
    Sender,
    Update,
)
from services.publisher.networks.measures import PollTotals
from services.publisher.networks.vk.updates import button_payload
from tests.unit.publisher.networks.test_updates import ANNA, AT, SECONDS, Json, parsed, telegram, vk, vk_message

PERSON = Sender("7100000042", "Анна Серова")
GROUP: Json = {"id": -1007, "type": "supergroup", "username": "union_talk"}
CHANNEL: Json = {"id": -1005, "type": "channel", "title": "Профсоюз", "username": "union"}
PLACES = ("-1005", "@union")
ORIGIN: Json = {"type": "channel", "chat": CHANNEL, "message_id": 12, "date": SECONDS}
COPY: Json = {"message_id": 70, "is_automatic_forward": True, "forward_origin": ORIGIN}
LATER = SECONDS + 60


def told(kind: str, value: object) -> list[Update]:
    return parsed(Network.TELEGRAM, {"update_id": 900, kind: value})


def edited(**message: object) -> list[Update]:
    whole: Json = {"message_id": 5, "chat": GROUP, "from": ANNA, "date": SECONDS, "edit_date": LATER, "text": "Верно"}
    return told("edited_message", whole | message)


def test_a_comment_in_telegram_says_whose_post_it_is() -> None:
    (comment,) = telegram(chat=GROUP, text="Спасибо!", reply_to_message=COPY)
    assert comment == CommentReceived("900", PERSON, "12", "5", "Спасибо!", AT, places=PLACES)


def test_an_edited_comment_is_later_than_the_first() -> None:
    (comment,) = edited(reply_to_message=COPY)
    at = datetime.fromtimestamp(LATER, UTC)
    assert comment == CommentReceived("900", PERSON, "12", "5", "Верно", at, places=PLACES)


def test_other_corrections_are_nothing_to_us() -> None:
    assert edited() == []
    assert edited(chat={"id": ANNA["id"], "type": "private"}, reply_to_message=COPY) == []
    assert edited(reply_to_message=COPY, **{"from": {**ANNA, "is_bot": True}}) == []


def test_a_channels_post_that_is_carried_into_a_group() -> None:
    (repost,) = telegram(chat=GROUP, text="Победа в суде", forward_origin=ORIGIN)
    assert repost == Reposted("900", PERSON, "12", "https://t.me/union_talk/5", "", AT, PLACES)
    person: Json = {"type": "user", "sender_user": ANNA, "date": SECONDS}
    assert telegram(chat=GROUP, text="Чужое", forward_origin=person) == []


def test_who_names_a_channel_in_a_group() -> None:
    """Entities count UTF-16 code units: the emoji before the name is two."""
    entities = [{"type": "mention", "offset": 3, "length": 6}, {"type": "bold", "offset": 0, "length": 2}]
    closed: Json = {"id": -1001234, "type": "supergroup"}
    (mention,) = telegram(chat=closed, text="🎉 @union помог", entities=entities)
    assert mention == Mentioned("900", PERSON, "https://t.me/c/1234/5", "🎉 @union помог", AT, ("@union",))


def test_reactions_of_all_kinds_are_counted_together() -> None:
    counts = [
        {"type": {"type": "emoji", "emoji": "👍"}, "total_count": 3},
        {"type": {"type": "paid"}, "total_count": 2},
    ]
    update: Json = {"chat": CHANNEL, "message_id": 12, "date": SECONDS, "reactions": counts}
    assert told("message_reaction_count", update) == [ReactionsCounted("900", "12", 5, AT, PLACES)]
    assert told("message_reaction_count", {**update, "reactions": []}) == [ReactionsCounted("900", "12", 0, AT, PLACES)]


def test_a_poll_in_telegram_tells_how_it_stands() -> None:
    poll: Json = {"id": "54", "options": [{"voter_count": 3}, {"voter_count": 0}], "total_voter_count": 3}
    (voted,) = told("poll", poll)
    assert isinstance(voted, PollVoted)
    assert (voted.poll_id, voted.totals) == ("54", PollTotals((3, 0), 3))
    with pytest.raises(MalformedUpdate):
        told("poll", {**poll, "total_voter_count": -1})


@pytest.mark.parametrize("action", MenuAction)
def test_a_command_of_the_menu_is_a_press(action: MenuAction) -> None:
    for text in (f"/{action}", f"/{action}@union_bot", f"/{action} пожалуйста"):
        assert telegram(text=text) == [ButtonPressed("900", PERSON, payload_of(action), AT)]
    assert telegram(text=f"{action}") == [MessageReceived("900", PERSON, str(action), AT)]
    pressed = vk_message(text="Спросить", payload=button_payload(payload_of(action)))
    assert pressed == [ButtonPressed("e1f2", Sender("42", None), payload_of(action), AT)]


def test_an_unknown_command_is_a_message() -> None:
    assert telegram(text="/weather") == [MessageReceived("900", PERSON, "/weather", AT)]


COMMENT: Json = {"id": 9, "from_id": 42, "owner_id": -225, "post_id": 12, "date": SECONDS, "text": "Спасибо!"}


def test_an_answer_to_a_comment_in_vk() -> None:
    (comment,) = vk("wall_reply_new", {**COMMENT, "reply_to_comment": 8})
    assert comment == CommentReceived("e1f2", Sender("42", None), "12", "9", "Спасибо!", AT, reply_to="8")


@pytest.mark.parametrize("kind", ["wall_reply_edit", "wall_reply_restore"])
def test_a_comment_that_is_changed_or_restored_stands_from_now_on(kind: str) -> None:
    (comment,) = vk(kind, COMMENT)
    assert isinstance(comment, CommentReceived)
    assert (comment.text, comment.is_removed) == ("Спасибо!", False)
    assert comment.at > AT
    assert vk(kind, {**COMMENT, "from_id": -225}) == []


@pytest.mark.parametrize("by", ["user_id", "deleter_id"])
def test_a_comment_that_is_removed_in_vk(by: str) -> None:
    (comment,) = vk("wall_reply_delete", {"id": 9, "owner_id": -225, "post_id": 12, by: 42})
    assert isinstance(comment, CommentReceived)
    assert (comment.comment_id, comment.post_id, comment.is_removed) == ("9", "12", True)
    assert comment.sender.external_user_id == "42"


def test_a_post_of_vk_that_is_carried_further() -> None:
    copied = [{"id": 12, "owner_id": -225}]
    repost: Json = {"id": 3, "owner_id": 42, "from_id": 42, "date": SECONDS, "text": "Важно", "copy_history": copied}
    url = "https://vk.com/wall42_3"
    assert vk("wall_repost", repost) == [Reposted("e1f2", Sender("42", None), "12", url, "Важно", AT)]
    assert vk("wall_repost", {**repost, "copy_history": [{"id": 12, "owner_id": -777}]}) == []
    assert vk("wall_repost", {**repost, "owner_id": -225, "from_id": -225}) == []


@pytest.mark.parametrize("kind", ["like_add", "like_remove"])
def test_of_a_like_vk_does_not_tell_how_many_there_are(kind: str) -> None:
    like: Json = {"liker_id": 42, "object_type": "post", "object_owner_id": -225, "object_id": 12, "post_id": 12}
    (counted,) = vk(kind, like)
    assert isinstance(counted, ReactionsCounted)
    assert (counted.post_id, counted.count) == ("12", None)
    assert vk(kind, {**like, "object_type": "comment"}) == []
    assert vk(kind, {**like, "object_owner_id": 42}) == []


def test_a_vote_and_a_farewell_in_vk() -> None:
    (voted,) = vk("poll_vote_new", {"owner_id": -225, "poll_id": 62, "option_id": 6201, "user_id": 42})
    assert isinstance(voted, PollVoted)
    assert (voted.poll_id, voted.totals) == ("62", None)
    (left,) = vk("group_leave", {"user_id": 42, "self": 1})
    assert isinstance(left, MemberLeft)
    assert (left.sender, left.places) == (Sender("42", None), ("225",))


@pytest.mark.parametrize("kind", ["wall_repost", "like_add", "poll_vote_new", "group_leave", "wall_reply_delete"])
def test_an_event_of_vk_without_its_object_is_malformed(kind: str) -> None:
    with pytest.raises(MalformedUpdate):
        vk(kind, {"id": "no"})
