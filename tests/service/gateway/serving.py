"""Applications on ports of their own, as uvicorn serves them, and what comes out of an event stream."""

import asyncio
import json
import socket
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import uvicorn
from starlette.types import ASGIApp


@asynccontextmanager
async def serving(app: ASGIApp, port: int = 0) -> AsyncGenerator[str, None]:
    """The application on a port of its own, or on one that it had before."""
    listener = socket.create_server(("127.0.0.1", port))
    config = uvicorn.Config(app, lifespan="off", log_level="critical", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    task = asyncio.create_task(server.serve(sockets=[listener]))
    while not server.started:  # noqa: ASYNC110 - uvicorn has no event for it
        await asyncio.sleep(0.005)
    yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    server.should_exit = True
    await task


@dataclass
class Told:
    """One server-sent event."""

    id: str | None = None
    event: str = ""
    data: dict[str, Any] = field(default_factory=dict[str, Any])


class Listener:
    """Reads one stream. `heartbeats` counts the comments."""

    def __init__(self, answer: httpx.Response) -> None:
        self.answer = answer
        self.heartbeats = 0
        self._lines = answer.aiter_lines()

    async def next(self, seconds: float = 5) -> Told | None:
        """The next event; None when the stream has ended properly."""
        told = Told()
        async with asyncio.timeout(seconds):
            async for line in self._lines:
                name, _, value = line.partition(": ")
                if line.startswith(":"):
                    self.heartbeats += 1
                elif name == "id":
                    told.id = value
                elif name == "event":
                    told.event = value
                elif name == "data":
                    told.data = json.loads(value)
                elif not line and told.event:
                    return told
        return None


@asynccontextmanager
async def listening(base_url: str, path: str, token: str, **headers: str) -> AsyncGenerator[Listener, None]:
    headers = {"authorization": f"Bearer {token}", "accept-language": "en", **headers}
    async with (
        httpx.AsyncClient(base_url=base_url, headers=headers, timeout=10) as client,
        client.stream("GET", path) as answer,
    ):
        yield Listener(answer)
