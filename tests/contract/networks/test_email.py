"""Mail alone: what servers answer at each step, threads, a mailbox read on from the last letter, and loops."""

import asyncio
import threading
from collections.abc import AsyncGenerator
from datetime import datetime
from email import policy
from email.message import EmailMessage
from typing import cast

import httpx
import pytest

from deploy.sandbox.main import create_app
from deploy.sandbox.networks.email.names import credentials, mailbox_of
from deploy.sandbox.networks.email.network import Email
from deploy.sandbox.settings import SandboxSettings
from services.publisher.networks.accounts import Ability, Account, Network
from services.publisher.networks.contents import Answered, DirectMessage, Post
from services.publisher.networks.email import connector as connecting
from services.publisher.networks.email import imap
from services.publisher.networks.email.connector import EmailConnector
from services.publisher.networks.email.letters import Outgoing, post_letter
from services.publisher.networks.inbound import Hook, MalformedUpdate, MessageReceived, Update
from services.publisher.networks.outcomes import (
    NeedsReauthorization,
    Outcome,
    Refusal,
    Rejected,
    Retry,
    Sent,
    Throttled,
    Unreachable,
    UpdatesRefused,
)
from services.publisher.networks.transport import Timeouts
from shared.clock import new_id
from tests.contract.networks.stage import SECRET, Stage, image, opened, post, served
from tests.contract.networks.staged.staging import Json

pytestmark = pytest.mark.parametrize("stage", [Network.EMAIL], indirect=True)


def fault(stage: Stage, code: int, message: str) -> dict[str, object]:
    return {"kind": "error", "account_id": stage.community_id, "code": code, "message": message}


async def letters(stage: Stage) -> list[Json]:
    """What was told of the letters that were sent, as far as the server read it."""
    return [cast("Json", call["params"]) for call in await stage.calls_of("DATA")]


def code(outcome: Outcome) -> str:
    assert not isinstance(outcome, Sent)
    return outcome.reason.code.removeprefix("network.")


STEPS: list[tuple[str, int, str, type[Refusal], str]] = [
    ("AUTH", 535, "5.7.8 authentication failed", NeedsReauthorization, "token_invalid"),
    ("AUTH", 454, "4.7.0 Temporary authentication failure", Retry, "server_error"),
    ("MAIL", 553, "5.7.1 Sender address rejected", Rejected, "sender_refused"),
    ("MAIL", 552, "5.3.4 Message size exceeds fixed limit", Rejected, "letter_too_large"),
    ("MAIL", 421, "4.3.2 Service shutting down", Retry, "server_error"),
    ("RCPT", 550, "5.1.1 No such user", Rejected, "mailbox_not_found"),
    ("RCPT", 550, "5.7.1 Not allowed to post to this list", Rejected, "mail_not_accepted"),
    ("RCPT", 552, "5.2.2 Mailbox full", Rejected, "mailbox_full"),
    ("RCPT", 450, "4.2.0 Greylisted", Retry, "server_error"),
    ("RCPT", 451, "4.7.1 Ratelimit exceeded", Throttled, "throttled"),
    ("DATA", 554, "5.7.1 Spam message rejected", Rejected, "content_blocked"),
    ("DATA", 552, "5.3.4 Too large", Rejected, "letter_too_large"),
    ("DATA", 451, "4.3.0 Try again later", Retry, "server_error"),
    ("DATA", 421, "4.7.0 Too many messages", Throttled, "throttled"),
]


@pytest.mark.parametrize(("step", "number", "words", "kind", "name"), STEPS)
async def test_what_a_server_says_no_with_is_an_outcome(
    stage: Stage, step: str, number: int, words: str, kind: type[Refusal], name: str
) -> None:
    await stage.order(method=step, **fault(stage, number, words))  # type: ignore[reportArgumentType]  # kind is among them
    outcome = await stage.connector.publish(stage.account, post("Собрание"))
    assert (type(outcome), code(outcome)) == (kind, name)
    assert await stage.posts() == []
    assert isinstance(await stage.connector.publish(stage.account, post("Собрание")), Sent)


async def test_a_repeat_is_known_by_its_id(stage: Stage) -> None:
    lost = post("Собрание")
    await stage.order("drop", "DATA")
    await stage.connector.publish(stage.account, lost)
    again = await stage.connector.publish(stage.account, lost)
    assert isinstance(again, Sent)
    assert [letter["message_id"] for letter in await letters(stage)] == [f"<{again.external_id}>"] * 2


async def test_an_answer_stands_in_the_thread_of_what_it_answers(stage: Stage) -> None:
    async with stage.hooked() as hearing:
        await stage.write("Не платят премию")
        (asked,) = await hearing.received(1)
        assert isinstance(asked, MessageReceived)
        assert asked.letter is not None
        answered = Answered(asked.letter.subject, asked.letter.references)
        answer = DirectMessage(new_id(), asked.sender.external_user_id, "Разберёмся", answers=answered)
        sent = await stage.connector.send_direct(stage.account, answer)
        assert isinstance(sent, Sent)
        await stage.write("Спасибо!")
        _, thanked = await hearing.received(2)
    (letter,) = await letters(stage)
    assert (letter["subject"], letter["in_reply_to"]) == ("Re: Не платят премию", f"<{asked.letter.references[-1]}>")
    assert isinstance(thanked, MessageReceived)
    assert thanked.letter is not None
    assert thanked.text == "Спасибо!"
    assert "> Разберёмся" in thanked.letter.original
    assert thanked.letter.references[:-1] == (sent.external_id,)


def raw(to: str, **headers: str) -> bytes:
    message = EmailMessage(policy=policy.SMTP)
    usual = {
        "From": "Анна <anna@mail.example>",
        "To": to,
        "Subject": "Вопрос",
        "Message-ID": f"<{new_id()}@mail.example>",
    }
    for name, value in (usual | headers).items():
        message[name] = value
    message.set_content("Когда собрание?", cte="base64")
    return message.as_bytes()


def told(updates: list[Update]) -> list[str]:
    return [update.text for update in updates if isinstance(update, MessageReceived)]


@pytest.fixture
async def house() -> AsyncGenerator[tuple[str, Email]]:
    """Stand-ins of this test's own, whose mail server it can touch."""
    app = create_app(SandboxSettings(state=None, development_accounts=False))
    mail = app.state.sandbox.networks["email"]
    assert isinstance(mail, Email)
    async with served(app) as url:
        yield url, mail


def put(mail: Email, owner_id: int, content: bytes) -> None:
    mail.imap.receive(owner_id, content)


async def test_a_mailbox_is_read_on_page_by_page_and_anew_when_its_numbers_are(
    stage: Stage, house: tuple[str, Email]
) -> None:
    url, mail = house
    async with (
        httpx.AsyncClient(base_url=url, trust_env=False) as control,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        connector = EmailConnector(client, f"{url}/email", Timeouts())
        own = await opened(control, connector)
        first = await connector.fetch_updates(own.account, None)
        assert first is not None
        assert first.updates == ()
        to = mailbox_of(own.community_id)
        for number in range(imap.PAGE + 3):
            put(mail, own.community_id, raw(to, Subject=f"Вопрос {number}"))
        page = await connector.fetch_updates(own.account, first.cursor)
        assert page is not None
        rest = await connector.fetch_updates(own.account, page.cursor)
        assert rest is not None
        assert (len(page.updates), len(rest.updates)) == (imap.PAGE, 3)
        nothing = await connector.fetch_updates(own.account, rest.cursor)
        assert nothing is not None
        assert (nothing.updates, nothing.cursor) == ((), rest.cursor)
        mail.imap.validity = 2
        keys = {update.update_id for update in (*page.updates, *rest.updates)}
        anew = await connector.fetch_updates(own.account, rest.cursor)
        assert anew is not None
        assert anew.cursor.startswith("2:")
        assert len(anew.updates) == imap.PAGE
        assert len(keys & {update.update_id for update in anew.updates}) >= imap.PAGE - 1  # and the one of the opening
    assert stage.network is Network.EMAIL


async def test_robots_loops_and_rubbish_are_passed_over_and_reading_goes_on(
    stage: Stage, house: tuple[str, Email]
) -> None:
    url, mail = house
    async with (
        httpx.AsyncClient(base_url=url, trust_env=False) as control,
        httpx.AsyncClient(trust_env=False) as client,
    ):
        connector = EmailConnector(client, f"{url}/email", Timeouts())
        own = await opened(control, connector)
        start = await connector.fetch_updates(own.account, None)
        assert start is not None
        to = mailbox_of(own.community_id)
        for content in (
            raw(to, **{"Auto-Submitted": "auto-replied"}),
            raw(to, From=to),
            raw(to, From=own.account.target),
            raw(to, From="MAILER-DAEMON@mail.example"),
            b"\xff\xfe not a letter",
            raw(to) + b"x" * imap.LARGEST,  # what is too long is read as far as it is read
            raw(to, Subject="Отпуск"),
        ):
            put(mail, own.community_id, content)
        fetched = await connector.fetch_updates(own.account, start.cursor)
        assert fetched is not None
        assert [text.split("\n")[0] for text in told(list(fetched.updates))] == ["Вопрос", "Отпуск"]
    assert stage.network is Network.EMAIL


@pytest.mark.parametrize("command", ["LOGIN", "EXAMINE", "UID SEARCH", "UID FETCH"])
@pytest.mark.parametrize("kind", ["server_error", "drop", "hang", "unauthorized"])
async def test_what_could_not_be_read_is_read_the_next_time(stage: Stage, command: str, kind: str) -> None:
    async with stage.hooked() as hearing:
        await stage.write("Не платят премию")
        await stage.order(kind, command, **({"seconds": 5} if kind == "hang" else {}))
        before = hearing.cursor
        with pytest.raises(Unreachable):
            await hearing.ask()
        assert hearing.cursor == before
        assert told(await hearing.received(1)) == ["Не платят премию"]


async def test_a_mailbox_that_cannot_be_read_says_so(stage: Stage) -> None:
    hook = Hook("https://vmeste.test/hook", SECRET)
    assert await stage.connector.register_hook(stage.account, hook) is None
    await stage.order("unauthorized", "LOGIN")
    missing = await stage.connector.register_hook(stage.account, hook)
    assert missing is not None
    assert (missing.ability, missing.reason.code) == (Ability.UPDATES, "network.token_invalid")
    await stage.order("unauthorized", "LOGIN")
    with pytest.raises(UpdatesRefused) as refused:
        await stage.connector.fetch_updates(stage.account, "1:0")
    assert refused.value.reason.code == "network.token_invalid"
    secrets = {name: value for name, value in stage.account.secrets.items() if name != "imap_url"}
    unread = Account(stage.account.target, secrets)
    assert await stage.connector.fetch_updates(unread, None) is None
    missing = await stage.connector.register_hook(unread, hook)
    assert missing is not None
    assert missing.reason.code == "network.no_imap"


async def test_a_letter_with_images_is_written_beside_the_loop(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Megabytes of them take a second: other posts do not wait for that."""
    written_by: list[threading.Thread] = []

    def noted(account: Account, one: Post, now: datetime) -> Outgoing:
        written_by.append(threading.current_thread())
        return post_letter(account, one, now)

    monkeypatch.setattr(connecting, "post_letter", noted)
    assert isinstance(await stage.connector.publish(stage.account, post("Собрание", image())), Sent)
    assert len(written_by) == 1
    assert threading.main_thread() not in written_by


async def test_a_wrong_password_stops_the_channel(stage: Stage) -> None:
    account = Account(stage.account.target, credentials(stage.community_id, "wrong"))
    assert isinstance(await stage.connector.publish(account, post("Собрание")), NeedsReauthorization)
    (missing,) = (await stage.connector.probe(account)).missing
    assert (missing.ability, missing.reason.code) == (Ability.PUBLISH, "network.token_invalid")


async def test_a_letter_at_the_hook_is_the_same_message_as_in_the_mailbox(stage: Stage) -> None:
    content = raw(mailbox_of(stage.community_id))
    (posted,) = stage.connector.parse_updates(content)
    (read,) = stage.connector.parse_updates(b"Received: from a by b; Mon, 23 Nov 2026 10:15:00 +0300\r\n" + content)
    assert posted.update_id == read.update_id
    assert stage.connector.verify_hook({"hook-secret": SECRET}, content, SECRET)
    assert not stage.connector.verify_hook({"hook-secret": "another"}, content, SECRET)
    assert not stage.connector.verify_hook({}, content, SECRET)
    assert stage.connector.parse_updates(raw("x@y.example", Precedence="bulk")) == []
    with pytest.raises(MalformedUpdate):
        stage.connector.parse_updates(b"{}")


async def test_a_recipient_that_is_no_address_is_an_outcome(stage: Stage) -> None:
    for recipient in ("", "anna", "a@b\r\nBcc: c@d.example", "a b@c.example"):
        outcome = await stage.connector.send_direct(stage.account, DirectMessage(new_id(), recipient, "Текст"))
        assert isinstance(outcome, Rejected)
    stranger = DirectMessage(new_id(), "box999999@mail.vmeste.example", "Текст")
    outcome = await stage.connector.send_direct(stage.account, stranger)
    assert isinstance(outcome, Rejected)
    assert code(outcome) == "mailbox_not_found"


async def test_many_at_once_do_not_wait_for_one_that_hangs(stage: Stage) -> None:
    await stage.order("hang", "UID SEARCH", seconds=5, account_id=stage.community_id)
    other = await opened(stage.control, stage.connector)
    slow = asyncio.ensure_future(stage.connector.fetch_updates(stage.account, "1:0"))
    assert await stage.connector.fetch_updates(other.account, None) is not None
    with pytest.raises(Unreachable):
        await slow
