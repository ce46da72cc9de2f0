"""The first thing that a request meets: plain ASGI in front of every service, the gateway's own application included.

It drops what only the gateway may say, finds out who asks, signs that for the one service that the path belongs to,
and passes both streams through. Nothing of a request is looked at that this does not need.
"""

import random
import secrets
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.partners.actions import QUOTA
from services.gateway.routing.actions.answering import Answering
from services.gateway.routing.actions.authentication import Authentication
from services.gateway.routing.actions.bodies import Body, ClientGone
from services.gateway.routing.actions.hop import Hop, Passage
from services.gateway.routing.actions.listening import Listening
from services.gateway.routing.actions.origins import Origins
from services.gateway.routing.rules import (
    WITHOUT_TOKEN,
    Headers,
    bearer,
    check_size,
    client_address,
    incoming,
    is_stream,
    service_of,
    trace_of,
)
from services.gateway.settings import GatewaySettings
from shared.app.problems import problem_response
from shared.clock import Clock
from shared.contracts import ServiceName
from shared.errors import NotFound, Problem, Unavailable
from shared.identity import HEADER, NOBODY, Caller, IdentitySigner

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
        origins: Origins,
        signer: IdentitySigner,
        clock: Clock,
    ) -> None:
        self._app = app
        self._targets = {**targets, ServiceName.GATEWAY: app}
        self._settings = settings
        self._authentication = authentication
        self._signer = signer
        self._clock = clock
        self._origins = origins
        self._protocol = settings.public_url.partition(":")[0].encode()
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
        answering = Answering(scope["headers"], send, self._origins)
        try:
            check_size(scope["raw_path"], scope["query_string"], scope["headers"])
            if not await answering.preflight(scope["method"], scope["headers"]):
                await self._pass_on(scope, receive, answering)
        except Problem as problem:
            response = problem_response(Request(scope), problem)
            response.headers["x-request-id"] = request_id
            response.headers["cache-control"] = "no-store"
            response.headers["x-content-type-options"] = "nosniff"
            response.headers.update(scope.get(QUOTA, {}))
            await response(scope, receive, answering.send)
        except ClientGone:
            return  # nobody is there to be answered

    async def _pass_on(self, scope: Scope, receive: Receive, answering: Answering) -> None:
        raw: Headers = scope["headers"]
        await answering.allow(NOBODY)  # a page may read that its token is over
        body = Body(receive, raw, self._settings.max_upload_bytes, self._settings.body_seconds)
        if scope["path"] == "/metrics":
            self._check_operator(raw)
        service = service_of(scope["raw_path"])
        token = None if scope["path"] in WITHOUT_TOKEN or scope["path"] == "/metrics" else bearer(raw)
        caller = await self._authentication.caller(token)
        await answering.allow(caller)
        send = answering.send
        if caller.key is not None:
            send = await self._authentication.keys.metered(caller.key, scope, send)
        scope["vmeste.trace"] = (trace_of(raw) or b"%032x" % random.getrandbits(128)).decode()
        passage = Passage(
            service, {**scope, "headers": incoming(raw) + self._own_headers(scope, service, caller)}, body
        )
        if is_stream(scope["path"]):
            await self._listen(passage, caller, token, receive, send)
        else:
            await self._forward(passage, caller, receive, send)

    async def _forward(self, passage: Passage, caller: Caller, receive: Receive, send: Send) -> None:
        target = self._targets[passage.service]
        if isinstance(target, str):
            await self._hop.forward(target, passage, receive, send)
        elif passage.service is ServiceName.GATEWAY and passage.scope["method"] not in _READS:
            await target(passage.scope, receive, self._forgetting(caller, send))
        else:
            await target(passage.scope, receive, send)

    async def _listen(
        self, passage: Passage, caller: Caller, token: bytes | None, receive: Receive, send: Send
    ) -> None:
        """An answer without an end. Who loses the right to it, or gains another, begins anew from the last event."""
        rights = replace(caller, position=0)

        async def may_still_hear() -> bool:
            try:
                return replace(await self._authentication.caller(token), position=0) == rights
            except Unavailable:  # the database is away for a moment: nothing new comes out of it either
                return True
            except Problem:
                return False

        listening = Listening(receive, send, may_still_hear, self._settings.stream_check_seconds)
        try:
            await self._forward(passage, caller, listening.receive, listening.send)
        finally:
            await listening.close()

    def _own_headers(self, scope: Scope, service: ServiceName, caller: Caller) -> Headers:
        raw: Headers = scope["headers"]
        peer = scope["client"][0] if scope.get("client") else ""
        return [
            (b"host", _host(raw)),
            (b"x-forwarded-for", client_address(peer, raw, self._settings.proxies).encode()),
            (b"x-forwarded-proto", self._protocol),
            (b"x-request-id", scope["vmeste.request_id"].encode()),
            (b"traceparent", f"00-{scope['vmeste.trace']}-{scope['vmeste.request_id']}-01".encode()),
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
