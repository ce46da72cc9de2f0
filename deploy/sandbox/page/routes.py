"""The page at `/`, what it shows, the stream that says when to look again, and the uploaded images."""

import asyncio
from collections.abc import AsyncGenerator
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, PlainTextResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from deploy.sandbox.page.view import page_view
from deploy.sandbox.sandbox import Sandbox

STATIC = Path(__file__).parent / "static"
LOOK_SECONDS = 0.2
STREAM_SECONDS = 20.0  # then the browser opens the next one: an endless stream would hold up a shutdown
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; img-src 'self'; style-src 'self'; script-src 'self'; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}


class Page:
    def __init__(self, sandbox: Sandbox) -> None:
        self._sandbox = sandbox

    async def index(self, _: Request) -> Response:
        return FileResponse(STATIC / "page.html", headers=HEADERS | {"Cache-Control": "no-cache"})

    async def view(self, _: Request) -> Response:
        view = page_view(self._sandbox)
        return JSONResponse(view.model_dump(mode="json"), headers={"Cache-Control": "no-store"})

    async def stream(self, _: Request) -> Response:
        return StreamingResponse(self._changes(), media_type="text/event-stream", headers={"Cache-Control": "no-store"})

    async def picture(self, request: Request) -> Response:
        picture = self._sandbox.world.pictures.get(request.path_params["network"], request.path_params["id"])
        if picture is None:
            return PlainTextResponse("There is no such picture", 404)
        headers = {"Cache-Control": "max-age=86400, immutable", "X-Content-Type-Options": "nosniff"}
        return Response(picture.content, media_type=picture.content_type, headers=headers)

    async def _changes(self) -> AsyncGenerator[str]:
        loop = asyncio.get_running_loop()
        until = loop.time() + STREAM_SECONDS
        shown: int | None = None
        yield "retry: 300\n\n"
        while loop.time() < until:
            if shown != self._sandbox.world.version:
                shown = self._sandbox.world.version
                yield f"event: change\ndata: {shown}\n\n"
            await asyncio.sleep(LOOK_SECONDS)


async def _healthy(_: Request) -> Response:
    return JSONResponse({"status": "ok"})


def routes(sandbox: Sandbox) -> list[BaseRoute]:
    page = Page(sandbox)
    return [
        Route("/", page.index, methods=["GET"]),
        Route("/page/view", page.view, methods=["GET"]),
        Route("/page/stream", page.stream, methods=["GET"]),
        Route("/pictures/{network}/{id}", page.picture, methods=["GET"]),
        Route("/health/live", _healthy, methods=["GET"]),
        Route("/health/ready", _healthy, methods=["GET"]),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]
