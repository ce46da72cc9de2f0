"""An SMTP server that keeps what it is given, and refuses as real ones do where an address asks for it.

Addresses choose what happens, so that a person can try it by hand: mail to `refused@...` is refused for good (550), to
`later@...` for now (451), and after mail to `lost@...` was taken the connection is cut before the answer.
"""

import asyncio
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

from aiosmtpd.smtp import SMTP, Envelope, Session

from deploy.sandbox.records import Mail
from deploy.sandbox.sandbox import Sandbox
from deploy.sandbox.wire import cut

_LARGEST = 1_000_000
_REFUSALS = {
    "refused": "550 5.1.1 There is no such mailbox",
    "later": "451 4.3.0 Not now, try again later",
}


class MailCatcher:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox
        self._server: asyncio.Server | None = None

    @property
    def port(self) -> int | None:
        """The port that it listens on, once started."""
        return self._server.sockets[0].getsockname()[1] if self._server is not None else None

    async def start(self) -> None:
        settings = self._sandbox.settings
        if settings.smtp_port is None:
            return
        loop = asyncio.get_running_loop()
        self._server = await loop.create_server(
            lambda: SMTP(self, hostname="sandbox", ident="mail catcher", data_size_limit=_LARGEST, loop=loop),
            settings.smtp_host,
            settings.smtp_port,
        )

    async def stop(self) -> None:
        if self._server is not None:
            self._server.close()
            await self._server.wait_closed()

    # What aiosmtpd calls, by names of its own.

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        refusal = _REFUSALS.get(_local_part(address))
        if refusal is None:
            envelope.rcpt_tos.append(address)
        return refusal or "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        del session
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        for address in envelope.rcpt_tos:
            self._keep(envelope.mail_from or "", address, content)
        if any(_local_part(address) == "lost" for address in envelope.rcpt_tos):
            cut(server.transport)
        return "250 OK: caught"

    def _keep(self, sender: str, address: str, content: bytes) -> None:
        message = message_from_bytes(content, EmailMessage, policy=default)
        plain, html = message.get_body(("plain",)), message.get_body(("html",))
        world = self._sandbox.world
        world.mails.put(
            Mail(
                id=world.next_number("mail"),
                sender=sender,
                to=address,
                subject=str(message.get("Subject", "")),
                text=plain.get_content() if plain is not None else "",
                html=html.get_content() if html is not None else None,
                headers={name: str(value) for name, value in message.items()},
                at=world.now(),
            )
        )


def _local_part(address: str) -> str:
    return address.partition("@")[0].lower()
