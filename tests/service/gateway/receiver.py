"""A partner's server, as it would be: it checks signatures, drops what it has by `webhook-id`, and has bad hours."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from standardwebhooks.webhooks import Webhook as Receiver


@dataclass
class Call:
    path: str
    headers: dict[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def told(self) -> dict[str, Any]:
        return json.loads(self.body)

    def is_signed_with(self, secret: str) -> bool:
        """By the specification's own package; it judges no time here, for the clock of a test is a made-up one."""
        moment = datetime.fromtimestamp(int(self.headers["webhook-timestamp"]), UTC)
        expected = Receiver(secret).sign(self.id, moment, self.body.decode())
        return expected in self.headers["webhook-signature"].split(" ")


@dataclass
class Endpoint:
    """What one path answers. `answers` are used up first, one for each call."""

    status: int = 200
    answers: list[int] = field(default_factory=list[int])
    seconds: float = 0.0
    body: bytes = b""
    headers: str = ""
    calls: list[Call] = field(default_factory=list[Call])
    taken: list[Call] = field(default_factory=list[Call])  # each `webhook-id` once, as a receiver keeps it
    at_once: int = 0
    most_at_once: int = 0

    @property
    def counts(self) -> Counter[str]:
        return Counter(call.id for call in self.taken)

    async def answer(self, call: Call) -> int:
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        try:
            self.calls.append(call)
            await asyncio.sleep(self.seconds)
            status = self.answers.pop(0) if self.answers else self.status
            if status < 300 and call.id not in {one.id for one in self.taken}:
                self.taken.append(call)
            return status
        finally:
            self.at_once -= 1


class PartnerServer:
    """Answers on loopback. A path that nobody set up answers 200."""

    def __init__(self) -> None:
        self.endpoints: dict[str, Endpoint] = {}
        self.url = ""

    def endpoint(self, path: str, **how: Any) -> Endpoint:
        self.endpoints[path] = Endpoint(**how)
        return self.endpoints[path]

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                lines = head.decode().split("\r\n")
                headers = {
                    name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:] if line)
                }
                body = await reader.readexactly(int(headers.get("content-length", "0")))
                path = lines[0].split(" ")[1]
                endpoint = self.endpoints.setdefault(path, Endpoint())
                status = await endpoint.answer(Call(path, headers, body))
                answer = f"HTTP/1.1 {status} X\r\ncontent-length: {len(endpoint.body)}\r\n{endpoint.headers}\r\n"
                writer.write(answer.encode() + endpoint.body)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the caller is gone
        finally:
            writer.close()


@asynccontextmanager
async def partner_server() -> AsyncGenerator[PartnerServer, None]:
    server = PartnerServer()
    listening = await asyncio.start_server(server.serve, "127.0.0.1", 0)
    server.url = f"http://127.0.0.1:{listening.sockets[0].getsockname()[1]}"
    try:
        yield server
    finally:
        listening.close()
