"""Mail over SMTP: one message to one person, and what became of it.

The address of the server is a URL: `smtp://host:port` (as it is), `smtp+starttls://` or `smtps://` (both encrypted, the
server's certificate checked), with `user:password@` where the server asks for it. Nothing of a message is logged here.
"""

import re
import ssl
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as WIRE
from email.utils import format_datetime, parseaddr
from enum import StrEnum
from typing import Final
from urllib.parse import unquote, urlsplit
from uuid import UUID

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from shared.clock import Clock, new_id

_PORTS: Final[Mapping[str, int]] = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}
_UNPRINTABLE: Final = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
_HEADER_NAME: Final = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,60}")
_OWN_HEADERS: Final = frozenset(
    {"from", "sender", "to", "cc", "bcc", "reply-to", "subject", "date", "message-id", "mime-version", "return-path"}
)
_LOCAL_PART: Final = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")
_LONGEST_ADDRESS: Final = 254
_PERMANENT: Final = 500  # SMTP: from here on the server says never, below it says not now


class MailState(StrEnum):
    SENT = "sent"  # the server has taken it
    REJECTED = "rejected"  # it never will: no such mailbox, no such address
    FAILED = "failed"  # it certainly has not, and may be asked again
    UNKNOWN = "unknown"  # the connection was lost after the text had gone


@dataclass(frozen=True)
class MailOutcome:
    """`code` is the server's three digits, or why it was never asked: `address`, `not_configured`, `connection`."""

    state: MailState
    code: str | None = None


class UnsafeHeaderError(ValueError):
    """A line break or another control character in what becomes a header, or a header that is not the caller's."""


def mail_address(text: str) -> str | None:
    """The address as it goes over the wire (the domain in ASCII), None for what is none."""
    local, _, domain = text.rpartition("@")
    try:
        host = domain.encode("idna").decode("ascii").lower()
    except UnicodeError:
        return None
    address = f"{local}@{host}"
    dotted = local.startswith(".") or local.endswith(".") or ".." in local
    labels = all(re.fullmatch(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?", label) for label in host.split("."))
    if dotted or not labels or not _LOCAL_PART.fullmatch(local) or len(address) > _LONGEST_ADDRESS:
        return None
    return address


class Mailer:
    def __init__(
        self, url: str | None, sender: str, clock: Clock, *, seconds: float = 10.0, trust: ssl.SSLContext | None = None
    ) -> None:
        """Without a `url` nothing is sent. `sender` is `Name <address>`; `trust` says which certificates are believed.

        `seconds` is how long one step may take. Raises ValueError for a URL that is none.
        """
        self._server = _Server.of(url) if url else None
        self._name, self._address = parseaddr(_printable(sender))
        self._clock = clock
        self._seconds = seconds
        self._trust = trust
        if "@" not in self._address:
            raise ValueError("the sender of mail needs an address")

    @property
    def is_configured(self) -> bool:
        return self._server is not None

    async def send(
        self,
        to: str,
        subject: str,
        text: str,
        html: str | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        message_id: UUID | None = None,
    ) -> MailOutcome:
        """Send one message. The same `message_id` again lets the reader's server see that it is a repeat.

        Raises UnsafeHeaderError.
        """
        address = mail_address(_printable(to))
        if self._server is None:
            return MailOutcome(MailState.REJECTED, "not_configured")
        if address is None:
            return MailOutcome(MailState.REJECTED, "address")
        message = self._message(address, subject, text, html, headers or {}, message_id or new_id())
        return await self._hand_over(self._server, address, message.as_bytes(policy=WIRE))

    async def reaches_server(self) -> bool:
        """Whether the server is there and lets us in."""
        if self._server is None:
            return False
        smtp = self._client(self._server)
        try:
            await smtp.connect()
            await smtp.quit()
        except (SMTPException, OSError):
            return False
        finally:
            smtp.close()
        return True

    async def _hand_over(self, server: "_Server", address: str, content: bytes) -> MailOutcome:
        smtp = self._client(server)
        is_about_reader = is_under_way = False
        try:
            await smtp.connect()
            await smtp.mail(self._address)
            is_about_reader = True  # a "never" before this is about us: our password, our sender
            await smtp.rcpt(address)
            is_under_way = True
            await smtp.data(content)
        except SMTPResponseException as error:
            is_final = is_about_reader and error.code >= _PERMANENT
            return MailOutcome(MailState.REJECTED if is_final else MailState.FAILED, str(error.code))
        except (SMTPException, OSError):
            return MailOutcome(MailState.UNKNOWN if is_under_way else MailState.FAILED, "connection")
        else:
            with suppress(SMTPException, OSError):  # it was taken: that the goodbye is lost changes nothing
                await smtp.quit()
            return MailOutcome(MailState.SENT)
        finally:
            smtp.close()

    def _client(self, server: "_Server") -> SMTP:
        return SMTP(
            hostname=server.host,
            port=server.port,
            username=server.user,
            password=server.password,
            use_tls=server.scheme == "smtps",
            start_tls=server.scheme == "smtp+starttls",
            tls_context=self._trust,
            local_hostname=self._address.rpartition("@")[2],
            timeout=self._seconds,
        )

    def _message(
        self, to: str, subject: str, text: str, html: str | None, headers: Mapping[str, str], message_id: UUID
    ) -> EmailMessage:
        message = EmailMessage(policy=WIRE)
        message["From"] = Address(self._name, addr_spec=self._address)
        message["To"] = Address(addr_spec=to)
        message["Subject"] = _printable(subject)
        message["Date"] = format_datetime(self._clock.now())
        message["Message-ID"] = f"<{message_id}@{self._address.rpartition('@')[2]}>"
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's absence notice answers a machine
        for name, value in headers.items():
            if not _HEADER_NAME.fullmatch(name) or name.lower() in _OWN_HEADERS:
                raise UnsafeHeaderError(name)
            message[name] = _printable(value)
        message.set_content(text)
        if html is not None:
            message.add_alternative(html, subtype="html")
        return message


@dataclass(frozen=True)
class _Server:
    scheme: str
    host: str
    port: int
    user: str | None
    password: str | None

    @classmethod
    def of(cls, url: str) -> "_Server":
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise ValueError("mail needs smtp://, smtp+starttls:// or smtps:// and a host")
        user = unquote(parts.username) if parts.username else None
        password = unquote(parts.password) if parts.password else None
        return cls(parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme], user, password)

    def __repr__(self) -> str:
        return f"{self.scheme}://{self.host}:{self.port}"  # never the password


def _printable(value: str) -> str:
    if _UNPRINTABLE.search(value):
        raise UnsafeHeaderError
    return value
