"""Every network: what people do with posts comes in, as far as it tells of it, and is answered and counted."""

from services.publisher.networks.contents import CommentReply, DirectMessage, MenuAction, MenuItem, payload_of
from services.publisher.networks.inbound import (
    ButtonPressed,
    CommentReceived,
    MemberJoined,
    MemberLeft,
    Mentioned,
    ReactionsCounted,
    Reposted,
)
from services.publisher.networks.measures import Measured
from services.publisher.networks.outcomes import Done, Rejected, Sent, Throttled, Unknown, Unsupported
from shared.clock import new_id
from tests.contract.networks.stage import Stage, post
from tests.contract.networks.staged.staging import Tells

FIGURES = ("views", "reach", "reactions", "comments", "reposts")
MENU = (MenuItem(MenuAction.ASK, "Задать вопрос"), MenuItem(MenuAction.JOIN, "Вступить в профсоюз"))


async def published(stage: Stage) -> Sent:
    sent = await stage.connector.publish(stage.account, post("Новость"))
    assert isinstance(sent, Sent)
    return sent


async def test_a_comment_is_corrected_by_whoever_wrote_it(stage: Stage) -> None:
    if Tells.COMMENT_EDITS not in stage.staging.tells:
        return
    sent = await published(stage)
    async with stage.hooked() as receiver:
        comment = await stage.act("comments", text="Спосибо")
        await stage.change_comment("edits", comment["number"], text="Спасибо")
        first, second = await receiver.received(2)
    assert isinstance(first, CommentReceived)
    assert isinstance(second, CommentReceived)
    assert (first.text, second.text) == ("Спосибо", "Спасибо")
    assert (second.comment_id, second.post_id) == (first.comment_id, sent.external_id)
    assert first.update_id != second.update_id
    assert second.at >= first.at


async def test_a_comment_is_taken_away(stage: Stage) -> None:
    if Tells.COMMENT_REMOVALS not in stage.staging.tells:
        return
    await published(stage)
    async with stage.hooked() as receiver:
        comment = await stage.act("comments", text="Грубость")
        await stage.change_comment("removals", comment["number"])
        first, second = await receiver.received(2)
    assert isinstance(first, CommentReceived)
    assert isinstance(second, CommentReceived)
    assert (second.comment_id, second.is_removed, second.text) == (first.comment_id, True, "")


async def test_a_comment_is_answered_in_the_accounts_name(stage: Stage) -> None:
    sent = await published(stage)
    if not stage.staging.answers_comments:
        answer = CommentReply(new_id(), sent.external_id, "1", "Ответ")
        assert isinstance(await stage.connector.reply(stage.account, answer), Unsupported)
        return
    async with stage.hooked() as receiver:
        await stage.comment("Когда собрание?")
        (asked,) = await receiver.received(1)
    assert isinstance(asked, CommentReceived)
    answer = CommentReply(new_id(), asked.post_id, asked.comment_id, "В среду, в 17:00")
    outcome = await stage.connector.reply(stage.account, answer)
    assert isinstance(outcome, Sent), outcome
    assert outcome.external_id
    question, reply = await stage.comments()
    assert (reply["text"], reply["person_id"]) == ("В среду, в 17:00", None)
    assert reply["reply_to"] == question["number"]


async def test_an_answer_in_doubt_and_one_too_many(stage: Stage) -> None:
    if stage.staging.answering is None:
        return
    await published(stage)
    async with stage.hooked() as receiver:
        await stage.comment("Когда собрание?")
        (asked,) = await receiver.received(1)
    assert isinstance(asked, CommentReceived)
    answer = CommentReply(new_id(), asked.post_id, asked.comment_id, "В среду")
    await stage.order("flood", stage.staging.answering)
    assert isinstance(await stage.connector.reply(stage.account, answer), Throttled)
    await stage.order("drop", stage.staging.answering)
    assert isinstance(await stage.connector.reply(stage.account, answer), Unknown)
    assert len(await stage.comments()) == 2
    gone = CommentReply(new_id(), asked.post_id, "999999999", "Никому")
    assert isinstance(await stage.connector.reply(stage.account, gone), Rejected)


async def test_a_mention_comes_in(stage: Stage) -> None:
    if Tells.MENTIONS not in stage.staging.tells:
        return
    async with stage.hooked() as receiver:
        await stage.act("mentions", text="Спасибо за помощь!")
        (update,) = await receiver.received(1)
    assert isinstance(update, Mentioned)
    assert "Спасибо за помощь!" in update.text
    assert update.sender.external_user_id
    assert update.url.startswith("http")


async def test_a_repost_comes_in_with_its_post(stage: Stage) -> None:
    if Tells.REPOSTS not in stage.staging.tells:
        return
    sent = await published(stage)
    async with stage.hooked() as receiver:
        await stage.act("reposts", text="Важно")
        (update,) = await receiver.received(1)
    assert isinstance(update, Reposted)
    assert update.post_id == sent.external_id
    assert not update.places or stage.account.target in update.places


async def test_a_reaction_comes_in_and_is_counted(stage: Stage) -> None:
    if Tells.REACTIONS not in stage.staging.tells:
        return
    sent = await published(stage)
    async with stage.hooked() as receiver:
        await stage.act("reactions")
        (update,) = await receiver.received(1)
    assert isinstance(update, ReactionsCounted)
    assert update.post_id == sent.external_id
    if update.count is None:
        measures = await stage.connector.measure(stage.account, sent.external_id)
        assert not isinstance(measures, Unsupported)
        assert measures.reactions == Measured(1)
    else:
        assert update.count == 1


async def test_who_goes_is_told_of(stage: Stage) -> None:
    if Tells.LEAVES not in stage.staging.tells:
        return
    async with stage.hooked() as receiver:
        await stage.join()
        await stage.act("leaves")
        came, went = await receiver.received(2)
    assert isinstance(came, MemberJoined)
    assert isinstance(went, MemberLeft)
    assert went.sender.external_user_id == came.sender.external_user_id
    assert stage.account.target in went.places


async def test_figures_are_told_or_there_is_a_reason(stage: Stage) -> None:
    sent = await published(stage)
    await stage.act("comments", text="Спасибо!")
    await stage.act("reposts", text="Важно")
    measures = await stage.connector.measure(stage.account, sent.external_id)
    if isinstance(measures, Unsupported):
        assert not stage.staging.counts
        return
    told = {name for name in FIGURES if getattr(measures, name).value is not None}
    assert told == stage.staging.counts
    for name in FIGURES:
        figure: Measured = getattr(measures, name)
        assert (figure.value is None) is (figure.reason is not None)
    assert measures.comments.value in (None, 1)
    assert measures.reposts.value in (None, 1)


async def test_a_menu_lets_members_act_without_any_client(stage: Stage) -> None:
    answer = await stage.connector.set_menu(stage.account, MENU)
    if not stage.staging.sets_menu:
        assert isinstance(answer, Unsupported)
        return
    assert answer == Done()
    assert await stage.menu() == ["Задать вопрос", "Вступить в профсоюз"]
    async with stage.hooked() as receiver:
        await stage.write("/ask")
        (update,) = await receiver.received(1)
    assert isinstance(update, ButtonPressed)
    assert update.payload == payload_of(MenuAction.ASK)


async def test_a_menu_that_comes_with_a_message_is_pressed(stage: Stage) -> None:
    if stage.staging.menu_in_messages is False:
        return
    message = DirectMessage(new_id(), str(stage.person_id), "Чем помочь?", menu=MENU)
    assert isinstance(await stage.connector.send_direct(stage.account, message), Sent)
    async with stage.hooked() as receiver:
        await stage.press("Вступить в профсоюз")
        (update,) = await receiver.received(1)
    assert isinstance(update, ButtonPressed)
    assert update.payload == payload_of(MenuAction.JOIN)
