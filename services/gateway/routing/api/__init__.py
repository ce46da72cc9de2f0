"""The API reference: one document for all services, and a page that shows it without asking another host."""

import gzip
from functools import cache
from importlib.resources import files
from typing import Final

from fastapi import APIRouter, Request
from fastapi.responses import RedirectResponse, Response

from shared.app.answers import accepts_gzip

reference = APIRouter(include_in_schema=False)

_FILES: Final = {
    "reference.css": "text/css; charset=utf-8",
    "reference.js": "text/javascript; charset=utf-8",
}
_PAGE_HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "cache-control": "no-cache",
}
_CHECKED_EACH_TIME: Final = {"cache-control": "no-cache"}  # by its tag: 304 as long as it is the same


@cache
def _read(name: str) -> bytes:
    return (files(__name__) / name).read_bytes()


@cache
def _small(name: str) -> bytes:
    """Compressed once: the document is half a megabyte."""
    return gzip.compress(_read(name), mtime=0)


def _file(request: Request, name: str, media_type: str, headers: dict[str, str]) -> Response:
    headers = {**headers, "vary": "Accept-Encoding"}
    if accepts_gzip(request.headers.get("accept-encoding", "")):
        return Response(_small(name), media_type=media_type, headers={**headers, "content-encoding": "gzip"})
    return Response(_read(name), media_type=media_type, headers=headers)


@reference.get("/")
async def start() -> Response:
    return RedirectResponse("/docs")


@reference.get("/docs")
async def page(request: Request) -> Response:
    return _file(request, "reference.html", "text/html; charset=utf-8", _PAGE_HEADERS)


@reference.get("/openapi.json")
async def document(request: Request) -> Response:
    return _file(request, "openapi.json", "application/json", _CHECKED_EACH_TIME)


@reference.get("/docs/{name}")
async def part(request: Request, name: str) -> Response:
    """The page's own style and script."""
    if name not in _FILES:
        return Response(status_code=404)
    return _file(request, name, _FILES[name], _CHECKED_EACH_TIME)
