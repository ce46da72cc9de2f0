"""The one HTTP client for everything outside: social networks, and later webhooks and previews.

A name is resolved once, every address that it has is checked, and the connection goes to the checked address: what
resolves differently a moment later (rebinding) is never reached. No redirects, ports 80 and 443 only. Origins that
the operator configured (the stand-ins on loopback) are trusted by name, and only outside production.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Collection
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from shared.errors import FieldError, Problem
from shared.settings import Environment

_PORTS = frozenset({80, 443})
# IANA's special-purpose registries, read in November 2026. `ipaddress.is_global` of Python 3.11 is wrong for several.
_NOT_PUBLIC = tuple(
    ip_network(network)
    for network in (
        "0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24",
        "192.0.2.0/24", "192.31.196.0/24", "192.52.193.0/24", "192.88.99.0/24", "192.168.0.0/16", "192.175.48.0/24",
        "198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4",
        "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "100:0:0:1::/64", "2001::/23",
        "2001:db8::/32", "2002::/16", "2620:4f:8000::/48", "3fff::/20", "5f00::/16", "fc00::/7", "fe80::/10",
        "fec0::/10", "ff00::/8",
    )
)  # fmt: skip

Address = IPv4Address | IPv6Address
Resolver = Callable[[str, int], Awaitable[Collection[Address]]]


class UnsafeUrl(Problem):
    code = "url.not_allowed"
    status = 422
    title = {"ru": "На этот адрес обращаться нельзя", "en": "This address must not be called"}

    def __init__(self, pointer: str | None = None) -> None:
        """`pointer`: the field that the address was sent in."""
        super().__init__(
            {
                "ru": "Нужен адрес https:// с именем, которое ведёт в открытый интернет, порт 443, без логина и пароля. "
                "На своей машине оператор может доверять другим адресам: VMESTE_GATEWAY_TRUSTED_URLS",
                "en": "It takes an https:// address whose name leads to the public internet, port 443, no user or password. "
                "On a development machine the operator may trust others: VMESTE_GATEWAY_TRUSTED_URLS",
            },
            errors=() if pointer is None else (FieldError(pointer, self.code, self.title),),
        )


def is_public(address: Address) -> bool:
    """Whether `address` is one of the public internet, by the registries and not by the standard library."""
    return not any(address in network for network in _NOT_PUBLIC if network.version == address.version)


async def resolve(host: str, port: int) -> Collection[Address]:
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [ip_address(address[4][0]) for address in found]


def _origin(url: httpx.URL) -> str:
    return f"{url.scheme}://{url.netloc.decode()}"


class SafeTransport(httpx.AsyncBaseTransport):
    """Checks where a request goes before anything is sent, then hands it on with the address pinned."""

    def __init__(self, inner: httpx.AsyncBaseTransport, trusted: frozenset[str], resolver: Resolver = resolve) -> None:
        self._inner = inner
        self._trusted = trusted
        self._resolver = resolver

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Raises UnsafeUrl, or ConnectError for a name that does not resolve."""
        if _origin(request.url) not in self._trusted:
            await self._pin(request)
        return await self._inner.handle_async_request(request)

    async def aclose(self) -> None:
        await self._inner.aclose()

    async def check(self, url: httpx.URL) -> None:
        """Raises UnsafeUrl, also for a name that does not resolve now, and for plain http to anybody untrusted."""
        if _origin(url) in self._trusted:
            return
        if url.scheme != "https":
            raise UnsafeUrl
        try:
            await self._pin(httpx.Request("POST", url))
        except httpx.ConnectError as error:
            raise UnsafeUrl from error

    async def _pin(self, request: httpx.Request) -> None:
        url = request.url
        port = url.port or (443 if url.scheme == "https" else 80)
        if url.scheme not in {"http", "https"} or url.userinfo or port not in _PORTS or not url.host:
            raise UnsafeUrl
        try:
            addresses = await self._resolver(url.host, port)
        except (OSError, UnicodeError) as error:
            raise httpx.ConnectError("the name does not resolve", request=request) from error
        if not addresses or not all(is_public(address) for address in addresses):
            raise UnsafeUrl
        request.extensions = {**request.extensions, "sni_hostname": url.host}
        request.url = url.copy_with(host=str(next(iter(addresses))))


class OutboundClient(httpx.AsyncClient):
    """What a user's address is called with, and what tells in advance whether it would be."""

    def __init__(self, transport: SafeTransport, timeout: httpx.Timeout) -> None:
        super().__init__(
            transport=transport,
            timeout=timeout,
            follow_redirects=False,
            trust_env=False,
            headers={"user-agent": "vmeste/1"},
        )
        self._safe = transport

    async def check(self, url: str) -> None:
        """Whether `url` may be kept, to be called later. Raises UnsafeUrl."""
        try:
            parsed = httpx.URL(url)
        except httpx.InvalidURL as error:
            raise UnsafeUrl from error
        await self._safe.check(parsed)


def outbound_client(
    environment: Environment,
    *,
    read_seconds: float,
    ca_file: Path | None = None,
    trusted_urls: Collection[str] = (),
    resolver: Resolver = resolve,
) -> OutboundClient:
    """`trusted_urls` come from the operator's settings, never from a user; in production they are checked like others.

    `ca_file` as for `believing`.
    """
    trusted = (
        frozenset[str]() if environment is Environment.PRODUCTION else frozenset(map(_configured_origin, trusted_urls))
    )
    limits = httpx.Limits(max_connections=100, max_keepalive_connections=60, keepalive_expiry=30)
    inner = httpx.AsyncHTTPTransport(verify=believing(ca_file), limits=limits, retries=0, trust_env=False)
    timeout = httpx.Timeout(read_seconds, connect=5.0, pool=5.0)
    return OutboundClient(SafeTransport(inner, trusted, resolver), timeout)


def believing(ca_file: Path | None) -> ssl.SSLContext:
    """The usual root certificates, and beside them those in `ca_file` (PEM). Raises OSError when it cannot be read."""
    context = httpx.create_ssl_context(trust_env=False)
    if ca_file is not None:
        context.load_verify_locations(cafile=ca_file)
    return context


def _configured_origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
