"""The SMTP server: who signs in sends in their own name, to mailboxes that are there and to lists that take it."""

import asyncio
from dataclasses import dataclass, field
from typing import Final
from weakref import WeakKeyDictionary

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

from deploy.sandbox.faults import Fault, FaultKind, FaultOrder
from deploy.sandbox.networks.email.letters import Taken, WrongLetterError, read_letter
from deploy.sandbox.networks.email.names import NETWORK, community_with_list, owner_of
from deploy.sandbox.networks.email.taking import Mailroom
from deploy.sandbox.records import Community, Person
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.wire import Call, JsonObject, Outcome, Reply, cut

LARGEST: Final = 26_214_400
_TOLD: Final = (
    *("Message-ID", "Subject", "In-Reply-To", "References", "Auto-Submitted", "Precedence", "List-Unsubscribe"),
    *("From", "To"),
)
_FAULTS: Final = {
    FaultKind.REFUSE: "550 5.7.1 Message rejected under suspicion of SPAM",
    FaultKind.UNAUTHORIZED: "535 5.7.8 Error: authentication failed",
    FaultKind.FLOOD: "451 4.7.1 Too many messages, try again later",
}
_FAILED: Final = "451 4.3.0 Temporary system problem, try again later"


@dataclass
class _Talk:
    """What one connection has come to."""

    community: Community | None = None
    accounts: set[int] = field(default_factory=set[int])


class SmtpServer:
    def __init__(self, sandbox: Sandbox, mailroom: Mailroom) -> None:
        self._sandbox = sandbox
        self._mailroom = mailroom
        self._server: asyncio.Server | None = None
        self._talks = WeakKeyDictionary[Session, _Talk]()

    @property
    def port(self) -> int:
        return 0 if self._server is None else self._server.sockets[0].getsockname()[1]

    async def start(self) -> None:
        loop = asyncio.get_running_loop()

        def talk() -> SMTP:
            return SMTP(
                self,
                hostname="mail.vmeste.example",
                ident="stand-in",
                data_size_limit=LARGEST,
                authenticator=self._signs_in,
                auth_require_tls=False,
                loop=loop,
            )

        self._server = await loop.create_server(talk, self._sandbox.settings.smtp_host, 0)

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    def _signs_in(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, sent: LoginPassword
    ) -> AuthResult:
        del server, envelope, mechanism
        community = self._mailroom.community_of(sent.login.decode(), sent.password.decode())
        talk = self._talk_of(session)
        if community is not None:
            talk.community = community
            talk.accounts.add(community.id)
        fault = self._hit("AUTH", talk)
        answer = "235 2.7.0 Authentication successful" if community else _FAULTS[FaultKind.UNAUTHORIZED]
        answer = answer if fault is None else _fault_reply(fault.order)
        self._note("AUTH", talk, {"login": sent.login.decode()}, answer, fault)
        return AuthResult(success=answer.startswith("2"), handled=False, message=answer)

    # What aiosmtpd calls, by names of its own.

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server
        talk = self._talk_of(session)
        fault = self._hit("MAIL", talk)
        answer = "250 2.1.0 OK" if fault is None else _fault_reply(fault.order)
        if fault is None and talk.community is None:
            answer = "530 5.7.0 Authentication required"
        elif fault is None and talk.community != owner_of(self._sandbox.world, address):
            answer = "553 5.7.1 Sender address rejected: not owned by auth user"
        if answer.startswith("2"):
            envelope.mail_from = address
            envelope.mail_options.extend(options)
        self._note("MAIL", talk, {"from": address}, answer, fault)
        return answer

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, options
        talk = self._talk_of(session)
        world = self._sandbox.world
        reader = community_with_list(world, address) or owner_of(world, address)
        if reader is not None:
            talk.accounts.add(reader.id)
        fault = self._hit("RCPT", talk)
        answer = _answer_for(reader, talk, address) if fault is None else _fault_reply(fault.order)
        if answer.startswith("2"):
            envelope.rcpt_tos.append(address)
        self._note("RCPT", talk, {"to": address}, answer, fault)
        return answer

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        talk = self._talk_of(session)
        fault = self._hit("DATA", talk)
        if fault is None:
            return self._take(talk, envelope, None)
        match fault.order.kind:
            case FaultKind.DROP:
                if fault.order.taken is not False:
                    self._take(talk, envelope, fault, Outcome.DROPPED)
                else:
                    self._note("DATA", talk, {}, None, fault, Outcome.DROPPED)
                cut(server.transport)
                return _FAILED
            case FaultKind.HANG:
                return await self._hang(talk, envelope, fault)
            case _:
                answer = _fault_reply(fault.order)
                self._note("DATA", talk, {}, answer, fault)
                return answer

    async def _hang(self, talk: _Talk, envelope: Envelope, fault: Fault) -> str:
        """Whoever goes away meanwhile ends this."""
        if fault.order.taken:
            answer = self._take(talk, envelope, fault, Outcome.HUNG)
        else:
            answer = _FAILED
            self._note("DATA", talk, {}, None, fault, Outcome.HUNG)
        await asyncio.wait([asyncio.ensure_future(fault.released.wait())], timeout=fault.order.seconds)
        return answer

    def _take(self, talk: _Talk, envelope: Envelope, fault: Fault | None, outcome: Outcome = Outcome.ANSWERED) -> str:
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        told: JsonObject = {}
        try:
            letter = read_letter(content, envelope.mail_from or "", envelope.rcpt_tos)
            told = _told(letter)
            self._mailroom.put(talk.community, envelope.rcpt_tos, letter, content)
            answer = "250 2.0.0 OK: queued"
        except WrongLetterError as error:
            answer = f"554 {error}"
        self._note("DATA", talk, told, answer, fault, outcome)
        return answer

    def _talk_of(self, session: Session) -> _Talk:
        return self._talks.setdefault(session, _Talk())

    def _hit(self, method: str, talk: _Talk) -> Fault | None:
        return self._sandbox.faults.hit(NETWORK, method, frozenset(talk.accounts))

    def _note(
        self,
        method: str,
        talk: _Talk,
        params: JsonObject,
        answer: str | None,
        fault: Fault | None,
        outcome: Outcome = Outcome.ANSWERED,
    ) -> None:
        reply = None if answer is None else Reply(answer[4:], int(answer[:3]))
        self._sandbox.exchange.record(Call(NETWORK, method, params, frozenset(talk.accounts)), outcome, reply, fault)


def _answer_for(reader: Community | Person | None, talk: _Talk, address: str) -> str:
    if reader is None:
        return "550 5.1.1 No such user here"
    if isinstance(reader, Community) and address.lower() != f"box{reader.id}@mail.vmeste.example":
        return "250 2.1.5 OK" if reader == talk.community else "550 5.7.1 You are not allowed to post to this list"
    return "250 2.1.5 OK"


def _fault_reply(order: FaultOrder) -> str:
    if order.kind is FaultKind.ERROR:
        return f"{order.code or 554} {order.message or '5.3.0 Error'}"
    return _FAULTS.get(order.kind, _FAILED)


def _told(letter: Taken) -> JsonObject:
    return {name.lower().replace("-", "_"): letter.headers[name] for name in _TOLD if name in letter.headers}
