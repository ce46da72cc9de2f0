"""MAX: what is changed and taken down, comments, what is carried further, the menu, and its errors."""

import json
from datetime import UTC, datetime

import pytest

from services.publisher.networks.accounts import Network
from services.publisher.networks.contents import CommentReply, MenuAction, MenuItem, Post, PostFormat, payload_of
from services.publisher.networks.inbound import ButtonPressed, CommentReceived, MemberLeft
from services.publisher.networks.max.errors import Failure, refusal_of
from services.publisher.networks.measures import PostMeasures
from services.publisher.networks.outcomes import (
    Done,
    NeedsReauthorization,
    Refusal,
    Rejected,
    Retry,
    Sent,
    Throttled,
    Unknown,
    Unsupported,
)
from services.publisher.networks.reasons import TEXTS
from services.publisher.networks.transport import Effect
from shared.clock import new_id
from tests.contract.networks.stage import Stage, image, opened, post
from tests.contract.references.folder import schemas_folder

pytestmark = pytest.mark.parametrize("stage", [Network.MAX], indirect=True)

MENU = (MenuItem(MenuAction.ASK, "Задать вопрос"), MenuItem(MenuAction.JOIN, "Вступить"))

ERRORS: list[tuple[int, str, str, type[Refusal], str]] = [
    (401, "verify.token", "Invalid access_token", NeedsReauthorization, "token_invalid"),
    (403, "chat.denied", "chat.denied", Rejected, "no_rights"),
    (403, "error.suspended", "bot is suspended", Rejected, "recipient_blocked"),
    (404, "not.found", "Chat -7 not found", Rejected, "chat_not_found"),
    (404, "not.found", "Message not found", Rejected, "post_gone"),
    (404, "not.found", "Comment not found", Rejected, "comment_not_found"),
    (404, "not.found", "User 5 not found", Rejected, "recipient_not_found"),
    (413, "", "", Rejected, "image_refused"),
    (422, "comments.timeout_exceeded", "", Rejected, "too_late_to_change"),
    (429, "too.many.requests", "", Throttled, "throttled"),
    (400, "attachment.not.ready", "", Retry, "image_not_ready"),
    (400, "proto.payload", "text: too long", Rejected, "text_too_long"),
    (400, "proto.payload", "image: the token is not known", Rejected, "image_refused"),
    (400, "proto.payload", "inline_keyboard", Rejected, "buttons_refused"),
    (400, "proto.payload", "whatever", Rejected, "invalid_request"),
    (500, "internal.error", "", Unknown, "server_error"),
    (503, "service.unavailable", "", Unknown, "server_error"),
    (418, "", "", Rejected, "refused"),
]


@pytest.mark.parametrize(("status", "word", "said", "expected", "name"), ERRORS)
async def test_every_listed_error_has_its_outcome_and_its_words(
    stage: Stage, status: int, word: str, said: str, expected: type[Refusal], name: str
) -> None:
    assert stage.network is Network.MAX
    outcome = refusal_of(status, Failure(code=word, message=said), None, Effect.ONCE)
    assert type(outcome) is expected
    assert outcome.reason.code == f"network.{name}"
    assert TEXTS[outcome.reason.code].keys() == {"ru", "en"}


async def published(stage: Stage, text: str = "Новость") -> Sent:
    sent = await stage.connector.publish(stage.account, post(text))
    assert isinstance(sent, Sent)
    return sent


def carried(url: str | None, text: str = "") -> Post:
    return Post(new_id(), text, format=PostFormat.REPOST, source_url=url)


async def test_what_is_out_shows_the_correction(stage: Stage) -> None:
    sent = await stage.connector.publish(stage.account, post("Опечатка", image()))
    assert isinstance(sent, Sent)
    assert await stage.connector.edit(stage.account, sent.external_id, post("Как надо", image("red"))) == Done()
    (shown,) = await stage.posts()
    assert (shown["text"], stage.pictures_of(shown)) == ("Как надо", 1)
    assert await stage.connector.edit(stage.account, sent.external_id, post("Без картинки")) == Done()
    (shown,) = await stage.posts()
    assert (shown["text"], stage.pictures_of(shown)) == ("Без картинки", 0)


async def test_somebody_elses_message_is_left_alone(stage: Stage) -> None:
    theirs = await opened(stage.control, stage.connector)
    sent = await published(theirs)
    assert isinstance(await stage.connector.withdraw(stage.account, sent.external_id), Rejected)
    assert isinstance(await stage.connector.edit(stage.account, sent.external_id, post("Чужое")), Rejected)
    (shown,) = await theirs.posts()
    assert shown["text"] == "Новость"


async def test_what_max_counts(stage: Stage) -> None:
    sent = await published(stage)
    told = await stage.connector.measure(stage.account, sent.external_id)
    assert isinstance(told, PostMeasures)
    assert told.views.value == 0
    assert told.reach.value is None
    assert told.reach.reason is not None
    await stage.connector.withdraw(stage.account, sent.external_id)
    gone = await stage.connector.measure(stage.account, sent.external_id)
    assert isinstance(gone, Unsupported)
    assert gone.reason.code == "network.post_gone"


async def test_a_message_of_a_channel_that_the_bot_reads_is_forwarded(stage: Stage) -> None:
    source = await published(stage, "Сильная новость")
    sent = await stage.connector.publish(stage.account, carried(source.url, "Читайте"))
    assert isinstance(sent, Sent)
    shown = [one for one in await stage.posts() if one["format"] == "repost"]
    assert [(one["text"], one["source_text"]) for one in shown] == [("Читайте", "Сильная новость")]


async def test_a_message_alone_is_forwarded_without_words(stage: Stage) -> None:
    source = await published(stage, "Сильная новость")
    assert isinstance(await stage.connector.publish(stage.account, carried(source.url)), Sent)


@pytest.mark.parametrize("url", ["https://vk.com/wall-1_2", "https://max.ru/elsewhere/AZ", "https://["])
async def test_what_cannot_be_forwarded_is_linked_to(stage: Stage, url: str) -> None:
    before = datetime.now(UTC)
    wanted = carried(url, "Читайте")
    sent = await stage.connector.publish(stage.account, wanted)
    assert isinstance(sent, Sent)
    (shown,) = await stage.posts()
    assert shown["text"] == f"Читайте\n\n{url}"
    assert await stage.connector.reconcile(stage.account, wanted, before) == sent


async def test_another_bots_channel_is_linked_to(stage: Stage) -> None:
    theirs = await opened(stage.control, stage.connector)
    source = await published(theirs)
    assert isinstance(await stage.connector.publish(stage.account, carried(source.url)), Sent)
    (shown,) = await stage.posts()
    assert shown["text"] == source.url


async def test_a_comment_comes_changes_goes_and_is_answered(stage: Stage) -> None:
    sent = await published(stage)
    async with stage.hooked() as receiver:
        made = await stage.act("comments", text="Вопрос")
        await stage.change_comment("edits", made["number"], text="Вопрос?")
        told, changed = await receiver.received(2)
        assert isinstance(told, CommentReceived)
        assert isinstance(changed, CommentReceived)
        assert (told.post_id, told.text, changed.text) == (sent.external_id, "Вопрос", "Вопрос?")
        assert told.comment_id == changed.comment_id
        assert told.update_id != changed.update_id
        reply = CommentReply(new_id(), told.post_id, told.comment_id, "Ответ")
        assert isinstance(await stage.connector.reply(stage.account, reply), Sent)
        await stage.change_comment("removals", made["number"])
        removed = (await receiver.received(3))[2]
    assert isinstance(removed, CommentReceived)
    assert (removed.comment_id, removed.is_removed) == (told.comment_id, True)
    answers = [one for one in await stage.comments() if one["person_id"] is None]
    assert [(one["text"], one["reply_to"]) for one in answers] == [("Ответ", made["number"])]
    gone = await stage.connector.reply(stage.account, reply)
    assert isinstance(gone, Rejected)
    assert gone.reason.code == "network.comment_not_found"


async def test_what_the_channel_itself_says_below_its_posts_is_no_comment(stage: Stage) -> None:
    """As MAX's own sample has it: without a sender."""
    told = {
        "update_type": "comment_created",
        "timestamp": 1788528471428,
        "message": {
            "recipient": {"chat_type": "channel", "chat_id": -70801090403050, "post_id": "mid.post"},
            "timestamp": 1788528471428,
            "body": {"mid": "mid.comment", "seq": 116327994376978687, "text": "..."},
        },
    }
    assert stage.connector.parse_updates(json.dumps(told).encode()) == []


async def test_who_leaves_as_the_official_sample_tells_it(stage: Stage) -> None:
    (left,) = stage.connector.parse_updates((schemas_folder() / "max/samples/webhook.user_removed.json").read_bytes())
    assert isinstance(left, MemberLeft)


async def test_the_menu_is_the_bots_commands(stage: Stage) -> None:
    assert await stage.connector.set_menu(stage.account, MENU) == Done()
    assert any(call["method"] == "PATCH /me/commands" for call in await stage.calls())
    async with stage.hooked() as receiver:
        await stage.write("/ask")
        (pressed,) = await receiver.received(1)
    assert isinstance(pressed, ButtonPressed)
    assert pressed.payload == payload_of(MenuAction.ASK)
    assert await stage.connector.set_menu(stage.account, ()) == Done()
