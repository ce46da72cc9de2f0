"""The web of others, in memory, behind the real client that checks where it goes."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from ipaddress import ip_address

import httpx

from shared.http import Address, OutboundClient, SafeTransport

PAPER = "https://vestnik.example/rss.xml"
Page = Callable[[httpx.Request], httpx.Response]


@dataclass
class FakeWeb:
    pages: dict[str, Page] = field(default_factory=dict[str, Page])
    asked: list[httpx.Request] = field(default_factory=list[httpx.Request])

    def client(self) -> OutboundClient:
        transport = SafeTransport(httpx.MockTransport(self._answer), frozenset(), _resolve)
        return OutboundClient(transport, httpx.Timeout(1))

    def reset(self) -> None:
        self.pages.clear()
        self.asked.clear()

    def shows(self, content: str | bytes, address: str = PAPER, **headers: str) -> None:
        """Answers 304 to whoever has it by its ETag."""

        def page(request: httpx.Request) -> httpx.Response:
            if "etag" in headers and request.headers.get("if-none-match") == headers["etag"]:
                return httpx.Response(304)
            return httpx.Response(200, content=content, headers=headers)

        self.pages[address] = page

    def breaks(self, answer: Page, address: str = PAPER) -> None:
        self.pages[address] = answer

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        address = str(request.url.copy_with(host=request.headers["host"]))
        return self.pages[address](request) if address in self.pages else httpx.Response(404)


async def _resolve(host: str, _port: int) -> Collection[Address]:
    """Every name is public but those that say otherwise."""
    return [ip_address("127.0.0.1" if host.startswith("inside") else "93.184.215.14")]
