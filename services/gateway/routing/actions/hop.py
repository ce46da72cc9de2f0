"""The hop to a service in another process: one aiohttp session, both streams passed on as they come.

aiohttp, because the same hop with httpx costs ten times the CPU and it is paid on every request.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

import structlog
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ClientTimeout,
    ConnectionTimeoutError,
    DummyCookieJar,
    TCPConnector,
)
from multidict import CIMultiDict
from starlette.types import Receive, Scope, Send
from yarl import URL

from services.gateway.routing.actions.bodies import Body, ClientGone
from services.gateway.routing.actions.breaker import MOST_UPLOADING, MOST_WAITING, Door, unavailable
from services.gateway.routing.rules import Headers, MalformedRequest, ServiceTimeout, outgoing
from shared.contracts import ServiceName
from shared.errors import Problem

_log = structlog.get_logger()
_WHOLE: Final = 262_144  # answers up to this size are passed on in one piece
_CONNECT_SECONDS: Final = 3.0
_IDLE_SECONDS: Final = 4.0  # below the 5 s after which uvicorn closes an idle connection
_PATIENCE_SECONDS: Final = 0.05
_RETRY_SECONDS: Final = 1
_AUTOMATIC: Final = ("accept", "accept-encoding", "content-type", "user-agent")


class _Watch:
    """Cancels the hop when its client goes away while the service is still at work."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._hop = asyncio.current_task()
        self._timer: asyncio.TimerHandle | None = None
        self._task: asyncio.Task[None] | None = None
        self.started = False  # the client has the status: from here on only the connection can tell of trouble
        self.answered = False
        self.gone = False

    def start(self) -> None:
        """Once the body is read: until then whoever reads it sees the client leave.

        Most answers come before the watch begins, and so do not pay for its task.
        """
        self._timer = asyncio.get_running_loop().call_later(_PATIENCE_SECONDS, self._begin)

    def _begin(self) -> None:
        self._task = asyncio.create_task(self._wait())

    async def _wait(self) -> None:
        while (await self._receive())["type"] != "http.disconnect":
            pass
        if self._hop is not None and not self.answered:
            self.gone = True
            self._hop.cancel()

    def stop(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._task is not None:
            self._task.cancel()


@dataclass(frozen=True)
class Passage:
    """A request as its service may see it: its scope with the headers that survived and the gateway's own."""

    service: ServiceName
    scope: Scope
    body: Body


class Hop:
    def __init__(self, answer_seconds: float) -> None:
        """`answer_seconds`: how long a service may stay silent."""
        self._timeout = ClientTimeout(connect=_CONNECT_SECONDS, sock_connect=_CONNECT_SECONDS, sock_read=answer_seconds)
        self._open: ClientSession | None = None
        self._doors = {service: Door(service) for service in ServiceName}

    def _session(self) -> ClientSession:
        if self._open is None:
            self._open = ClientSession(
                connector=TCPConnector(
                    limit=0, limit_per_host=MOST_WAITING + MOST_UPLOADING, keepalive_timeout=_IDLE_SECONDS
                ),
                timeout=self._timeout,
                auto_decompress=False,
                cookie_jar=DummyCookieJar(),
                skip_auto_headers=_AUTOMATIC,
                trust_env=False,
            )
        return self._open

    async def close(self) -> None:
        if self._open is not None:
            await self._open.close()
            self._open = None

    async def forward(self, base_url: str, passage: Passage, receive: Receive, send: Send) -> None:
        """Pass the request on and the answer back. Raises a Problem as long as nothing was answered."""
        scope, body = passage.scope, passage.body
        gathered = await body.gather()
        door, now = self._doors[passage.service], asyncio.get_running_loop().time
        visit = door.enter(now(), uploading=gathered is None)
        watch = _Watch(receive)
        if gathered is not None:
            watch.start()
        try:
            async with self._session().request(
                scope["method"],
                _url(base_url, scope),
                headers=_decoded(scope["headers"]),
                data=_stream(body, watch) if gathered is None else gathered or None,
                allow_redirects=False,
            ) as upstream:
                door.answered()
                await _answer(upstream, scope["method"], send, watch)
        except asyncio.CancelledError:
            if not watch.gone:
                raise
            raise ClientGone from None
        except (ClientError, TimeoutError) as error:
            if body.trouble is not None:
                raise body.trouble from error
            if watch.started:
                raise
            door.failed(now())
            _log.warning(
                "hop.failed",
                to=passage.service,
                request_id=scope["vmeste.request_id"],
                trace=scope["vmeste.trace"],
                error=type(error).__name__,
            )
            raise _problem(passage.service, error) from error
        finally:
            watch.stop()
            visit.leave()


async def _stream(body: Body, watch: _Watch):  # noqa: ANN202 - an async generator of bytes
    async for chunk in body.stream():
        yield chunk
    watch.start()


async def _answer(upstream: ClientResponse, method: str, send: Send, watch: _Watch) -> None:
    length = upstream.content_length
    whole = b""
    is_whole = method == "HEAD" or (length is not None and length <= _WHOLE)
    if is_whole:
        whole = await upstream.read()
    watch.started = True
    watch.answered = is_whole
    headers = outgoing([(name.lower(), value) for name, value in upstream.raw_headers])
    await send({"type": "http.response.start", "status": upstream.status, "headers": headers})
    if not is_whole:
        async for chunk in upstream.content.iter_any():
            await send({"type": "http.response.body", "body": chunk, "more_body": True})
    watch.answered = True
    await send({"type": "http.response.body", "body": whole})


def _url(base_url: str, scope: Scope) -> URL:
    """The path exactly as it was asked for: nothing decoded, no dots resolved."""
    target = base_url + scope["raw_path"].decode("latin-1")
    if scope["query_string"]:
        target += "?" + scope["query_string"].decode("latin-1")
    return URL(target, encoded=True)


def _decoded(headers: Headers) -> CIMultiDict[str]:
    try:
        return CIMultiDict([(name.decode("ascii"), value.decode()) for name, value in headers])
    except UnicodeDecodeError as error:
        raise MalformedRequest from error


def _problem(service: ServiceName, error: ClientError | TimeoutError) -> Problem:
    if isinstance(error, TimeoutError) and not isinstance(error, ConnectionTimeoutError | ClientConnectorError):
        return ServiceTimeout(retry_after=_RETRY_SECONDS)
    return unavailable(service, _RETRY_SECONDS)
