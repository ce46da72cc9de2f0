"""The body of a request on its way through: counted, bounded, and aware of a client that went away."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Final

from starlette.types import Message, Receive

from services.gateway.routing.rules import BodyTooSlow, Headers, body_length, has_body
from shared.errors import TooLarge

GATHERED: Final = 65_536  # bodies up to this size are passed on whole: a slow client never holds a service


class ClientGone(Exception):
    """Nobody waits for the answer any more."""


class Body:
    """What the client sends, at most `limit` bytes of it.

    `trouble` keeps what ended a stream early, because the HTTP client reports it as a broken connection of its own.
    """

    def __init__(self, receive: Receive, headers: Headers, limit: int, seconds: float) -> None:
        """The client has so many `seconds` for all of it. Raises MalformedRequest, and TooLarge where its length says so."""
        length = body_length(headers)
        if length is not None and length > limit:
            raise TooLarge
        self._receive = receive
        self._limit = limit
        self._length = length
        self._until = asyncio.get_running_loop().time() + seconds if has_body(headers) else None
        self._seen = 0
        self._gathered: list[bytes] = []
        self.trouble: TooLarge | BodyTooSlow | ClientGone | None = None
        self.is_read = False

    async def gather(self) -> bytes | None:
        """The whole body, or None when it is too large to be held: then `stream` it."""
        if self._length is not None and self._length > GATHERED:
            return None
        while not self.is_read:
            self._gathered.append(await self._next())
            if self._seen > GATHERED:
                return None
        return b"".join(self._gathered)

    async def stream(self) -> AsyncGenerator[bytes, None]:
        try:
            for chunk in self._gathered:
                yield chunk
            while not self.is_read:
                yield await self._next()
        except (TooLarge, BodyTooSlow, ClientGone) as trouble:
            self.trouble = trouble
            raise

    async def _next(self) -> bytes:
        message = await self._receive() if self._until is None else await self._receive_until(self._until)
        self._check(message)
        return message.get("body", b"")

    async def _receive_until(self, moment: float) -> Message:
        try:
            async with asyncio.timeout_at(moment):
                return await self._receive()
        except TimeoutError as error:
            raise BodyTooSlow from error

    def _check(self, message: Message) -> None:
        if message["type"] == "http.disconnect":
            raise ClientGone
        self._seen += len(message.get("body", b""))
        if self._seen > self._limit:
            raise TooLarge
        self.is_read = not message.get("more_body", False)
