"""What passes between a caller and a stand-in: calls, replies, the journal of both, and faults on the way."""

import asyncio
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from pydantic import BaseModel, JsonValue
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.types import Receive, Scope, Send

from deploy.sandbox.faults import Fault, FaultKind, FaultOrder, Faults

JsonObject = dict[str, JsonValue]
JOURNAL_LENGTH = 20_000
SECRETS = frozenset({"password", "secret", "secret_key", "secret_token"})
ABORT = "vmeste.abort"  # in the scope's extensions: cuts the TCP connection


async def json_object(request: Request) -> JsonObject | None:
    """What a request says, empty where it says nothing; None when it is no JSON object: each network has words for that."""
    content = await request.body()
    if not content:
        return {}
    try:
        body: JsonValue = json.loads(content)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None


@dataclass(frozen=True)
class Call:
    network: str
    method: str
    params: JsonObject
    accounts: frozenset[int]  # whom it concerns: the caller, the community, the person written to


@dataclass(frozen=True)
class Reply:
    body: JsonValue
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict[str, str])


class Refusal(Exception):
    """A network says no, in its own words."""

    def __init__(self, reply: Reply) -> None:
        super().__init__(str(reply.body))
        self.reply = reply


class Outcome(StrEnum):
    ANSWERED = "answered"
    HUNG = "hung"  # the caller went away before there was an answer
    DROPPED = "dropped"  # the connection was cut


class CallRecord(BaseModel):
    """One call that came in over the wire, as it was answered."""

    number: int
    network: str
    method: str
    accounts: list[int]
    params: JsonObject
    outcome: Outcome
    status: int | None
    reply: JsonValue
    fault: int | None
    at: datetime


def cut(transport: object) -> None:
    """Abort a connection under the caller's feet. uvloop's transports, which `make up` has, are no asyncio ones."""
    abort = getattr(transport, "abort", None)
    if callable(abort):
        abort()


class CutConnection(Response):
    """No answer at all: the connection is aborted under the caller's feet."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        abort = scope.get("extensions", {}).get(ABORT)
        if abort is None:
            raise ConnectionAbortedError("the stand-in drops the connection")
        del send
        abort()
        while (await receive())["type"] != "http.disconnect":
            pass


class Silence(Response):
    """Nothing is sent to a caller who has gone."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        del scope, receive, send


class Exchange:
    """Answers calls: by the network's method, or by the fault that is in force."""

    def __init__(self, faults: Faults, now: Callable[[], datetime]) -> None:
        self._faults = faults
        self._now = now
        self._last = 0
        self.calls: deque[CallRecord] = deque(maxlen=JOURNAL_LENGTH)

    async def answer(
        self,
        request: Request,
        call: Call,
        perform: Callable[[], Reply],
        fault_reply: Callable[[FaultOrder, Call], Reply],
    ) -> Response:
        fault = self._faults.hit(call.network, call.method, call.accounts)
        if fault is None:
            return self._respond(call, _done(perform), None)
        if fault.order.kind is FaultKind.DROP:
            reply = None if fault.order.taken is False else _done(perform)
            self.record(call, Outcome.DROPPED, reply, fault)
            return CutConnection()
        if fault.order.kind is FaultKind.HANG:
            return await self._hang(request, call, perform, fault)
        return self._respond(call, fault_reply(fault.order, call), fault)

    async def _hang(self, request: Request, call: Call, perform: Callable[[], Reply], fault: Fault) -> Response:
        reply = _done(perform) if fault.order.taken else None
        if not await _outlasts(request, fault):
            self.record(call, Outcome.HUNG, reply, fault)
            return Silence()
        return self._respond(call, _done(perform) if reply is None else reply, fault)

    def _respond(self, call: Call, reply: Reply, fault: Fault | None) -> Response:
        self.record(call, Outcome.ANSWERED, reply, fault)
        return JSONResponse(reply.body, reply.status, headers=reply.headers)

    def record(self, call: Call, outcome: Outcome, reply: Reply | None, fault: Fault | None) -> None:
        """Into the journal, also by a network that is not called over HTTP."""
        self._last += 1
        self.calls.append(
            CallRecord(
                number=self._last,
                network=call.network,
                method=call.method,
                accounts=sorted(call.accounts),
                params={key: "***" if key in SECRETS else value for key, value in call.params.items()},
                outcome=outcome,
                status=reply.status if reply else None,
                reply=reply.body if reply else None,
                fault=fault.number if fault else None,
                at=self._now(),
            )
        )


def _done(perform: Callable[[], Reply]) -> Reply:
    try:
        return perform()
    except Refusal as refusal:
        return refusal.reply


async def _outlasts(request: Request, fault: Fault) -> bool:
    """Whether the caller is still there when the hang ends."""
    gone = asyncio.ensure_future(_gone(request))
    released = asyncio.ensure_future(fault.released.wait())
    done, pending = await asyncio.wait(
        {gone, released}, timeout=fault.order.seconds, return_when=asyncio.FIRST_COMPLETED
    )
    for task in pending:
        task.cancel()
    return gone not in done


async def _gone(request: Request) -> None:
    while (await request.receive())["type"] != "http.disconnect":
        pass
