"""Where an account's mail servers are.

They are named by users, so a name is resolved once, every address that it has is checked, and the connection goes to the
checked one (as `shared.http` does for the web). Always encrypted.

With the stand-ins in place of the networks every letter goes to them, whatever server the account names.
"""

import asyncio
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, Protocol
from urllib.parse import SplitResult, unquote, urlsplit

import httpx
from pydantic import BaseModel, ConfigDict

from services.publisher.networks.accounts import Account, Network
from services.publisher.networks.capabilities import CAPABILITIES
from services.publisher.networks.outcomes import NeedsReauthorization, Rejected, Retry
from services.publisher.networks.reasons import reason
from services.publisher.networks.transport import Call, Effect, Refused, Timeouts, exchange, read
from shared.http import Resolver, is_public, resolve

_SECRETS: Final = {secret.name: secret for secret in CAPABILITIES[Network.EMAIL].secrets}
_PORTS: Final = {"smtps": (465, 587, 2525), "smtp+starttls": (587, 465, 2525), "imaps": (993,)}  # the first is usual


class Security(StrEnum):
    IMPLICIT = "implicit"  # from the first byte
    STARTTLS = "starttls"
    NONE = "none"  # of the stand-ins alone


@dataclass(frozen=True)
class Door:
    host: str  # whose certificate is wanted
    address: str
    port: int
    security: Security
    user: str
    password: str = field(repr=False)


class Doors(Protocol):
    async def smtp(self, account: Account) -> Door:
        """Raises Refused."""
        ...

    async def imap(self, account: Account) -> Door | None:
        """None for an account that is not read. Raises Refused."""
        ...


class PublicDoors:
    """The account's own servers, on the public internet."""

    def __init__(self, timeouts: Timeouts, resolver: Resolver = resolve) -> None:
        self._timeouts = timeouts
        self._resolver = resolver

    async def smtp(self, account: Account) -> Door:
        return await self._door(_server(account, "smtp_url"))

    async def imap(self, account: Account) -> Door | None:
        return await self._door(_server(account, "imap_url")) if "imap_url" in account.secrets else None

    async def _door(self, server: SplitResult) -> Door:
        host, ports, login = server.hostname or "", _PORTS[server.scheme], _login(server)
        port = server.port or ports[0]
        if port not in ports:
            raise Refused(Rejected(reason("server_not_public", f"port {port}")))
        try:
            async with asyncio.timeout(self._timeouts.connect):
                addresses = await self._resolver(host, port)
        except (OSError, UnicodeError) as error:  # a time-out is an OSError
            raise Refused(Retry(reason("not_connected", type(error).__name__))) from error
        if not addresses or not all(is_public(address) for address in addresses):
            raise Refused(Rejected(reason("server_not_public", host)))
        security = Security.STARTTLS if server.scheme == "smtp+starttls" else Security.IMPLICIT
        return Door(host, str(next(iter(addresses))), port, security, *login)


class _Ports(BaseModel):
    model_config = ConfigDict(extra="ignore")

    address: str
    smtp: int
    imap: int


class RehearsalDoors:
    """The stand-in's, which tells where it listens."""

    def __init__(self, client: httpx.AsyncClient, base_url: str, timeouts: Timeouts) -> None:
        self._client = client
        self._base_url = base_url.rstrip("/")
        self._timeouts = timeouts

    async def smtp(self, account: Account) -> Door:
        server = _server(account, "smtp_url")
        ports = await self._ports()
        return Door("", ports.address, ports.smtp, Security.NONE, *_login(server))

    async def imap(self, account: Account) -> Door | None:
        if "imap_url" not in account.secrets:
            return None
        server = _server(account, "imap_url")
        ports = await self._ports()
        return Door("", ports.address, ports.imap, Security.NONE, *_login(server))

    async def _ports(self) -> _Ports:
        answer = await exchange(self._client, self._timeouts, Call("GET", f"{self._base_url}/doors"))
        return read(_Ports, answer.content, Effect.NONE)


def _server(account: Account, name: str) -> SplitResult:
    """Raises Refused when it is nothing that the capabilities would let in."""
    url = account.secrets.get(name, "")
    if _SECRETS[name].pattern.fullmatch(url) is None:
        raise Refused(NeedsReauthorization(reason("token_invalid")))
    try:
        server = urlsplit(url)
        server.port  # noqa: B018 - raises when it is no port
    except ValueError as error:
        raise Refused(NeedsReauthorization(reason("token_invalid"))) from error
    return server


def _login(server: SplitResult) -> tuple[str, str]:
    """Raises Refused for what would be more than one line."""
    user, password = unquote(server.username or ""), unquote(server.password or "")
    if not (user + password).isprintable():
        raise Refused(NeedsReauthorization(reason("token_invalid")))
    return user, password
