"""Instagram: containers and what becomes of them, its errors, signed hooks, mentions that are asked for, renewed tokens."""

import hashlib
import hmac
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from services.publisher.networks.accounts import Ability, Account, Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.contents import CommentReply, PostFormat
from services.publisher.networks.inbound import CommentReceived, Hook, MalformedUpdate, MentionNoticed
from services.publisher.networks.instagram.connector import RENEWED_ON, InstagramConnector
from services.publisher.networks.instagram.errors import Failure, Said, refusal_of, refusal_of_container
from services.publisher.networks.outcomes import (
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
from services.publisher.networks.shortcomings import ImageFacts, PostFacts, problems_of_post
from services.publisher.networks.transport import Effect
from shared.clock import new_id
from tests.contract.networks.stage import SECRET, Stage, image, opened, post
from tests.contract.networks.staged.instagram import PUBLISH
from tests.contract.networks.staged.staging import Json
from tests.contract.references.instagram import COMMENT_NOTICE, check_hook

pytestmark = pytest.mark.parametrize("stage", [Network.INSTAGRAM], indirect=True)

MAKE = "POST /{ig-user-id}/media"
ERRORS: list[tuple[str, type[Refusal], str]] = [  # code and subcode, said when a container is published
    ("1", Unknown, "server_error"),
    ("2", Unknown, "server_error"),
    ("-1/2207001", Unknown, "server_error"),
    ("-2/2207003", Retry, "image_not_fetched"),
    ("-2/2207020", Retry, "preparation_lost"),
    ("-1/2207032", Unknown, "server_error"),
    ("-1/2207053", Unknown, "server_error"),
    ("3", Rejected, "no_rights"),
    ("4", Throttled, "throttled"),
    ("4/2207051", Rejected, "content_blocked"),
    ("9/2207042", Throttled, "quota"),
    ("10", Rejected, "no_rights"),
    ("12", Rejected, "invalid_request"),
    ("17", Throttled, "throttled"),
    ("24/2207006", Retry, "preparation_lost"),
    ("24/2207008", Retry, "preparation_lost"),
    ("24", Rejected, "post_gone"),
    ("25/2207050", NeedsReauthorization, "confirmation_wanted"),
    ("32", Throttled, "throttled"),
    ("100", Rejected, "invalid_request"),
    ("100/33", Rejected, "chat_not_found"),
    ("100/2207023", Rejected, "invalid_request"),
    ("100/2207028", Rejected, "image_refused"),
    ("100/2207040", Rejected, "text_refused"),
    ("102", NeedsReauthorization, "token_invalid"),
    ("190/463", NeedsReauthorization, "token_invalid"),
    ("200", Rejected, "no_rights"),
    ("299", Rejected, "no_rights"),
    ("368", Rejected, "content_blocked"),
    ("506", Rejected, "content_blocked"),
    ("613", Throttled, "throttled"),
    ("803", Rejected, "chat_not_found"),
    ("9004/2207052", Retry, "image_not_fetched"),
    ("9007/2207027", Retry, "image_not_ready"),
    ("36000/2207004", Rejected, "image_refused"),
    ("36001/2207005", Rejected, "image_refused"),
    ("36003/2207009", Rejected, "image_refused"),
    ("36004/2207010", Rejected, "text_too_long"),
    ("80002", Throttled, "throttled"),
    ("77777", Rejected, "refused"),
]


@pytest.mark.parametrize(("number", "expected", "name"), ERRORS)
async def test_every_listed_error_has_its_outcome_and_its_words(
    stage: Stage, number: str, expected: type[Refusal], name: str
) -> None:
    await stage.order("error", PUBLISH, code=number)
    outcome = await stage.connector.publish(stage.account, post("Новость"))
    assert type(outcome) is expected
    assert not isinstance(outcome, Sent)
    assert outcome.reason.code == f"network.{name}"
    assert TEXTS[f"network.{name}"].keys() == {"ru", "en"}
    assert await stage.posts() == []


async def test_a_failure_before_anything_is_out_may_be_tried_again(stage: Stage) -> None:
    assert isinstance(refusal_of(500, Failure(), {}, Effect.NONE), Retry)
    assert isinstance(refusal_of(401, Failure(), {}, Effect.NONE), NeedsReauthorization)
    assert isinstance(refusal_of(400, Failure(error=Said(code=5, is_transient=True)), {}, Effect.ONCE), Unknown)
    failed = refusal_of_container("Error: Media upload has failed with error code 2207009")
    assert failed.reason.code == "network.image_refused"
    assert isinstance(refusal_of_container(None), Retry)
    await stage.order("error", MAKE, code="-1/2207032")
    assert isinstance(await stage.connector.publish(stage.account, post("Новость")), Retry)


async def test_a_container_is_waited_for_and_nothing_goes_out_before_it_is_done(stage: Stage) -> None:
    await stage.settings(upload_processing_seconds=0.8)
    assert isinstance(await stage.connector.publish(stage.account, post("Новость", image())), Sent)
    await stage.settings(upload_processing_seconds=60)
    outcome = await stage.connector.publish(stage.account, post("Новость", image(), image("green")))
    assert isinstance(outcome, Retry)
    assert outcome.reason.code == "network.image_not_ready"
    assert len(await stage.posts()) == 1


async def test_a_lost_address_leaves_no_doubt_of_what_is_out(stage: Stage) -> None:
    await stage.order("server_error", "GET /{ig-media-id}")
    outcome = await stage.connector.publish(stage.account, post("Новость"))
    assert isinstance(outcome, Sent)
    assert outcome.url is None


async def test_the_alt_text_goes_with_each_image_of_a_post_and_with_no_story(stage: Stage) -> None:
    described = [replace(image(colour), alt_text=f"Описание: {colour} " + "я" * 1100) for colour in ("navy", "green")]
    assert isinstance(await stage.connector.publish(stage.account, post("Новость", *described)), Sent)
    made = [cast("Json", call["params"]) for call in await stage.calls_of(MAKE)]
    texts = sorted(str(one["alt_text"]) for one in made if "alt_text" in one)
    assert [text[:15] for text in texts] == ["Описание: green", "Описание: navy "]
    assert {len(text) for text in texts} == {1000}
    story = replace(post("", described[0]), format=PostFormat.STORY)
    assert isinstance(await stage.connector.publish(stage.account, story), Sent)
    last = cast("Json", (await stage.calls_of(MAKE))[-1]["params"])
    assert set(last) == {"image_url", "media_type"}


async def test_what_cannot_be_fetched_is_tried_again_and_what_has_no_address_is_not_sent(stage: Stage) -> None:
    bare = InstagramConnector.publish
    assert isinstance(stage.connector, InstagramConnector)
    away = replace(image(), url="http://127.0.0.1:1/away.jpg")
    outcome = await bare(super_of(stage.connector), stage.account, post("Новость", away))
    assert isinstance(outcome, Retry)
    assert outcome.reason.code == "network.image_not_fetched"
    assert isinstance(await bare(super_of(stage.connector), stage.account, post("Новость", image())), Rejected)
    assert isinstance(await bare(super_of(stage.connector), stage.account, post("Новость")), Rejected)
    assert await stage.posts() == []


def super_of(connector: InstagramConnector) -> InstagramConnector:
    """As the publisher has it: nothing is added to a post."""
    plain = InstagramConnector.__new__(InstagramConnector)
    vars(plain).update(vars(connector))
    return plain


@pytest.mark.parametrize(("sign", "most"), [("#", 30), ("@", 20)])
@pytest.mark.parametrize("beyond", [-1, 0, 1])
async def test_hashtags_and_mentions_are_counted_as_instagram_does(
    stage: Stage, sign: str, most: int, beyond: int
) -> None:
    text = " ".join(f"{sign}завод{number}" for number in range(most + beyond))
    facts = PostFacts(text, [ImageFacts(1080, 1080, 1000)])
    found = [one.code for one in problems_of_post(Network.INSTAGRAM, facts)]
    kind = {"#": "hashtags", "@": "mentions"}[sign]
    assert found == ([f"publication.too_many_{kind}"] if beyond > 0 else [])
    outcome = await stage.connector.publish(stage.account, post(text))
    assert isinstance(outcome, Rejected if beyond > 0 else Sent)


@pytest.mark.parametrize(
    ("size", "fits"), [((800, 1000), True), ((790, 1000), False), ((1910, 1000), True), ((1930, 1000), False)]
)
async def test_the_shape_of_an_image_is_the_posts_alone(stage: Stage, size: tuple[int, int], *, fits: bool) -> None:
    facts = ImageFacts(*size, 1000)
    found = [one.code for one in problems_of_post(Network.INSTAGRAM, PostFacts("Новость", [facts]))]
    assert found == ([] if fits else ["publication.image_shape"])
    outcome = await stage.connector.publish(stage.account, post("Новость", image(size=size)))
    assert isinstance(outcome, Sent if fits else Rejected), outcome
    story = PostFacts("", [facts], PostFormat.STORY)
    assert problems_of_post(Network.INSTAGRAM, story) == []
    told = replace(post("", image(size=size)), format=PostFormat.STORY)
    assert isinstance(await stage.connector.publish(stage.account, told), Sent)


def test_no_post_goes_out_without_an_image(stage: Stage) -> None:
    del stage
    for kind in (PostFormat.POST, PostFormat.STORY):
        found = problems_of_post(Network.INSTAGRAM, PostFacts("Новость", [], kind))
        assert [one.code for one in found] == ["publication.images_needed"]


async def test_the_days_posts_are_counted_by_instagram_and_waited_for(stage: Stage) -> None:
    await stage.settings(rate_limits=True)
    sent = 0
    while sent < 100:  # a machine that is busy with other things may lose a preparation
        outcome = await stage.connector.publish(stage.account, post("Новость"))
        assert isinstance(outcome, Sent | Retry), outcome
        sent += isinstance(outcome, Sent)
    assert len(await stage.posts()) == 100
    outcome = await stage.connector.publish(stage.account, post("Лишнее"))
    assert isinstance(outcome, Throttled)
    assert (outcome.reason.code, outcome.retry_after) == ("network.quota", 3600)
    assert len(await stage.calls_of(PUBLISH)) == 100, "it is known before anything is made"
    assert (await stage.connector.probe(stage.account)).missing == (), "a quota is no lack of rights"


async def test_a_token_is_renewed_from_time_to_time(stage: Stage) -> None:
    learned = (await stage.connector.probe(stage.account)).learned
    assert learned["token"] != stage.account.secrets["token"]
    renewed = Account(stage.account.target, {**stage.account.secrets, **learned})
    assert (await stage.connector.probe(renewed)).learned == {}, "once a week"
    assert isinstance(await stage.connector.publish(renewed, post("Новость")), Sent)
    long_ago = (datetime.now(UTC).date() - timedelta(days=8)).isoformat()
    older = Account(stage.account.target, {**renewed.secrets, RENEWED_ON: long_ago})
    assert (await stage.connector.probe(older)).learned[RENEWED_ON] > long_ago
    await stage.order("refuse", "GET /refresh_access_token")
    probe = await stage.connector.probe(stage.account)  # too young: another day
    assert (probe.learned, probe.missing) == ({}, ())


async def test_without_the_app_there_are_no_updates(stage: Stage) -> None:
    alone = Account(stage.account.target, {"token": stage.account.secrets["token"]})
    assert (await stage.connector.probe(alone)).mailbox == alone.target
    missing = await stage.connector.register_hook(alone, Hook("http://127.0.0.1:9/hook", SECRET))
    assert missing is not None
    assert (missing.ability, missing.reason.code) == (Ability.UPDATES, "network.app_needed")
    assert isinstance(await stage.connector.publish(alone, post("Новость")), Sent)


async def test_a_hook_that_does_not_answer_the_first_question_is_not_kept(stage: Stage) -> None:
    missing = await stage.connector.register_hook(stage.account, Hook("http://127.0.0.1:1/hook", SECRET))
    assert missing is not None
    assert await stage.hooks() == [hook for hook in await stage.hooks() if hook["owner_id"] != stage.bot_id]


def test_the_first_question_is_answered_to_whoever_knows_the_secret(stage: Stage) -> None:
    question = {"hub.mode": "subscribe", "hub.challenge": "115", "hub.verify_token": SECRET}
    answer = stage.connector.answer_to_confirmation(question, SECRET)
    assert answer is not None
    assert answer.content == b"115"
    for wrong in ({"hub.verify_token": "other"}, {"hub.verify_token": "ё"}, {"hub.mode": "unsubscribe"}):
        assert stage.connector.answer_to_confirmation({**question, **wrong}, SECRET) is None


def test_only_what_the_app_signed_is_believed(stage: Stage) -> None:
    secret = stage.connector.hook_secret(stage.account, "what the hook was registered with")
    assert secret == stage.account.secrets["app_secret"]
    body = json.dumps(COMMENT_NOTICE).encode()
    good = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
    verify = stage.connector.verify_hook
    assert verify({"x-hub-signature-256": good}, body, secret)
    assert not verify({"x-hub-signature-256": good}, body + b" ", secret)
    for wrong in ("", "sha256=", good[:-1], good.removeprefix("sha256="), "sha256=ё"):
        assert not verify({"x-hub-signature-256": wrong}, body, secret)
    unsigned = "sha256=" + hmac.new(b"", body, hashlib.sha256).hexdigest()
    assert not verify({"x-hub-signature-256": unsigned}, body, ""), "an account without its app believes nobody"


def test_the_documented_notice_is_read(stage: Stage) -> None:
    check_hook(COMMENT_NOTICE)
    parse = stage.connector.parse_updates
    (update,) = parse(json.dumps(COMMENT_NOTICE).encode())
    assert isinstance(update, CommentReceived)
    assert (update.text, update.post_id, update.reply_to) == ("This is an example.", "123123123", "1231231234")
    assert (update.sender.external_user_id, update.sender.display_name) == ("232323232", "woozyboozy")
    assert update.places == ("17841405822304914",)
    own = json.dumps(COMMENT_NOTICE).replace("232323232", "17841405822304914")
    assert parse(own.encode()) == [], "what the account says itself"
    milliseconds = json.dumps(COMMENT_NOTICE).replace("1520383571", "1520383571000")
    (same,) = parse(milliseconds.encode())
    assert isinstance(same, CommentReceived)
    assert same.at == update.at
    assert parse(b'{"object": "page", "entry": []}') == []
    for broken in (b"", b"[]", b"{}", b'{"object": "instagram", "entry": [{"id": "1", "time": -1}]}'):
        with pytest.raises(MalformedUpdate):
            parse(broken)


async def test_a_mention_that_is_gone_is_nothing(stage: Stage) -> None:
    gone = MentionNoticed("mention:1", "18500000000000001", None, datetime.now(UTC), (stage.account.target,))
    assert await stage.connector.look_up(stage.account, gone) is None


async def test_one_app_hears_of_all_its_accounts(stage: Stage) -> None:
    other = await opened(stage.control, stage.connector, bot_id=stage.bot_id)
    async with stage.hooked() as receiver:
        (hook,) = [known for known in await stage.hooks() if known["owner_id"] == stage.bot_id]
        assert await other.connector.register_hook(other.account, Hook(str(hook["url"]), SECRET)) is None
        assert isinstance(await other.connector.publish(other.account, post("Новость")), Sent)
        await other.comment("Спасибо!")
        (update,) = await receiver.received(1)
    assert isinstance(update, CommentReceived)
    assert update.places == (other.account.target,)
    probes = [await one.connector.probe(one.account) for one in (stage, other)]
    assert {probe.mailbox for probe in probes} == {str(stage.bot_id)}


async def test_a_story_cannot_be_told_from_another(stage: Stage) -> None:
    story = replace(post("", image()), format=PostFormat.STORY)
    assert isinstance(await stage.connector.reconcile(stage.account, story, datetime.now(UTC)), Unsupported)


async def test_a_comment_of_another_account_cannot_be_answered(stage: Stage) -> None:
    answer = CommentReply(new_id(), "1", "../1", "Ответ")
    assert isinstance(await stage.connector.reply(stage.account, answer), Rejected)


def test_it_is_off_until_its_warning_is_accepted(stage: Stage) -> None:
    del stage
    warned = {network for network, takes in CAPABILITIES.items() if takes.warning is not None}
    assert warned == {Network.INSTAGRAM}
    warning = CAPABILITIES[Network.INSTAGRAM].warning
    assert warning is not None
    assert "экстремистской" in warning.text["ru"]
    assert "extremist" in warning.text["en"]
