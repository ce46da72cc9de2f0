"""The mailer against the mail catcher: what is caught, what is refused, and what nobody can smuggle into a header."""

import asyncio
from collections.abc import AsyncGenerator
from dataclasses import dataclass
from uuid import UUID

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from deploy.sandbox.main import create_app
from deploy.sandbox.settings import SandboxSettings
from shared.clock import SystemClock
from shared.mail import Mailer, MailOutcome, MailState, UnsafeHeaderError, mail_address
from tests.contract.sandbox.stand import served

SENDER = "Профсоюз <no-reply@union.test>"


@dataclass(frozen=True)
class Post:
    mailer: Mailer
    client: httpx.AsyncClient

    async def caught(self, to: str) -> list[dict[str, object]]:
        return (await self.client.get("/control/mails", params={"to": to})).json()


@pytest.fixture(scope="module")
async def post() -> AsyncGenerator[Post]:
    app = create_app(SandboxSettings(state=None, development_accounts=False, smtp_port=0))
    async with (
        served(app) as address,
        httpx.AsyncClient(base_url=address, trust_env=False, verify=False) as client,  # noqa: S501 - plain HTTP
    ):
        url = f"smtp://127.0.0.1:{app.state.catcher.port}"
        yield Post(Mailer(url, SENDER, SystemClock(), seconds=2.0), client)


async def test_a_message_arrives_as_it_was_written(post: Post) -> None:
    number = UUID(int=7)
    outcome = await post.mailer.send(
        "Anna@Example.org",
        "Код для входа",
        "Ваш код: 123456\n",
        "<p>Ваш код: <b>123456</b></p>",
        headers={"List-Unsubscribe": "<https://union.test/out>"},
        message_id=number,
    )
    assert outcome == MailOutcome(MailState.SENT)
    (mail,) = await post.caught("Anna@example.org")
    headers = mail["headers"]
    assert isinstance(headers, dict)
    assert (mail["sender"], mail["subject"]) == ("no-reply@union.test", "Код для входа")
    assert str(mail["text"]).strip() == "Ваш код: 123456"
    assert "<b>123456</b>" in str(mail["html"])
    assert headers["From"] == SENDER
    assert headers["Message-ID"] == f"<{number}@union.test>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["List-Unsubscribe"] == "<https://union.test/out>"


@pytest.mark.parametrize(
    ("to", "outcome"),
    [
        ("refused@example.org", MailOutcome(MailState.REJECTED, "550")),
        ("later@example.org", MailOutcome(MailState.FAILED, "451")),
        ("lost@example.org", MailOutcome(MailState.UNKNOWN, "connection")),
        ("no address", MailOutcome(MailState.REJECTED, "address")),
    ],
)
async def test_what_became_of_it_is_told_apart(post: Post, to: str, outcome: MailOutcome) -> None:
    assert await post.mailer.send(to, "Тема", "Текст") == outcome


async def test_mail_that_was_lost_on_the_way_back_was_taken(post: Post) -> None:
    await post.mailer.send("lost@taken.example", "Тема", "Текст")
    assert len(await post.caught("lost@taken.example")) == 1


async def test_without_a_server_it_certainly_was_not_sent(post: Post) -> None:
    nobody = Mailer("smtp://127.0.0.1:1", SENDER, SystemClock(), seconds=1.0)
    assert await nobody.send("anna@example.org", "Тема", "Текст") == MailOutcome(MailState.FAILED, "connection")
    assert (await post.mailer.reaches_server(), await nobody.reaches_server()) == (True, False)


async def test_a_server_that_says_nothing_is_given_up(post: Post) -> None:
    del post

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()

    async with await asyncio.start_server(silent, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        mailer = Mailer(f"smtp://127.0.0.1:{port}", SENDER, SystemClock(), seconds=0.2)
        assert (await mailer.send("anna@example.org", "Тема", "Текст")).state is MailState.FAILED


async def test_without_a_url_nothing_is_sent() -> None:
    mailer = Mailer(None, SENDER, SystemClock())
    assert await mailer.send("anna@example.org", "Тема", "Текст") == MailOutcome(MailState.REJECTED, "not_configured")


@pytest.mark.parametrize(
    "injected", ["a\r\nBcc: all@example.org", "a\nX: y", "a\rX: y", "a\x00", "a\u2028X: y", "a\x85X: y"]
)
async def test_no_line_break_gets_into_a_header(post: Post, injected: str) -> None:
    with pytest.raises(UnsafeHeaderError):
        await post.mailer.send("anna@inject.example", injected, "Текст")
    with pytest.raises(UnsafeHeaderError):
        await post.mailer.send(f"anna@inject.example{injected}", "Тема", "Текст")
    with pytest.raises(UnsafeHeaderError):
        await post.mailer.send("anna@inject.example", "Тема", "Текст", headers={"X-Kind": injected})
    assert await post.caught("anna@inject.example") == []


@pytest.mark.parametrize("name", ["Bcc", "from", "Subject", "X: y\r\nBcc", "", "Пример"])
async def test_nobody_sets_another_header_than_their_own(post: Post, name: str) -> None:
    with pytest.raises(UnsafeHeaderError):
        await post.mailer.send("anna@example.org", "Тема", "Текст", headers={name: "x"})


@given(st.text(max_size=40), st.text(max_size=40))
def test_an_address_is_one_address(local: str, domain: str) -> None:
    address = mail_address(f"{local}@{domain}")
    if address is not None:
        assert address.isascii()
        assert not set(address) & set(" \r\n<>,;:\"'()[]\\\x00") - {"'"}
        assert address.count("@") == 1


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("a@b.ru", "a@b.ru"),
        ("a@профсоюз.рф", "a@xn--g1anacfhu6f.xn--p1ai"),
        ("a.b+c@B.RU", "a.b+c@b.ru"),
        ("анна@b.ru", None),
        ("a..b@b.ru", None),
        ("a@b.ru, c@d.ru", None),
        ("a@-b.ru", None),
        ("a@", None),
        ("@b.ru", None),
    ],
)
def test_known_addresses(text: str, address: str | None) -> None:
    assert mail_address(text) == address


@pytest.mark.parametrize("url", ["http://x", "smtp://", "mail.example.org", "smtp://x:y"])
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"mail needs|[Pp]ort"):
        Mailer(url, SENDER, SystemClock())


def test_a_password_is_not_in_what_is_printed() -> None:
    mailer = Mailer("smtps://robot:s3cret-word@mail.example.org", SENDER, SystemClock())
    assert "s3cret-word" not in repr(vars(mailer))
