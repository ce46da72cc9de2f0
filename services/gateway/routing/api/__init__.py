"""The API reference: one document for all services, and a page that shows it without asking another host."""

from functools import cache
from importlib.resources import files
from typing import Final

from fastapi import APIRouter
from fastapi.responses import RedirectResponse, Response

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


@cache
def _read(name: str) -> bytes:
    return (files(__name__) / name).read_bytes()


@reference.get("/")
async def start() -> Response:
    return RedirectResponse("/docs")


@reference.get("/docs")
async def page() -> Response:
    return Response(_read("reference.html"), media_type="text/html; charset=utf-8", headers=_PAGE_HEADERS)


@reference.get("/openapi.json")
async def document() -> Response:
    return Response(_read("openapi.json"), media_type="application/json", headers={"cache-control": "no-cache"})


@reference.get("/docs/{name}")
async def part(name: str) -> Response:
    """The page's own style and script."""
    if name not in _FILES:
        return Response(status_code=404)
    return Response(_read(name), media_type=_FILES[name], headers={"cache-control": "no-cache"})
