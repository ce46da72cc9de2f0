"""E-mail's place among the stand-ins. It has no API over HTTP but `/email/doors`, which tells where its servers listen."""

import hashlib
from typing import ClassVar

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route

from deploy.sandbox.events import Event, Update, Written
from deploy.sandbox.faults import FaultOrder
from deploy.sandbox.network import HooklessNetwork
from deploy.sandbox.networks.email.imap import ImapServer
from deploy.sandbox.networks.email.letters import written_letter
from deploy.sandbox.networks.email.names import NETWORK
from deploy.sandbox.networks.email.smtp import SmtpServer
from deploy.sandbox.networks.email.taking import Mailroom
from deploy.sandbox.records import CredentialKind, MessageKind
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.wire import Call, Reply
from deploy.sandbox.world import World


class Email(HooklessNetwork):
    """Its news lie in the mailboxes."""

    name: ClassVar[str] = NETWORK
    title: ClassVar[str] = "E-mail"
    has_bots: ClassVar[bool] = False
    credential_kinds: ClassVar[frozenset[CredentialKind]] = frozenset({CredentialKind.COMMUNITY})

    def __init__(self, sandbox: Sandbox) -> None:
        mailroom = Mailroom(sandbox.world)
        self.smtp = SmtpServer(sandbox, mailroom)
        self.imap = ImapServer(sandbox, mailroom)

    def routes(self) -> list[BaseRoute]:
        return [Route("/email/doors", self._doors, methods=["GET"])]

    async def start(self) -> None:
        await self.smtp.start()
        await self.imap.start()

    async def stop(self) -> None:
        await self.imap.stop()
        await self.smtp.stop()

    async def _doors(self, request: Request) -> Response:
        address = request.scope["server"][0]
        return JSONResponse({"address": address, "smtp": self.smtp.port, "imap": self.imap.port})

    def fault_reply(self, order: FaultOrder, call: Call) -> Reply:
        """Its servers word their faults themselves."""
        del call
        return Reply({"error": order.message or order.kind}, 503)

    def new_community_id(self, world: World) -> int:
        return world.next_number(f"{NETWORK}:box", first=1001)

    def new_account_id(self, world: World) -> int:
        return world.next_number(f"{NETWORK}:box", first=1001)

    def new_token(self, kind: CredentialKind, subject_id: int, label: str) -> str:
        del kind, subject_id
        return hashlib.sha256(f"{NETWORK}:{label}".encode()).hexdigest()[:16]

    def token_subject(self, token: str, kind: CredentialKind) -> int | None:
        del kind
        if not (token.isascii() and token.isalnum()):
            raise ValueError("a password is letters and digits here")
        return None

    def message_key(self, world: World, kind: MessageKind, owner_id: int) -> tuple[int, str]:
        del kind, owner_id
        number = world.next_number(f"{NETWORK}:letter")
        return number, str(number)

    def dialog_chat_id(self, world: World, owner_id: int, person_id: int) -> int:
        del world
        return owner_id * 1_000_000 + person_id

    def updates(self, world: World, event: Event) -> list[Update]:
        if not isinstance(event, Written):
            return []
        return [Update(event.message.owner_id, "letter", str(event.message.chat_id), written_letter(world, event))]
