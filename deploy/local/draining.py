"""A server that ends without refusing anybody: it finishes what it was asked, and asks nobody to guess.

Uvicorn closes a connection that is between two requests at once. A client that has just sent its next one is then reset
without knowing whether it was heard, and may not repeat a write. So at first every answer says that it is the last one on
its connection, and those that stay silent for a while are closed after that. New connections wait in the listening
socket, or go to another process that shares it.
"""

import asyncio
import socket
import time
from typing import Final

import uvicorn

SILENCE_SECONDS: Final = 2.0  # whose next request comes later meets the usual end of an idle connection
_STEP_SECONDS: Final = 0.02


class DrainingServer(uvicorn.Server):
    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        self.server_state.default_headers = [*self.server_state.default_headers, (b"connection", b"close")]
        until = time.monotonic() + SILENCE_SECONDS
        while self.server_state.connections and time.monotonic() < until:  # noqa: ASYNC110 - uvicorn tells nobody
            await asyncio.sleep(_STEP_SECONDS)
        await super().shutdown(sockets)
