"""An answer that goes on: it takes a place among the streams before it begins, and gives it back whatever ends it."""

from collections.abc import AsyncGenerator

from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from services.gateway.routing.actions.streams import Streams
from shared.identity import Caller


class EventStream(StreamingResponse):
    media_type = "text/event-stream"

    def __init__(self, streams: Streams, caller: Caller, events: AsyncGenerator[str, None]) -> None:
        super().__init__(events, headers={"x-accel-buffering": "no"})
        self._streams = streams
        self._caller = caller
        self._events = events

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Raises TooManyStreams as long as nothing was answered."""
        with self._streams.place(self._caller):
            try:
                await super().__call__(scope, receive, send)
            finally:
                await self._events.aclose()
