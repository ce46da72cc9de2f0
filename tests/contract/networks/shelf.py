"""Images at addresses of this machine, for networks that fetch what they show."""

import hashlib
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests.contract.networks.serving import served


class Shelf:
    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}
        self._address = ""

    def put(self, content: bytes) -> str:
        """Where it may be fetched."""
        name = hashlib.sha256(content).hexdigest()
        self._kept[name] = content
        return f"{self._address}/{name}.jpg"

    async def _give(self, request: Request) -> Response:
        return Response(self._kept[request.path_params["name"]], media_type="image/jpeg")

    @asynccontextmanager
    async def opened(self) -> AsyncGenerator[None]:
        async with served(Starlette(routes=[Route("/{name}.jpg", self._give)])) as address:
            self._address = address
            yield


SHELF = Shelf()
