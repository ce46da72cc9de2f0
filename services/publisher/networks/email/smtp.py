"""One letter handed to a mail server once, and whether it may have been taken.

Until the letter itself goes nothing has an effect. What is lost after that is in doubt; an answer never is.
"""

import asyncio
import socket
import ssl
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager, suppress
from typing import Final

from aiosmtplib import SMTP, SMTPException, SMTPResponseException

from services.publisher.networks.email.doors import Door, Security
from services.publisher.networks.email.errors import Stage, refusal_of
from services.publisher.networks.email.letters import Outgoing
from services.publisher.networks.outcomes import Rejected, Retry, Unknown
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Budget, Refused, Timeouts

_GOODBYE: Final = 1.0  # seconds: what was taken stays taken


class Submission:
    """The way to mail servers. Keeps no connection: a letter a minute is not worth one."""

    def __init__(self, timeouts: Timeouts, trust: ssl.SSLContext) -> None:
        self._timeouts = timeouts
        self._trust = trust

    async def send(self, door: Door, letter: Outgoing, budget: Budget) -> None:
        """Raises Refused."""
        async with self._session(door, letter.sender, budget) as smtp:
            async with budget.preparation():
                await self._address(smtp, letter.sender, letter.recipient, len(letter.content))
            async with budget.effect():
                try:
                    await smtp.data(letter.content)
                except SMTPResponseException as error:
                    raise Refused(refusal_of(error.code, error.message, Stage.LETTER)) from error
                except (SMTPException, OSError) as error:
                    raise Refused(Unknown(reason("no_answer", type(error).__name__))) from error

    async def ask(self, door: Door, sender: str, recipient: str, budget: Budget) -> None:
        """Whether `recipient` would be written to in the name of `sender`; nothing is sent. Raises Refused."""
        async with self._session(door, sender, budget) as smtp, budget.preparation():
            await self._address(smtp, sender, recipient, None)

    @asynccontextmanager
    async def _session(self, door: Door, sender: str, budget: Budget) -> AsyncGenerator[SMTP]:
        """Signed in. Raises Refused."""
        async with budget.preparation():
            connection = await connected(door, self._timeouts.connect)
        smtp = SMTP(
            hostname=door.host or None,
            sock=connection,
            use_tls=door.security is Security.IMPLICIT,
            start_tls=door.security is Security.STARTTLS,
            tls_context=self._trust,
            local_hostname=sender.rpartition("@")[2],
            timeout=self._timeouts.read,
        )
        try:
            async with budget.preparation():
                await _begin(smtp, door)
            yield smtp
            with suppress(SMTPException, OSError):
                await smtp.quit(timeout=_GOODBYE)
        finally:
            smtp.close()
            connection.close()  # which nobody else does when it came to nothing

    async def _address(self, smtp: SMTP, sender: str, recipient: str, size: int | None) -> None:
        """Say who writes to whom. Raises Refused."""
        stage = Stage.SENDER
        try:
            sized = size is not None and smtp.supports_extension("size")
            await smtp.mail(sender, options=[f"SIZE={size}"] if sized else [])
            stage = Stage.READER
            await smtp.rcpt(recipient)
        except SMTPResponseException as error:
            raise Refused(refusal_of(error.code, error.message, stage)) from error
        except (SMTPException, OSError) as error:
            raise Refused(Retry(reason("not_connected", type(error).__name__))) from error


async def _begin(smtp: SMTP, door: Door) -> None:
    """Connect and sign in, once and by one method: servers lock out who tries too often. Raises Refused."""
    try:
        await smtp.connect()
        await smtp.ehlo()
        if "plain" in smtp.server_auth_methods:
            await smtp.auth_plain(door.user, door.password)
        elif "login" in smtp.server_auth_methods:
            await smtp.auth_login(door.user, door.password)
        else:
            raise Refused(Rejected(reason("refused", "no way to sign in")))
    except SMTPResponseException as error:
        raise Refused(refusal_of(error.code, error.message, Stage.SESSION)) from error
    except (SMTPException, OSError) as error:
        raise Refused(Retry(reason("not_connected", type(error).__name__))) from error


async def connected(door: Door, seconds: float) -> socket.socket:
    """A connection to the address that was checked, and to no other. Raises Refused."""
    family = socket.AF_INET6 if ":" in door.address else socket.AF_INET
    connection = socket.socket(family, socket.SOCK_STREAM)
    connection.setblocking(False)
    try:
        async with asyncio.timeout(seconds):
            await asyncio.get_running_loop().sock_connect(connection, (door.address, door.port))
    except OSError as error:  # a time-out is one
        connection.close()
        raise Refused(Retry(reason("not_connected", type(error).__name__))) from error
    except BaseException:
        connection.close()
        raise
    return connection
