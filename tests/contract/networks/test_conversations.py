"""Every network: who we are there, what people write to us, and what we answer."""

import pytest

from services.publisher.networks.accounts import Ability, Account, Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.contents import DirectMessage
from services.publisher.networks.inbound import ButtonPressed, CommentReceived, Hook, MessageReceived
from services.publisher.networks.outcomes import (
    NeedsReauthorization,
    Rejected,
    Sent,
    Throttled,
    Unknown,
    UpdatesRefused,
)
from services.publisher.networks.vk.probing import BY_USER
from shared.clock import new_id
from tests.contract.networks.stage import SECRET, Stage, message, opened, post
from tests.contract.networks.staged.staging import Tells

MARKS = ("1", "2", "3", "4", "5")


async def test_an_account_says_what_it_is(stage: Stage) -> None:
    probe = await stage.connector.probe(stage.account)
    assert probe.missing == ()
    staging = stage.staging
    assert probe.mailbox == (stage.account.target if staging.mailbox_is_target else staging.named(stage.bot_id))
    assert (probe.mailbox_url or "").startswith(("https://", "mailto:") if stage.staging.writing is not None else "")
    if not staging.tells_itself:
        return
    assert probe.title == "Профсоюз завода"
    assert probe.follower_count is not None
    assert probe.follower_count >= 1200
    assert probe.url is not None


async def test_an_account_with_a_wrong_token_says_so(stage: Stage) -> None:
    wrong = {"token": "7100000001:" + "a" * 35, "community_token": "vk1.a." + "b" * 80}
    account = Account(stage.account.target, {name: wrong.get(name, "wrong-token") for name in stage.account.secrets})
    probe = await stage.connector.probe(account)
    assert [(m.ability, m.reason.code) for m in probe.missing] == [(Ability.PUBLISH, "network.token_invalid")]


async def test_somebody_elses_channel_cannot_be_published_to(stage: Stage) -> None:
    theirs = await opened(stage.control, stage.connector)
    account = Account(theirs.account.target, stage.account.secrets)
    assert Ability.PUBLISH in {missing.ability for missing in (await stage.connector.probe(account)).missing}
    refused = await stage.connector.publish(account, post("Чужое"))
    assert isinstance(refused, Rejected | NeedsReauthorization)  # a password opens the account that it belongs to
    assert await theirs.posts() == []


@pytest.mark.parametrize("stage", [Network.VK], indirect=True)
async def test_vk_says_what_is_missing_without_a_users_token(stage: Stage) -> None:
    account = Account(stage.account.target, {"community_token": stage.account.secrets["community_token"]})
    probe = await stage.connector.probe(account)
    without = [ability for ability, _ in BY_USER]
    assert [missing.ability for missing in probe.missing] == without
    assert set(without) == {
        Ability.IMAGES,
        Ability.RECONCILE,
        Ability.POLLS,
        Ability.REPOSTS,
        Ability.CHANGES,
        Ability.MEASURES,
    }
    twice = Account(stage.account.target, {**account.secrets, "user_token": account.secrets["community_token"]})
    assert [m.ability for m in (await stage.connector.probe(twice)).missing] == [
        Ability.IMAGES,
        Ability.RECONCILE,
        Ability.CHANGES,
        Ability.MEASURES,
    ]


async def test_an_answer_reaches_the_person(stage: Stage) -> None:
    if stage.staging.writing is None:
        return
    outcome = await stage.connector.send_direct(stage.account, message(stage, "Приходите в среду, с 10 до 12"))
    assert isinstance(outcome, Sent)
    (answer,) = await stage.answers()
    assert answer["text"] == "Приходите в среду, с 10 до 12"


async def test_nobody_is_written_to_who_did_not_write_first(stage: Stage) -> None:
    if stage.staging.writing is None or stage.staging.writes_first:
        return
    stranger = await opened(stage.control, stage.connector)
    to_stranger = DirectMessage(new_id(), str(stranger.person_id), "Здравствуйте")
    outcome = await stage.connector.send_direct(stage.account, to_stranger)
    assert isinstance(outcome, Rejected)
    assert outcome.reason.code == "network.recipient_blocked"


@pytest.mark.parametrize("kind", ["drop", "hang"])
async def test_a_lost_answer_is_in_doubt_and_harmless_to_repeat_where_the_network_knows_it(
    stage: Stage, kind: str
) -> None:
    if stage.staging.writing is None:
        return
    answer = message(stage, "Ответ")
    await stage.order(kind, stage.staging.writing, taken=True, **({"seconds": 5} if kind == "hang" else {}))
    assert isinstance(await stage.connector.send_direct(stage.account, answer), Unknown)
    assert isinstance(await stage.connector.send_direct(stage.account, answer), Sent)
    assert len(await stage.answers()) == (1 if CAPABILITIES[stage.network].against_doubles.direct_has_key else 2)


async def test_two_answers_of_the_same_words_are_two(stage: Stage) -> None:
    if stage.staging.writing is None:
        return
    for _ in range(2):
        assert isinstance(await stage.connector.send_direct(stage.account, message(stage, "Спасибо!")), Sent)
    assert len(await stage.answers()) == 2


async def test_a_flood_pauses_direct_messages_as_well(stage: Stage) -> None:
    if stage.staging.writing is None:
        return
    await stage.order("flood", stage.staging.writing)
    assert isinstance(await stage.connector.send_direct(stage.account, message(stage, "Ответ")), Throttled)


async def test_what_a_person_writes_comes_in(stage: Stage) -> None:
    if Tells.MESSAGES not in stage.staging.tells:
        return
    async with stage.hooked() as receiver:
        await stage.write("Помогите, пожалуйста, с отпуском")
        (update,) = await receiver.received(1)
    assert isinstance(update, MessageReceived)
    assert update.text == "Помогите, пожалуйста, с отпуском"
    assert update.sender.external_user_id == stage.staging.named(stage.person_id)
    name = update.sender.display_name or await stage.connector.name_of(stage.account, update.sender.external_user_id)
    assert name == "Анна Серова"


async def test_a_mark_given_by_a_button_comes_in(stage: Stage) -> None:
    if Tells.PRESSES not in stage.staging.tells:
        return
    async with stage.hooked() as receiver:
        await stage.connector.send_direct(stage.account, message(stage, "Оцените ответ", *MARKS))
        await stage.press("5")
        (update,) = await receiver.received(1)
    assert isinstance(update, ButtonPressed)
    assert update.payload == "rate:5"
    if update.press_id is not None:
        await stage.connector.acknowledge(stage.account, update.press_id)
        await stage.connector.acknowledge(stage.account, "forged")
        statuses = [call["status"] for call in await stage.calls() if call["method"] == "POST /answers"]
        assert statuses == [200, 400], "a refusal is the network's own affair"
    assert update.sender.external_user_id == stage.staging.named(stage.person_id)


async def test_an_update_that_is_sent_often_has_one_key(stage: Stage) -> None:
    if not stage.staging.calls_hooks:
        return
    async with stage.hooked() as receiver:
        await stage.order("duplicate_hooks", copies=20)
        await stage.say("Один раз")
        await stage.say("Другой раз")
        updates = await receiver.received(21)
    assert len(updates) == 21
    assert len({update.update_id for update in updates}) == 2


async def test_updates_in_the_wrong_order_are_all_there_once(stage: Stage) -> None:
    if not stage.staging.calls_hooks:
        return
    async with stage.hooked() as receiver:
        await stage.order("reorder_hooks", copies=2, times=2)
        await stage.say("Первое")
        await stage.say("Второе")
        updates = await receiver.received(2)
    said = {update.text for update in updates if isinstance(update, MessageReceived | CommentReceived)}
    assert said == {"Первое", "Второе"}
    assert len({update.update_id for update in updates}) == len(updates) == 2


async def test_a_comment_comes_in_where_the_network_tells_of_it(stage: Stage) -> None:
    if Tells.COMMENTS not in stage.staging.tells:
        return
    sent = await stage.connector.publish(stage.account, post("Новость"))
    assert isinstance(sent, Sent)
    async with stage.hooked() as receiver:
        await stage.comment("Спасибо!")
        (update,) = await receiver.received(1)
    assert isinstance(update, CommentReceived)
    assert (update.post_id, update.text) == (sent.external_id, "Спасибо!")


async def test_a_hook_with_another_secret_is_refused_and_tried_again(stage: Stage) -> None:
    if not stage.staging.calls_hooks or stage.staging.signs_hooks:
        return
    async with stage.hooked() as receiver:
        receiver.secret = "somebody-elses_secret"
        await stage.write("Помогите")
        await receiver.turned_away()
        assert receiver.verified == []
        receiver.secret = SECRET
        (update,) = await receiver.received(1)
    assert isinstance(update, MessageReceived)


async def test_a_hook_that_is_registered_again_stays_one(stage: Stage) -> None:
    if not stage.staging.calls_hooks:
        return
    async with stage.hooked() as receiver:
        (hook,) = [known for known in await stage.hooks() if known["owner_id"] == stage.bot_id]
        again = Hook(str(hook["url"]), SECRET)
        assert await stage.connector.register_hook(receiver.account, again) is None
        other = Hook(str(hook["url"]), "another-secret_0123456789")
        receiver.secret = other.secret
        assert await stage.connector.register_hook(receiver.account, other) is None
        await stage.confirmed()
        await stage.say("Помогите")
        assert len(await receiver.received(1)) == 1
        assert len([known for known in await stage.hooks() if known["owner_id"] == stage.bot_id]) == 1


async def test_a_hook_without_rights_says_what_is_missing(stage: Stage) -> None:
    if not stage.staging.calls_hooks:
        return
    await stage.order("unauthorized")
    missing = await stage.connector.register_hook(stage.account, Hook("http://127.0.0.1:9/hook", SECRET))
    assert missing is not None
    assert missing.ability is Ability.UPDATES
    assert missing.reason.code == "network.token_invalid"


async def test_who_asks_without_rights_is_told_what_is_missing(stage: Stage) -> None:
    if stage.staging.calls_hooks:
        return
    async with stage.hooked() as hearing:
        await stage.order("unauthorized", "LOGIN" if stage.network is Network.EMAIL else None, times=10)
        with pytest.raises(UpdatesRefused) as refused:
            await hearing.ask()
        await stage.clear_faults()
    assert refused.value.reason.code == "network.token_invalid"
