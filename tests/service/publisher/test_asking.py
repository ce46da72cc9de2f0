"""Networks that call no hook are asked every minute: nothing is lost, nothing comes twice, and one chain asks."""

import asyncio
from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, text
from sqlmodel import select
from structlog.testing import capture_logs

from services.publisher.channels.tables import Channel, Mailbox
from services.publisher.conversations.actions import receiving
from services.publisher.networks.accounts import Network, Probe
from services.publisher.networks.inbound import CommentReceived, Fetched, Mentioned, MessageReceived, Sender, Update
from services.publisher.networks.outcomes import Unreachable, UpdatesRefused
from services.publisher.networks.reasons import reason
from shared.context import Context
from shared.contracts.gateway import NotificationRequested
from shared.contracts.publisher import DirectMessageReceived, MailboxAskDue
from tests.service.publisher.fake_networks import FakeNetwork
from tests.service.publisher.newsroom import Newsroom, answered

AT = datetime(2031, 3, 3, 8, 59, tzinfo=UTC)


def written(number: int) -> Update:
    return MessageReceived(f"m{number}", Sender("1001", "Анна Котова"), f"Вопрос {number}", AT)


def fetched(*numbers: int, cursor: str) -> Fetched:
    return Fetched(tuple(map(written, numbers)), cursor)


async def connected(newsroom: Newsroom) -> FakeNetwork:
    network = newsroom.networks[Network.BLUESKY]
    network.probed = Probe(title="Профсоюз", mailbox="did:plc:us")
    await newsroom.channel(Network.BLUESKY, external_id="union.bsky.social")
    await newsroom.drain()
    return network


async def a_minute_later(newsroom: Newsroom, seconds: float = 61) -> None:
    newsroom.kit.advance(seconds=seconds)
    await newsroom.drain()


async def mailbox(newsroom: Newsroom) -> Mailbox:
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        (only,) = await context.store.all(select(Mailbox))
        return only


async def heard(newsroom: Newsroom) -> tuple[bool, list[str]]:
    """Whether the channel receives what is written to it, and what it is missing."""
    (channel,) = answered(await newsroom.client.get("/v1/channels"))["items"]
    return channel["receives_updates"], [entry["reason"]["code"] for entry in channel["missing"]]


async def texts(newsroom: Newsroom) -> list[str]:
    return [message.text for message in await newsroom.kit.emitted(newsroom.tenant, DirectMessageReceived)]


async def test_a_network_is_asked_at_once_and_then_every_minute(newsroom: Newsroom) -> None:
    network = await connected(newsroom)
    assert network.cursors == [None]
    await newsroom.drain()
    assert len(network.cursors) == 1, "not before a minute is over"
    for _ in range(3):
        await a_minute_later(newsroom)
    assert network.cursors == [None, *["the beginning"] * 3]
    assert (await mailbox(newsroom)).asked == 4


async def test_what_it_tells_comes_in_once_and_it_goes_on_from_there(newsroom: Newsroom) -> None:
    network = await connected(newsroom)
    network.fetched += [fetched(1, 2, cursor="c2"), fetched(2, 3, cursor="c3"), fetched(cursor="c3")]
    newsroom.kit.advance(seconds=61)
    due = MailboxAskDue(mailbox_id=(await mailbox(newsroom)).id, asked=1)
    assert (await newsroom.kit.deliver(newsroom.tenant, due)).error is None
    assert await texts(newsroom) == ["Вопрос 1", "Вопрос 2"]
    due = MailboxAskDue(mailbox_id=due.mailbox_id, asked=2)
    assert (await newsroom.kit.deliver(newsroom.tenant, due)).error is None
    assert await texts(newsroom) == ["Вопрос 1", "Вопрос 2", "Вопрос 3"]
    assert (await mailbox(newsroom)).cursor == "c3"
    assert network.cursors == [None, "the beginning", "c2"]


async def test_of_many_that_ask_at_once_one_takes_in(newsroom: Newsroom) -> None:
    network = await connected(newsroom)
    due = MailboxAskDue(mailbox_id=(await mailbox(newsroom)).id, asked=1)
    network.fetched += [fetched(1, 2, cursor="c2")] * 10
    answers = await asyncio.gather(*(newsroom.kit.deliver(newsroom.tenant, due) for _ in range(10)))
    assert [answer.error for answer in answers] == [None] * 10
    assert await texts(newsroom) == ["Вопрос 1", "Вопрос 2"]
    assert (await mailbox(newsroom)).asked == 2
    assert len([d for d in await newsroom.kit.emitted(newsroom.tenant, MailboxAskDue) if d.asked == 2]) == 1


async def test_a_network_that_is_away_is_asked_again_from_the_same_place(newsroom: Newsroom) -> None:
    network = await connected(newsroom)
    network.fetched += [Unreachable(), fetched(1, cursor="c1")]
    await a_minute_later(newsroom)
    assert (await mailbox(newsroom)).asked == 1
    await a_minute_later(newsroom)
    assert network.cursors == [None, "the beginning", "the beginning"]
    assert (await mailbox(newsroom)).cursor == "c1"


async def test_a_network_that_refuses_is_told_of_and_asked_each_hour(newsroom: Newsroom) -> None:
    network = await connected(newsroom)
    assert await heard(newsroom) == (True, [])
    due = MailboxAskDue(mailbox_id=(await mailbox(newsroom)).id, asked=1)
    network.fetched.append(UpdatesRefused(reason("token_invalid")))
    answer = await newsroom.kit.deliver(newsroom.tenant, due)
    assert answer.retry_after == 3600
    assert await heard(newsroom) == (False, ["network.token_invalid"])
    (told,) = await newsroom.kit.emitted(newsroom.tenant, NotificationRequested)
    assert "не получает сообщений" in told.title["ru"]

    network.fetched += [UpdatesRefused(reason("token_invalid")), fetched(1, cursor="c1")]
    await a_minute_later(newsroom)
    calls = len(network.cursors)
    for _ in range(5):
        await a_minute_later(newsroom, seconds=600)
    assert len(network.cursors) == calls, "not each minute"
    await a_minute_later(newsroom, seconds=601)
    assert await heard(newsroom) == (True, [])
    assert (await mailbox(newsroom)).cursor == "c1"


async def test_a_refusal_of_the_credentials_before_says_nothing_of_the_new_ones(newsroom: Newsroom) -> None:
    network = await connected(newsroom)
    due = MailboxAskDue(mailbox_id=(await mailbox(newsroom)).id, asked=1)
    channel = answered(await newsroom.client.get("/v1/channels"))["items"][0]

    async def given_meanwhile() -> None:
        body = {"credentials": {"app_password": "2345-abcd-efgh-wxyz"}}
        answered(await newsroom.client.post(f"/v1/channels/{channel['id']}/reauthorize", json=body))

    network.meanwhile = given_meanwhile
    network.fetched.append(UpdatesRefused(reason("token_invalid")))
    await newsroom.kit.deliver(newsroom.tenant, due)
    assert await heard(newsroom) == (True, [])


async def test_channels_of_one_account_ask_as_one(newsroom: Newsroom) -> None:
    network = await connected(newsroom)
    await newsroom.channel(Network.BLUESKY, external_id="did:plc:aaaaaaaaaaaaaaaaaaaaaaaa")
    await newsroom.drain()
    assert len(network.cursors) == 2, "a new channel asks at once"
    await a_minute_later(newsroom)
    await a_minute_later(newsroom)
    assert len(network.cursors) == 4, "and then there is one chain again"


async def test_it_ends_when_no_channel_is_left(newsroom: Newsroom) -> None:
    network = await connected(newsroom)
    async with newsroom.kit.transaction(newsroom.tenant) as context:
        (channel,) = await context.store.all(select(Channel))
        kept = await context.store.get(Mailbox, channel.mailbox_id)
        other = Mailbox(network=kept.network, external_id="another", hook_secret=kept.hook_secret, hook_version=1)
        channel.mailbox_id = (await context.store.insert(other)).id
    for _ in range(3):
        await a_minute_later(newsroom)
    assert len(network.cursors) == 1


async def test_a_network_with_a_hook_is_not_asked(newsroom: Newsroom) -> None:
    await newsroom.channel(Network.TELEGRAM)
    await newsroom.drain()
    await a_minute_later(newsroom)
    assert newsroom.networks[Network.TELEGRAM].cursors == []


ANNA = Sender("1001", "Анна Котова")
SPOILED: list[Update] = [
    CommentReceived("k1", ANNA, "post\0", "comment", "Да", AT),  # refused by the database
    Mentioned("k2\0", ANNA, "https://a.example", "Да", AT),  # not even to be looked for
    MessageReceived("k3\ud800", ANNA, "Да", AT),
    MessageReceived("k4", Sender("1\x002", "Борис"), "Да", AT),
]


@contextmanager
def counted(newsroom: Newsroom) -> Generator[list[str], None, None]:
    statements: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        statements.append(statement)

    engine = newsroom.kit.runtime.database.engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def asked_again(newsroom: Newsroom) -> str | None:
    """What stood in the way of it."""
    newsroom.kit.advance(seconds=61)
    box = await mailbox(newsroom)
    answer = await newsroom.kit.deliver(newsroom.tenant, MailboxAskDue(mailbox_id=box.id, asked=box.asked))
    return answer.error


@pytest.mark.parametrize("spoiled", SPOILED)
async def test_what_cannot_be_kept_holds_up_nothing(newsroom: Newsroom, spoiled: Update) -> None:
    network = await connected(newsroom)
    network.fetched.append(Fetched((written(1), spoiled, written(2)), "c2"))
    with capture_logs() as logs:
        assert await asked_again(newsroom) is None
    assert await texts(newsroom) == ["Вопрос 1", "Вопрос 2"]
    assert (await mailbox(newsroom)).cursor == "c2"
    (told,) = [entry for entry in logs if entry["event"] == "update.passed_over"]
    assert (told["update"], told["network"]) == (type(spoiled).__name__, "bluesky")
    assert "Да" not in str(told)


async def test_nor_does_what_breaks_its_keeping(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    async def broken(context: Context, *_: object) -> None:
        raise KeyError("Не платят премию")

    monkeypatch.setattr(receiving, "pass_on", broken)
    network = await connected(newsroom)
    network.fetched.append(Fetched((written(1), Mentioned("k", ANNA, "https://a.example", "Да", AT), written(2)), "c"))
    with capture_logs() as logs:
        assert await asked_again(newsroom) is None
    assert await texts(newsroom) == ["Вопрос 1", "Вопрос 2"]
    (told,) = [entry["error"] for entry in logs if entry["event"] == "update.passed_over"]
    assert told.startswith("KeyError in test_nor_does")
    assert "премию" not in told


@pytest.mark.parametrize(
    "moment",
    [
        "SELECT pg_terminate_backend(pg_backend_pid())",
        "DO $$ BEGIN RAISE deadlock_detected; END $$",
        "DO $$ BEGIN RAISE query_canceled; END $$",
    ],
)
async def test_while_the_database_is_away_or_busy_nothing_is_passed_over(
    newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    async def away(context: Context, *_: object) -> None:
        await context.store.execute(text(moment))

    network = await connected(newsroom)
    page = Fetched((written(1), Mentioned("k", ANNA, "https://a.example", "Да", AT)), "c")
    network.fetched += [page, page]
    with monkeypatch.context() as patched, capture_logs() as logs:
        patched.setattr(receiving, "pass_on", away)
        await asked_again(newsroom)
    assert [entry for entry in logs if entry["event"] == "update.passed_over"] == []
    assert (await texts(newsroom), (await mailbox(newsroom)).cursor) == ([], "the beginning")
    assert await asked_again(newsroom) is None
    assert (await texts(newsroom), (await mailbox(newsroom)).cursor) == (["Вопрос 1"], "c")


async def test_a_page_costs_one_savepoint_however_long_it_is(newsroom: Newsroom) -> None:
    network = await connected(newsroom)
    network.fetched.append(fetched(*range(10), cursor="c"))
    with counted(newsroom) as statements:
        assert await asked_again(newsroom) is None
    assert len([statement for statement in statements if statement.startswith("SAVEPOINT")]) == 1
    assert len(await texts(newsroom)) == 10
