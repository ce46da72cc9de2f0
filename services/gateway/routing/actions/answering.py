"""What the edge adds to every answer on its way out: whose pages may read it, and that this depends on who asks (CORS).

No cookie signs anybody in here, so no answer allows credentials, and none names `*`: a page of an origin that the
caller's own union registered may read the answer, a public one's any registered origin, another's nobody.
"""

from typing import Final

from starlette.types import Message, Send

from services.gateway.routing.actions.origins import Origins
from services.gateway.routing.rules import Headers
from shared.identity import Caller, CallerKind

_EXPOSED: Final = (
    b"ETag, Location, Retry-After, RateLimit, RateLimit-Policy, X-Request-Id, Idempotent-Replayed, "
    b"Deprecation, Sunset, Link"
)
_PREFLIGHT: Final = (
    (b"access-control-allow-methods", b"GET, POST, PUT, PATCH, DELETE"),
    (
        b"access-control-allow-headers",
        (
            b"Authorization, Content-Type, Accept-Language, If-Match, If-None-Match, Idempotency-Key, Last-Event-ID, "
            b"Registration-Token, Traceparent"
        ),
    ),
    (b"access-control-max-age", b"600"),
    (b"vary", b"Origin, Access-Control-Request-Method, Access-Control-Request-Headers"),
)


class Answering:
    """One answer. Until it begins its caller may become known."""

    def __init__(self, raw: Headers, send: Send, origins: Origins) -> None:
        self._send = send
        self._origins = origins
        self._origin = next((value for name, value in raw if name == b"origin"), None)
        self._added: Headers = [(b"vary", b"Origin")]

    async def send(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            message = {**message, "headers": [*message["headers"], *self._added]}
        await self._send(message)

    async def allow(self, caller: Caller) -> None:
        """Let the page that asks read the answer, if it may."""
        if self._origin is None:
            return
        self._added = [(b"vary", b"Origin")]
        tenants = await self._origins.tenants_of(self._origin)
        if caller.tenant_id in tenants or (tenants and caller.kind is CallerKind.ANONYMOUS):
            self._added.append((b"access-control-allow-origin", self._origin))
            self._added.append((b"access-control-expose-headers", _EXPOSED))

    async def preflight(self, method: str, raw: Headers) -> bool:
        """Answer a browser that asks before it asks. False when that is not what this is, or nobody knows its page."""
        if method != "OPTIONS" or self._origin is None or all(n != b"access-control-request-method" for n, _ in raw):
            return False
        if not await self._origins.tenants_of(self._origin):
            return False
        headers = [(b"access-control-allow-origin", self._origin), *_PREFLIGHT]
        await self._send({"type": "http.response.start", "status": 204, "headers": headers})
        await self._send({"type": "http.response.body", "body": b""})
        return True
