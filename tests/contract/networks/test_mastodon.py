"""Mastodon alone: images that take their time, private mentions, and notifications read on from the last one."""

from datetime import UTC, datetime, timedelta
from typing import cast

import pytest

from services.publisher.networks.accounts import Account, Network, OwnLimits
from services.publisher.networks.contents import DirectMessage, Poll, Post, PostFormat
from services.publisher.networks.inbound import CommentReceived, MemberJoined, MessageReceived, Reposted
from services.publisher.networks.mastodon import notifications
from services.publisher.networks.outcomes import Done, Rejected, Retry, Sent, Unreachable
from shared.clock import new_id
from tests.contract.networks.stage import Stage, image, opened, post
from tests.contract.networks.staged.staging import Json

CREATE = "POST /api/v1/statuses"


pytestmark = pytest.mark.parametrize("stage", [Network.MASTODON], indirect=True)


async def bodies(stage: Stage) -> list[Json]:
    return [cast("Json", call["params"]) for call in await stage.calls_of(CREATE)]


async def test_an_image_is_waited_for_until_the_server_has_done_with_it(stage: Stage) -> None:
    await stage.settings(upload_processing_seconds=0.8)
    assert isinstance(await stage.connector.publish(stage.account, post("Раз", image())), Sent)
    assert len(await stage.posts()) == 1
    await stage.settings(upload_processing_seconds=60)
    outcome = await stage.connector.publish(stage.account, post("Два", image()))
    assert isinstance(outcome, Retry)
    assert outcome.reason.code == "network.image_not_ready"
    assert len(await stage.posts()) == 1


async def test_a_poll_and_images_do_not_go_together(stage: Stage) -> None:
    asked = Post(new_id(), "", (image(),), PostFormat.POLL, Poll("Когда?", ("Сегодня", "Завтра")))
    outcome = await stage.connector.publish(stage.account, asked)
    assert isinstance(outcome, Rejected)
    assert outcome.reason.code == "network.poll_refused"
    assert await stage.posts() == []


@pytest.mark.parametrize(("days", "expected"), [(0, 300), (90, 30 * 86_400)])
async def test_a_poll_stays_open_as_long_as_the_server_lets_it(stage: Stage, days: int, expected: int) -> None:
    closes_at = datetime.now(UTC) + timedelta(days=days)
    poll = Poll("Когда?", ("Сегодня", "Завтра"), closes_at=closes_at)
    assert isinstance(await stage.connector.publish(stage.account, Post(new_id(), "", (), PostFormat.POLL, poll)), Sent)
    (body,) = await bodies(stage)
    assert cast("Json", body["poll"])["expires_in"] == expected


async def test_links_count_as_the_server_counts_them(stage: Stage) -> None:
    long = "https://union.example/" + "a" * 600
    assert isinstance(await stage.connector.publish(stage.account, post("я" * 476 + " " + long)), Sent)
    stage.breaks_limits = True
    assert isinstance(await stage.connector.publish(stage.account, post("я" * 477 + " " + long)), Rejected)


async def test_a_private_mention_comes_in_without_our_name_and_is_answered_in_private(stage: Stage) -> None:
    async with stage.hooked() as hearing:
        await stage.write("Не платят премию\nс мая: https://union.example/премия?a=1&b=2")
        (update,) = await hearing.received(1)
    assert isinstance(update, MessageReceived)
    assert update.text == "Не платят премию\nс мая: https://union.example/премия?a=1&b=2"
    answer = DirectMessage(new_id(), update.sender.external_user_id, "Разберёмся с @boss@works.example")
    assert isinstance(await stage.connector.send_direct(stage.account, answer), Sent)
    body = (await bodies(stage))[-1]
    said = f"@{update.sender.external_user_id} Разберёмся с ＠boss@works.example"
    assert (body["visibility"], body["status"]) == ("direct", said)
    assert await stage.posts() == []


async def test_what_is_below_a_comment_is_of_the_same_post(stage: Stage) -> None:
    sent = await stage.connector.publish(stage.account, post("Новость"))
    assert isinstance(sent, Sent)
    async with stage.hooked() as hearing:
        first = await stage.act("comments", text="Когда?")
        await stage.act("comments", text="И где?", reply_to=first["number"])
        one, other = await hearing.received(2)
    assert isinstance(one, CommentReceived)
    assert isinstance(other, CommentReceived)
    assert (one.post_id, other.post_id) == (sent.external_id, sent.external_id)
    assert (one.reply_to, other.reply_to) == (None, one.comment_id)


async def test_it_reads_on_where_it_was_page_by_page(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(notifications, "PAGE", 3)
    monkeypatch.setattr(notifications, "MOST_PAGES", 2)
    assert isinstance(await stage.connector.publish(stage.account, post("Новость")), Sent)
    async with stage.hooked() as hearing:
        for number in range(8):
            await stage.comment(f"Ответ {number}")
        await hearing.ask()
        assert len(hearing.verified) == 6, "the rest comes with the next asking"
        await hearing.ask()
        await hearing.ask()
    texts = [update.text for update in hearing.verified if isinstance(update, CommentReceived)]
    assert texts == [f"Ответ {number}" for number in range(8)]


async def test_what_was_read_before_the_server_refused_is_told(stage: Stage) -> None:
    assert isinstance(await stage.connector.publish(stage.account, post("Новость")), Sent)
    async with stage.hooked() as hearing:
        await stage.join()
        await stage.comment("Когда?")
        await stage.order("flood", "GET /api/v1/statuses/{id}/context")
        await hearing.ask()
        assert [type(update) for update in hearing.verified] == [MemberJoined]
        await hearing.ask()
        assert [type(update) for update in hearing.verified] == [MemberJoined, CommentReceived]
        await stage.comment("Где?")
        await stage.order("flood", "GET /api/v1/statuses/{id}/context", retry_after=120)
        with pytest.raises(Unreachable) as away:
            await hearing.ask()
        assert 100 < (away.value.retry_after or 0) <= 120


async def test_a_quote_is_a_repost_with_words(stage: Stage) -> None:
    sent = await stage.connector.publish(stage.account, post("Новость"))
    assert isinstance(sent, Sent)
    async with stage.hooked() as hearing:
        await stage.act("reposts", text="Важно")
        await stage.act("reposts", text="")
        quote, reblog = await hearing.received(2)
    assert isinstance(quote, Reposted)
    assert isinstance(reblog, Reposted)
    assert (quote.text, quote.post_id, reblog.text, reblog.url) == ("Важно", sent.external_id, "", None)
    assert (quote.url or "").startswith("https://")


async def test_what_was_carried_further_twice_is_one_reblog(stage: Stage) -> None:
    other = await opened(stage.control, stage.connector)
    source = await stage.connector.publish(other.account, post("Победа"))
    assert isinstance(source, Sent)
    for _ in range(2):
        carried = Post(new_id(), "", (), PostFormat.REPOST, source_url=source.url)
        assert isinstance(await stage.connector.publish(stage.account, carried), Sent)
    assert len(await stage.posts()) == 1


async def test_a_status_is_changed_with_its_images(stage: Stage) -> None:
    sent = await stage.connector.publish(stage.account, post("Спосибо", image()))
    assert isinstance(sent, Sent)
    assert (
        await stage.connector.edit(stage.account, sent.external_id, post("Спасибо", image(), image("green"))) == Done()
    )
    (changed,) = await stage.posts()
    assert (changed["text"], stage.pictures_of(changed)) == ("Спасибо", 2)


async def test_a_token_of_somebody_else_publishes_nothing(stage: Stage) -> None:
    other = await opened(stage.control, stage.connector)
    account = Account(stage.account.target, {"token": other.account.secrets["token"]})
    outcome = await stage.connector.publish(account, post("Чужое"))
    assert isinstance(outcome, Rejected)
    assert outcome.reason.code == "network.no_rights"
    assert await other.posts() == []


async def test_the_server_says_what_it_takes(stage: Stage) -> None:
    told = (await stage.connector.probe(stage.account)).limits
    assert told == OwnLimits(
        text=500,
        link=23,
        images=4,
        image_size=16 * 1024 * 1024,
        image_pixels=33_177_600,
        alt_text=1500,
        poll_options=4,
        poll_option=50,
    )


async def test_a_server_that_does_not_say_so_is_taken_for_a_usual_one(stage: Stage) -> None:
    await stage.order("error", "GET /api/v2/instance", code=404)
    probe = await stage.connector.probe(stage.account)
    assert (probe.limits, probe.missing) == (None, ())
