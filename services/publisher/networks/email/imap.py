"""What came into a mailbox since the last look, read by IMAP without changing anything in it.

Python's own `imaplib`, in a thread: it is kept with the language and needs no other library, and one look a minute is no
burden for a thread. It is cut off from outside when the time is over, whatever the server does.
"""

import asyncio
import imaplib
import re
import socket
import ssl
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Final, cast

from services.publisher.networks.email.doors import Door, Security
from services.publisher.networks.email.smtp import connected
from services.publisher.networks.outcomes import NeedsReauthorization, Retry
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Refused, Timeouts

PAGE: Final = 20  # letters of one look; the rest comes with the next one
WITHIN: Final = 8.0  # seconds, after which it leaves the rest too
LARGEST: Final = 1_000_000  # bytes of one letter: what is behind them was sent along with it
_AT_ONCE: Final = 16
_LOST: Final = timedelta(days=2)  # how far back it looks when the server has numbered its letters anew
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_NOT_NOW: Final = re.compile(r"\[(?:UNAVAILABLE|LIMIT|INUSE|SERVERBUG)\b", re.IGNORECASE | re.ASCII)  # RFC 5530
_CURSOR: Final = re.compile(r"(\d{1,10}):(\d{1,10})", re.ASCII)


@dataclass(frozen=True)
class Read:
    letters: tuple[bytes, ...]  # oldest first
    cursor: str  # UIDVALIDITY:UID of the last one


class Reading:
    def __init__(self, timeouts: Timeouts, trust: ssl.SSLContext) -> None:
        self._timeouts = timeouts
        self._trust = trust
        self._hands = ThreadPoolExecutor(_AT_ONCE, "imap")

    async def since(self, door: Door, cursor: str | None, now: datetime) -> Read:
        """What came behind `cursor`; without one nothing but the place of now. Raises Refused."""
        place = _CURSOR.fullmatch(cursor or "")
        known = None if place is None else (int(place[1]), int(place[2]))
        line = _Line(await connected(door, self._timeouts.connect))
        line.connection.settimeout(self._timeouts.read)
        look = asyncio.get_running_loop().run_in_executor(
            self._hands, _look, door, line, self._trust, known, (now - _LOST).date().timetuple()[:3]
        )
        try:
            async with asyncio.timeout(WITHIN + self._timeouts.read):
                return await look
        except TimeoutError as error:
            raise Refused(Retry(reason("preparation_lost", "too slow"))) from error
        finally:
            line.cut()


@dataclass
class _Line:
    """A connection that can be cut while a thread waits in it."""

    connection: socket.socket

    def encrypt(self, trust: ssl.SSLContext, host: str) -> None:
        encrypted = trust.wrap_socket(self.connection, server_hostname=host, do_handshake_on_connect=False)
        self.connection = encrypted
        encrypted.do_handshake()

    def cut(self) -> None:
        with suppress(OSError):
            self.connection.shutdown(socket.SHUT_RDWR)
        self.connection.close()


class _Mailbox(imaplib.IMAP4):
    """A connection that is there already. `open` and `read` are what imaplib lets others put in the place of its own."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        super().__init__()

    def open(self, host: str = "", port: int = 0, timeout: float | None = None) -> None:
        del host, port, timeout
        self.host, self.port = "", 0
        self.sock = self._connection
        self.file = self.sock.makefile("rb")

    def read(self, size: int) -> bytes:
        if size > LARGEST + 1000:
            raise self.abort("more than was asked for")
        return super().read(size)


def _look(
    door: Door,
    line: _Line,
    trust: ssl.SSLContext,
    known: tuple[int, int] | None,
    day: tuple[int, int, int],
) -> Read:
    """In a thread. Raises Refused."""
    try:
        if door.security is Security.IMPLICIT:
            line.encrypt(trust, door.host)
        mailbox = _Mailbox(line.connection)
        try:
            return _read(mailbox, door, known, day)
        finally:
            with suppress(imaplib.IMAP4.error, OSError):
                mailbox.logout()
            with suppress(OSError):
                mailbox.shutdown()
    except (imaplib.IMAP4.error, OSError, ValueError) as error:
        raise Refused(Retry(reason("preparation_lost", type(error).__name__))) from error


def _read(mailbox: imaplib.IMAP4, door: Door, known: tuple[int, int] | None, day: tuple[int, int, int]) -> Read:
    try:
        mailbox.login(_quoted(door.user), door.password)
    except imaplib.IMAP4.abort:
        raise
    except imaplib.IMAP4.error as error:
        said = _said(error)
        if _NOT_NOW.match(said):  # not a word about who signed in
            raise Refused(Retry(reason("server_error", said))) from error
        raise Refused(NeedsReauthorization(reason("token_invalid", said))) from error
    _done(mailbox.select("INBOX", readonly=True))
    validity, following = _number(mailbox, "UIDVALIDITY"), _number(mailbox, "UIDNEXT")
    if known is None:
        return Read((), f"{validity}:{max(0, following - 1)}")
    year, month, number = day
    is_numbered_anew = known[0] != validity
    place = 0 if is_numbered_anew else known[1]
    wanted = f"SINCE {number}-{_MONTHS[month - 1]}-{year}" if is_numbered_anew else f"UID {place + 1}:*"
    letters: list[bytes] = []
    end = monotonic() + WITHIN
    found = sorted(uid for uid in _uids(_done(mailbox.uid("SEARCH", wanted))) if uid > place)
    for uid in found[:PAGE]:
        letters += _letter(_done(mailbox.uid("FETCH", str(uid), f"(BODY.PEEK[]<0.{LARGEST}>)")))
        place = uid
        if monotonic() > end:
            break
    if is_numbered_anew and not found:
        place = max(0, following - 1)
    return Read(tuple(letters), f"{validity}:{place}")


def _done(answer: tuple[str, Sequence[object]]) -> Sequence[object]:
    kind, data = answer
    if kind != "OK":
        raise imaplib.IMAP4.error(kind)
    return data


def _number(mailbox: imaplib.IMAP4, name: str) -> int:
    """Raises ValueError when the server does not tell it, as it must."""
    _, data = mailbox.response(name)
    told = data[-1] if data else None
    return int(told) if isinstance(told, bytes) else int("")


def _uids(data: Sequence[object]) -> Iterator[int]:
    for line in data:
        if isinstance(line, bytes):
            yield from (int(word) for word in line.split() if word.isdigit())


def _letter(data: Sequence[object]) -> list[bytes]:
    """One, or none when it was taken away meanwhile."""
    parts = [cast("tuple[object, ...]", part) for part in data if isinstance(part, tuple)]
    return [content for _, content in parts if isinstance(content, bytes)]


def _quoted(user: str) -> str:
    """As imaplib quotes the password, and nothing else."""
    escaped = user.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _said(error: imaplib.IMAP4.error) -> str:
    words = error.args[0] if error.args else b""
    return (words.decode("utf-8", "replace") if isinstance(words, bytes) else str(words))[:200]
