"""Every call that a connector can make is one that the network's official schema knows."""

from datetime import UTC, datetime, timedelta

from services.publisher.networks.accounts import Network
from services.publisher.networks.contents import CommentReply, Invitation, MenuAction, MenuItem, Post, PostFormat
from services.publisher.networks.inbound import CommentReceived
from services.publisher.networks.outcomes import Rejected, Sent
from shared.clock import new_id
from tests.contract.networks.formats import has, poll, repost, story
from tests.contract.networks.official import check_calls
from tests.contract.networks.stage import Stage, image, message, opened, post
from tests.contract.networks.staged.registry import STAGINGS
from tests.contract.networks.staged.staging import Tells


def test_the_suite_runs_over_every_network() -> None:
    assert set(STAGINGS) == set(Network) - {Network.FEED}, "a feed calls nobody"


async def put_out_and_take_down(stage: Stage) -> None:
    """Of every format that the network has."""
    account, connector = stage.account, stage.connector
    source = await connector.publish(account, post("Победа в суде"))
    assert isinstance(source, Sent)
    made = {PostFormat.POLL: poll("Решаем"), PostFormat.STORY: story(), PostFormat.REPOST: repost(source.url or "")}
    for content in (post("Ошибка"), post("Ошибка", image()), post("Ошибка", image(), image("green"))):
        made_post = await connector.publish(account, content)
        assert isinstance(made_post, Sent)
        await connector.edit(account, made_post.external_id, Post(content.delivery_id, "Верно", content.images))
        await connector.withdraw(account, made_post.external_id, len(content.images))
    for kind, content in made.items():
        if has(stage, kind):
            sent = await connector.publish(account, content)
            assert isinstance(sent, Sent), sent
            await connector.measure(account, sent.external_id)
            if sent.poll_id is not None:
                await connector.poll_totals(account, sent.poll_id)
            await connector.withdraw(account, sent.external_id, len(content.images))


async def answer_a_comment(stage: Stage) -> None:
    async with stage.hooked() as receiver:
        await stage.comment("Когда собрание?")
        (comment,) = [one for one in await receiver.received(1) if isinstance(one, CommentReceived)]
    await stage.connector.reply(stage.account, CommentReply(new_id(), comment.post_id, comment.comment_id, "В среду"))


async def test_every_kind_of_call_fits_the_official_schema(stage: Stage) -> None:
    account, connector = stage.account, stage.connector
    large = await opened(stage.control, connector, followers=9000)  # VK tells the reach of large communities alone
    async with stage.hooked() as receiver:
        for images in ([], [image()], [image(), image("green", "JPEG")]):
            await connector.publish(account, post("Новость: https://union.example", *images))
        await connector.reconcile(account, post("Новость"), datetime.now(UTC))
        await connector.send_direct(account, message(stage, "Оцените ответ", "1", "2", "3", "4", "5"))
        await connector.invite(account, Invitation("a" * 32, datetime.now(UTC) + timedelta(days=1)))
        await connector.name_of(account, str(stage.person_id))
        if Tells.PRESSES in stage.staging.tells:
            await stage.press("5")
            await receiver.acknowledged(1)
        if not stage.staging.calls_hooks:
            await receiver.ask()
        await connector.set_menu(account, (MenuItem(MenuAction.ASK, "Задать вопрос"),))
        await put_out_and_take_down(stage)
        if Tells.COMMENTS in stage.staging.tells:
            await answer_a_comment(stage)
    sent = await connector.publish(large.account, post("Новость"))
    assert isinstance(sent, Sent)
    assert not isinstance(await connector.measure(large.account, sent.external_id), Rejected)
    checked = check_calls(stage, await stage.calls())
    assert set(checked) >= stage.staging.calls, "all are checked: these were not made"
    print(f"{checked.total()} calls to {stage.network} checked against its schema")  # noqa: T201 the figure is asked for
