"""OK: signed calls, polls, what is taken down and counted, its errors, and messages without a secret of the network."""

import json
from typing import cast

import pytest

from deploy.sandbox.networks.ok import errors as stand_in
from services.publisher.networks.accounts import Ability, Account, Network
from services.publisher.networks.contents import Poll, Post, PostFormat
from services.publisher.networks.inbound import MalformedUpdate, MessageReceived
from services.publisher.networks.measures import PostMeasures
from services.publisher.networks.ok.calls import signature
from services.publisher.networks.ok.errors import Failure, refusal_of
from services.publisher.networks.outcomes import (
    NeedsReauthorization,
    Outcome,
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
from tests.contract.networks.stage import Stage, image, message, opened, post
from tests.contract.references.ok import MESSAGE_NOTICE

pytestmark = pytest.mark.parametrize("stage", [Network.OK], indirect=True)

ERRORS: list[tuple[int, type[Refusal], str]] = [
    (1, Unknown, "server_error"),
    (2, Unknown, "server_error"),
    (9999, Unknown, "server_error"),
    (3, Rejected, "invalid_request"),
    (4, Rejected, "invalid_request"),
    (7, Throttled, "throttled"),
    (8, Throttled, "throttled"),
    (9, Throttled, "throttled"),
    (11, Throttled, "quota"),
    (10, Rejected, "no_rights"),
    (22, Rejected, "no_rights"),
    (24, Rejected, "no_rights"),
    (50, Rejected, "no_rights"),
    (100, Rejected, "invalid_request"),
    (101, NeedsReauthorization, "token_invalid"),
    (102, NeedsReauthorization, "token_invalid"),
    (103, NeedsReauthorization, "token_invalid"),
    (104, NeedsReauthorization, "token_invalid"),
    (107, NeedsReauthorization, "token_invalid"),
    (121, Rejected, "image_refused"),
    (160, Rejected, "chat_not_found"),
    (200, Rejected, "no_rights"),
    (210, NeedsReauthorization, "token_invalid"),
    (300, Rejected, "chat_not_found"),
    (403, Retry, "captcha"),
    (453, NeedsReauthorization, "token_invalid"),
    (454, Rejected, "content_blocked"),
    (455, Rejected, "no_rights"),
    (456, Rejected, "no_rights"),
    (457, Rejected, "no_rights"),
    (458, Rejected, "no_rights"),
    (500, Rejected, "image_refused"),
    (501, Rejected, "image_refused"),
    (502, Rejected, "image_refused"),
    (503, Rejected, "image_refused"),
    (504, Rejected, "image_refused"),
    (505, Rejected, "image_refused"),
    (511, Rejected, "content_blocked"),
    (514, Retry, "captcha"),
    (600, Rejected, "invalid_request"),
    (601, Rejected, "text_too_long"),
    (602, Rejected, "poll_refused"),
    (603, Rejected, "poll_refused"),
    (604, Rejected, "poll_refused"),
    (607, Rejected, "text_refused"),
    (900, NeedsReauthorization, "token_invalid"),
    (77_777, Rejected, "refused"),
]


def code(outcome: Outcome) -> str:
    assert not isinstance(outcome, Sent)
    return outcome.reason.code.removeprefix("network.")


def asking(question: str, *options: str, is_anonymous: bool = True, is_multiple: bool = False) -> Post:
    poll = Poll(question, options, is_anonymous, is_multiple)
    return Post(new_id(), "Выбираем", format=PostFormat.POLL, poll=poll)


@pytest.mark.parametrize(("number", "expected", "name"), ERRORS)
async def test_every_listed_error_has_its_outcome_and_its_words(
    stage: Stage, number: int, expected: type[Refusal], name: str
) -> None:
    await stage.order("error", "mediatopic.post", code=number)
    outcome = await stage.connector.publish(stage.account, post("Новость"))
    assert type(outcome) is expected
    assert code(outcome) == name
    assert TEXTS[f"network.{name}"].keys() == {"ru", "en"}
    assert await stage.posts() == []


async def test_a_failure_of_ok_itself_may_be_asked_again_where_nothing_was_done(stage: Stage) -> None:
    assert isinstance(refusal_of(Failure(error_code=2), Effect.NONE), Retry)
    await stage.order("error", "photosV2.getUploadUrl", code=2)
    assert isinstance(await stage.connector.publish(stage.account, post("Новость", image())), Retry)


async def test_a_signature_is_made_of_the_sorted_parameters_and_the_secret(stage: Stage) -> None:
    """Over `a=1b=2secret`, as anybody can count."""
    assert signature({"b": "2", "a": "1"}, "secret") == "d37cfe88ec8ff020e497f5197bf3ba1c"
    wrong = {**stage.account.secrets, "session_secret_key": "0" * 32}
    outcome = await stage.connector.publish(Account(stage.account.target, wrong), post("Новость"))
    assert isinstance(outcome, NeedsReauthorization)
    assert (outcome.reason.network_code or "").startswith(str(stand_in.PARAM_SIGNATURE))


@pytest.mark.parametrize("is_multiple", [True, False])
@pytest.mark.parametrize("is_anonymous", [True, False])
async def test_a_poll_goes_out_with_its_text(stage: Stage, is_anonymous: bool, is_multiple: bool) -> None:
    wanted = asking("Когда собрание?", "Среда", "Пятница", is_anonymous=is_anonymous, is_multiple=is_multiple)
    assert isinstance(await stage.connector.publish(stage.account, wanted), Sent)
    (published,) = await stage.posts()
    assert (published["text"], published["format"]) == ("Выбираем", "poll")
    (call,) = await stage.calls_of("mediatopic.post")
    attachment = json.loads(cast("dict[str, str]", call["params"])["attachment"])  # JSON
    options = attachment["media"][1].get("options", "")
    assert ("AnonymousVoting" in options, "SingleChoice" in options) == (is_anonymous, not is_multiple)


async def test_somebody_elses_topic_is_not_taken_down(stage: Stage) -> None:
    theirs = await opened(stage.control, stage.connector)
    sent = await theirs.connector.publish(theirs.account, post("Чужое"))
    assert isinstance(sent, Sent)
    outcome = await stage.connector.withdraw(stage.account, sent.external_id)
    assert isinstance(outcome, Rejected)
    assert len(await theirs.posts()) == 1


async def test_what_ok_counts(stage: Stage) -> None:
    sent = await stage.connector.publish(stage.account, post("Новость"))
    assert isinstance(sent, Sent)
    await stage.act("reactions")
    await stage.comment("Спасибо!")
    told = await stage.connector.measure(stage.account, sent.external_id)
    assert isinstance(told, PostMeasures)
    assert [told.reactions.value, told.comments.value, told.reposts.value] == [1, 1, 0]
    assert isinstance(await stage.connector.measure(stage.account, "1"), Unsupported)


async def test_what_ok_cannot_do_is_said(stage: Stage) -> None:
    changed = await stage.connector.edit(stage.account, "1", post("Иначе"))
    assert isinstance(changed, Unsupported)
    assert changed.reason.code == "network.cannot_edit"


async def test_without_the_groups_own_token_there_are_no_messages(stage: Stage) -> None:
    secrets = {name: value for name, value in stage.account.secrets.items() if name != "group_token"}
    probe = await stage.connector.probe(Account(stage.account.target, secrets))
    assert [(m.ability, m.reason.code) for m in probe.missing] == [
        (Ability.DIRECT_MESSAGES, "network.group_token_needed"),
        (Ability.UPDATES, "network.group_token_needed"),
    ]
    assert isinstance(await stage.connector.publish(Account(stage.account.target, secrets), post("Новость")), Sent)


async def test_another_groups_token_is_told_apart(stage: Stage) -> None:
    theirs = await opened(stage.control, stage.connector)
    mixed = {**stage.account.secrets, "group_token": theirs.account.secrets["group_token"]}
    probe = await stage.connector.probe(Account(stage.account.target, mixed))
    assert {missing.ability for missing in probe.missing} == {Ability.DIRECT_MESSAGES, Ability.UPDATES}


async def test_a_choice_stands_below_the_text(stage: Stage) -> None:
    outcome = await stage.connector.send_direct(stage.account, message(stage, "Оцените ответ", "1", "2"))
    assert isinstance(outcome, Sent)
    (answer,) = await stage.answers()
    assert answer["text"] == "Оцените ответ\n1 / 2"


async def test_the_documented_notice_is_read(stage: Stage) -> None:
    parse = stage.connector.parse_updates
    (update,) = parse(json.dumps(MESSAGE_NOTICE).encode())
    assert isinstance(update, MessageReceived)
    assert (update.sender.external_user_id, update.text) == ("123456789012", "text")
    assert parse(json.dumps({**MESSAGE_NOTICE, "webhookType": "CHAT_SYSTEM"}).encode()) == []
    assert parse(b'{"timestamp": 1498581292941, "recipient": {"chat_id": "chat:1"}}') == []
    for broken in (b"", b"[]", b"{}", b'{"timestamp": -1}'):
        with pytest.raises(MalformedUpdate):
            parse(broken)


async def test_reordered_notices_are_all_read_once(stage: Stage) -> None:
    async with stage.hooked() as receiver:
        await stage.order("reorder_hooks", copies=2)
        await stage.write("Раз")
        await stage.write("Два")
        updates = await receiver.received(2)
    assert {update.text for update in updates if isinstance(update, MessageReceived)} == {"Раз", "Два"}
    assert len({update.update_id for update in updates}) == 2
