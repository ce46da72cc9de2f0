"""The first thing that a request meets: plain ASGI in front of every service, the gateway's own application included.

It drops what only the gateway may say, finds out who asks, signs that for the one service that the path belongs to,
and passes both streams through. Nothing of a request is looked at that this does not need.
"""

import random
import secrets
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.routing.actions.authentication import Authentication
from services.gateway.routing.actions.bodies import Body, ClientGone
from services.gateway.routing.actions.hop import Hop
from services.gateway.routing.rules import (
    WITHOUT_TOKEN,
    Headers,
    bearer,
    body_length,
    client_address,
    incoming,
    service_of,
    trace_of,
)
from services.gateway.settings import GatewaySettings
from shared.app.problems import problem_response
from shared.clock import Clock
from shared.contracts import ServiceName
from shared.errors import NotFound, Problem
from shared.identity import HEADER, Caller, IdentitySigner

Target = str | ASGIApp
"""Where a service is: its base URL, or its application in this process."""

_IDENTITY: Final = HEADER.encode()
_READS: Final = frozenset({"GET", "HEAD", "OPTIONS"})


class Edge:
    def __init__(
        self,
        app: ASGIApp,
        targets: Mapping[ServiceName, Target],
        settings: GatewaySettings,
        *,
        authentication: Authentication,
        signer: IdentitySigner,
        clock: Clock,
    ) -> None:
        self._app = app
        self._targets = {**targets, ServiceName.GATEWAY: app}
        self._settings = settings
        self._authentication = authentication
        self._signer = signer
        self._clock = clock
        self._hop = Hop(settings.answer_seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._serve(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self._app(scope, receive, self._closing(send))
        else:  # no web sockets here
            await receive()
            await send({"type": "websocket.close"})

    async def close(self) -> None:
        """Close the connections to the services. Shutting down does it, where somebody drives the lifespan."""
        await self._hop.close()

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        request_id = f"{random.getrandbits(64):016x}"  # unlike others, not unguessable
        scope["vmeste.request_id"] = request_id
        try:
            await self._pass_on(scope, receive, send, request_id)
        except Problem as problem:
            response = problem_response(Request(scope), problem)
            response.headers["x-request-id"] = request_id
            response.headers["cache-control"] = "no-store"
            response.headers["x-content-type-options"] = "nosniff"
            await response(scope, receive, send)
        except ClientGone:
            return  # nobody is there to be answered

    async def _pass_on(self, scope: Scope, receive: Receive, send: Send, request_id: str) -> None:
        raw: Headers = scope["headers"]
        body = Body(receive, self._settings.max_upload_bytes, body_length(raw))
        if scope["path"] == "/metrics":
            self._check_operator(raw)
        service = service_of(scope["raw_path"])
        token = None if scope["path"] in WITHOUT_TOKEN or scope["path"] == "/metrics" else bearer(raw)
        caller = await self._authentication.caller(token)
        headers = incoming(raw)
        headers += self._own_headers(scope, raw, service, caller, request_id)
        target = self._targets[service]
        if isinstance(target, str):
            await self._hop.forward(target, scope, headers, body, receive, send)
        elif service is ServiceName.GATEWAY and scope["method"] not in _READS:
            await target({**scope, "headers": headers}, receive, self._forgetting(caller, send))
        else:
            await target({**scope, "headers": headers}, receive, send)

    def _own_headers(
        self, scope: Scope, raw: Headers, service: ServiceName, caller: Caller, request_id: str
    ) -> Headers:
        peer = scope["client"][0] if scope.get("client") else ""
        trace = trace_of(raw) or b"%032x" % random.getrandbits(128)
        return [
            (b"host", _host(raw)),
            (b"x-forwarded-for", client_address(peer, raw, self._settings.proxies).encode()),
            (b"x-forwarded-proto", self._settings.public_url.partition(":")[0].encode()),
            (b"x-request-id", request_id.encode()),
            (b"traceparent", b"00-%b-%b-01" % (trace, request_id.encode())),
            (_IDENTITY, self._signer.sign(service, caller, self._clock.now()).encode()),
        ]

    def _check_operator(self, raw: Headers) -> None:
        """Figures are the operator's: without the operator's token they are not there."""
        token = self._settings.metrics_token
        given = bearer(raw) or b""
        if token is None or not secrets.compare_digest(given, token.get_secret_value().encode()):
            raise NotFound

    def _forgetting(self, caller: Caller, send: Send) -> Send:
        """A write of the gateway's own is committed when its answer begins: from here on the caller is asked anew."""

        async def forgetting(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._authentication.forget(caller)
            await send(message)

        return forgetting

    def _closing(self, send: Send) -> Send:
        async def closing(message: Message) -> None:
            if message["type"].startswith("lifespan.shutdown"):
                await self.close()
            await send(message)

        return closing


def _host(raw: Headers) -> bytes:
    return next((value for name, value in raw if name == b"host"), b"")
