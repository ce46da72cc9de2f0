"""How an answer leaves a service: safe headers, an entity tag, nothing twice for who has it already, and small.

An answer that is whole (it says its length) waits for its body: its tag is made of it, and it is compressed here, once,
where the process that made it has it at hand; the gateway passes it on as it is. A stream is passed on as it comes.
"""

import asyncio
import hashlib
import re
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, Final

from starlette.datastructures import MutableHeaders

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]

EVENT_STREAM: Final = "text/event-stream"
EXTRA_HEADERS: Final = "vmeste.headers"  # in the scope: what a route adds to every answer, its refusals too
SHOWN_ONCE: Final = "vmeste.shown_once"  # in the scope: the answer shows a secret

_SAFE_HEADERS: Final = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
}
_LEAST: Final = 1024  # bytes; less is not worth the 80 us that a compressor costs
_LEVEL: Final = 4
_GZIP: Final = 31  # window bits of zlib that mean gzip
_IN_A_THREAD: Final = 131_072  # from here on compressing takes longer than other requests should wait
_WHOLE: Final = 4_000_000  # larger ones are passed on as they are
_TEXTS: Final = ("application/json", "application/problem+json", "application/xml", "text/", "image/svg+xml")
_REFUSED: Final = re.compile(r"q=0(?:\.0*)?")
_UNCHANGED: Final = 304
_OK: Final = 200


class Answer:
    """Takes what the application sends, remembers the status, and sends it on in its final form."""

    def __init__(self, scope: Scope, send: Send, deadline: asyncio.Timeout) -> None:
        self._scope = scope
        self._send = send
        self._deadline = deadline
        self._waiting: Message | None = None
        self.status = 0

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            await self._begin(message)
            return
        start, self._waiting = self._waiting, None
        if start is not None:
            if not message.get("more_body", False):
                message = await self._finish(start, message)
            await self._send(start)
        await self._send(message)

    async def _begin(self, message: Message) -> None:
        self.status = message["status"]
        headers = MutableHeaders(scope=message)
        headers["x-request-id"] = self._scope["vmeste.request_id"]
        for name, value in _SAFE_HEADERS.items():
            headers.setdefault(name, value)
        headers.setdefault("cache-control", "no-store")
        for name, value in self._scope.get(EXTRA_HEADERS, ()):
            headers[name] = value
        if headers.get("content-type", "").startswith(EVENT_STREAM):
            self._deadline.reschedule(None)  # it lasts as long as somebody listens
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) <= _WHOLE:
            self._waiting = message
        else:
            await self._send(message)

    async def _finish(self, start: Message, message: Message) -> Message:
        headers, body = MutableHeaders(scope=start), bytes(message.get("body", b""))
        if self._scope["method"] == "GET" and self.status == _OK:
            headers["etag"] = tag = tag_of(headers.get("etag"), body)
            if matches(self._header(b"if-none-match"), tag):
                self.status = start["status"] = _UNCHANGED
                del headers["content-length"], headers["content-type"]
                return {**message, "body": b""}
        if len(body) >= _LEAST and self._may_be_compressed(headers):
            headers.add_vary_header("Accept-Encoding")
            if accepts_gzip(self._header(b"accept-encoding")):
                body = await _compressed(body)
                headers["content-encoding"] = "gzip"
                headers["content-length"] = str(len(body))
                if "etag" in headers:
                    headers["etag"] = f"W/{headers['etag'].removeprefix('W/')}"  # other bytes, the same meaning
                return {**message, "body": body}
        return message

    def _may_be_compressed(self, headers: MutableHeaders) -> bool:
        """Not what holds a secret: its compressed length would tell of it (BREACH)."""
        return (
            headers.get("content-type", "").startswith(_TEXTS)
            and "content-encoding" not in headers
            and not self._scope["path"].startswith("/v1/auth")
            and not self._scope.get(SHOWN_ONCE, False)
        )

    def _header(self, wanted: bytes) -> str:
        return b", ".join(value for name, value in self._scope["headers"] if name == wanted).decode("latin-1")


def tag_of(version_tag: str | None, body: bytes) -> str:
    """The entity tag of what was read: `"4.9f2c..."`, of a resource without a version `W/"9f2c..."`.

    The version alone would not do: an answer also tells of what lies beside the resource, and of the reader's rights.
    `shared.app.schemas.check_match` looks at the version only.
    """
    mark = hashlib.blake2b(body, digest_size=8).hexdigest()
    if version_tag is None:
        return f'W/"{mark}"'
    return f'{version_tag.removesuffix(chr(34))}.{mark}"'


def matches(if_none_match: str, tag: str) -> bool:
    """The weak comparison of RFC 9110."""
    if not if_none_match:
        return False
    known = {part.strip().removeprefix("W/") for part in if_none_match.split(",")}
    return "*" in known or tag.removeprefix("W/") in known


def accepts_gzip(accept_encoding: str) -> bool:
    """Whether gzip is named, or everything is, and not refused by `q=0`."""
    weights: dict[str, str] = {}
    for part in accept_encoding.lower().split(","):
        name, _, parameter = part.partition(";")
        weights[name.strip()] = parameter.replace(" ", "")
    return _REFUSED.fullmatch(weights.get("gzip", weights.get("*", "q=0"))) is None


async def _compressed(body: bytes) -> bytes:
    return await asyncio.to_thread(_gzip, body) if len(body) >= _IN_A_THREAD else _gzip(body)


def _gzip(body: bytes) -> bytes:
    compressor = zlib.compressobj(_LEVEL, zlib.DEFLATED, _GZIP)
    return compressor.compress(body) + compressor.flush()
