"""The IMAP server: as much of RFC 3501 as reads a mailbox on, and refuses everything else."""

import asyncio
import base64
import re
from collections.abc import Callable
from typing import Final

from deploy.sandbox.answers import News
from deploy.sandbox.faults import Fault, FaultKind
from deploy.sandbox.networks.email.names import NETWORK
from deploy.sandbox.networks.email.taking import Mailroom
from deploy.sandbox.records import Community
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.wire import Call, Outcome, Reply

_WORD: Final = re.compile(r'"((?:[^"\\]|\\.)*)"|(\([^)]*\)|\S+)')
_FETCH: Final = re.compile(r"\(BODY\.PEEK\[\]<0\.(\d{1,9})>\)", re.IGNORECASE)
_SINCE_A_NUMBER: Final = re.compile(r"UID (\d{1,10}):\*", re.IGNORECASE)
_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAY: Final = re.compile(r"SINCE (\d{1,2})-([A-Za-z]{3})-(\d{4})", re.IGNORECASE)


class _GoneError(Exception):
    """The caller went away, or is sent away."""


class ImapServer:
    def __init__(self, sandbox: Sandbox, mailroom: Mailroom) -> None:
        self._sandbox = sandbox
        self._mailroom = mailroom
        self._server: asyncio.Server | None = None
        self._talks: set[asyncio.Task[None]] = set()
        self.validity = 1  # a server that has lost its numbers begins another series under another one

    @property
    def port(self) -> int:
        return 0 if self._server is None else self._server.sockets[0].getsockname()[1]

    async def start(self) -> None:
        self._server = await asyncio.start_server(self._talk, self._sandbox.settings.smtp_host, 0)

    async def stop(self) -> None:
        for task in self._talks:
            task.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def receive(self, owner_id: int, content: bytes) -> None:
        """A letter from outside comes into somebody's mailbox, whatever it is."""
        body = {"raw": base64.b64encode(content).decode()}
        self._sandbox.world.keep_news(NETWORK, owner_id, "letter", dict(body))

    async def _talk(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._talks.add(task)
            task.add_done_callback(self._talks.discard)
        session = _Session(self._sandbox, self._mailroom, self.validity)
        try:
            writer.write(b"* OK [CAPABILITY IMAP4rev1] stand-in\r\n")
            while line := await reader.readline():
                writer.write(await session.answer(line.decode("ascii", "replace").rstrip("\r\n")))
                await writer.drain()
                if session.is_over:
                    break
        except (_GoneError, ConnectionError):
            writer.transport.abort()
        finally:
            writer.close()


class _Session:
    def __init__(self, sandbox: Sandbox, mailroom: Mailroom, validity: int) -> None:
        self._sandbox = sandbox
        self._mailroom = mailroom
        self._validity = validity
        self._community: Community | None = None
        self._is_open = False
        self.is_over = False

    async def answer(self, line: str) -> bytes:
        """What goes back, the tagged line at its end. Raises _GoneError."""
        tag, *words = ["".join(found) for found in _WORD.findall(line)] or ["*"]
        name = " ".join(words[:2]).upper() if words[:1] and words[0].upper() == "UID" else "".join(words[:1]).upper()
        acts: dict[str, Callable[[list[str]], tuple[bytes, str]]] = {
            "CAPABILITY": lambda _: (b"* CAPABILITY IMAP4rev1\r\n", "OK done"),
            "NOOP": lambda _: (b"", "OK done"),
            "LOGIN": self._login,
            "EXAMINE": self._examine,
            "UID SEARCH": self._search,
            "UID FETCH": self._fetch,
            "LOGOUT": self._logout,
        }
        act = acts.get(name)
        if act is None:
            return f"{tag} BAD unknown command\r\n".encode()
        fault = self._sandbox.faults.hit(NETWORK, name, self._accounts)
        told, end = (b"", await self._faulted(name, fault)) if fault is not None else act(words)
        self._note(name, end, fault)
        return told + f"{tag} {end}\r\n".encode()

    async def _faulted(self, name: str, fault: Fault) -> str:
        match fault.order.kind:
            case FaultKind.DROP:
                self._note(name, "", fault, Outcome.DROPPED)
                raise _GoneError
            case FaultKind.HANG:
                await asyncio.wait([asyncio.ensure_future(fault.released.wait())], timeout=fault.order.seconds)
                return "NO [UNAVAILABLE] it took too long"
            case FaultKind.UNAUTHORIZED:
                return "NO [AUTHENTICATIONFAILED] Invalid credentials"
            case _:
                return f"NO {fault.order.message or '[UNAVAILABLE] not now'}"

    def _login(self, words: list[str]) -> tuple[bytes, str]:
        if len(words) != 3:  # noqa: PLR2004 - the command, the name and the password
            return b"", "BAD arguments"
        self._community = self._mailroom.community_of(words[1], words[2])
        return b"", "OK signed in" if self._community else "NO [AUTHENTICATIONFAILED] Invalid credentials"

    def _examine(self, words: list[str]) -> tuple[bytes, str]:
        if self._community is None or words[1:] != ["INBOX"]:
            return b"", "NO there is no such mailbox"
        self._is_open = True
        letters = self._letters()
        following = letters[-1].number + 1 if letters else 1
        told = f"* {len(letters)} EXISTS\r\n* OK [UIDVALIDITY {self._validity}] numbers\r\n* OK [UIDNEXT {following}] next\r\n"
        return told.encode(), "OK [READ-ONLY] opened"

    def _search(self, words: list[str]) -> tuple[bytes, str]:
        if not self._is_open:
            return b"", "BAD no mailbox is open"
        asked = " ".join(words[2:])
        if (number := _SINCE_A_NUMBER.fullmatch(asked)) is not None:
            letters = self._letters()
            found = [one.number for one in letters if one.number >= int(number[1])]
            found = found or [one.number for one in letters[-1:]]  # RFC 3501: `n:*` is the last one at least
        elif (day := _DAY.fullmatch(asked)) is not None and day[2].lower() in _MONTHS:
            since = (int(day[3]), _MONTHS.index(day[2].lower()) + 1, int(day[1]))
            found = [one.number for one in self._letters() if (one.at.year, one.at.month, one.at.day) >= since]
        else:
            return b"", "BAD arguments"
        return f"* SEARCH {' '.join(map(str, found))}".rstrip().encode() + b"\r\n", "OK searched"

    def _fetch(self, words: list[str]) -> tuple[bytes, str]:
        part = _FETCH.fullmatch(words[3]) if len(words) == 4 else None  # noqa: PLR2004 - UID FETCH number (part)
        if not self._is_open or part is None or not words[2].isdecimal():
            return b"", "BAD arguments"
        letters = self._letters()
        place = next((place for place, one in enumerate(letters, 1) if one.number == int(words[2])), None)
        if place is None:
            return b"", "OK there is none"
        content = base64.b64decode(str(letters[place - 1].body["raw"]))[: int(part[1])]
        head = f"* {place} FETCH (UID {words[2]} BODY[]<0> {{{len(content)}}}\r\n".encode()
        return head + content + b")\r\n", "OK fetched"

    def _logout(self, words: list[str]) -> tuple[bytes, str]:
        del words
        self.is_over = True
        return b"* BYE\r\n", "OK"

    def _letters(self) -> list[News]:
        owner = 0 if self._community is None else self._community.id
        return self._sandbox.world.news_of(NETWORK, owner)

    @property
    def _accounts(self) -> frozenset[int]:
        return frozenset() if self._community is None else frozenset({self._community.id})

    def _note(self, name: str, end: str, fault: Fault | None, outcome: Outcome = Outcome.ANSWERED) -> None:
        reply = Reply(end, 200 if end.startswith("OK") else 400) if end else None
        self._sandbox.exchange.record(Call(NETWORK, name, {}, self._accounts), outcome, reply, fault)
