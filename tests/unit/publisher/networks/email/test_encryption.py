"""Mail servers are spoken to encrypted alone, and only when their certificate is for the name that was given."""

import asyncio
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from services.publisher.networks.email.doors import Door, Security
from services.publisher.networks.email.imap import Reading
from services.publisher.networks.email.smtp import Submission
from services.publisher.networks.outcomes import Retry
from services.publisher.networks.transport import Budget, Refused, Timeouts
from shared.http import believing
from tests.unit.shared.certificates import Authority

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHORT = Timeouts(connect=2.0, read=2.0, whole=10.0, reserve=1.0)
ANSWERS = {
    "CAPABILITY": b"* CAPABILITY IMAP4rev1\r\n",
    "EXAMINE": b"* 0 EXISTS\r\n* OK [UIDVALIDITY 7] ok\r\n* OK [UIDNEXT 4] ok\r\n",
}


class Heard:
    """Who signed in at the server, and with what."""

    def __init__(self) -> None:
        self.logins = list[tuple[bytes, bytes]]()

    def __call__(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, sent: LoginPassword
    ) -> AuthResult:
        del server, session, envelope, mechanism
        self.logins.append((sent.login, sent.password))
        return AuthResult(success=True)


@asynccontextmanager
async def smtp(tls: ssl.SSLContext, security: Security, heard: Heard) -> AsyncGenerator[int]:
    loop = asyncio.get_running_loop()
    upgrade = tls if security is Security.STARTTLS else None

    def talk() -> SMTP:
        return SMTP(heard, authenticator=heard, auth_require_tls=False, tls_context=upgrade, loop=loop)

    server = await loop.create_server(talk, "127.0.0.1", 0, ssl=tls if security is Security.IMPLICIT else None)
    async with server:
        yield server.sockets[0].getsockname()[1]


@asynccontextmanager
async def imap(tls: ssl.SSLContext) -> AsyncGenerator[int]:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"* OK ready\r\n")
        while line := await reader.readline():
            tag, command, *_ = line.decode().split()
            writer.write(ANSWERS.get(command, b"") + f"{tag} OK done\r\n".encode())
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", ssl=tls)
    async with server:
        yield server.sockets[0].getsockname()[1]


def door(port: int, security: Security, host: str = "127.0.0.1") -> Door:
    return Door(host, "127.0.0.1", port, security, "press", "secret")


@pytest.mark.parametrize("security", [Security.IMPLICIT, Security.STARTTLS])
async def test_a_password_goes_to_the_server_that_was_named_and_to_no_other(tmp_path: Path, security: Security) -> None:
    authority, heard = Authority(tmp_path), Heard()
    submission = Submission(SHORT, believing(authority.file))
    async with smtp(authority.server_context(), security, heard) as port:
        await submission.ask(door(port, security), "press@union.example", "news@union.example", Budget(SHORT))
        assert heard.logins == [(b"press", b"secret")]
        strangers = [
            (submission, "smtp.union.example"),  # the certificate is for another name
            (Submission(SHORT, believing(None)), "127.0.0.1"),  # and nobody known has signed it
        ]
        for asked, host in strangers:
            with pytest.raises(Refused) as caught:
                await asked.ask(door(port, security, host), "press@union.example", "a@union.example", Budget(SHORT))
            assert isinstance(caught.value.outcome, Retry)
        assert len(heard.logins) == 1


async def test_a_server_that_cannot_encrypt_is_told_nothing(tmp_path: Path) -> None:
    authority, heard = Authority(tmp_path), Heard()
    submission = Submission(SHORT, believing(authority.file))
    async with smtp(authority.server_context(), Security.NONE, heard) as port:
        for security in (Security.STARTTLS, Security.IMPLICIT):
            with pytest.raises(Refused):
                await submission.ask(door(port, security), "press@union.example", "a@union.example", Budget(SHORT))
    assert heard.logins == []


async def test_a_mailbox_is_read_encrypted(tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    reading = Reading(SHORT, believing(authority.file))
    async with imap(authority.server_context()) as port:
        read = await reading.since(door(port, Security.IMPLICIT), None, NOW)
        assert (read.letters, read.cursor) == ((), "7:3")
        for asked, host in ((reading, "imap.union.example"), (Reading(SHORT, believing(None)), "127.0.0.1")):
            with pytest.raises(Refused) as caught:
                await asked.since(door(port, Security.IMPLICIT, host), None, NOW)
            assert isinstance(caught.value.outcome, Retry)
