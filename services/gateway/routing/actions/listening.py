"""An answer without an end: over when its client leaves or stalls, or when who asked may no longer hear what they did."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Final

from starlette.types import Message, Receive, Send

_STALLED_SECONDS: Final = 30.0
_GONE: Final[Message] = {"type": "http.disconnect"}


class Listening:
    """Stands between an application and its client; the application sees a client that left, whatever ended it."""

    def __init__(
        self,
        receive: Receive,
        send: Send,
        may_still_hear: Callable[[], Awaitable[bool]],
        seconds: float,
        stalled_seconds: float = _STALLED_SECONDS,
    ) -> None:
        """Asked every so many `seconds` whether it may go on."""
        self._receive = receive
        self._send = send
        self._may_still_hear = may_still_hear
        self._seconds = seconds
        self._stalled_seconds = stalled_seconds
        self._over = asyncio.Event()
        self._watch: asyncio.Task[None] | None = None
        self._is_open = False
        self._stalled = False

    async def receive(self) -> Message:
        if self._over.is_set():
            return _GONE
        message = asyncio.ensure_future(self._receive())
        over = asyncio.ensure_future(self._over.wait())
        try:
            await asyncio.wait({message, over}, return_when=asyncio.FIRST_COMPLETED)
            return message.result() if message.done() else _GONE
        finally:
            message.cancel()
            over.cancel()

    async def send(self, message: Message) -> None:
        """A client that takes nothing for too long is given up: what is written for it fills no memory."""
        if self._over.is_set():
            return
        try:
            async with asyncio.timeout(self._stalled_seconds):
                await self._send(message)
        except TimeoutError:
            self._stalled = True
            self._over.set()
            return
        if message["type"] == "http.response.start" and self._watch is None:
            self._watch = asyncio.create_task(self._look_again())
        self._is_open = message["type"] == "http.response.start" or message.get("more_body", False)

    async def close(self) -> None:
        """The application is done: end properly what it left open, unless nobody takes it."""
        was_ended = self._over.is_set() and not self._stalled
        if self._watch is not None:
            self._watch.cancel()
        if self._is_open and was_ended:
            await self._send({"type": "http.response.body", "body": b""})

    async def _look_again(self) -> None:
        try:
            while await self._may_still_hear():  # noqa: ASYNC110 - nobody tells of a right that went
                await asyncio.sleep(self._seconds)
        finally:  # whatever went wrong: who cannot be looked at hears no more
            self._over.set()
